// SPDX-License-Identifier: GPL-2.0-only
/* cmd_compare.c - invbench compare: two or more kernels, case by case. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subcommand.h"
#include "compare_text.h"
#include "result.h"
#include "xalloc.h"
#include "beds.h"
#include "compare_json.h"
#include "compare.h"

enum form { FORM_DEFAULT, FORM_LIST, FORM_TABLE, FORM_JSON };

struct arguments {
	const char *base;
	enum form form;
	const char *order; /* NULL: the form's own */
	struct compare_view view;
	struct compare_options judged;
	char **cases; /* patterns; none: all cases */
	size_t nr_cases;
	char **paths;
	size_t nr_paths;
};

enum { OPTION_LIST = 256, OPTION_TABLE, OPTION_ORDER, OPTION_DISTRIBUTION, OPTION_THREADS };

static const struct argp_option options[] = {
	{ 0, 0, 0, 0, "What is compared:", 1 },
	{ "base", 'b', "KERNEL", 0, "The kernel of a RUN that the others are compared with (default: the plan's first)",
	  1 },
	{ "case", 'c', "GLOB", 0, "Only cases whose name matches, as in 'dma op=sync*'; may be given several times",
	  1 },
	{ "metric", 'm', "METRIC[,METRIC...]", 0,
	  "Judge and show these alone: median, p99, p999, mean, min, max, "
	  "ops_per_second, commands_per_op, syncs_per_op, batches_per_op",
	  1 },
	{ 0, 0, 0, 0, "What is shown:", 2 },
	{ "all", 'a', NULL, 0,
	  "In the list, each case that shows no measurable difference as well, and each that was not compared", 2 },
	{ "order", OPTION_ORDER, "importance|suite", 0,
	  "What got worse first, the further the earlier (the list's default); or as the suite has the cases (the table's)",
	  2 },
	{ "distribution", OPTION_DISTRIBUTION, NULL, 0,
	  "Below each case, its percentiles from min to max: of all boots together, and from the lowest to the highest boot",
	  2 },
	{ "threads", OPTION_THREADS, NULL, 0, "Below each case with several threads, how unlike these were", 2 },
	{ 0, 0, 0, 0, "Form:", 3 },
	{ "list", OPTION_LIST, NULL, 0, "What moved, metric by metric (default for two kernels)", 3 },
	{ "table", OPTION_TABLE, NULL, 0, "All cases, a line a kernel (default for more)", 3 },
	{ "json", 'j', NULL, 0, "JSON, with every boot's value of every metric", 3 },
	{ 0 }
};

static bool choose_metric(struct compare_options *judged, const char *key)
{
	int id;

	for (id = 0; id < METRICS; id++)
		if (!strcmp(metric_infos[id].key, key)) {
			judged->chosen[id] = true;
			return true;
		}
	return false;
}

static void refuse_metric(const char *key)
{
	char names[512] = "";
	int id;

	for (id = 0; id < METRICS; id++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", id ? ", " : "",
			 metric_infos[id].key);
	die("compare: --metric: there is no metric '%s'; there are: %s", key, names);
}

static void choose_metrics(struct compare_options *judged, const char *list)
{
	char *copy = strdup(list), *rest = copy, *key;

	if (!copy)
		die("out of memory");
	while ((key = strsep(&rest, ",")))
		if (!choose_metric(judged, key))
			refuse_metric(key);
	free(copy);
}

static void add_case(struct arguments *a, char *glob)
{
	*xappend(a->cases, a->nr_cases) = glob;
}

static void choose_order(struct arguments *a, const char *order)
{
	if (strcmp(order, "importance") && strcmp(order, "suite"))
		die("compare: --order=%s: it is importance or suite", order);
	a->order = order;
}

