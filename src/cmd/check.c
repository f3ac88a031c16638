// SPDX-License-Identifier: GPL-2.0-only
/* check.c - invbench check: is a kernel worse than its base? An exit status for CI. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "folder.h"
#include "findings.h"
#include "findings_history.h"
#include "findings_kcidb.h"
#include "gate_options.h"
#include "printer.h"
#include "subcommand.h"
#include "xalloc.h"

struct arguments {
	const char *base, *new, *run, *checked;
	const char *origin, *db;
	bool against_history;
	size_t builds; /* of the history; 0: not said */
	struct gate gate;
	struct printer_outputs outputs; /* none: the printer of no option, on stdout */
};

enum { KEY_BASE = 1000, KEY_NEW, KEY_ORIGIN, KEY_HISTORY, KEY_DB, KEY_ALLOW_FEWER, KEY_CHECKED };

static const struct argp_option options[] = {
	{ "base", KEY_BASE, "BOOTS", 0,
	  "The kernel to compare with: a folder of boots (RUN/KERNEL/BED), or a boot file", 0 },
	{ "new", KEY_NEW, "BOOTS", 0, "The kernel to check", 0 },
	{ "against-history", KEY_HISTORY, "N", OPTION_ARG_OPTIONAL,
	  "Judge by the last N (20) earlier builds of the same kernel name, bed, machine and suite, not by a base", 0 },
	{ "db", KEY_DB, "FILE", 0, "That history (default: " HISTORY_FILE ")", 0 },
	{ "checked", KEY_CHECKED, "BOOTS", 0,
	  "Boots of the same kernel on bed virtual or model, whose oracle has the last word on each of its cases", 0 },
	{ "allow-fewer", KEY_ALLOW_FEWER, NULL, 0,
	  "Take fewer commands or CMD_SYNCs an operation for better, though no oracle has checked the kernel", 0 },
	{ "origin", KEY_ORIGIN, "NAME", 0, "Of a KCIDB report: the CI system that sends it (default: invbench)", 1 },
	{ 0 }
};

static bool on_stdout(const struct printer_output *output)
{
	return !strcmp(output->path, "-");
}

static const char *dash(const struct printer_output *output)
{
	return output->printer->argument ? " -" : "";
}

static void check_outputs(const struct arguments *a)
{
	const struct printer_output *first = NULL, *o;

	for (o = a->outputs.list; o < a->outputs.list + a->outputs.count; o++) {
		if (!on_stdout(o))
			continue;
		if (first)
			die("check: only one of --%s%s and --%s%s can be on stdout", first->printer->name, dash(first),
			    o->printer->name, dash(o));
		first = o;
	}
}

/* Everything wrong with the command line is said before any file is read. */
static void check_arguments(const struct arguments *a)
{
	if (a->run && (a->base || a->new))
		die("check: --base and --new, or a RUN; not both");
	if (a->checked && !(a->base && a->new))
		die("check: --checked is for --base and --new");
	if (a->against_history && a->base)
		die("check: --base, or --against-history; not both");
	if (!a->against_history && a->db)
		die("check: --db is for --against-history");
	if (a->against_history && !a->run && !a->new)
		die("check: what is checked against the history? Give --new BOOTS, or a RUN (see --help)");
	if (!a->against_history && !a->run && (!a->base || !a->new))
		die("check: what is checked? Give --base BOOTS --new BOOTS, or a RUN (see --help)");
	if (!*a->origin || a->origin[strspn(a->origin, KCIDB_ORIGIN_CHARS)])
		die("check: --origin %s: KCIDB takes a-z, 0-9 and _", a->origin);
	check_outputs(a);
}

static size_t number_of_builds(const char *text)
{
	char *end;
	const unsigned long n = strtoul(text, &end, 10);

	if (strspn(text, "0123456789") != strlen(text) || end == text || n < HISTORY_MIN_BUILDS ||
	    n > HISTORY_MAX_BUILDS)
		die("check: --against-history %s: give a number of builds, from %d to %d", text, HISTORY_MIN_BUILDS,
		    HISTORY_MAX_BUILDS);
	return n;
}

/* "--against-history 10": an argument that may be left out comes as one of its own. */
static bool is_number_of_builds(const struct arguments *a, const char *arg)
{
	return a->against_history && !a->builds && strspn(arg, "0123456789") == strlen(arg);
}

