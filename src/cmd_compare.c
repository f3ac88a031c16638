// SPDX-License-Identifier: GPL-2.0-only
/* cmd_compare.c - invbench compare: a table, case by case, of two or more kernels. */
#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "invbench.h"
#include "result.h"

#define LABEL_WIDTH	20	/* of the kernels' column, at most */

struct arguments {
	const char *base;
	bool json;
	char **paths;
	size_t nr_paths;
};

static const struct argp_option options[] = {
	{ "base", 'b', "KERNEL", 0, "The kernel of a RUN that the others are compared with (default: the plan's first)", 0 },
	{ "json", 'j', NULL, 0, "Print JSON instead of the table", 0 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case 'b':
		a->base = arg;
		return 0;
	case 'j':
		a->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		a->paths = state->argv + state->next;
		a->nr_paths = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		die("compare: nothing to compare; give a RUN, or two or more folders of boots (see --help)");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "RUN\nBASE OTHER...",
	.doc = "Compares kernels case by case.\v"
	       "RUN is a folder of results (results/RUN): all its kernels are compared with the first of its plan, bed by "
	       "bed. BASE and OTHER are folders of boots (results/RUN/KERNEL/BED) or single boot files.\n\n"
	       "Verdicts: on bed icount from 2 boots a side, a change of 0.5 % that is wider than the spread of the boots. "
	       "On beds model and metal from 8 boots a side, exact Mann-Whitney test, Holm over the metrics of a case, "
	       "alpha 0.01, and a change of 5 % of the median, 10 % of p99, 5 % of the throughput, 0.5 % of a count. Of the "
	       "throughput more is better, of all else less.\n\n"
	       "Exit status: 0; 1 if a case failed or was lost; 2 for bad input.",
};

/* ---- the table ---- */

static int label_width(const struct comparison *c)
{
	size_t i, width = strlen("kernel");

	for (i = 0; i < c->nr_sides; i++)
		if (strlen(c->sides[i].label) > width)
			width = strlen(c->sides[i].label);
	return width < LABEL_WIDTH ? (int)width : LABEL_WIDTH;
}

static void print_side(const struct comparison *c, size_t i)
{
	const struct side *side = &c->sides[i];
	const struct result_kernel *k = &side->boots[0]->kernel;

	printf("%-6s  %s: Linux %s, design %s, %zu boot%s, %s\n", i ? "" : "base", side->label, k->release, k->design,
	       side->nr_boots, side->nr_boots == 1 ? "" : "s", side->path);
}

static void print_head(const struct comparison *c)
{
	size_t i;

	printf("bed     %s%s%s, suite %s\n", c->bed->name, *c->bed->emulator ? ", emulator " : "", c->bed->emulator, c->suite);
	for (i = 0; i < c->nr_sides; i++)
		print_side(c, i);
	printf("unit    median, p99, mean: %s per operation, less the clock's own cost (clock_floor_ns); median boot\n",
	       compare_unit(c));
	if (!compare_counts(c))
		printf("        ops/s: operations of all threads in a second, untimed parts included; more is better\n");
	printf("        cmds, syncs, batches: per operation, from the probe pass; ratio: of the medians, to the base\n");
	if (compare_counts(c))
		printf("        bed icount counts instructions on one CPU at a time: it says nothing about latency or contention\n");
	if (!strcmp(c->bed->name, "model"))
		printf("        bed model is real time against a model of the SMMU: it says nothing about nanoseconds of hardware\n");
	for (i = 0; i < c->nr_warnings; i++)
		printf("warning %s\n", c->warnings[i]);
}

static void print_latency(const struct metric *m, int width, int decimals)
{
	printf(" %*.*f", width, decimals, m->value);
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
	int v;

	printf("\n== %s, %zu case%s", workload, n, n == 1 ? "" : "s");
	for (side = 1; side < c->nr_sides; side++) {
		const char *comma = "";

		compare_tally(c, side, workload, tally);
		printf("\n     %s: ", c->sides[side].label);
		for (v = VERDICT_BETTER; v < VERDICTS; v++) {
			if (!tally[v])
				continue;
			printf("%s%zu %s", comma, tally[v], verdict_name((enum verdict)v));
			comma = ", ";
		}
	}
	putchar('\n');
}

/* By workload, wherever a suite has its cases; a single workload needs no heading. */
static void print_rows(const struct comparison *c)
{
	const int width = label_width(c);
	size_t *firsts, count = compare_workloads(c, &firsts), i, row;

	print_columns(c, width);
	for (i = 0; i < count; i++) {
		const char *workload = c->rows[firsts[i]].workload;

		if (count > 1)
			print_workload(c, workload);
		for (row = firsts[i]; row < c->nr_rows; row++)
			if (!strcmp(c->rows[row].workload, workload))
				print_row(c, &c->rows[row], width);
	}
	free(firsts);
}

static void print_tally(const struct comparison *c, size_t side)
{
	size_t tally[VERDICTS];
	int v;

	compare_tally(c, side, NULL, tally);
	printf("%s against %s, %zu case%s:", c->sides[side].label, c->sides[0].label, c->nr_rows, c->nr_rows == 1 ? "" : "s");
	for (v = VERDICT_BETTER; v < VERDICTS; v++)
		printf("%s %zu %s", v == VERDICT_BETTER ? "" : ",", tally[v], verdict_name((enum verdict)v));
	putchar('\n');
}

/* "array-tuned against list-tuned", below the pairs with the base. */
static void print_variant(const struct comparison *c, size_t side)
{
	char error[RESULT_ERROR_SIZE];
	struct comparison variant;
	struct side pair[2];

	if (!compare_variant(c, side, pair))
		return;
	if (compare_sides(pair, 2, &variant, error))
		die("%s", error);
	print_tally(&variant, 1);
	compare_free(&variant);
}

static void print_tallies(const struct comparison *c)
{
	size_t side;

	putchar('\n');
	for (side = 1; side < c->nr_sides; side++)
		print_tally(c, side);
	for (side = 1; side < c->nr_sides; side++)
		print_variant(c, side);
}

static void print_table(const struct comparison *c)
{
	print_head(c);
	print_rows(c);
	print_tallies(c);
}

/* ---- what is compared ---- */

/* Prints a comparison, or appends it to @json. Returns its part of the exit status. */
static int show(const struct comparison *c, json_t *json)
{
	if (json)
		json_array_append_new(json, compare_to_json(c));
	else
		print_table(c);
	return compare_has_failures(c) ? STATUS_FAIL : STATUS_PASS;
}

static int compare_bed(const struct run_bed *bed, json_t *json)
{
	char error[RESULT_ERROR_SIZE];
	struct comparison c;
	int status;

	if (compare_run_bed(bed, &c, error))
		die("%s", error);
	status = show(&c, json);
	compare_free(&c);
	return status;
}

static int compare_run(const struct arguments *a, json_t *json)
{
	char error[RESULT_ERROR_SIZE];
	struct run_folder run;
	int status = STATUS_PASS;
	size_t i;

	if (run_load(a->paths[0], a->base, &run, error))
		die("%s", error);
	for (i = 0; i < run.nr_beds; i++) {
		if (i && !json)
			putchar('\n');
		status = compare_bed(&run.beds[i], json) ?: status;
	}
	run_free(&run);
	return status;
}

/* Two kernels of one name, from two runs, are told apart by their place. */
static void make_labels_unique(struct side *sides, size_t n)
{
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++) {
			char *label;

			if (strcmp(sides[i].label, sides[j].label))
				continue;
			if (asprintf(&label, "%s#%zu", sides[i].boots[0]->kernel.name, i + 1) < 0)
				abort();
			free(sides[i].label);
			sides[i].label = label;
			break;
		}
}

