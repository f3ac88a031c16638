// SPDX-License-Identifier: GPL-2.0-only
/* cases.c - the table of a pair of kernels: a line a case, what matters most on top. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "order.h"

#define TALL_ROWS 40 /* more scroll in a box of their own */

/* ---- cells ---- */

/* A cell that sorts by @value. */
static void put_value(FILE *out, const struct metric *m, enum metric_id id)
{
	if (!m->present) {
		fputs("<td class=\"n\">&ndash;</td>", out);
		return;
	}
	fprintf(out, "<td class=\"n\" data-v=\"%.10g\">", m->value);
	html_number(out, m->value, metric_decimals(id));
	fputs("</td>", out);
}

static void put_ratio(FILE *out, const struct comparison *c, const struct metric *m)
{
	if (!m->compared || !isfinite(m->ratio)) {
		fputs("<td class=\"n\">&ndash;</td><td class=\"i\">&ndash;</td>", out);
		return;
	}
	fprintf(out, "<td class=\"n\" data-v=\"%.10g\">%.3f</td>", m->ratio, m->ratio);
	if (!isfinite(m->ratio_low) || !isfinite(m->ratio_high)) {
		fputs("<td class=\"i\">&ndash;</td>", out);
		return;
	}
	fprintf(out, "<td class=\"i\" data-v=\"%.10g\">%.3f &ndash; %.3f%s</td>", m->ratio_high - m->ratio_low,
		m->ratio_low, m->ratio_high, m->is_range && !compare_counts(c) ? " (range)" : "");
}

/* One that moved the other way than the case says so. */
static void put_other(FILE *out, const struct cell *cell, enum metric_id id)
{
	const struct metric *m = &cell->metrics[id];

	fprintf(out, "%s ", metric_infos[id].title);
	if (verdict_moved(m->verdict) && isinf(m->change))
		fprintf(out, "from 0 to %.*f", metric_decimals(id), m->value);
	else if (verdict_moved(m->verdict))
		fprintf(out, "%+.1f&nbsp;%%", 100 * m->change);
	else
		fputs("inconclusive", out);
	if (verdict_moved(m->verdict) && m->verdict != cell->verdict)
		fprintf(out, " (%s)", verdict_name(m->verdict));
	if (m->verdict == VERDICT_INCONCLUSIVE && !verdict_moved(cell->verdict) && isfinite(m->low) &&
	    isfinite(m->high))
		fprintf(out, " (%+.0f to %+.0f&nbsp;%%)", 100 * m->low, 100 * m->high);
}

/* The other metrics that moved, and those that nobody knows of. */
static void put_others(FILE *out, const struct cell *cell, enum metric_id leading)
{
	const char *comma = "";
	int id;

	for (id = 0; id < METRICS; id++) {
		const enum verdict verdict = cell->metrics[id].verdict;

		if (id == (int)leading || (!verdict_moved(verdict) && verdict != VERDICT_INCONCLUSIVE))
			continue;
		fputs(comma, out);
		put_other(out, cell, (enum metric_id)id);
		comma = ", ";
	}
}

static bool has_boots(const struct comparison *c, size_t side)
{
	const size_t needed = c->bed->kind->boots;

	return c->sides[0].nr_boots >= needed && c->sides[side].nr_boots >= needed;
}

static void put_besides(FILE *out, const struct comparison *c, const struct row *row, size_t side,
			enum metric_id leading)
{
	const struct cell *cell = &row->cells[side];

	fputs("<td class=\"c\">", out);
	if (cell->status != STATUS_PASS)
		html_printf(out, "%s: %s", status_name(cell->status), cell->reason);
	else if (cell->verdict == VERDICT_NOT_COMPARED || !has_boots(c, side))
		html_text(out, cell->why);
	else
		put_others(out, cell, leading);
	if (cell->probe == PROBE_INVALID)
		fprintf(out, "; probe pass invalid, it lost %" PRIu64 " events", cell->probe_lost);
	fputs("</td>", out);
}

/* ---- a table ---- */

