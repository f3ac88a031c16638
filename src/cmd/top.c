// SPDX-License-Identifier: GPL-2.0-only
/*
 * top.c - `invbench top`: who invalidates now, refreshed: on a terminal, as tables or as CSV.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "subcommand.h"
#include "common.h"
#include "instances.h"
#include "text.h"
#include "top_live.h"
#include "top_screen.h"
#include "top_text.h"
#include "window.h"

enum form { FORM_SCREEN, FORM_BATCH, FORM_CSV };

/* The probes: the second may be missing. */
enum { SPLIT, CMDQ, PROBES };
static const char *const probe_names[PROBES] = { [SPLIT] = "split", [CMDQ] = "cmdq" };

struct top {
	enum form form;
	struct top_live live;
	struct top_filter filter;
	const struct probe *probes[PROBES];
	void *states[PROBES];
	json_t *missing;	/* why there is no cmdq, in place of its figures; NULL: there is */
	double started, window; /* when it began, and what is counted now */
	long long lost;
};

enum {
	OPT_BATCH = 'b',
	OPT_CSV = 'c',
	OPT_DURATION = 'd',
	OPT_INTERVAL = 'i',
	OPT_PID = 'p',
	OPT_SMMU = 'm',
	OPT_SORT = 's'
};

static const struct argp_option options[] = {
	{ "batch", OPT_BATCH, NULL, 0, "Print tables instead of taking the terminal", 0 },
	{ "csv", OPT_CSV, NULL, 0, "Print comma-separated values, sums of each interval", 0 },
	{ "duration", OPT_DURATION, "SECONDS", 0, "Stop after so long (default: on q, or Ctrl-C)", 0 },
	{ "interval", OPT_INTERVAL, "SECONDS", 0, "Refresh each time so much has passed (default: 1)", 0 },
	{ "pid", OPT_PID, "NUMBER", 0, "Of processes, this one only", 0 },
	{ "smmu", OPT_SMMU, "SMMU", 0, "Of SMMUs, this one only, by the name of its device", 0 },
	{ "sort", OPT_SORT, "time|count|commands|syncs|p50|p99|atc|lock|late|tag|name|pid", 0,
	  "Sort by that column (default: time)", 0 },
	{ 0 }
};

static long long parse_pid(const char *text)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (*text < '1' || *text > '9' || *end || errno || value > 1 << 30)
		die("--pid: '%s' is not the number of a process", text);
	return value;
}

static enum top_column parse_sort(const char *text)
{
	const enum top_column column = top_column_of_word(text);

	if (column == TOP_COLUMNS)
		die("--sort: there is no column '%s'; there are time, count, commands, syncs, p50, p99, atc, lock, late, "
		    "tag, name and pid",
		    text);
	return column;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct top *top = state->input;

