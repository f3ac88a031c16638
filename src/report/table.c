// SPDX-License-Identifier: GPL-2.0-only
/* table.c - the tables of a workload: cases, threads, numbers of its own. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "numbers.h"
#include "spread.h"

/* ---- cases ---- */

/* Columns that a narrow screen can do without have the class "less". */
static const struct {
	enum metric_id id;
	const char *title, *class;
} columns[] = {
	{ METRIC_MEDIAN, "median", "n" },	  { METRIC_P99, "p99", "n" },
	{ METRIC_P999, "p99.9", "n less" },	  { METRIC_MEAN, "mean", "n less" },
	{ METRIC_MIN, "min", "n less" },	  { METRIC_MAX, "max", "n less" },
	{ METRIC_THROUGHPUT, "ops/s", "n less" }, { METRIC_COMMANDS, "commands", "n less" },
	{ METRIC_SYNCS, "syncs", "n less" },	  { METRIC_BATCHES, "batches", "n less" },
};
#define NR_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static bool has_metric(const struct comparison *c, enum metric_id id)
{
	size_t row, side;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++)
			if (c->rows[row].cells[side].metrics[id].present)
				return true;
	return false;
}

/* What depends on the bed, and on how many operations a case has, is left out where nothing has it. */
static bool has_column(const struct comparison *c, size_t column)
{
	const enum metric_id id = columns[column].id;

	return (id != METRIC_THROUGHPUT && id != METRIC_P999) || has_metric(c, id);
}

/* Kernel, ratio and verdict besides. */
static size_t all_columns(const struct comparison *c)
{
	size_t i, n = 3;

	for (i = 0; i < NR_COLUMNS; i++)
		n += has_column(c, i);
	return n;
}

static void put_metric(FILE *out, const struct cell *cell, size_t column)
{
	const struct metric *m = &cell->metrics[columns[column].id];
	const bool of_probe = metric_infos[columns[column].id].source == SOURCE_PROBE;

	fprintf(out, "<td class=\"%s\">", columns[column].class);
	if (m->present)
		html_number(out, m->value, metric_decimals(columns[column].id));
	else
		fputs(of_probe && cell->probe == PROBE_INVALID ? "invalid" : "&ndash;", out);
	fputs("</td>", out);
}

static void put_verdict(FILE *out, const struct cell *cell)
{
	fprintf(out, "<td class=\"v\"><span class=\"%s\">%s</span> ", verdict_class(cell->verdict),
		verdict_name(cell->verdict));
	html_text(out, cell->why);
	if (cell->probe == PROBE_INVALID)
		fprintf(out, "%sprobe pass invalid, it lost %" PRIu64 " events", *cell->why ? "; " : "",
			cell->probe_lost);
	fputs("</td>", out);
}

static void put_no_value(FILE *out, const struct comparison *c, const char *label, enum status status,
			 const char *reason)
{
	fputs("<tr><td class=\"k\">", out);
	html_text(out, label);
	fprintf(out, "</td><td colspan=\"%zu\"><span class=\"verdict %s\">%s</span> ", all_columns(c) - 1,
		status == STATUS_SKIP ? "open" : "worse", status_name(status));
	html_text(out, reason);
	fputs("</td></tr>\n", out);
}

static void put_alike(FILE *out, const struct comparison *c, const struct row *row)
{
	char reason[512];

	compare_row_reason(c, row, reason, sizeof(reason));
	put_no_value(out, c, c->nr_sides > 1 ? "all" : c->sides[0].label, row->cells[0].status, reason);
}

static void put_cell(FILE *out, const struct comparison *c, const struct cell *cell, size_t side)
{
	const double ratio = cell->metrics[METRIC_MEDIAN].ratio;
	size_t i;

	fputs("<tr><td class=\"k\">", out);
	html_text(out, c->sides[side].label);
	fputs("</td>", out);
	for (i = 0; i < NR_COLUMNS; i++) {
		if (!has_column(c, i))
			continue;
		put_metric(out, cell, i);
		if (columns[i].id != METRIC_MEDIAN)
			continue;
		if (cell->metrics[METRIC_MEDIAN].compared && isfinite(ratio))
			fprintf(out, "<td class=\"n\">%.3f</td>", ratio);
		else
			fputs("<td class=\"n\">&ndash;</td>", out);
	}
	put_verdict(out, cell);
	fputs("</tr>\n", out);
}