static void put_case(FILE *out, const struct report_bed *bed, const struct report_pairs *pairs,
		     const struct report_pair *pair, size_t row_number, size_t place)
{
	const struct comparison *c = pair->comparison;
	const struct row *row = &c->rows[row_number];
	const struct cell *cell = &row->cells[pair->side];
	const enum metric_id id = metric_leading(c, cell);
	const bool fails = compare_importance(row, pair->side) == IMPORTANCE_FAILS;

	fputs("<tr data-verdict=\"", out);
	html_text(out, fails ? "fails" : verdict_name(cell->verdict));
	fputs("\" data-workload=\"", out);
	html_text(out, row->workload);
	fprintf(out, "\"><td class=\"c\"><a href=\"#%s-case-%" JSON_INTEGER_FORMAT "\">", bed->comparison.bed->name,
		json_integer_value(json_object_get(pairs->places, row->name)) + 1);
	html_text(out, row->name);
	fprintf(out, "</a></td><td data-v=\"%zu\"><span class=\"%s\">%s</span></td>", place,
		fails ? "verdict worse" : verdict_class(cell->verdict),
		fails			      ? "fails" :
		cell->verdict == VERDICT_SAME ? "same" :
						verdict_name(cell->verdict));
	put_ratio(out, c, &cell->metrics[id]);
	fprintf(out, "<td>%s</td>", metric_infos[id].title);
	put_value(out, &row->cells[0].metrics[id], id);
	put_value(out, &cell->metrics[id], id);
	put_besides(out, c, row, pair->side, id);
	fputs("</tr>\n", out);
}

/* What a narrow screen is to show first stands first. */
static void put_head(FILE *out, const struct comparison *c, size_t side)
{
	fprintf(out,
		"<div class=\"wide%s\"><table class=\"pair sort\">\n<thead><tr><th>case</th><th>verdict</th><th class=\"n\">ratio</th>"
		"<th>%s</th><th>metric</th><th class=\"n\">",
		c->nr_rows > TALL_ROWS ? " tall" : "", compare_counts(c) ? "range" : "99&nbsp;% interval");
	html_text(out, c->sides[0].label);
	fputs("</th><th class=\"n\">", out);
	html_text(out, c->sides[side].label);
	fputs("</th><th>besides</th></tr></thead>\n<tbody>\n", out);
}

static void put_tally(FILE *out, const size_t tally[VERDICTS], size_t fails)
{
	fputs("<span class=\"soft\">", out);
	if (fails)
		fprintf(out, "%zu fail%s, ", fails, fails == 1 ? "s" : "");
	fprintf(out, "%zu worse, %zu better, %zu same, %zu inconclusive", tally[VERDICT_WORSE], tally[VERDICT_BETTER],
		tally[VERDICT_SAME], tally[VERDICT_INCONCLUSIVE]);
	if (tally[VERDICT_NOT_COMPARED] > fails)
		fprintf(out, ", %zu not compared", tally[VERDICT_NOT_COMPARED] - fails);
	fputs("</span>", out);
}

/* Folded, but for the first and those that have bad news. A title in a summary is a heading all the same. */
static void put_pair(FILE *out, const struct report_bed *bed, const struct report_pairs *pairs, size_t nth)
{
	const struct report_pair *pair = &pairs->list[nth];
	const struct comparison *c = pair->comparison;
	const size_t fails = pair_fails(c, pair->side);
	size_t *order = compare_order(c, pair->side), tally[VERDICTS], i;

	compare_tally(c, pair->side, NULL, tally);
	fprintf(out, "<details%s><summary><h3>", nth && !fails && !tally[VERDICT_WORSE] ? "" : " open");
	html_printf(out, "%s against %s ", c->sides[pair->side].label, c->sides[0].label);
	put_tally(out, tally, fails);
	fputs("</h3></summary>\n", out);
	put_head(out, c, pair->side);
	for (i = 0; i < c->nr_rows; i++)
		put_case(out, bed, pairs, pair, order[i], i);
	fputs("</tbody></table></div>\n</details>\n", out);
	free(order);
}

void report_cases(FILE *out, const struct report_bed *bed, const struct report_pairs *pairs)
{
	const struct comparison *c = &bed->comparison;
	size_t i;

	if (!pairs->count)
		return;
	fprintf(out,
		"<section class=\"cases\" id=\"%s-cases\">\n<h2>Cases</h2>\n<p class=\"soft\">What matters most on top; of each case "
		"the metric that its verdict stands on: ",
		c->bed->name);
	html_printf(out,
		    "median and p99 in %s per operation%s, commands, syncs and batches per operation. Ratio: to %s; ",
		    compare_unit(c), compare_counts(c) ? "" : ", throughput in operations of all threads a second",
		    c->sides[0].label);
	fputs(compare_counts(c) ? "its range is that of the boots." : "its interval is that of the Mann-Whitney test.",
	      out);
	fputs(" Besides: what else moved, or is inconclusive.</p>\n", out);
	for (i = 0; i < pairs->count; i++)
		put_pair(out, bed, pairs, i);
	fputs("</section>\n", out);
}
