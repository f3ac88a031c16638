// SPDX-License-Identifier: GPL-2.0-only
/* trace_events.c - `invbench trace --events`: single events as text, JSON lines, or a file for a viewer. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event_chrome.h"
#include "event_text.h"
#include "event_trace.h"
#include "folder.h"
#include "json_text.h"
#include "status.h"
#include "trace_events.h"
#include "units.h"
#include "xalloc.h"

#define DEFAULT_BUFFER (4 << 20)
#define BUFFER_MAX     (1 << 30)

struct trace_events {
	bool wanted, json;
	const char *other; /* an option that makes sense with --events alone */
	const char *from, *to, *file;
	struct event_wish wish;
	struct events *events;
	struct chrome *chrome; /* NULL: no file */
	struct folder folder;
	const char *name;
	char span[160];
	unsigned long long seen, left_out;
};

/* ---- options ---- */

enum { OPT_EVENTS = 0x100, OPT_SLOWER, OPT_FROM, OPT_TO, OPT_BUFFER, OPT_PERFETTO };

static const struct argp_option options[] = {
	{ "events", OPT_EVENTS, NULL, 0, "Single events instead of a probe's sums, one a line", 1 },
	{ "slower", OPT_SLOWER, "TIME", 0, "Of these only what takes so long (50us) or longer", 1 },
	{ "from", OPT_FROM, "POINT", 0, "The time from when a task passes POINT, by itself its begin; with --to", 1 },
	{ "to", OPT_TO, "POINT", 0, "To when it next passes POINT, by itself its end", 1 },
	{ "buffer", OPT_BUFFER, "SIZE", 0, "Room for events that were not read yet (default: 4M)", 1 },
	{ "perfetto", OPT_PERFETTO, "FILE", 0,
	  "Write events to FILE in Chrome's trace format, for ui.perfetto.dev, and none to stdout", 1 },
	{ 0 }
};

static uint64_t parse_slower(const char *text)
{
	uint64_t ns;

	if (units_parse_time(text, &ns))
		die("--slower: '%s' is no time; one is 500ns, 50us, 2ms", text);
	return ns;
}