static void choose_form(struct arguments *a, enum form form)
{
	if (a->form != FORM_DEFAULT && a->form != form)
		die("compare: choose one of --list, --table and --json");
	a->form = form;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case 'b':
		a->base = arg;
		return 0;
	case 'c':
		add_case(a, arg);
		return 0;
	case 'm':
		choose_metrics(&a->judged, arg);
		return 0;
	case 'a':
		a->view.all = true;
		return 0;
	case OPTION_ORDER:
		choose_order(a, arg);
		return 0;
	case OPTION_DISTRIBUTION:
		a->view.distribution = true;
		return 0;
	case OPTION_THREADS:
		a->view.threads = true;
		return 0;
	case OPTION_LIST:
		choose_form(a, FORM_LIST);
		return 0;
	case OPTION_TABLE:
		choose_form(a, FORM_TABLE);
		return 0;
	case 'j':
		choose_form(a, FORM_JSON);
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
	.doc = "Says of each case of a benchmark whether a kernel is better or worse than another.\v"
	       "RUN is a folder of results (results/RUN): all its kernels are compared with the first of its plan, bed by "
	       "bed. BASE and OTHER are folders of boots (results/RUN/KERNEL/BED) or single boot files.\n\n"
	       "  invbench compare results/RUN\n"
	       "  invbench compare results/OLD/list/icount results/NEW/list/icount\n"
	       "  invbench compare --case='dma op=sync*' --all --distribution BASE OTHER\n\n"
	       "A boot gives one value for each metric of a case; a kernel's value is its median boot's. Latencies are less "
	       "what reading the clock costs. A ratio is that of the kernel to the base, so 1.07 is 7 % more: of the throughput "
	       "more is better, of all else less.\n\n"
	       "The interval beside a ratio, on beds model and metal: with 99 % confidence, by how much the boots of one kernel "
	       "are shifted against those of the other (Mann-Whitney). On bed icount, which is near exact, and where there are "
	       "too few boots, it is a range and headed so: from the least to the greatest difference of two boots.\n\n"
	       "Verdicts. A metric is better or worse if it changed by 5 % (median, throughput), 10 % (p99) or 0.5 % (counts, and "
	       "on bed icount all but p99), and the boots confirm it: on beds model and metal, 8 or more a side, by an exact Mann-Whitney "
	       "test at alpha 0.01 (Holm over the metrics of a case); on bed icount, 2 or more a side, by a change wider than the "
	       "spread of the boots. It shows no measurable difference if the boots rule out a change as large as that, and is "
	       "inconclusive if they do neither. A case is worse if one of its metrics is, else better if one is; of the others "
	       "the median decides. A case that one of the two has no value for is not compared. Of a RUN on bed icount and another, a "
	       "warning names the cases that take another time with as many instructions.\n\n"
	       "Exit status: 0, also where a kernel is worse; 1 if a case failed or was lost; 2 for bad input. invbench check "
	       "turns verdicts into an exit status. More: invbench-compare(1).",
};

/* ---- what is compared ---- */

/* A list is of pairs: of one kernel alone there is the table. */
static bool as_list(const struct arguments *a, const struct comparison *c)
{
	return c->nr_sides == 2 ? a->form != FORM_TABLE : c->nr_sides > 2 && a->form == FORM_LIST;
}

/* Prints a comparison, or appends it to @json. Returns its part of the exit status. */
static int show(const struct arguments *a, struct comparison *c, json_t *json)
{
	const bool list = as_list(a, c);
	struct compare_view view = a->view;
	struct sentence why;

	if (a->nr_cases && compare_keep_cases(c, a->cases, a->nr_cases, &why))
		die("compare: --case: %s", why.text);
	view.by_importance = a->order ? !strcmp(a->order, "importance") : list;
	if (json)
		json_array_append_new(json, compare_to_json_with(c, view.distribution, view.threads));
	else if (list)
		compare_print_list(c, &view);
	else
		compare_print_table(c, &view);
	return compare_has_failures(c) ? STATUS_FAIL : STATUS_PASS;
}

static int compare_run(const struct arguments *a, json_t *json)
{
	struct sentence why;
	struct comparison *beds;
	struct run_folder run;
	int status = STATUS_PASS;
	size_t i, j;

	if (run_load(a->paths[0], a->base, &run, &why))
		die("%s", why.text);
	beds = xcalloc(run.nr_beds, sizeof(*beds));
	for (i = 0; i < run.nr_beds; i++)
		if (compare_run_bed_as(&run.beds[i], &a->judged, &beds[i], &why))
			die("%s", why.text);
	for (i = 0; i < run.nr_beds; i++)
		for (j = 0; j < run.nr_beds; j++)
			compare_with_counts(&beds[i], &beds[j]);
	for (i = 0; i < run.nr_beds; i++) {
		if (i && !json)
			putchar('\n');
		status = show(a, &beds[i], json) ?: status;
	}
	for (i = 0; i < run.nr_beds; i++)
		compare_free(&beds[i]);
	free(beds);
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
			label = xasprintf("%s#%zu", sides[i].boots[0]->kernel.name, i + 1);
			free(sides[i].label);
			sides[i].label = label;
			break;
		}
}

static int compare_paths(const struct arguments *a, json_t *json)
{
	struct side *sides = calloc(a->nr_paths, sizeof(*sides));
	struct sentence why;
	struct comparison c;
	int status;
	size_t i;

	if (!sides)
		die("out of memory");
	if (a->base)
		die("compare: --base is for a RUN; here the first folder is the base");
	for (i = 0; i < a->nr_paths; i++)
		if (side_load(a->paths[i], &sides[i], &why))
			die("%s", why.text);
	make_labels_unique(sides, a->nr_paths);
	if (compare_sides_as(sides, a->nr_paths, &a->judged, &c, &why))
		die("%s", why.text);
	status = show(a, &c, json);
	compare_free(&c);
	for (i = 0; i < a->nr_paths; i++)
		side_free(&sides[i]);
	free(sides);
	return status;
}

static void print_json(json_t *comparisons)
{
	json_t *json =
		json_pack("{s:s, s:i, s:o}", "format", "invbench-compare", "version", 2, "comparisons", comparisons);

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
	json = a.form == FORM_JSON ? json_array() : NULL;
	status = a.nr_paths == 1 ? compare_run(&a, json) : compare_paths(&a, json);
	if (json)
		print_json(json);
	free(a.cases);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %m");
	return status;
}

COMMAND(compare) = {
	.name = "compare",
	.summary = "compare kernels case by case, with a verdict each",
	.argp = &argp,
	.run = run_compare,
};