static void put_row(FILE *out, const struct comparison *c, size_t number)
{
	const struct row *row = &c->rows[number];
	size_t side;

	fprintf(out, "<tbody id=\"%s-case-%zu\"><tr><th class=\"case\" colspan=\"%zu\">", c->bed->name, number + 1,
		all_columns(c));
	html_text(out, row->name);
	fputs(" <span>per ", out);
	html_text(out, row->unit);
	fputs("</span></th></tr>\n", out);
	if (compare_row_alike(c, row))
		put_alike(out, c, row);
	else
		for (side = 0; side < c->nr_sides; side++) {
			if (row->cells[side].status == STATUS_PASS)
				put_cell(out, c, &row->cells[side], side);
			else
				put_no_value(out, c, c->sides[side].label, row->cells[side].status,
					     row->cells[side].reason);
		}
	fputs("</tbody>\n", out);
}

static bool is_of(const struct row *row, const char *workload)
{
	return !strcmp(row->workload, workload);
}

void report_table(FILE *out, const struct report_bed *bed, const char *workload)
{
	const struct comparison *c = &bed->comparison;
	size_t i;

	fputs("<h3>Case by case</h3>\n<div class=\"wide\"><table>\n<thead><tr><th>kernel</th>", out);
	for (i = 0; i < NR_COLUMNS; i++)
		if (has_column(c, i))
			fprintf(out, "<th class=\"%s\">%s</th>%s", columns[i].class, columns[i].title,
				columns[i].id == METRIC_MEDIAN ? "<th class=\"n\">ratio</th>" : "");
	fputs("<th>verdict</th></tr></thead>\n", out);
	for (i = 0; i < c->nr_rows; i++)
		if (is_of(&c->rows[i], workload))
			put_row(out, c, i);
	fputs("</table></div>\n", out);
}

/* ---- threads ---- */

static void put_spread(FILE *out, const struct spread *s, int decimals)
{
	const double values[] = { s->low, s->middle, s->high };
	size_t i;

	for (i = 0; i < 3; i++) {
		fprintf(out, "<td class=\"n%s\">", i == 1 ? " less" : "");
		html_number(out, values[i], decimals);
		fputs("</td>", out);
	}
	if (s->low > 0)
		fprintf(out, "<td class=\"n\">%.3f</td>", s->high / s->low);
	else
		fputs("<td class=\"n\">&ndash;</td>", out);
}

static void put_threads(FILE *out, const struct comparison *c, const struct cell *cell, size_t side)
{
	const struct thread_spread s = compare_threads(&c->sides[side], cell);

	fputs("<tr><td class=\"k\">", out);
	html_text(out, c->sides[side].label);
	fprintf(out, "</td><td class=\"n\">%zu</td>", cell->cases[0]->nr_threads);
	put_spread(out, &s.means, 1);
	put_spread(out, &s.rates, 0);
	fprintf(out, "<td class=\"n less\">%.3f</td><td class=\"n less\">", s.finish);
	html_number(out, s.max, 0);
	fputs("</td></tr>\n", out);
}

static bool has_threads(const struct comparison *c, const struct row *row)
{
	size_t side;

	if (!compare_has_latency(c, row))
		return false;
	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS && row->cells[side].cases[0]->nr_threads > 1)
			return true;
	return false;
}

static void put_case_threads(FILE *out, const struct comparison *c, const struct row *row)
{
	size_t side;

	fputs("<tbody><tr><th class=\"case\" colspan=\"12\">", out);
	html_text(out, row->name);
	fputs("</th></tr>\n", out);
	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS)
			put_threads(out, c, &row->cells[side], side);
	fputs("</tbody>\n", out);
}

static void threads_head(FILE *out)
{
	static const char columns_of[] =
		"<th class=\"n\">lowest</th><th class=\"n less\">middle</th><th class=\"n\">highest</th>"
		"<th class=\"n\">ratio</th>";

	fputs("<h3>Spread over threads</h3>\n<p class=\"soft\">Whether a gain of one thread is a loss of another: each thread&#39;s mean "
	      "and its operations per second<span class=\"less\">, how much later the last one finished than the first, and the longest "
	      "single operation</span>. Each is the median of the boots.</p>\n<div class=\"wide\"><table>\n<thead><tr><th></th><th></th>"
	      "<th class=\"group\" colspan=\"4\">mean of a thread</th>"
	      "<th class=\"group\" colspan=\"4\">operations/s of a thread</th>",
	      out);
	fprintf(out,
		"<th class=\"less\" colspan=\"2\"></th></tr>\n<tr><th>kernel</th><th class=\"n\">threads</th>%s%s"
		"<th class=\"n less\">last/first</th><th class=\"n less\">max</th></tr></thead>\n",
		columns_of, columns_of);
}

