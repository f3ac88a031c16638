// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace.c - `invbench trace`: one probe on its own, or single events, over a time or a command.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "subcommand.h"
#include "common.h"
#include "histogram.h"
#include "spawn.h"
#include "trace_events.h"
#include "window.h"

#define DEFAULT_PROBE "invlat"
/* Between looks at the ring of events, of which nobody is woken. */
#define EVENTS_INTERVAL 0.01

struct trace {
	const struct probe *probe;
	struct trace_events *events; /* instead of a probe; NULL: none */
	double duration, interval;   /* seconds; 0: none */
	bool json, verbose;
	char **command; /* NULL: none */
	struct spawn child;
	void *state;
	double started, window; /* when the trace began, and what is counted now */
	bool lossy;
};

enum { OPT_ENTRY = 'e', OPT_DURATION = 'd', OPT_INTERVAL = 'i', OPT_JSON = 'j', OPT_VERBOSE = 'v' };

static const struct argp_option options[] = {
	{ "duration", OPT_DURATION, "SECONDS", 0, "Stop after so long (default: at the end of COMMAND, or on Ctrl-C)",
	  0 },
	{ "interval", OPT_INTERVAL, "SECONDS", 0, "Print and begin anew each time so much has passed", 0 },
	{ "entry", OPT_ENTRY, "ENTRY", 0, "Attach to this entry point only, of --events to this point; may be repeated",
	  0 },
	{ "json", OPT_JSON, NULL, 0, "Print JSON, one object a line, as invbench-result(5) describes it", 0 },
	{ "verbose", OPT_VERBOSE, NULL, 0, "Say on stderr how long it took to load and attach, and to detach", 0 },
	{ 0 }
};

static void parse_probe(struct trace *trace, const char *name)
{
	const struct probe *probe;
	size_t n;

	trace->probe = probe_find(name);
	if (trace->probe)
		return;
	fprintf(stderr, "invbench: no probe '%s'; there are:", name);
	for (n = 0; (probe = probe_nth(n)); n++)
		fprintf(stderr, " %s", probe->name);
	fputs("; a command to trace comes after --\n", stderr);
	exit(STATUS_USAGE);
}

/* Kept until the probe is known, which may come later on the command line. */
static const char *wishes[64];
static size_t nr_wishes;

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct trace *trace = state->input;

	switch (key) {
	case OPT_DURATION:
		trace->duration = window_seconds("duration", arg);
		return 0;
	case OPT_INTERVAL:
		trace->interval = window_seconds("interval", arg);
		return 0;
	case OPT_JSON:
		trace->json = true;
		return 0;
	case OPT_VERBOSE:
		trace->verbose = true;
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = trace->events;
		return 0;
	case OPT_ENTRY:
		if (nr_wishes == sizeof(wishes) / sizeof(wishes[0]))
			die("--entry: more than %zu of them", nr_wishes);
		wishes[nr_wishes++] = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (state->quoted && state->next > state->quoted)
			trace->command = state->argv + --state->next;
		else if (!trace->probe) {
			parse_probe(trace, arg);
			return 0;
		} else
			die("'%s' is one argument too many; a command to trace comes after --", arg);
		state->next = state->argc;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = { { &trace_events_argp, 0, "Single events:", 1 }, { 0 } };

static const struct argp parser = {
	options,
	parse_option,
	"[PROBE] [-- COMMAND...]",
	"Attach PROBE (default: " DEFAULT_PROBE
	") for a time, for as long as COMMAND runs, or until Ctrl-C, and print what "
	"it saw. What COMMAND writes to stdout goes to stderr.\v"
	"Examples:\n"
	"  invbench trace --duration 10\n"
	"  invbench trace --entry arm_smmu_iotlb_sync -- fio job.fio\n"
	"  invbench trace --events --slower 50us --duration 10\n\n"
	"Overhead: each traced call becomes some 500 instructions longer, with --events some 1200, and several thousand "
	"with probes that look at more. Times include it.\n\n"
	"Exit status: 0; 1 if events were lost or COMMAND failed; 2 for bad input; 4 if this kernel cannot be traced. "
	"More: invbench-trace(1).",
	children,
	NULL,
	NULL
};

static void apply_wishes(const struct probe *probe)
{
	size_t i, n;

	for (i = 0; i < nr_wishes; i++) {
		if (probe->select && !probe->select(wishes[i]))
			continue;
		fprintf(stderr, "invbench: probe %s has no entry point '%s'; it has:", probe->name, wishes[i]);
		for (n = 0; probe->entries && probe->entries[n]; n++)
			fprintf(stderr, " %s", probe->entries[n]);
		fputc('\n', stderr);
		exit(STATUS_USAGE);
	}
}

/* Blocked, and waited for instead of handled. */
static sigset_t awaited_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	return set;
}

