// SPDX-License-Identifier: GPL-2.0-only
/* report_table.c - the tables of the page: cases, threads, entry points, environment. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "stats.h"

/* ---- cases ---- */

/* Columns that a narrow screen can do without have the class "less". */
static const struct {
	enum metric_id id;
	const char *title;
	int decimals;
	const char *class;
} columns[] = {
	{ METRIC_MEDIAN, "median", 0, "n" }, { METRIC_P99, "p99", 0, "n" },
	{ METRIC_MEAN, "mean", 1, "n less" }, { METRIC_MIN, "min", 0, "n less" },
	{ METRIC_MAX, "max", 0, "n less" }, { METRIC_COMMANDS, "commands", 2, "n less" },
	{ METRIC_SYNCS, "syncs", 2, "n less" }, { METRIC_BATCHES, "batches", 2, "n less" },
};
#define NR_COLUMNS	(sizeof(columns) / sizeof(columns[0]))
#define ALL_COLUMNS	(NR_COLUMNS + 3)	/* kernel, ratio, verdict */

static const char *verdict_class(enum verdict verdict)
{
	static const char *const classes[VERDICTS] = {
		[VERDICT_NONE] = "soft",	[VERDICT_BETTER] = "verdict better",
		[VERDICT_WORSE] = "verdict worse",	[VERDICT_SAME] = "verdict same",
		[VERDICT_INCONCLUSIVE] = "verdict open", [VERDICT_NOT_COMPARED] = "verdict open",
	};

	return classes[verdict];
}

static void put_metric(FILE *out, const struct cell *cell, size_t column)
{
	const struct metric *m = &cell->metrics[columns[column].id];

	fprintf(out, "<td class=\"%s\">", columns[column].class);
	if (m->present)
		html_number(out, m->value, columns[column].decimals);
	else
		fputs(cell->probe == PROBE_INVALID ? "invalid" : "&ndash;", out);
	fputs("</td>", out);
}

static void put_verdict(FILE *out, const struct cell *cell)
{
	fprintf(out, "<td><span class=\"%s\">%s</span> ", verdict_class(cell->verdict), verdict_name(cell->verdict));
	html_text(out, cell->why);
	if (cell->probe == PROBE_INVALID)
		fprintf(out, "%sprobe pass invalid, it lost %" PRIu64 " events", *cell->why ? "; " : "", cell->probe_lost);
	fputs("</td>", out);
}

static void put_no_value(FILE *out, const char *label, enum status status, const char *reason)
{
	fputs("<tr><td>", out);
	html_text(out, label);
	fprintf(out, "</td><td colspan=\"%zu\"><span class=\"verdict %s\">%s</span> ", ALL_COLUMNS - 1,
		status == STATUS_SKIP ? "open" : "worse", status_name(status));
	html_text(out, reason);
	fputs("</td></tr>\n", out);
}

static void put_alike(FILE *out, const struct comparison *c, const struct row *row)
{
	char reason[512];

	compare_row_reason(c, row, reason, sizeof(reason));
	put_no_value(out, c->nr_sides > 1 ? "all" : c->sides[0].label, row->cells[0].status, reason);
}

