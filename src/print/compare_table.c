// SPDX-License-Identifier: GPL-2.0-only
/* compare_table.c - a comparison of any number of kernels as one wide table, a line a kernel. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_text.h"
#include "order.h"
#include "text.h"
#include "xalloc.h"

#define LABEL_WIDTH 20 /* of the kernels' column, at most */
#define WORST	    3  /* cases named below the table */

static int label_width(const struct comparison *c)
{
	size_t i, width = strlen("kernel");

	for (i = 0; i < c->nr_sides; i++)
		if (text_width(c->sides[i].label) > width)
			width = text_width(c->sides[i].label);
	return width < LABEL_WIDTH ? (int)width : LABEL_WIDTH;
}

static void print_head(FILE *out, const struct comparison *c)
{
	compare_print_sides(out, c);
	fprintf(out,
		"unit    median, p99, mean: %s per operation, less the clock's own cost (clock_floor_ns); median boot\n",
		compare_unit(c));
	if (!compare_counts(c))
		fprintf(out,
			"        ops/s: operations of all threads in a second, untimed parts included; more is better\n");
	fprintf(out, "        cmds, syncs, batches: per operation, from the probe pass; ratio: %s, to the base\n",
		compare_counts(c) ? "of the medians" : "of a typical pair of boots");
	compare_print_warnings(out, c);
}

static void print_value(FILE *out, const struct cell *cell, int width, enum metric_id id)
{
	if (cell->metrics[id].present)
		fprintf(out, " %*.*f", width, metric_decimals(id), cell->metrics[id].value);
	else
		fprintf(out, " %*s", width, "-");
}

static void print_count(FILE *out, const struct cell *cell, enum metric_id id)
{
	if (cell->probe == PROBE_VALID)
		fprintf(out, " %7.*f", metric_decimals(id), cell->metrics[id].value);
	else
		fprintf(out, " %7s", cell->probe == PROBE_INVALID ? "invalid" : "-");
}

static void print_verdict(FILE *out, const struct cell *cell)
{
	const char *name = verdict_name(cell->verdict);

	if (cell->verdict == VERDICT_SAME && *cell->why)
		fprintf(out, "  %s (%s)", name, cell->why);
	else
		fprintf(out, "  %s%s%s", name, *cell->why ? ": " : "", cell->why);
}

static void print_no_value(FILE *out, enum status status, const char *reason, const char *label, int width)
{
	fputs("  ", out);
	text_column(out, label, -width);
	fprintf(out, "  %s: %s\n", status_name(status), reason);
}

static void print_alike(FILE *out, const struct comparison *c, const struct row *row, int width)
{
	char reason[512];

	compare_row_reason(c, row, reason, sizeof(reason));
	print_no_value(out, row->cells[0].status, reason, "all", width);
}

static void print_cell(FILE *out, const struct comparison *c, const struct cell *cell, size_t side, int width)
{
	const struct metric *median = &cell->metrics[METRIC_MEDIAN];

	if (cell->status != STATUS_PASS) {
		print_no_value(out, cell->status, cell->reason, c->sides[side].label, width);
		return;
	}
	fputs("  ", out);
	text_column(out, c->sides[side].label, -width);
	print_value(out, cell, 9, METRIC_MEDIAN);
	print_value(out, cell, 9, METRIC_P99);
	print_value(out, cell, 10, METRIC_MEAN);
	if (!compare_counts(c))
		print_value(out, cell, 9, METRIC_THROUGHPUT);
	if (side == 0)
		fprintf(out, " %6s", "base");
	else if (median->compared && isfinite(median->ratio))
		fprintf(out, " %6.3f", median->ratio);
	else
		fprintf(out, " %6s", "-");
	print_count(out, cell, METRIC_COMMANDS);
	print_count(out, cell, METRIC_SYNCS);
	print_count(out, cell, METRIC_BATCHES);
	if (side)
		print_verdict(out, cell);
	fputc('\n', out);
}