	switch (key) {
	case OPT_BATCH:
		top->form = top->form == FORM_CSV ? FORM_CSV : FORM_BATCH;
		return 0;
	case OPT_CSV:
		top->form = FORM_CSV;
		return 0;
	case OPT_DURATION:
		top->live.duration = window_seconds("duration", arg);
		return 0;
	case OPT_INTERVAL:
		top->live.interval = window_seconds("interval", arg);
		return 0;
	case OPT_PID:
		top->filter.pid = parse_pid(arg);
		return 0;
	case OPT_SMMU:
		top->filter.smmu = arg;
		return 0;
	case OPT_SORT:
		top->live.order.by = parse_sort(arg);
		return 0;
	case ARGP_KEY_ARG:
		die("'%s' is one argument too many", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	options,
	parse_option,
	NULL,
	"Show who invalidates now, by SMMU and by process, refreshed: how much, how long it takes, and what that time goes "
	"into. Press ? for what keys and columns are, q to quit.\v"
	"Examples:\n"
	"  invbench top\n"
	"  invbench top --batch --duration 10 --sort p99\n"
	"  invbench top --csv --interval 0.1 >windows.csv\n\n"
	"Overhead: an invalidation of one command becomes some 3000 instructions longer. Times include it.\n\n"
	"Exit status: 0; 1 if events were lost; 2 for bad input; 4 if this kernel cannot be traced. "
	"More: invbench-top(1).",
	NULL,
	NULL,
	NULL
};

/* Blocked, and waited for instead of handled. */
static sigset_t awaited_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	return set;
}

static bool has_ended(struct top_live *live)
{
	const struct timespec none = { 0 };
	const sigset_t set = awaited_signals();

	return sigtimedwait(&set, NULL, &none) > 0;
}

/* An SMMU that is not there would be waited for in vain. */
static void check_smmu(const char *name)
{
	char names[512] = "";
	json_t *all = NULL, *one;
	bool there = false;
	size_t i;

	if (instances_read(NULL, NULL, &all))
		exit(STATUS_FAIL);
	json_array_foreach (all, i, one) {
		const char *other = json_string_value(json_object_get(one, "name"));

		there = there || !strcmp(other, name);
		text_append(names, sizeof(names), "%s%s", i ? ", " : "", other);
	}
	json_decref(all);
	if (!there)
		die("--smmu: there is no SMMU '%s'; this machine has: %s", name, names[0] ? names : "none");
}

/* ---- windows ---- */

static int take(struct top_live *live, struct top_window *window, struct sentence *why)
{
	struct top *top = live->arg;
	json_t *taken[PROBES] = { NULL, top->missing ? json_incref(top->missing) : NULL };
	int i, err = 0;

	for (i = 0; i < PROBES; i++) {
		if (taken[i])
			continue;
		taken[i] = top->probes[i]->take(top->states[i]);
		if (!taken[i])
			err = sentence(why, -EIO, "%s: could not read what it counted", probe_names[i]);
	}
	if (!err) {
		window->at = window_now() - top->started;
		window->seconds = window->at - top->window;
		top->window = window->at;
		top_read(window, taken[SPLIT], taken[CMDQ], &top->filter);
	}
	for (i = 0; i < PROBES; i++)
		json_decref(taken[i]);
	return err;
}

/* Returns true at the end, false when an interval is over. */
static bool wait_window(const struct top *top)
{
	const struct top_live *live = &top->live;
	const sigset_t set = awaited_signals();
	const double at = window_now() - top->started;
	double until = top->window + live->interval;
	struct timespec ts;
	bool last = live->duration > 0 && until >= live->duration;

	until = last ? live->duration : until;
	ts.tv_sec = until > at ? (time_t)(until - at) : 0;
	ts.tv_nsec = until > at ? (long)((until - at - (double)ts.tv_sec) * 1e9) : 0;
	/* Interrupted by a signal that is none of these, as SIGCONT, a window is a bit shorter. */
	return sigtimedwait(&set, NULL, &ts) > 0 || last;
}

static int print_window(struct top *top, struct sentence *why)
{
	struct top_window window = {};
	int err = take(&top->live, &window, why);

	if (err)
		return err;
	top_sort(&window, top->live.order);
	if (top->form == FORM_CSV)
		top_print_csv(stdout, &window);
	else
		top_print_table(stdout, &window);
	top->lost += window.lost;
	top_free(&window);
	return fflush(stdout) || ferror(stdout) ? sentence(why, -EIO, "stdout: %s", strerror(errno)) : 0;
}

static int print_all(struct top *top, struct sentence *why)
{
	bool last = false;
	int err = 0;

	if (top->form == FORM_CSV)
		top_print_csv_head(stdout);
	fflush(stdout); /* who reads it knows that from here on all is counted */
	while (!last && !err) {
		last = wait_window(top);
		err = print_window(top, why);
	}
	return err;
}

/* ---- the whole ---- */

static int run(struct top *top)
{
	struct sentence why;
	int i, err;

	for (i = 0; i < PROBES; i++)
		if (!top->missing || i == SPLIT)
			top->probes[i]->reset(top->states[i]);
	top->started = window_now();
	if (top->form != FORM_SCREEN)
		err = print_all(top, &why);
	else
		err = top_screen(&top->live, &top->lost, &why);
	if (err)
		say("%s", why.text);
	else if (top->lost)
		say("%lld events were lost: the figures are incomplete", top->lost);
	if (err == -ENOTTY || err == -EINVAL)
		return STATUS_USAGE;
	return err || top->lost ? STATUS_FAIL : STATUS_PASS;
}

/* Without split there is nothing to show; without cmdq what it would tell is missing. */
static int attach(struct top *top, char *why, size_t why_size)
{
	char no_cmdq[256] = "";
	int err;

	top->probes[SPLIT]->detail();
	err = top->probes[SPLIT]->attach(&top->states[SPLIT], why, why_size);
	if (err)
		return err;
	err = top->probes[CMDQ]->attach(&top->states[CMDQ], no_cmdq, sizeof(no_cmdq));
	if (err)
		top->missing = probe_not_available(no_cmdq[0] ? no_cmdq : strerror(-err));
	return 0;
}

static void detach(struct top *top)
{
	int i;

	for (i = 0; i < PROBES; i++)
		top->probes[i]->detach(top->states[i]);
	json_decref(top->missing);
}

static void parse(struct top *top, int argc, char **argv)
{
	int i;

	argp_parse(&parser, argc, argv, 0, NULL, top);
	for (i = 0; i < PROBES; i++)
		top->probes[i] = probe_find(probe_names[i]);
	if (top->form == FORM_SCREEN && !top_screen)
		die("this is a reduced program, which has no screen: use --batch or --csv");
	if (geteuid() != 0)
		die("tracing needs root; run it with sudo");
	if (top->filter.smmu)
		check_smmu(top->filter.smmu);
}

static int cmd_top(int argc, char **argv)
{
	struct top top = { .live = { .interval = 1, .order.by = TOP_COL_TIME, .take = take, .ended = has_ended } };
	const sigset_t set = awaited_signals();
	char why[256] = "", host[160];
	struct utsname name;
	int err, status;

	top.live.arg = &top;
	parse(&top, argc, argv);
	uname(&name);
	text_format(host, sizeof(host), "%s %s", name.nodename, name.release);
	top.live.host = host;
	sigprocmask(SIG_BLOCK, &set, NULL);
	err = attach(&top, why, sizeof(why));
	if (err) {
		say("%s cannot be attached: %s", probe_names[SPLIT], why[0] ? why : strerror(-err));
		status = err == -EOPNOTSUPP ? STATUS_SKIP : STATUS_FAIL;
	} else {
		status = run(&top);
	}
	detach(&top);
	return status;
}

COMMAND(top) = {
	.name = "top",
	.summary = "show who invalidates now, by SMMU and by process, refreshed",
	.argp = &parser,
	.run = cmd_top,
};
