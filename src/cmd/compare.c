// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - invbench compare: two or more kernels, case by case. */
#include <argp.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beds.h"
#include "compare.h"
#include "printer.h"
#include "subcommand.h"
#include "xalloc.h"

struct arguments {
	const char *base;
	struct printer_outputs forms; /* at most one; none: the printer of no option */
	struct compare_view view;
	struct compare_options judged;
	char **cases; /* patterns; none: all cases */
	size_t nr_cases;
	char **paths;
	size_t nr_paths;
};

enum { OPTION_ORDER = 256, OPTION_DISTRIBUTION, OPTION_FUNCTIONS, OPTION_THREADS };

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
	{ "functions", OPTION_FUNCTIONS, NULL, 0,
	  "Below each case, all functions in which the kernels differ, by instructions an operation (bed virtual; the list has the biggest of them anyway)",
	  2 },
	{ "threads", OPTION_THREADS, NULL, 0, "Below each case with several threads, how unlike these were", 2 },
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
	if (!strcmp(order, "importance"))
		a->view.order = ORDER_IMPORTANCE;
	else if (!strcmp(order, "suite"))
		a->view.order = ORDER_SUITE;
	else
		die("compare: --order=%s: it is importance or suite", order);
}

static void check_forms(const struct printer_outputs *forms)
{
	if (forms->count > 1)
		die("compare: choose one of --%s and --%s", forms->list[0].printer->name, forms->list[1].printer->name);
}

static error_t parse_view(struct arguments *a, int key, const char *arg)
{
	switch (key) {
	case 'a':
		a->view.all = true;
		return 0;
	case OPTION_ORDER:
		choose_order(a, arg);
		return 0;
	case OPTION_DISTRIBUTION:
		a->view.distribution = true;
		return 0;
	case OPTION_FUNCTIONS:
		a->view.functions = true;
		return 0;
	case OPTION_THREADS:
		a->view.threads = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->forms;
		return 0;
	case 'b':
		a->base = arg;
		return 0;
	case 'c':
		add_case(a, arg);
		return 0;
	case 'm':
		choose_metrics(&a->judged, arg);
		return 0;
	case ARGP_KEY_ARGS:
		a->paths = state->argv + state->next;
		a->nr_paths = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		check_forms(&a->forms);
		return 0;
	case ARGP_KEY_NO_ARGS:
		die("compare: nothing to compare; give a RUN, or two or more folders of boots (see --help)");
	default:
		return parse_view(a, key, arg);
	}
}

static const struct argp_child children[] = { { &printer_comparisons_argp, 0, "Form:", 3 }, { 0 } };

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.children = children,
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

/* Comparisons stand on the boots of a run, or on those of single folders. */
struct loaded {
	struct run_folder run;
	struct side *sides;
	size_t nr_sides;
	struct comparison *comparisons;
	size_t nr_comparisons;
};

/* The run that the folder RUN/KERNEL/BED is of, if it has a plan; NULL if not. */
static char *run_of(const char *path)
{
	char *copy = xstrdup(path), *run = xstrdup(dirname(dirname(copy))), *plan = xasprintf("%s/plan.json", run);

	if (access(plan, F_OK)) {
		free(run);
		run = NULL;
	}
	free(plan);
	free(copy);
	return run;
}

/* Boots of one kernel alone have nothing to be compared with: what would? */
static void __attribute__((noreturn)) refuse_run(const char *path, const char *why)
{
	struct sentence no_side;
	struct side side;
	char *run;

	if (side_load(path, &side, &no_side))
		die("%s", why);
	run = run_of(path);
	die("compare: %s is the boots of one kernel; name two of these, or the run%s%s", path, run ? ": " : "",
	    run ? run : "");
}

static void load_run(const struct arguments *a, struct loaded *l)
{
	struct sentence why;
	size_t i, j;

	if (run_load(a->paths[0], a->base, &l->run, &why))
		refuse_run(a->paths[0], why.text);
	for (i = 0; i < l->run.nr_beds; i++)
		if (compare_run_bed_as(&l->run.beds[i], &a->judged, xappend(l->comparisons, l->nr_comparisons), &why))
			die("%s", why.text);
	for (i = 0; i < l->nr_comparisons; i++)
		for (j = 0; j < l->nr_comparisons; j++)
			compare_with_counts(&l->comparisons[i], &l->comparisons[j]);
}

static bool is_taken(const struct side *sides, size_t n, const char *label)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(sides[i].label, label))
			return true;
	return false;
}

/* Two kernels of one name, from two runs, are told apart by their place. */
static void make_labels_unique(struct side *sides, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!is_taken(sides, i, sides[i].label))
			continue;
		free(sides[i].label);
		sides[i].label = xasprintf("%s#%zu", sides[i].boots[0]->kernel.name, i + 1);
	}
}

static void load_sides(const struct arguments *a, struct loaded *l)
{
	struct sentence why;

	if (a->base)
		die("compare: --base is for a RUN; here the first folder is the base");
	l->sides = xcalloc(a->nr_paths, sizeof(*l->sides));
	for (; l->nr_sides < a->nr_paths; l->nr_sides++)
		if (side_load(a->paths[l->nr_sides], &l->sides[l->nr_sides], &why))
			die("%s", why.text);
	make_labels_unique(l->sides, l->nr_sides);
	if (compare_sides_as(l->sides, l->nr_sides, &a->judged, xappend(l->comparisons, l->nr_comparisons), &why))
		die("%s", why.text);
}

static void keep_cases(const struct arguments *a, struct loaded *l)
{
	struct sentence why;
	size_t i;

	for (i = 0; i < l->nr_comparisons && a->nr_cases; i++)
		if (compare_keep_cases(&l->comparisons[i], a->cases, a->nr_cases, &why))
			die("compare: --case: %s", why.text);
}

static int status_of(const struct loaded *l)
{
	size_t i;

	for (i = 0; i < l->nr_comparisons; i++)
		if (compare_has_failures(&l->comparisons[i]))
			return STATUS_FAIL;
	return STATUS_PASS;
}

static void free_loaded(struct loaded *l)
{
	size_t i;

	for (i = 0; i < l->nr_comparisons; i++)
		compare_free(&l->comparisons[i]);
	for (i = 0; i < l->nr_sides; i++)
		side_free(&l->sides[i]);
	free(l->comparisons);
	free(l->sides);
	run_free(&l->run);
}

/* ---- the whole ---- */

static int run_compare(int argc, char **argv)
{
	struct arguments a = { 0 };
	struct loaded l = { 0 };
	const struct printer *form;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	if (a.nr_paths == 1)
		load_run(&a, &l);
	else
		load_sides(&a, &l);
	keep_cases(&a, &l);
	form = a.forms.count ? a.forms.list[0].printer : printer_find(PRINTED_COMPARISONS, NULL);
	form->comparisons(stdout, l.comparisons, l.nr_comparisons, &a.view);
	status = status_of(&l);
	free_loaded(&l);
	free(a.cases);
	free(a.forms.list);
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