static size_t parse_buffer(const char *text)
{
	const long page = sysconf(_SC_PAGESIZE);
	uint64_t size;

	if (units_parse_size(text, &size) || size < (uint64_t)page || size > BUFFER_MAX || (size & (size - 1)))
		die("--buffer: '%s' is no power of two from %ldK to 1G", text, page / 1024);
	return size;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct trace_events *t = state->input;

	switch (key) {
	case OPT_EVENTS:
		t->wanted = true;
		return 0;
	case OPT_SLOWER:
		t->other = "slower";
		t->wish.slower_ns = parse_slower(arg);
		return 0;
	case OPT_FROM:
		t->other = "from";
		t->from = arg;
		return 0;
	case OPT_TO:
		t->other = "to";
		t->to = arg;
		return 0;
	case OPT_BUFFER:
		t->other = "buffer";
		t->wish.buffer = parse_buffer(arg);
		return 0;
	case OPT_PERFETTO:
		t->other = "perfetto";
		t->file = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp trace_events_argp = { .options = options, .parser = parse_option };

struct trace_events *trace_events_new(void)
{
	struct trace_events *t = xcalloc(1, sizeof(*t));

	t->folder = FOLDER_NONE;
	t->wish = (struct event_wish){ .from = EVENT_NO_EDGE, .to = EVENT_NO_EDGE, .buffer = DEFAULT_BUFFER };
	return t;
}

bool trace_events_wanted(const struct trace_events *t)
{
	if (!t->wanted && t->other)
		die("--%s is of single events: give --events as well", t->other);
	return t->wanted;
}

static void no_such_point(const char *option, const char *text)
{
	unsigned int point;

	fprintf(stderr, "invbench: --%s: no point '%s'; there are:", option, text);
	for (point = 0; point < EVENT_POINTS; point++)
		fprintf(stderr, " %s", event_point_name(point));
	fputs("\n", stderr);
	exit(STATUS_USAGE);
}

static void prepare_span(struct trace_events *t, size_t nr_entries)
{
	if (!t->from && !t->to)
		return;
	if (!t->from || !t->to)
		die("--from and --to belong together");
	if (nr_entries)
		die("--entry: with --from and --to there are no other points");
	if (event_parse_edge(t->from, false, &t->wish.from))
		no_such_point("from", t->from);
	if (event_parse_edge(t->to, true, &t->wish.to))
		no_such_point("to", t->to);
	event_span_name(t->span, sizeof(t->span), t->wish.from, t->wish.to);
}

/* Now, as after an hour's trace it would be too late to say so. */
static void prepare_file(struct trace_events *t)
{
	int err;

	if (!t->file)
		return;
	if (t->json)
		die("--json and --perfetto: one of them");
	err = folder_of(&t->folder, t->file, &t->name);
	err = err ?: folder_room(&t->folder, t->name, 1);
	if (err)
		die("--perfetto: %s cannot be written: %s", t->file, strerror(-err));
	t->chrome = chrome_new();
}

void trace_events_prepare(struct trace_events *t, bool json, const char *const *entries, size_t nr_entries)
{
	unsigned int point;
	size_t i;

	t->json = json;
	for (i = 0; i < nr_entries; i++) {
		if (event_parse_point(entries[i], &point))
			no_such_point("entry", entries[i]);
		t->wish.points |= 1U << point;
	}
	prepare_span(t, nr_entries);
	prepare_file(t);
}

/* ---- tracing ---- */

/* What this kernel does not tell is said once, and is no zero. */
static void say_missing(const struct trace_events *t)
{
	const char *why;
	unsigned int point;

	for (point = 0; point < EVENT_POINTS; point++) {
		why = events_missing(t->events, point);
		if (why)
			say("events: there is no point %s here: %s", event_point_name(point), why);
	}
}

int trace_events_attach(struct trace_events *t, char *why, size_t why_size)
{
	return events_attach(&t->events, &t->wish, why, why_size);
}

void trace_events_start(struct trace_events *t)
{
	say_missing(t);
	events_start(t->events);
}

static void print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static void seen(void *context, const struct event *event)
{
	struct trace_events *t = context;
	const char *point = event_point_name(event->point);
	const struct event_words words = { point ? point : t->span, events_smmu(t->events, event->sum.smmu) };

	t->seen++;
	if (t->chrome)
		t->left_out += !chrome_add(t->chrome, event, &words);
	else if (t->json)
		print_json(event_json(event, &words));
	else
		event_text_print(stdout, event, &words);
}

void trace_events_read(struct trace_events *t)
{
	events_read(t->events, seen, t);
	fflush(stdout);
}

static void say_losses(const struct trace_events *t, const struct event_losses *losses)
{
	char size[UNITS_BYTES], rate[64] = "";

	units_format_size(t->wish.buffer, size, sizeof(size));
	if (losses->rate)
		snprintf(rate, sizeof(rate), ", first at %.0f events a second", losses->rate);
	if (losses->full)
		say("events: %llu were lost beside %llu that were seen: the buffer of %s was full%s; --buffer makes it larger",
		    losses->full, t->seen, size, rate);
	if (losses->missed)
		say("events: %llu begins or ends were not seen by the programs", losses->missed);
	if (t->left_out)
		say("events: %llu of %llu are not in %s, which is as large as a viewer can bear", t->left_out, t->seen,
		    t->file);
}

/* The last line of JSON: what was lost, and which functions the points are. */
static void print_summary(const struct trace_events *t, unsigned long long lost)
{
	json_t *points = json_object();
	unsigned int point;
	const char *why;

	for (point = 0; point < EVENT_POINTS; point++) {
		why = events_missing(t->events, point);
		if (why)
			json_object_set_new(points, event_point_name(point), json_sprintf("not available: %s", why));
		else if (events_symbol(t->events, point)[0])
			json_object_set_new(points, event_point_name(point),
					    json_text(events_symbol(t->events, point)));
	}
	print_json(json_pack("{s:I, s:I, s:o}", "events", (json_int_t)t->seen, "lost", (json_int_t)lost, "points",
			     points));
}

static int write_file(const struct trace_events *t, unsigned long long lost)
{
	char *text = NULL;
	size_t size;
	int err;

	chrome_text(t->chrome, lost, &text, &size);
	err = folder_write(&t->folder, t->name, text, size);
	free(text);
	if (err)
		say("%s cannot be written: %s", t->file, strerror(-err));
	return err;
}

int trace_events_end(struct trace_events *t)
{
	struct event_losses losses;
	unsigned long long lost;
	int err = 0;

	events_stop(t->events);
	trace_events_read(t);
	losses = events_losses(t->events);
	lost = losses.full + losses.missed + t->left_out;
	if (events_refused(t->events))
		say("events: the arguments of %s cannot be true for %llu lists, whose commands are not known: its compiler has "
		    "them elsewhere than BTF says",
		    events_symbol(t->events, EVENT_submit), events_refused(t->events));
	if (lost)
		say_losses(t, &losses);
	else
		say("%llu events, none lost", t->seen);
	if (t->chrome)
		err = write_file(t, lost);
	else if (t->json)
		print_summary(t, lost);
	fflush(stdout);
	return err ?: lost ? -ENOBUFS : 0;
}

void trace_events_detach(struct trace_events *t)
{
	events_detach(t->events);
	chrome_free(t->chrome);
	folder_close(&t->folder);
}