static void print_row(FILE *out, const struct comparison *c, const struct row *row, int width)
{
	size_t side;

	fprintf(out, "%s  (%s)\n", row->name, row->unit);
	if (c->nr_sides > 1 && compare_row_alike(c, row)) {
		print_alike(out, c, row, width);
		return;
	}
	for (side = 0; side < c->nr_sides; side++)
		print_cell(out, c, &row->cells[side], side, width);
}

static void print_columns(FILE *out, const struct comparison *c, int width)
{
	fprintf(out, "\n  %-*s %9s %9s %10s", width, "kernel", "median", "p99", "mean");
	if (!compare_counts(c))
		fprintf(out, " %9s", "ops/s");
	fprintf(out, " %6s %7s %7s %7s  verdict\n", "ratio", "cmds", "syncs", "batches");
}

/* What a workload comes to: of many cases, most are read only if this says so. */
static void print_workload(FILE *out, const struct comparison *c, const char *workload)
{
	size_t side, tally[VERDICTS], n = compare_tally(c, 0, workload, tally);

	fprintf(out, "\n== %s, %zu case%s", workload, n, n == 1 ? "" : "s");
	for (side = 1; side < c->nr_sides; side++) {
		compare_tally(c, side, workload, tally);
		fprintf(out, "\n     %s: ", c->sides[side].label);
		compare_print_verdicts(out, tally);
	}
	fputc('\n', out);
}

static void print_details(FILE *out, const struct comparison *c, const struct row *row, const struct compare_view *view)
{
	size_t *sides = xcalloc(c->nr_sides, sizeof(*sides)), i;

	for (i = 0; i < c->nr_sides; i++)
		sides[i] = i;
	if (view->distribution)
		compare_print_distribution(out, c, row, sides, c->nr_sides);
	if (view->threads)
		compare_print_threads(out, c, row, sides, c->nr_sides);
	for (i = 1; i < c->nr_sides && view->functions; i++)
		compare_print_all_functions(out, c, row, i);
	free(sides);
}

/* By workload, wherever a suite has its cases; a single workload needs no heading. */
static void print_rows(FILE *out, const struct comparison *c, const struct compare_view *view, const size_t *order)
{
	const int width = label_width(c);
	size_t *firsts, count = compare_workloads(c, &firsts), i, nth;

	print_columns(out, c, width);
	for (i = 0; i < count; i++) {
		const char *workload = c->rows[firsts[i]].workload;

		if (count > 1)
			print_workload(out, c, workload);
		for (nth = 0; nth < c->nr_rows; nth++) {
			const struct row *row = &c->rows[order ? order[nth] : nth];

			if (strcmp(row->workload, workload))
				continue;
			print_row(out, c, row, width);
			print_details(out, c, row, view);
		}
	}
	free(firsts);
}

/* A long table ends with what to look for in it. */
static void print_worst(FILE *out, const struct comparison *c, size_t side)
{
	size_t *order = compare_order(c, side), i;

	for (i = 0; i < c->nr_rows && i < WORST; i++) {
		const struct row *row = &c->rows[order[i]];
		const struct cell *cell = &row->cells[side];
		const enum importance importance = compare_importance(row, side);

		if (importance == IMPORTANCE_FAILS)
			fprintf(out, "  %s: %s: %s\n", row->name, status_name(cell->status), cell->reason);
		else if (importance == IMPORTANCE_WORSE)
			fprintf(out, "  %s: worse: %s\n", row->name, cell->why);
		else
			break;
	}
	free(order);
}

void compare_print_table(FILE *out, const struct comparison *c, const struct compare_view *view)
{
	size_t *order = view->order == ORDER_IMPORTANCE ? compare_order(c, 0) : NULL, side;

	print_head(out, c);
	print_rows(out, c, view, order);
	free(order);
	fputc('\n', out);
	for (side = 1; side < c->nr_sides; side++) {
		compare_print_tally(out, c, side);
		print_worst(out, c, side);
	}
	compare_print_variants(out, c);
}

static void print(FILE *out, const struct comparison *list, size_t count, const struct compare_view *view)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i)
			fputc('\n', out);
		compare_print_table(out, &list[i], view);
	}
}

PRINTER(table) = {
	.name = "table",
	.summary = "All cases, a line a kernel (default for more)",
	.comparisons = print,
};