static int start_command(struct trace *trace)
{
	struct sentence why;
	int err;

	if (!trace->command)
		return 0;
	trace->child = (struct spawn){
		.argv = (const char *const *)trace->command,
		.in.to = SPAWN_OURS,
		.out.to = SPAWN_STDERR, /* stdout is ours */
		.err.to = SPAWN_OURS,
		.users = true,
	};
	err = spawn_start(&trace->child, &why);
	if (err)
		say("%s", why.text);
	return err;
}

static void print_entry(const char *name, const char *symbol, const json_t *json)
{
	char error[256];
	struct histogram hist;

	if (hist_from_json(json, &hist, error, sizeof(error))) {
		say("%s%s", name, error);
		return;
	}
	printf("%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%.1f\t%" PRIu64
	       "\t%s\n",
	       name, hist.count, hist.min, hist_quantile(&hist, 0.5), hist_quantile(&hist, 0.9),
	       hist_quantile(&hist, 0.99), hist.max, hist_mean(&hist), hist.out_of_range, symbol);
	hist_free(&hist);
}

/* Kprobes cost more than fentry: one word for all would be wrong where this kernel lets some be probed so and some so. */
static void print_attach(const json_t *result)
{
	const char *attach = json_string_value(json_object_get(result, "attach")), *entry;
	json_t *modes = json_object_get(result, "attach_modes"), *mode;
	size_t alike = 0;

	json_object_foreach (modes, entry, mode)
		alike += !strcmp(json_string_value(mode), attach);
	if (alike == json_object_size(modes))
		printf("attach\t%s\n", attach);
	else
		printf("attach\t%s (%zu of %zu entries)\n", attach, alike, json_object_size(modes));
}

/* Two tables of tab-separated values with an empty line between them. */
static void print_table(const json_t *result)
{
	static const char *const counters[] = { "commands", "syncs", "batches", "lost" };
	const json_t *symbols = json_object_get(result, "symbols"), *value;
	const char *name, *symbol;
	json_t *entry;
	size_t i;

	puts("entry\tcalls\tmin_ns\tmedian_ns\tp90_ns\tp99_ns\tmax_ns\tmean_ns\tout_of_range\tsymbol");
	json_object_foreach (json_object_get(result, "entries"), name, entry) {
		symbol = json_string_value(json_object_get(symbols, name));
		print_entry(name, symbol ? symbol : "", entry);
	}
	puts("\ncounter\tvalue");
	for (i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		value = json_object_get(result, counters[i]);
		if (value)
			printf("%s\t%" JSON_INTEGER_FORMAT "\n", counters[i], json_integer_value(value));
	}
	print_attach(result);
}

