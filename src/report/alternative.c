// SPDX-License-Identifier: GPL-2.0-only
/* report_alternative.c - what a figure shows, in words, for those who cannot see it. */
#include "html.h"

static void put_value(FILE *out, const struct cell *cell, enum metric_id id)
{
	fprintf(out, "%.*f", metric_decimals(id), cell->metrics[id].value);
}

/* "median and p99 in ns per sync: list 1041 and 1098, array 848 and 905" */
static void tell_distribution(FILE *out, const struct comparison *c, const struct row *row)
{
	const char *comma = "";
	size_t side;

	html_printf(out, "Percentile curves; median and p99 in %s per %s:", compare_unit(c), row->unit);
	for (side = 0; side < c->nr_sides; side++) {
		if (row->cells[side].status != STATUS_PASS)
			continue;
		html_printf(out, "%s %s ", comma, c->sides[side].label);
		put_value(out, &row->cells[side], METRIC_MEDIAN);
		fputs(" and ", out);
		put_value(out, &row->cells[side], METRIC_P99);
		comma = ",";
	}
}

static void tell_ratio(FILE *out, const struct comparison *c, const struct row *row)
{
	const char *comma = "";
	size_t side;

	html_printf(out, "Ratio to %s at each percentile; of the medians and of p99:", c->sides[0].label);
	for (side = 1; side < c->nr_sides; side++) {
		const struct metric *median = &row->cells[side].metrics[METRIC_MEDIAN],
				    *p99 = &row->cells[side].metrics[METRIC_P99];

		if (!median->compared || !p99->compared)
			continue;
		html_printf(out, "%s %s %.3f and %.3f", comma, c->sides[side].label, median->ratio, p99->ratio);
		comma = ",";
	}
}

static void tell_timeline(FILE *out, const struct comparison *c, const struct row *row)
{
	html_printf(
		out,
		"Heat maps, one a kernel: how the latencies of %s, in %s per %s, spread over the course of the pass",
		row->name, compare_unit(c), row->unit);
}

/* From the first point to the last that the kernel has. */
static void tell_line(FILE *out, const struct comparison *c, const struct figure *f, size_t side)
{
	size_t i, first = FIGURE_NO_ROW, last = 0;

	for (i = 0; i < f->nr_rows; i++) {
		if (f->rows[i] == FIGURE_NO_ROW || !c->rows[f->rows[i]].cells[side].metrics[f->metric].present)
			continue;
		first = first == FIGURE_NO_ROW ? i : first;
		last = i;
	}
	if (first == FIGURE_NO_ROW)
		return;
	html_printf(out, " %s ", c->sides[side].label);
	put_value(out, &c->rows[f->rows[first]].cells[side], f->metric);
	html_printf(out, " in %s, ", c->rows[f->rows[first]].name);
	put_value(out, &c->rows[f->rows[last]].cells[side], f->metric);
	html_printf(out, " in %s;", c->rows[f->rows[last]].name);
}

static void tell_sweep(FILE *out, const struct comparison *c, const struct figure *f)
{
	size_t side;

	html_printf(out, "Lines over %s; %s:", f->param, metric_infos[f->metric].title);
	for (side = 0; side < c->nr_sides; side++)
		tell_line(out, c, f, side);
}

void html_alternative(FILE *out, const struct comparison *c, const struct figure *f)
{
	if (f->kind == FIGURE_PERCENTILES)
		tell_distribution(out, c, &c->rows[f->rows[0]]);
	else if (f->kind == FIGURE_RATIO)
		tell_ratio(out, c, &c->rows[f->rows[0]]);
	else if (f->kind == FIGURE_TIMELINE)
		tell_timeline(out, c, &c->rows[f->rows[0]]);
	else if (figure_sweeps(f->kind))
		tell_sweep(out, c, f);
	else if (f->kind == FIGURE_EXCESS)
		fputs("Lines over the set time of a CMD_SYNC, one a kernel: what an operation took above it", out);
	else
		fputs("Percentile curves, one a kernel: how late the model served CMD_SYNCs; the table of this section has figures",
		      out);
	fputs(f->workload ? ". All values are in the tables of the workload." : ".", out);
}