static int compare_paths(const struct arguments *a, json_t *json)
{
	struct side *sides = calloc(a->nr_paths, sizeof(*sides));
	char error[RESULT_ERROR_SIZE];
	struct comparison c;
	int status;
	size_t i;

	if (!sides)
		die("out of memory");
	if (a->base)
		die("compare: --base is for a RUN; here the first folder is the base");
	for (i = 0; i < a->nr_paths; i++)
		if (side_load(a->paths[i], &sides[i], error))
			die("%s", error);
	make_labels_unique(sides, a->nr_paths);
	if (compare_sides(sides, a->nr_paths, &c, error))
		die("%s", error);
	status = show(&c, json);
	compare_free(&c);
	for (i = 0; i < a->nr_paths; i++)
		side_free(&sides[i]);
	free(sides);
	return status;
}

static void print_json(json_t *comparisons)
{
	json_t *json = json_pack("{s:s, s:i, s:o}", "format", "invbench-compare", "version", 1, "comparisons", comparisons);

	json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(json);
}

static int run_compare(int argc, char **argv)
{
	struct arguments a = { 0 };
	json_t *json;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	json = a.json ? json_array() : NULL;
	status = a.nr_paths == 1 ? compare_run(&a, json) : compare_paths(&a, json);
	if (json)
		print_json(json);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %m");
	return status;
}

COMMAND(compare) = {
	.name = "compare",
	.summary = "compare kernels case by case, with a verdict each",
	.run = run_compare,
};