static void put_cell(FILE *out, const struct comparison *c, const struct cell *cell, size_t side)
{
	const double ratio = cell->metrics[METRIC_MEDIAN].ratio;
	size_t i;

	fputs("<tr><td>", out);
	html_text(out, c->sides[side].label);
	fputs("</td>", out);
	for (i = 0; i < NR_COLUMNS; i++) {
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

static void put_row(FILE *out, const struct comparison *c, const struct row *row)
{
	size_t side;

	fprintf(out, "<tbody><tr><th class=\"case\" colspan=\"%zu\">", ALL_COLUMNS);
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
				put_no_value(out, c->sides[side].label, row->cells[side].status,
					     row->cells[side].reason);
		}
	fputs("</tbody>\n", out);
}

void report_table(FILE *out, const struct report_bed *bed)
{
	const struct comparison *c = &bed->comparison;
	size_t i;

	fputs("<h2>Case by case</h2>\n<p class=\"soft\">median to max: ", out);
	html_text(out, compare_unit(c));
	fputs(" per operation. Ratio: of the medians, to ", out);
	html_text(out, c->sides[0].label);
	fputs("; below 1 is better.</p>\n<div class=\"wide\"><table>\n<thead><tr><th>kernel</th>", out);
	for (i = 0; i < NR_COLUMNS; i++)
		fprintf(out, "<th class=\"%s\">%s</th>%s", columns[i].class, columns[i].title,
			columns[i].id == METRIC_MEDIAN ? "<th class=\"n\">ratio</th>" : "");
	fputs("<th>verdict</th></tr></thead>\n", out);
	for (i = 0; i < c->nr_rows; i++)
		put_row(out, c, &c->rows[i]);
	fputs("</table></div>\n", out);
}

/* ---- threads ---- */

/* How unlike the threads of one boot were. */
struct spread {
	double fastest, slowest;	/* mean of a thread, net */
	double finish;			/* last thread's elapsed time by the first's */
	double max;			/* of any thread, net */
};

static struct spread boot_spread(const struct result_case *rc)
{
	struct spread s = { INFINITY, 0, 1, 0 };
	double first = INFINITY, last = 0;
	size_t i;

	for (i = 0; i < rc->nr_threads; i++) {
		const struct result_thread *t = &rc->threads[i];
		double mean = t->ops ? (double)t->sum_ns / (double)t->ops - (double)rc->clock_floor_ns : 0;

		s.fastest = fmin(s.fastest, mean);
		s.slowest = fmax(s.slowest, mean);
		s.max = fmax(s.max, (double)t->max_ns - (double)rc->clock_floor_ns);
		first = fmin(first, (double)t->elapsed_ns);
		last = fmax(last, (double)t->elapsed_ns);
	}
	if (first > 0)
		s.finish = last / first;
	return s;
}

/* The median over the boots of each. */
static struct spread side_spread(const struct side *side, const struct cell *cell)
{
	double *v = calloc(4 * side->nr_boots, sizeof(*v));
	const size_t n = side->nr_boots;
	struct spread s;
	size_t i;

	if (!v)
		abort();
	for (i = 0; i < n; i++) {
		s = boot_spread(cell->cases[i]);
		v[i] = s.fastest;
		v[n + i] = s.slowest;
		v[2 * n + i] = s.finish;
		v[3 * n + i] = s.max;
	}
	s = (struct spread){ stats_median(v, n), stats_median(v + n, n), stats_median(v + 2 * n, n),
			     stats_median(v + 3 * n, n) };
	free(v);
	return s;
}

static void put_spread(FILE *out, const struct side *side, const struct cell *cell)
{
	struct spread s = side_spread(side, cell);

	fputs("<tr><td>", out);
	html_text(out, side->label);
	fprintf(out, "</td><td class=\"n\">%zu</td><td class=\"n\">", cell->cases[0]->nr_threads);
	html_number(out, s.fastest, 1);
	fputs("</td><td class=\"n\">", out);
	html_number(out, s.slowest, 1);
	fprintf(out, "</td><td class=\"n\">%.3f</td><td class=\"n\">%.3f</td><td class=\"n\">",
		s.fastest > 0 ? s.slowest / s.fastest : NAN, s.finish);
	html_number(out, s.max, 0);
	fputs("</td></tr>\n", out);
}

static bool has_threads(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS && row->cells[side].cases[0]->nr_threads > 1)
			return true;
	return false;
}

static void put_spreads(FILE *out, const struct comparison *c, const struct row *row)
{
	size_t side;

	fputs("<tbody><tr><th class=\"case\" colspan=\"7\">", out);
	html_text(out, row->name);
	fputs("</th></tr>\n", out);
	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS)
			put_spread(out, &c->sides[side], &row->cells[side]);
	fputs("</tbody>\n", out);
}

