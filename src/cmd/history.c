// SPDX-License-Identifier: GPL-2.0-only
/* cmd_history.c - invbench history: what was ever measured, and how it went. */
#include <argp.h>
#include <math.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subcommand.h"
#include "table.h"
#include "gnuplot.h"
#include "history.h"
#include "trend.h"
#include "xalloc.h"

struct arguments {
	const char *db, *verb, *metric, *plot, *plots;
	struct history_filter filter;
	char **rest;
	size_t nr_rest;
};

enum { OPTION_DB = 256, OPTION_BED, OPTION_KERNEL, OPTION_MACHINE, OPTION_SINCE, OPTION_PLOT, OPTION_PLOTS };

static const struct argp_option options[] = {
	{ "db", OPTION_DB, "FILE", 0, "The history (default: " HISTORY_FILE ")", 0 },
	{ NULL, 0, NULL, 0, "For list, cases and trend:", 1 },
	{ "bed", OPTION_BED, "BED", 0, "Only boots on this bed: icount, virtual, model, metal", 1 },
	{ "kernel", OPTION_KERNEL, "NAME", 0, "Only kernels of this name or release", 1 },
	{ "machine", OPTION_MACHINE, "TEXT", 0, "Only machines with TEXT in the name of their CPU, or of their host's",
	  1 },
	{ "since", OPTION_SINCE, "DATE", 0, "Only boots from then on: 2026-11-23, or 2026-11-23T06:00:00Z", 1 },
	{ NULL, 0, NULL, 0, "For trend:", 2 },
	{ "metric", 'm', "METRIC", 0,
	  "median (default), p99, p999, mean, min, max, ops_per_second, commands_per_op, syncs_per_op, batches_per_op",
	  2 },
	{ "plot", OPTION_PLOT, "FILE", 0, "Draw it as well: FILE.svg or FILE.png. Needs gnuplot", 2 },
	{ "plots", OPTION_PLOTS, "FOLDER", 0, "The folder with trend.gp (default: what came with this program)", 2 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case OPTION_DB:
		a->db = arg;
		return 0;
	case OPTION_BED:
		a->filter.bed = arg;
		return 0;
	case OPTION_KERNEL:
		a->filter.kernel = arg;
		return 0;
	case OPTION_MACHINE:
		a->filter.machine = arg;
		return 0;
	case OPTION_SINCE:
		a->filter.since = arg;
		return 0;
	case 'm':
		a->metric = arg;
		return 0;
	case OPTION_PLOT:
		a->plot = arg;
		return 0;
	case OPTION_PLOTS:
		a->plots = arg;
		return 0;
	case ARGP_KEY_ARGS:
		a->verb = state->argv[state->next];
		a->rest = state->argv + state->next + 1;
		a->nr_rest = (size_t)(state->argc - state->next - 1);
		return 0;
	case ARGP_KEY_NO_ARGS:
		die("history: what about it? add, list, cases, trend or rebuild (see --help)");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "add PATH...\nlist\ncases\ntrend CASE\nrebuild RESULTS...",
	.doc = "Keeps what was ever measured, and shows how it went from kernel build to kernel build.\v"
	       "add: takes in boot files, a run (results/RUN), or any folder with such below it. A boot that is there is not "
	       "added again; a file that has changed replaces what it said.\n"
	       "list: the boots by date, those of one kernel in one folder together.\n"
	       "cases: the cases, and how often each was run.\n"
	       "trend: a metric of a case, one line per kernel build by the time of its first boot: median over its boots, "
	       "lowest and highest boot, and how much the median differs from the build of this name before.\n"
	       "rebuild: makes the history anew from the result files in RESULTS.\n\n"
	       "`invbench check --against-history` judges a kernel by it.\n\n"
	       "Exit status: 0; 2 for bad input. What can be read is added all the same. More: invbench-history(1).",
};

/* ---- add and rebuild ---- */

static void tell(const char *line)
{
	say("%s", line);
}

static int told(const struct arguments *a, const struct history_added *added)
{
	say("%s: %zu boot%s added, %zu replaced, %zu there already", a->db, added->added, added->added == 1 ? "" : "s",
	    added->replaced, added->unchanged);
	if (added->refused)
		say("%zu could not be read, see above", added->refused);
	return added->refused ? STATUS_USAGE : STATUS_PASS;
}

static int run_add(const struct arguments *a)
{
	struct sentence why;
	struct history_added added;
	struct history *h = history_open(a->db, HISTORY_ADD, &why);

	if (!h || history_add(h, a->rest, a->nr_rest, tell, &added, &why))
		die("%s", why.text);
	history_close(h);
	return told(a, &added);
}

static int run_rebuild(const struct arguments *a)
{
	struct sentence why;
	struct history_added added;
	size_t before;

	if (history_rebuild(a->db, a->rest, a->nr_rest, tell, &added, &before, &why))
		die("%s", why.text);
	if (before)
		say("%s: made anew; the one before had %zu boot%s", a->db, before, before == 1 ? "" : "s");
	return told(a, &added);
}

/* ---- list and cases ---- */

static struct history *open_it(const struct arguments *a)
{
	struct sentence why;
	struct history *h = history_open(a->db, HISTORY_READ, &why);

	if (!h)
		die("%s", why.text);
	return h;
}

static int run_list(const struct arguments *a)
{
	struct table t = { .alignment = "llllllrrrl" };
	struct history *h = open_it(a);
	struct sentence why;
	struct history_runs runs;
	size_t i;

	if (history_runs(h, &a->filter, &runs, &why))
		die("%s", why.text);
	history_close(h);
	if (runs.count)
		table_put_line(&t, (const char *[]){ "first boot", "kernel", "release", "design", "bed, machine",
						     "suite", "boots", "cases", "not passed", "folder" });
	for (i = 0; i < runs.count; i++) {
		const struct history_run *r = &runs.list[i];

		table_put(&t, "%s", r->started);
		table_put(&t, "%s", r->kernel.name);
		table_put(&t, "%s", *r->kernel.release ? r->kernel.release : "-");
		table_put(&t, "%s", r->kernel.design);
		table_put(&t, "%s, %s", r->bed, r->machine);
		table_put(&t, "%s", r->suite);
		table_put(&t, "%" PRIu64, r->boots);
		table_put(&t, "%" PRIu64, r->cases);
		table_put(&t, "%" PRIu64, r->not_passed);
		table_put(&t, "%s", r->folder);
	}
	table_print(&t, stdout);
	history_runs_free(&runs);
	return STATUS_PASS;
}

static int run_cases(const struct arguments *a)
{
	struct table t = { .alignment = "llrrll" };
	struct history *h = open_it(a);
	struct sentence why;
	struct history_cases cases;
	size_t i;

	if (history_cases(h, &a->filter, &cases, &why))
		die("%s", why.text);
	history_close(h);
	if (cases.count)
		table_put_line(&t, (const char *[]){ "case", "unit", "kernels", "boots", "last boot", "parameters" });
	for (i = 0; i < cases.count; i++) {
		const struct history_case *c = &cases.list[i];

		table_put(&t, "%s", c->name);
		table_put(&t, "%s", c->unit);
		table_put(&t, "%" PRIu64, c->kernels);
		table_put(&t, "%" PRIu64, c->boots);
		table_put(&t, "%s", c->last);
		table_put(&t, "%s", c->params);
	}
	table_print(&t, stdout);
	history_cases_free(&cases);
	return STATUS_PASS;
}

/* ---- trend ---- */

static enum metric_id metric_called(const char *name)
{
	int id;

	if (!name)
		return METRIC_MEDIAN;
	for (id = 0; id < METRICS; id++)
		if (!strcmp(metric_infos[id].key, name))
			return (enum metric_id)id;
	die("history: no metric \"%s\"; see --help for those that there are", name);
}

/* The build of the same name before @i. */
static const struct history_build *build_before(const struct history_series *series, size_t i)
{
	const char *name = series->builds[i].kernel.name;

	while (i--)
		if (!strcmp(series->builds[i].kernel.name, name))
			return &series->builds[i];
	return NULL;
}

/* Of 0 no change is a part. */
static void put_change(struct table *t, double median, double before, enum metric_id metric)
{
	const double change = compare_change(median, before, metric);

	if (isnan(before))
		table_put(t, "-");
	else if (isfinite(change))
		table_put(t, "%+.1f %%", 100 * change);
	else
		table_put(t, "from 0 to %.*f", metric_decimals(metric), median);
}

static void put_build(struct table *t, const struct history_series *series, size_t i, enum metric_id metric)
{
	const struct history_build *b = &series->builds[i], *before = build_before(series, i);
	const int decimals = metric_decimals(metric);

	table_put(t, "%s", b->started);
	table_put(t, "%s", b->kernel.name);
	table_put(t, "%s", *b->kernel.release ? b->kernel.release : "-");
	table_put(t, "%s", b->kernel.design);
	table_put(t, "%.12s", *b->kernel.image_sha256 ? b->kernel.image_sha256 : "-");
	table_put(t, "%.*f", decimals, b->median);
	table_put(t, "%.*f", decimals, b->values[0]);
	table_put(t, "%.*f", decimals, b->values[b->nr_values - 1]);
	table_put(t, "%zu", b->nr_values);
	put_change(t, b->median, before ? before->median : NAN, metric);
}

static void print_series(const struct arguments *a, const struct history_series *series, enum metric_id metric)
{
	struct table t = { .alignment = "lllllrrrrr" };
	size_t i;

	printf("%s: %s, %s\n", a->rest[0], metric_infos[metric].title, trend_unit(series, metric));
	printf("bed %s, %s, parameters %s\n", series->bed, series->machine, series->params);
	table_put_line(&t, (const char *[]){ "first boot", "kernel", "release", "design", "image", "median boot",
					     "lowest", "highest", "boots", "change" });
	for (i = 0; i < series->nr_builds; i++)
		put_build(&t, series, i, metric);
	table_print(&t, stdout);
}

static int run_trend(const struct arguments *a)
{
	const enum metric_id metric = metric_called(a->metric);
	struct history *h = open_it(a);
	struct history_trend trend;
	struct sentence why;
	size_t i;

	if (a->plot && !gnuplot_type(a->plot, &why))
		die("%s", why.text);
	if (history_trend(h, a->rest[0], metric, &a->filter, &trend, &why))
		die("%s", why.text);
	history_close(h);
	if (a->plot && trend.count > 1)
		die("history: %s is %zu trends, of other beds, machines or parameters; choose with --bed, --machine or --since",
		    a->rest[0], trend.count);
	for (i = 0; i < trend.count; i++) {
		if (i)
			putchar('\n');
		print_series(a, &trend.list[i], metric);
	}
	if (a->plot && trend_plot(&trend.list[0], a->rest[0], metric, a->plot, a->plots, &why))
		die("%s", why.text);
	history_trend_free(&trend);
	return STATUS_PASS;
}

/* ---- which of them ---- */

static const struct verb {
	const char *name;
	size_t min, max;     /* arguments */
	bool filters, trend; /* takes these options */
	int (*run)(const struct arguments *a);
} verbs[] = {
	{ "add", 1, SIZE_MAX, false, false, run_add },
	{ "list", 0, 0, true, false, run_list },
	{ "cases", 0, 0, true, false, run_cases },
	{ "trend", 1, 1, true, true, run_trend },
	{ "rebuild", 1, SIZE_MAX, false, false, run_rebuild },
};

static void check_usage(const struct arguments *a, const struct verb *v)
{
	const struct history_filter *f = &a->filter;

	if (a->nr_rest < v->min)
		die("history %s: %s", v->name,
		    v->trend ? "which case? `invbench history cases` names them" :
			       "no path is given; give the folder of a run, as in results/RUN");
	if (a->nr_rest > v->max)
		die("history %s: '%s' is one argument too many", v->name, a->rest[v->max]);
	if (!v->filters && (f->bed || f->kernel || f->machine || f->since))
		die("history %s: --bed, --kernel, --machine and --since are for list, cases and trend", v->name);
	if (!v->trend && (a->metric || a->plot || a->plots))
		die("history %s: --metric, --plot and --plots are for trend", v->name);
	if (f->since && strspn(f->since, "0123456789-T:Z") != strlen(f->since))
		die("history: '%s' is no date; give one as in 2026-11-23", f->since);
}

static int run_history(int argc, char **argv)
{
	struct arguments a = { .db = HISTORY_FILE };
	size_t i;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(a.verb, verbs[i].name))
			continue;
		check_usage(&a, &verbs[i]);
		return verbs[i].run(&a);
	}
	die("history: no '%s'; there are add, list, cases, trend and rebuild", a.verb);
}

COMMAND(history) = {
	.name = "history",
	.summary = "all that was measured, and how it went from build to build",
	.argp = &argp,
	.run = run_history,
};