static void take_argument(struct arguments *a, const char *arg)
{
	if (is_number_of_builds(a, arg))
		a->builds = number_of_builds(arg);
	else if (a->run)
		die("check: one RUN at a time; '%s' is too many", arg);
	else
		a->run = arg;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->gate;
		state->child_inputs[1] = &a->outputs;
		return 0;
	case KEY_BASE:
		a->base = arg;
		return 0;
	case KEY_NEW:
		a->new = arg;
		return 0;
	case KEY_CHECKED:
		a->checked = arg;
		return 0;
	case KEY_ALLOW_FEWER:
		a->gate.judge.allow_fewer = true;
		return 0;
	case KEY_ORIGIN:
		a->origin = arg;
		return 0;
	case KEY_HISTORY:
		a->against_history = true;
		a->builds = arg ? number_of_builds(arg) : 0;
		return 0;
	case KEY_DB:
		a->db = arg;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(a, arg);
		return 0;
	case ARGP_KEY_END:
		check_arguments(a);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &gate_argp, 0, NULL, 0 },
					      { &printer_findings_argp, 0, NULL, 1 },
					      { 0 } };

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.children = children,
	.args_doc = "--base BOOTS --new BOOTS\nRUN\n--against-history N --new BOOTS\n--against-history N RUN",
	.doc = "Checks a kernel for regressions against a base, or each other kernel of a RUN against the run's first.\v"
	       "Prints a line for each regression and for whatever cannot be told, then one that sums up. Verdicts are those of "
	       "`invbench compare`; a limit is in percent of the base, of the throughput for less, of all else for more. A case "
	       "that passed and now fails or is lost is a regression; one that both skip, or that only the new kernel has, is "
	       "told and does not gate; one that cannot be compared otherwise is inconclusive. One that sends fewer commands or CMD_SYNCs for "
	       "an operation may have stopped to invalidate: it is told as `fewer`, and fails, unless an oracle has checked that "
	       "very case (beds model and virtual, or --checked), or --allow-fewer takes it.\n\n"
	       "With --against-history a metric is a regression if it is worse than the median of the earlier builds by more "
	       "than the limit, and beyond the reach of these: their third quartile and three times the interquartile range. "
	       "With fewer than five earlier builds nothing can be told. `invbench history add` makes and fills a history.\n\n"
	       "In KTAP and JUnit what is inconclusive is skipped, with the reason. In a KCIDB report each metric of a case is a "
	       "test with the median as its number.\n\n"
	       "Exit status: 0 no regression; 1 regression, or fewer; 2 bad input; 3 inconclusive, or nothing could be compared. More: invbench-check(1).",
};

/* ---- what is compared ---- */

/* A kernel, and what the history says of it. */
struct judged {
	const struct side *side;
	struct history_judgement judgement;
};

/* All that is loaded; findings stand on the comparisons, these on the sides. */
struct loaded {
	struct run_folder run;
	struct side pair[2];
	struct side checked;
	struct comparison *comparisons;
	size_t nr_comparisons;
	struct judged *judged; /* by the history */
	size_t nr_judged;
	struct findings *findings;
	size_t nr_findings;
};

static void compare(const struct arguments *a, struct loaded *g, const struct side *sides, size_t nr_sides)
{
	struct sentence why;
	struct comparison *c;
	size_t i;

	c = xappend(g->comparisons, g->nr_comparisons);
	if (compare_sides_as(sides, nr_sides, &a->gate.judge, c, &why))
		die("%s", why.text);
	for (i = 0; i < c->nr_warnings; i++)
		say("%s: %s", c->bed->name, c->warnings[i]);
}

static void __attribute__((format(printf, 5, 6))) add_note(struct loaded *g, const char *kernel, const char *base,
							   const char *bed, const char *format, ...)
{
	struct findings *f = xappend(g->findings, g->nr_findings);
	va_list args;

	findings_init(f, kernel, base, bed, NULL);
	free(f->note);
	va_start(args, format);
	f->note = xvasprintf(format, args);
	va_end(args);
}

/* What an oracle says of another kernel says nothing. */
static void load_checked(struct arguments *a, struct loaded *g)
{
	struct sentence why;

	if (side_load(a->checked, &g->checked, &why))
		die("%s", why.text);
	if (strcmp(side_speaker(&g->checked)->kernel.image_sha256, side_speaker(&g->pair[1])->kernel.image_sha256))
		die("check: --checked %s: those are boots of another kernel than --new %s", a->checked, a->new);
	a->gate.judge.checked = &g->checked;
}

/* Two runs of one kernel are told apart by their place. */
static void load_pair(struct arguments *a, struct loaded *g)
{
	char *label;
	struct sentence why;

	if (side_load(a->base, &g->pair[0], &why) || side_load(a->new, &g->pair[1], &why))
		die("%s", why.text);
	if (a->checked)
		load_checked(a, g);
	if (!strcmp(g->pair[0].label, g->pair[1].label)) {
		if (asprintf(&label, "%s (base)", g->pair[0].label) < 0)
			die("out of memory");
		free(g->pair[0].label);
		g->pair[0].label = label;
	}
	compare(a, g, g->pair, 2);
}

static void load_run(const struct arguments *a, struct loaded *g)
{
	struct sentence why;
	size_t i;

	if (run_load(a->run, NULL, &g->run, &why))
		die("%s", why.text);
	for (i = 0; i < g->run.nr_beds; i++) {
		if (!g->run.beds[i].nr_sides)
			die("%s: no kernel has a boot on bed %s; run the bench again", a->run, g->run.beds[i].bed);
		compare(a, g, g->run.beds[i].sides, g->run.beds[i].nr_sides);
	}
}

/* ---- what is judged by the history ---- */