void report_threads(FILE *out, const struct report_bed *bed)
{
	const struct comparison *c = &bed->comparison;
	bool any = false;
	size_t i;

	fputs("<h2>Spread over threads</h2>\n", out);
	for (i = 0; i < c->nr_rows; i++) {
		if (!has_threads(c, &c->rows[i]))
			continue;
		if (!any)
			fputs("<p class=\"soft\">Whether a gain of one thread is a loss of another: mean of the fastest and of the "
			      "slowest thread, how much later the last one finished than the first, and the longest single "
			      "operation. Each is the median of the boots.</p>\n"
			      "<div class=\"wide\"><table>\n<thead><tr><th>kernel</th><th class=\"n\">threads</th>"
			      "<th class=\"n\">fastest</th><th class=\"n\">slowest</th><th class=\"n\">ratio</th>"
			      "<th class=\"n\">last/first</th><th class=\"n\">max</th></tr></thead>\n",
			      out);
		any = true;
		put_spreads(out, c, &c->rows[i]);
	}
	fputs(any ? "</table></div>\n" : "<p>Every case ran on one thread.</p>\n", out);
}

/* ---- entry points ---- */

static const struct result_entry *find_entry(const struct result_case *rc, const char *name)
{
	size_t i;

	for (i = 0; i < rc->probe.nr_entries; i++)
		if (!strcmp(rc->probe.entries[i].name, name))
			return &rc->probe.entries[i];
	return NULL;
}

/* Calls per operation and median of @name, over the boots; false if no boot saw it. */
static bool entry_values(const struct side *side, const struct cell *cell, const char *name, double *calls, double *median)
{
	double *v = calloc(2 * side->nr_boots, sizeof(*v));
	size_t i, n = 0;

	if (!v)
		abort();
	for (i = 0; i < side->nr_boots; i++) {
		const struct result_entry *e = find_entry(cell->cases[i], name);

		if (!e)
			continue;
		v[n] = (double)e->count / (double)cell->cases[i]->probe.ops;
		v[side->nr_boots + n++] = (double)e->median;
	}
	if (n) {
		*calls = stats_median(v, n);
		*median = stats_median(v + side->nr_boots, n);
	}
	free(v);
	return n > 0;
}

static void put_entry(FILE *out, const struct comparison *c, const struct row *row, const char *name)
{
	double calls, median;
	size_t side;

	fputs("<tr><td>", out);
	html_text(out, name);
	fputs("</td>", out);
	for (side = 0; side < c->nr_sides; side++) {
		const struct cell *cell = &row->cells[side];

		if (cell->probe != PROBE_VALID || !entry_values(&c->sides[side], cell, name, &calls, &median)) {
			fputs("<td class=\"n\">&ndash;</td><td class=\"n\">&ndash;</td>", out);
			continue;
		}
		fprintf(out, "<td class=\"n\">%.2f</td><td class=\"n\">", calls);
		html_number(out, median, 0);
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

/* The first boot of the first side that has the entry shows it, so that each is shown once. */
static bool shown_before(const struct comparison *c, const struct row *row, size_t side, const char *name)
{
	while (side-- > 0)
		if (row->cells[side].probe == PROBE_VALID && find_entry(row->cells[side].cases[0], name))
			return true;
	return false;
}

static void put_entries(FILE *out, const struct comparison *c, const struct row *row)
{
	size_t side, i;

	fprintf(out, "<tbody><tr><th class=\"case\" colspan=\"%zu\">", 1 + 2 * c->nr_sides);
	html_text(out, row->name);
	fputs("</th></tr>\n", out);
	for (side = 0; side < c->nr_sides; side++) {
		const struct result_probe *p;

		if (row->cells[side].probe != PROBE_VALID)
			continue;
		p = &row->cells[side].cases[0]->probe;
		for (i = 0; i < p->nr_entries; i++)
			if (!shown_before(c, row, side, p->entries[i].name))
				put_entry(out, c, row, p->entries[i].name);
	}
	fputs("</tbody>\n", out);
}

static bool has_entries(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].probe == PROBE_VALID && row->cells[side].cases[0]->probe.nr_entries)
			return true;
	return false;
}

/* How the probe got at the functions of @side: its cost depends on it. */
static const char *attachment(const struct comparison *c, size_t side)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (c->rows[i].cells[side].probe == PROBE_VALID)
			return c->rows[i].cells[side].cases[0]->probe.attach;
	return "no probe";
}

