// SPDX-License-Identifier: GPL-2.0-only
/* compare_table.c - a comparison of any number of kernels as one wide table, a line a kernel. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_text.h"
#include "order.h"

#define LABEL_WIDTH 20 /* of the kernels' column, at most */
#define WORST	    3  /* cases named below the table */

static int label_width(const struct comparison *c)
{
	size_t i, width = strlen("kernel");

	for (i = 0; i < c->nr_sides; i++)
		if (strlen(c->sides[i].label) > width)
			width = strlen(c->sides[i].label);
	return width < LABEL_WIDTH ? (int)width : LABEL_WIDTH;
}

static void print_head(const struct comparison *c)
{
	compare_print_sides(c);
	printf("unit    median, p99, mean: %s per operation, less the clock's own cost (clock_floor_ns); median boot\n",
	       compare_unit(c));
	if (!compare_counts(c))
		printf("        ops/s: operations of all threads in a second, untimed parts included; more is better\n");
	printf("        cmds, syncs, batches: per operation, from the probe pass; ratio: %s, to the base\n",
	       compare_counts(c) ? "of the medians" : "of a typical pair of boots");
	compare_print_warnings(c);
}

static void print_latency(const struct metric *m, int width, int decimals)
{
	if (m->present)
		printf(" %*.*f", width, decimals, m->value);
	else
		printf(" %*s", width, "-");
}

static void print_rate(const struct metric *m)
{
	if (m->present)
		printf(" %9.0f", m->value);
	else
		printf(" %9s", "-");
}

static void print_count(const struct cell *cell, enum metric_id id)
{
	if (cell->probe == PROBE_VALID)
		printf(" %7.2f", cell->metrics[id].value);
	else
		printf(" %7s", cell->probe == PROBE_INVALID ? "invalid" : "-");
}

static void print_verdict(const struct cell *cell)
{
	const char *name = verdict_name(cell->verdict);

	if (cell->verdict == VERDICT_SAME && *cell->why)
		printf("  %s (%s)", name, cell->why);
	else
		printf("  %s%s%s", name, *cell->why ? ": " : "", cell->why);
}

static void print_no_value(enum status status, const char *reason, const char *label, int width)
{
	printf("  %-*.*s  %s: %s\n", width, width, label, status_name(status), reason);
}

static void print_alike(const struct comparison *c, const struct row *row, int width)
{
	char reason[512];

	compare_row_reason(c, row, reason, sizeof(reason));
	print_no_value(row->cells[0].status, reason, "all", width);
}

static void print_cell(const struct comparison *c, const struct cell *cell, size_t side, int width)
{
	const struct metric *median = &cell->metrics[METRIC_MEDIAN];

	if (cell->status != STATUS_PASS) {
		print_no_value(cell->status, cell->reason, c->sides[side].label, width);
		return;
	}
	printf("  %-*.*s", width, width, c->sides[side].label);
	print_latency(median, 9, 0);
	print_latency(&cell->metrics[METRIC_P99], 9, 0);
	print_latency(&cell->metrics[METRIC_MEAN], 10, 1);
	if (!compare_counts(c))
		print_rate(&cell->metrics[METRIC_THROUGHPUT]);
	if (side == 0)
		printf(" %6s", "base");
	else if (median->compared && isfinite(median->ratio))
		printf(" %6.3f", median->ratio);
	else
		printf(" %6s", "-");
	print_count(cell, METRIC_COMMANDS);
	print_count(cell, METRIC_SYNCS);
	print_count(cell, METRIC_BATCHES);
	if (side)
		print_verdict(cell);
	putchar('\n');
}

static void print_row(const struct comparison *c, const struct row *row, int width)
{
	size_t side;

	printf("%s  (%s)\n", row->name, row->unit);
	if (c->nr_sides > 1 && compare_row_alike(c, row)) {
		print_alike(c, row, width);
		return;
	}
	for (side = 0; side < c->nr_sides; side++)
		print_cell(c, &row->cells[side], side, width);
}

static void print_columns(const struct comparison *c, int width)
{
	printf("\n  %-*s %9s %9s %10s", width, "kernel", "median", "p99", "mean");
	if (!compare_counts(c))
		printf(" %9s", "ops/s");
	printf(" %6s %7s %7s %7s  verdict\n", "ratio", "cmds", "syncs", "batches");
}

/* What a workload comes to: of many cases, most are read only if this says so. */
static void print_workload(const struct comparison *c, const char *workload)
{
	size_t side, tally[VERDICTS], n = compare_tally(c, 0, workload, tally);

	printf("\n== %s, %zu case%s", workload, n, n == 1 ? "" : "s");
	for (side = 1; side < c->nr_sides; side++) {
		compare_tally(c, side, workload, tally);
		printf("\n     %s: ", c->sides[side].label);
		compare_print_verdicts(tally);
	}
	putchar('\n');
}

static void print_details(const struct comparison *c, const struct row *row, const struct compare_view *view)
{
	size_t *sides = calloc(c->nr_sides, sizeof(*sides)), i;

	if (!sides)
		die("out of memory");
	for (i = 0; i < c->nr_sides; i++)
		sides[i] = i;
	if (view->distribution)
		compare_print_distribution(c, row, sides, c->nr_sides);
	if (view->threads)
		compare_print_threads(c, row, sides, c->nr_sides);
	free(sides);
}

/* By workload, wherever a suite has its cases; a single workload needs no heading. */
static void print_rows(const struct comparison *c, const struct compare_view *view, const size_t *order)
{
	const int width = label_width(c);
	size_t *firsts, count = compare_workloads(c, &firsts), i, nth;

	print_columns(c, width);
	for (i = 0; i < count; i++) {
		const char *workload = c->rows[firsts[i]].workload;

		if (count > 1)
			print_workload(c, workload);
		for (nth = 0; nth < c->nr_rows; nth++) {
			const struct row *row = &c->rows[order ? order[nth] : nth];

			if (strcmp(row->workload, workload))
				continue;
			print_row(c, row, width);
			print_details(c, row, view);
		}
	}
	free(firsts);
}

/* A long table ends with what to look for in it. */
static void print_worst(const struct comparison *c, size_t side)
{
	size_t *order = compare_order(c, side), i;

	for (i = 0; i < c->nr_rows && i < WORST; i++) {
		const struct row *row = &c->rows[order[i]];
		const struct cell *cell = &row->cells[side];
		const enum importance importance = compare_importance(row, side);

		if (importance == IMPORTANCE_FAILS)
			printf("  %s: %s: %s\n", row->name, status_name(cell->status), cell->reason);
		else if (importance == IMPORTANCE_WORSE)
			printf("  %s: worse: %s\n", row->name, cell->why);
		else
			break;
	}
	free(order);
}

void compare_print_table(const struct comparison *c, const struct compare_view *view)
{
	size_t *order = view->by_importance ? compare_order(c, 0) : NULL, side;

	print_head(c);
	print_rows(c, view, order);
	free(order);
	putchar('\n');
	for (side = 1; side < c->nr_sides; side++) {
		compare_print_tally(c, side);
		print_worst(c, side);
	}
	compare_print_variants(c);
}