/* The comparison is with nothing, and tells which cases there are. */
static void judge(const struct arguments *a, struct loaded *g, struct history *h, const struct side *side)
{
	const size_t builds = a->builds ? a->builds : HISTORY_BUILDS;
	struct sentence why;
	struct judged *judged;

	compare(a, g, side, 1);
	judged = xappend(g->judged, g->nr_judged);
	judged->side = side;
	if (history_judge(h, side, builds, &a->gate.judge, &judged->judgement, &why))
		die("%s", why.text);
}

static void judge_run(const struct arguments *a, struct loaded *g, struct history *h)
{
	struct sentence why;
	size_t i, side;

	if (run_load(a->run, NULL, &g->run, &why))
		die("%s", why.text);
	for (i = 0; i < g->run.nr_beds; i++)
		for (side = 0; side < g->run.beds[i].nr_sides; side++)
			judge(a, g, h, &g->run.beds[i].sides[side]);
}

static void judge_all(const struct arguments *a, struct loaded *g)
{
	struct sentence why;
	struct history *h = history_open(a->db ? a->db : HISTORY_FILE, HISTORY_READ, &why);

	if (!h)
		die("%s", why.text);
	if (a->run) {
		judge_run(a, g, h);
	} else {
		if (side_load(a->new, &g->pair[1], &why))
			die("%s", why.text);
		judge(a, g, h, &g->pair[1]);
	}
	history_close(h);
}

/* ---- findings ---- */

/* Kernels of the plan that did not boot once cannot be told to be fine. */
static void find_lost(struct loaded *g, const struct run_bed *bed)
{
	const char *base = bed->nr_sides ? bed->sides[0].label : "its history";
	size_t i;

	for (i = 0; i < bed->nr_lost; i++)
		add_note(g, bed->lost[i], base, bed->bed, "no boot of this kernel, which the plan has; the base is %s",
			 base);
	if (bed->nr_sides == 1 && !bed->nr_lost && !g->nr_judged)
		add_note(g, base, base, bed->bed, "the run has no other kernel to compare with it");
}

static void find(const struct arguments *a, struct loaded *g)
{
	size_t i, side;

	gate_check_comparisons(&a->gate, g->comparisons, g->nr_comparisons);
	for (i = 0; i < g->nr_comparisons; i++)
		for (side = 1; side < g->comparisons[i].nr_sides; side++)
			findings_compare(&g->comparisons[i], side, &a->gate.globs,
					 xappend(g->findings, g->nr_findings));
	for (i = 0; i < g->nr_judged; i++)
		findings_history(&g->judged[i].judgement, g->judged[i].side, &a->gate.judge, &a->gate.globs,
				 xappend(g->findings, g->nr_findings));
	for (i = 0; i < g->run.nr_beds; i++)
		find_lost(g, &g->run.beds[i]);
}

/* ---- what is written ---- */

/* Whole or not at all; "-" is stdout. */
static void write_to(const char *path, const char *text, size_t size)
{
	int err;

	if (!strcmp(path, "-")) {
		fwrite(text, 1, size, stdout);
		return;
	}
	err = write_whole(path, text, size);
	if (err)
		die("cannot write %s: %s", path, strerror(-err));
}

static void write_as(const struct printer_output *output, const struct loaded *g, const struct findings_view *view)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = xmemstream(&text, &size);

	output->printer->findings(out, g->findings, g->nr_findings, view);
	if (fclose(out))
		die("out of memory");
	write_to(output->path, text, size);
	free(text);
}

static void write_all(const struct arguments *a, const struct loaded *g)
{
	const struct findings_view view = { .origin = a->origin };
	bool stdout_taken = false;
	size_t i;

	for (i = 0; i < a->outputs.count; i++) {
		write_as(&a->outputs.list[i], g, &view);
		stdout_taken |= on_stdout(&a->outputs.list[i]);
	}
	if (!stdout_taken)
		write_as(&(struct printer_output){ printer_find(PRINTED_FINDINGS, NULL), "-" }, g, &view);
}

static void free_loaded(struct loaded *g)
{
	size_t i;

	for (i = 0; i < g->nr_findings; i++)
		findings_free(&g->findings[i]);
	for (i = 0; i < g->nr_comparisons; i++)
		compare_free(&g->comparisons[i]);
	for (i = 0; i < g->nr_judged; i++)
		history_judgement_free(&g->judged[i].judgement);
	free(g->findings);
	free(g->judged);
	free(g->comparisons);
	side_free(&g->pair[0]);
	side_free(&g->pair[1]);
	side_free(&g->checked);
	run_free(&g->run);
}

static int run_check(int argc, char **argv)
{
	struct arguments a = { .origin = "invbench" };
	struct loaded g = { 0 };
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	if (a.against_history)
		judge_all(&a, &g);
	else if (a.run)
		load_run(&a, &g);
	else
		load_pair(&a, &g);
	find(&a, &g);
	write_all(&a, &g);
	status = findings_status(g.findings, g.nr_findings);
	free_loaded(&g);
	gate_free(&a.gate);
	free(a.outputs.list);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %m");
	return status;
}

COMMAND(check) = {
	.name = "check",
	.summary = "judge a kernel by its base or its past: an exit status, KTAP, KCIDB or JUnit for CI",
	.argp = &argp,
	.run = run_check,
};