static void entries_head(FILE *out, const struct comparison *c)
{
	size_t side;

	fputs("<h2>Where the calls go</h2>\n<details><summary>Entry points of the driver, as the probe saw them</summary>\n"
	      "<p class=\"soft\">Calls per operation, and the median of one call in ",
	      out);
	html_text(out, compare_unit(c));
	fputs(", the probe&#39;s own cost included. This tells where calls go within one kernel. It does not compare kernels: a "
	      "kprobe costs more than an fentry probe, and each function pays for the probes of those it calls.</p>\n"
	      "<div class=\"wide\"><table>\n<thead><tr><th></th>",
	      out);
	for (side = 0; side < c->nr_sides; side++) {
		fputs("<th class=\"n\" colspan=\"2\">", out);
		html_printf(out, "%s (%s)", c->sides[side].label, attachment(c, side));
		fputs("</th>", out);
	}
	fputs("</tr><tr><th>entry point</th>", out);
	for (side = 0; side < c->nr_sides; side++)
		fputs("<th class=\"n\">calls</th><th class=\"n\">median</th>", out);
	fputs("</tr></thead>\n", out);
}

void report_entries(FILE *out, const struct report_bed *bed)
{
	const struct comparison *c = &bed->comparison;
	bool any = false;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		if (!has_entries(c, &c->rows[i]))
			continue;
		if (!any)
			entries_head(out, c);
		any = true;
		put_entries(out, c, &c->rows[i]);
	}
	if (any)
		fputs("</table></div></details>\n", out);
}

/* ---- environment ---- */

typedef void (*fact)(FILE *out, const struct side *side);

static void fact_cpu(FILE *out, const struct side *side)
{
	const struct result_machine *m = &side_speaker(side)->machine;

	fprintf(out, "%s, %s, %" PRIu64 " CPUs, %" PRIu64 " MiB", m->arch, *m->cpu ? m->cpu : "CPU unknown", m->cpus,
		m->memory_kib >> 10);
}

static void fact_host(FILE *out, const struct side *side)
{
	const struct result_machine *m = &side_speaker(side)->machine;

	if (*m->host_cpu)
		fprintf(out, "%s, %" PRIu64 " CPUs", m->host_cpu, m->host_cpus);
}

static void fact_bed(FILE *out, const struct side *side)
{
	const struct result_bed *b = &side_speaker(side)->bed;

	fprintf(out, "%s, clock in %s, accelerator %s", b->name, b->clock, b->accel);
	if (*b->emulator)
		fprintf(out, ", QEMU %s", b->emulator);
	if (*b->cpu)
		fprintf(out, ", -cpu %s", b->cpu);
}

/* "preset local, then sync=1us; scale 1". The scale is told always: every time is multiplied by it. */
static void fact_settings(FILE *out, const struct side *side)
{
	const struct result_bed *b = &side_speaker(side)->bed;
	const json_t *line;
	size_t i;

	if (!*b->preset)
		return;
	fprintf(out, "preset %s", b->preset);
	json_array_foreach(b->settings, i, line)
		fprintf(out, "%s %s", i ? "," : ", then", json_string_value(line));
	fprintf(out, "; scale %g", b->scale);
}

static void put_instance(FILE *out, const struct result_instance *i)
{
	if (!i->features_known) {
		fprintf(out, "%s: features unknown", i->name);
		return;
	}
	fprintf(out, "%s: %" PRIu64 " CMDQ entries, RIL %s, ATS %s, MSI polling %s, %" PRIu64 " SSID bits", i->name, i->cmdq_entries,
		i->ril ? "yes" : "no", i->ats ? "yes" : "no", i->msi_polling ? "yes" : "no", i->ssid_bits);
}

static void fact_instances(FILE *out, const struct side *side)
{
	const struct boot *boot = side_speaker(side);
	size_t i;

	for (i = 0; i < boot->nr_instances; i++) {
		fputs(i ? "; " : "", out);
		put_instance(out, &boot->instances[i]);
	}
}

static void fact_release(FILE *out, const struct side *side)
{
	const struct result_kernel *k = &side_speaker(side)->kernel;

	fprintf(out, "Linux %s", *k->release ? k->release : "(unknown)");
}

static void fact_source(FILE *out, const struct side *side)
{
	const struct result_kernel *k = &side_speaker(side)->kernel;

	fprintf(out, "%s %s", k->source, k->source_version);
}

/* Up to the last slash: the folder a patch is in, or nothing. */
static int folder_length(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? (int)(slash - name) : 0;
}