void report_threads(FILE *out, const struct report_bed *bed, const char *workload)
{
	const struct comparison *c = &bed->comparison;
	bool any = false;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		if (!is_of(&c->rows[i], workload) || !has_threads(c, &c->rows[i]))
			continue;
		if (!any)
			threads_head(out);
		any = true;
		put_case_threads(out, c, &c->rows[i]);
	}
	if (any)
		fputs("</table></div>\n", out);
}

/* ---- numbers that only some cases have ---- */

/* As many digits as a reader can use, whatever its size. */
static int decimals_of(double value)
{
	return fabs(value) >= 1000 || value == floor(value) ? 0 : fabs(value) >= 10 ? 1 : 3;
}

static void put_extra_value(FILE *out, const struct extra *extra, enum extra_kind kind)
{
	fputs("<td class=\"n\">", out);
	if (!extra->nr_values)
		fputs("&ndash;", out);
	else if (extra->value != 0 && (fabs(extra->value) < 1e-3 || fabs(extra->value) >= 1e15))
		fprintf(out, "%.4g", extra->value);
	else
		html_number(out, extra->value, decimals_of(extra->value));
	if (kind == EXTRA_PERF && extra->nr_values && extra->running < 0.995)
		fprintf(out, " <span class=\"soft\">(%.0f %%)</span>", 100 * extra->running);
	fputs("</td>", out);
}

static void put_extra(FILE *out, const struct comparison *c, const struct row *row, enum extra_kind kind,
		      struct extra *extra)
{
	size_t side;

	fputs("<tr><td>", out);
	html_text(out, extra->name);
	if (*extra->unit) {
		fputs(" <span class=\"soft\">", out);
		html_text(out, extra->unit);
		fputs("</span>", out);
	}
	fputs("</td>", out);
	for (side = 0; side < c->nr_sides; side++) {
		compare_extra_values(c, row, side, kind, extra);
		put_extra_value(out, extra, kind);
		free(extra->values);
	}
	fputs("</tr>\n", out);
}

static void extras_head(FILE *out, const struct comparison *c, enum extra_kind kind)
{
	static const char *const heads[EXTRA_KINDS] = {
		[EXTRA_NUMBERS] = "<h3>Further numbers</h3>\n<p class=\"soft\">What these cases tell besides.",
		[EXTRA_PERF] = "<h3>What perf counted</h3>\n<p class=\"soft\">During the timing pass; where perf "
			       "counted an event for a part of the time only, that part is beside it.",
		[EXTRA_PROBED] = "<h3>What probes saw</h3>\n<p class=\"soft\">Each in a pass of its own; its times "
				 "have its own cost in them.",
	};
	size_t side;

	fputs(heads[kind], out);
	if (kind == EXTRA_NUMBERS && compare_counts(c))
		fputs(" A nanosecond of theirs is an instruction on this bed, and a rate one of so many instructions: neither is a time.",
		      out);
	fputs(" The median of the boots; no verdict looks at it.</p>\n<div class=\"wide\"><table>\n<thead><tr><th></th>",
	      out);
	for (side = 0; side < c->nr_sides; side++) {
		fputs("<th class=\"n\">", out);
		html_text(out, c->sides[side].label);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n", out);
}

/* True if it has any. */
static bool put_case_extras(FILE *out, const struct comparison *c, const struct row *row, enum extra_kind kind,
			    bool first)
{
	struct extra *extras;
	const size_t count = compare_extras(c, row, kind, &extras);
	size_t i;

	if (count && first)
		extras_head(out, c, kind);
	if (count) {
		fprintf(out, "<tbody><tr><th class=\"case\" colspan=\"%zu\">", 1 + c->nr_sides);
		html_text(out, row->name);
		fputs("</th></tr>\n", out);
	}
	for (i = 0; i < count; i++)
		put_extra(out, c, row, kind, &extras[i]);
	if (count)
		fputs("</tbody>\n", out);
	free(extras);
	return count > 0;
}

void report_numbers(FILE *out, const struct report_bed *bed, const char *workload)
{
	const struct comparison *c = &bed->comparison;
	size_t i;
	int kind;

	for (kind = 0; kind < EXTRA_KINDS; kind++) {
		bool any = false;

		for (i = 0; i < c->nr_rows; i++)
			if (is_of(&c->rows[i], workload))
				any = put_case_extras(out, c, &c->rows[i], (enum extra_kind)kind, !any) || any;
		if (any)
			fputs("</table></div>\n", out);
	}
}