static void print_json(const struct trace *trace, json_t *result, double elapsed)
{
	json_t *line = json_pack("{s:I, s:{s:O}}", "elapsed_ns", (json_int_t)(elapsed * 1e9), "probes",
				 trace->probe->name, result);

	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

static int print_counts(struct trace *trace)
{
	json_t *result = trace->probe->take ? trace->probe->take(trace->state) : trace->probe->read(trace->state);
	json_int_t lost;
	double end = window_now();

	if (!result) {
		say("%s: could not read what it counted", trace->probe->name);
		return -EIO;
	}
	lost = json_integer_value(json_object_get(result, "lost"));
	if (lost) {
		trace->lossy = true;
		say("%s lost %" JSON_INTEGER_FORMAT " events: the figures are incomplete", trace->probe->name, lost);
	}
	if (trace->json)
		print_json(trace, result, end - trace->window);
	else if (trace->probe->print)
		trace->probe->print(result);
	else
		print_table(result);
	fflush(stdout);
	json_decref(result);
	trace->window = end;
	return 0;
}

static int print_window(struct trace *trace)
{
	if (!trace->events)
		return print_counts(trace);
	trace_events_read(trace->events);
	trace->window = window_now();
	return 0;
}

/* Seconds until something is due. */
static double time_left(const struct trace *trace)
{
	double left = WINDOW_SECONDS_MAX, at = window_now();

	if (trace->duration)
		left = trace->started + trace->duration - at;
	if (trace->interval && trace->window + trace->interval - at < left)
		left = trace->window + trace->interval - at;
	return left > 0 ? left : 0;
}

/* Returns true at the end, false when an interval is over. */
static bool wait_window(struct trace *trace)
{
	sigset_t set = awaited_signals();
	struct timespec ts;
	double left;
	int number;

	for (;;) {
		left = time_left(trace);
		ts.tv_sec = left;
		ts.tv_nsec = (left - ts.tv_sec) * 1e9;
		number = sigtimedwait(&set, NULL, &ts);
		if (number == SIGCHLD ? trace->child.pid && spawn_ended(&trace->child) : number > 0)
			return true;
		if (trace->duration && window_now() >= trace->started + trace->duration)
			return true;
		if (trace->interval && window_now() >= trace->window + trace->interval)
			return false;
	}
}

/* A command that outlives the trace is ended with it, which is no failure of it. False if it failed by itself. */
static bool end_command(struct trace *trace)
{
	struct sentence why;
	bool outlived = trace->child.pid;

	if (outlived)
		spawn_end(&trace->child, SIGTERM);
	if (!trace->command || outlived || !spawn_verdict(trace->child.program, trace->child.status, &why))
		return true;
	say("%s", why.text);
	return false;
}

static void begin(struct trace *trace)
{
	if (trace->events)
		trace_events_start(trace->events);
	else
		trace->probe->reset(trace->state);
}

/* All that was seen has been printed then. */
static int finish(struct trace *trace)
{
	return trace->events ? trace_events_end(trace->events) : print_window(trace);
}

static int trace_run(struct trace *trace)
{
	int err;

	begin(trace);
	trace->started = trace->window = window_now();
	err = start_command(trace);
	if (err)
		return STATUS_USAGE;
	while (!err && !wait_window(trace))
		err = print_window(trace);
	if (!err)
		err = finish(trace);
	return !end_command(trace) || err || trace->lossy ? STATUS_FAIL : STATUS_PASS;
}

static void prepare(struct trace *trace)
{
	if (!trace->events) {
		if (!trace->probe)
			parse_probe(trace, DEFAULT_PROBE);
		apply_wishes(trace->probe);
		return;
	}
	if (trace->probe)
		die("--events: it takes no probe; a command to trace comes after --");
	if (trace->interval)
		die("--interval: events are printed as they come");
	trace->interval = EVENTS_INTERVAL;
	trace_events_prepare(trace->events, trace->json, wishes, nr_wishes);
}

static int attach(struct trace *trace, char *why, size_t why_size)
{
	return trace->events ? trace_events_attach(trace->events, why, why_size) :
			       trace->probe->attach(&trace->state, why, why_size);
}

static void detach(struct trace *trace)
{
	if (trace->events)
		trace_events_detach(trace->events);
	else
		trace->probe->detach(trace->state);
}

static const char *what(const struct trace *trace)
{
	return trace->events ? "events" : trace->probe->name;
}

static void say_time(const struct trace *trace, const char *did, double since)
{
	if (trace->verbose)
		say("%s: %s in %.0f ms", what(trace), did, (window_now() - since) * 1e3);
}

static int attach_and_run(struct trace *trace)
{
	char why[1024] = "";
	double began = window_now();
	int err = attach(trace, why, sizeof(why)), status;

	if (err) {
		say("%s cannot be attached: %s", what(trace), why[0] ? why : strerror(-err));
		status = err == -EOPNOTSUPP ? STATUS_SKIP : STATUS_FAIL;
	} else {
		say_time(trace, "loaded and attached", began);
		status = trace_run(trace);
	}
	began = window_now();
	detach(trace);
	say_time(trace, "detached", began);
	return status;
}

static int cmd_trace(int argc, char **argv)
{
	struct trace_events *events = trace_events_new();
	struct trace trace = { .events = events };
	sigset_t set = awaited_signals();
	int status;

	argp_parse(&parser, argc, argv, ARGP_IN_ORDER, NULL, &trace);
	if (!trace_events_wanted(events))
		trace.events = NULL;
	prepare(&trace);
	if (geteuid() != 0)
		die("tracing needs root; run it with sudo");
	sigprocmask(SIG_BLOCK, &set, NULL);
	status = attach_and_run(&trace);
	free(events);
	return status;
}

COMMAND(trace) = {
	.name = "trace",
	.summary = "attach a probe for a time or a command, and print latencies and counts, or single events",
	.argp = &parser,
	.run = cmd_trace,
};