/* "lab/0001-...patch", "lab/0002-...patch" is "lab (2 patches)". */
static void fact_series(FILE *out, const struct side *side)
{
	const json_t *series = side_speaker(side)->kernel.series;
	size_t i, next, n = json_array_size(series);

	for (i = 0; i < n; i = next) {
		const char *name = json_string_value(json_array_get(series, i)), *other;
		const int folder = folder_length(name);

		for (next = i + 1; next < n; next++) {
			other = json_string_value(json_array_get(series, next));
			if (!folder || folder_length(other) != folder || strncmp(other, name, (size_t)folder))
				break;
		}
		fprintf(out, "%s%.*s", i ? ", " : "", folder ? folder : (int)strlen(name), name);
		if (folder)
			fprintf(out, " (%zu patch%s)", next - i, next - i == 1 ? "" : "es");
	}
}

static void fact_design(FILE *out, const struct side *side)
{
	const struct result_kernel *k = &side_speaker(side)->kernel;

	fprintf(out, "%s%s%s", k->design, *k->design_evidence ? ": " : "", k->design_evidence);
}

static void fact_series_hash(FILE *out, const struct side *side)
{
	fprintf(out, "%.16s", side_speaker(side)->kernel.series_sha256);
}

static void fact_config_hash(FILE *out, const struct side *side)
{
	fprintf(out, "%.16s", side_speaker(side)->kernel.config_sha256);
}

static void fact_image_hash(FILE *out, const struct side *side)
{
	fprintf(out, "%.16s", side_speaker(side)->kernel.image_sha256);
}

static void fact_cmdline(FILE *out, const struct side *side)
{
	fputs(side_speaker(side)->kernel.cmdline, out);
}

static void fact_boots(FILE *out, const struct side *side)
{
	fprintf(out, "%zu, from %s to %s", side->nr_boots, side->boots[0]->started, side->boots[side->nr_boots - 1]->started);
}

static char *fact_text(fact tell, const struct side *side)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	tell(out, side);
	fclose(out);
	return text;
}

static void put_fact_cell(FILE *out, const char *text, size_t columns_wide)
{
	fprintf(out, "<td colspan=\"%zu\">", columns_wide);
	html_text(out, *text ? text : "-");
	fputs("</td>", out);
}

/* One cell over all kernels where they agree. */
static void put_fact(FILE *out, const struct comparison *c, const char *title, fact tell)
{
	char **texts = calloc(c->nr_sides, sizeof(*texts));
	bool alike = true;
	size_t i;

	if (!texts || !c->nr_sides)
		abort();
	for (i = 0; i < c->nr_sides; i++) {
		texts[i] = fact_text(tell, &c->sides[i]);
		alike = alike && !strcmp(texts[i], texts[0]);
	}
	fprintf(out, "<tr><th>%s</th>", title);
	for (i = 0; i < (alike ? 1 : c->nr_sides); i++)
		put_fact_cell(out, texts[i], alike ? c->nr_sides : 1);
	fputs("</tr>\n", out);
	for (i = 0; i < c->nr_sides; i++)
		free(texts[i]);
	free(texts);
}

void report_environment(FILE *out, const struct report_bed *bed)
{
	static const struct {
		const char *title;
		fact fact;
	} facts[] = {
		{ "kernel", fact_release }, { "source", fact_source }, { "series", fact_series },
		{ "design", fact_design }, { "boots", fact_boots }, { "series hash", fact_series_hash },
		{ "config hash", fact_config_hash }, { "image hash", fact_image_hash }, { "command line", fact_cmdline },
		{ "bed", fact_bed }, { "machine", fact_cpu }, { "host", fact_host }, { "SMMUs", fact_instances },
	};
	const struct comparison *c = &bed->comparison;
	size_t i;

	fputs("<h2>What it ran on</h2>\n<div class=\"wide\"><table>\n<thead><tr><th></th>", out);
	for (i = 0; i < c->nr_sides; i++) {
		fputs("<th>", out);
		html_text(out, c->sides[i].label);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		put_fact(out, c, facts[i].title, facts[i].fact);
	if (*c->bed->preset)
		put_fact(out, c, "SMMU model", fact_settings);
	fputs("</tbody></table></div>\n", out);
}
