// SPDX-License-Identifier: GPL-2.0-only
/*
 * operation.c - the probe `operation`: one operation of a case with all that it did, in the order of time. Of those
 * that were seen it is the one in the middle, by how long it took.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "event_text.h"
#include "event_trace.h"
#include "json_text.h"
#include "xalloc.h"

/* Nobody reads the ring before the end: what is in it then is all that happened until it was full. */
#define RING_BYTES (4 << 20)
#define SLICES_MAX 256

struct operation {
	struct events *events;
	struct event *list;
	size_t count;
};

static int operation_attach(void **state, char *why, size_t why_size)
{
	const struct event_wish wish = { .from = EVENT_NO_EDGE, .to = EVENT_NO_EDGE, .buffer = RING_BYTES };
	struct operation *o = calloc(1, sizeof(*o));

	*state = o;
	return o ? events_attach(&o->events, &wish, why, why_size) : -ENOMEM;
}

static void operation_detach(void *state)
{
	struct operation *o = state;

	if (o)
		events_detach(o->events);
	free(o);
}

static void forget(struct operation *o)
{
	free(o->list);
	o->list = NULL;
	o->count = 0;
}

static void keep(void *context, const struct event *event)
{
	struct operation *o = context;

	*xappend(o->list, o->count) = *event;
}

static void operation_reset(void *state)
{
	struct operation *o = state;

	events_stop(o->events);
	events_read(o->events, keep, o);
	forget(o);
	events_start(o->events);
}

/* ---- which ---- */

/* Within nothing else, and it invalidated something. */
static bool is_whole(const struct event *event)
{
	return !event->depth && event->sum.submits;
}

/* What most operations were: a list by itself, as attaching has them, only where there is nothing else. */
static unsigned int usual_point(const struct operation *o)
{
	size_t counts[EVENT_POINTS + 1] = { 0 }, i;
	unsigned int point, best = EVENT_submit;

	for (i = 0; i < o->count; i++)
		if (is_whole(&o->list[i]))
			counts[o->list[i].point]++;
	for (point = 0; point < EVENT_POINTS; point++)
		if (point != EVENT_submit && counts[point] > (best == EVENT_submit ? 0 : counts[best]))
			best = point;
	return best;
}

static int compare_ns(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;
	const unsigned long long p = x->end_ns - x->begin_ns, q = y->end_ns - y->begin_ns;

	return p != q ? (p < q ? -1 : 1) : x->begin_ns < y->begin_ns ? -1 : x->begin_ns > y->begin_ns;
}

/* NULL: there was none. */
static const struct event *choose(const struct operation *o)
{
	const struct event **usual = xcalloc(o->count + 1, sizeof(*usual)), *middle = NULL;
	const unsigned int point = usual_point(o);
	size_t count = 0, i;

	for (i = 0; i < o->count; i++)
		if (is_whole(&o->list[i]) && o->list[i].point == point)
			usual[count++] = &o->list[i];
	if (count) {
		qsort(usual, count, sizeof(struct event *), compare_ns);
		middle = usual[count / 2];
	}
	free(usual);
	return middle;
}

/* ---- what it did ---- */

static int compare_begin(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;

	if (x->begin_ns != y->begin_ns)
		return x->begin_ns < y->begin_ns ? -1 : 1;
	return (int)x->depth - (int)y->depth;
}

static json_t *slice_of(struct operation *o, const struct event *whole, const struct event *event)
{
	const struct event_words words = { event_point_name(event->point), events_smmu(o->events, event->sum.smmu) };
	json_t *json = json_pack("{s:s, s:I, s:I, s:i}", "point", words.what, "begin_ns",
				 (json_int_t)(event->begin_ns - whole->begin_ns), "ns",
				 (json_int_t)(event->end_ns - event->begin_ns), "depth", (int)event->depth);

	json_object_update_new(json, event_details(event, &words));
	return json;
}

static json_t *slices_of(struct operation *o, const struct event *whole)
{
	const struct event **in = xcalloc(o->count, sizeof(*in));
	json_t *slices = json_array();
	size_t count = 0, i;

	for (i = 0; i < o->count; i++)
		if (o->list[i].tid == whole->tid && o->list[i].begin_ns >= whole->begin_ns &&
		    o->list[i].end_ns <= whole->end_ns)
			in[count++] = &o->list[i];
	qsort(in, count, sizeof(struct event *), compare_begin);
	for (i = 0; i < count && i < SLICES_MAX; i++)
		json_array_append_new(slices, slice_of(o, whole, in[i]));
	free(in);
	return slices;
}

/* What was used, and why the rest was not. */
static void add_symbols(const struct operation *o, json_t *json)
{
	json_t *symbols = json_object(), *modes = json_object(), *missing = json_object();
	unsigned int point;
	const char *name, *why;

	for (point = 0; (name = event_point_name(point)); point++) {
		why = events_missing(o->events, point);
		if (why)
			json_object_set_new(missing, name, probe_not_available(why));
		if (point == EVENT_lock)
			continue;
		json_object_set_new(symbols, name, json_text(events_symbol(o->events, point)));
		if (!why)
			json_object_set_new(modes, name,
					    json_string(events_by_fentry(o->events, point) ? "fentry" : "kprobe"));
	}
	json_object_update_new(
		json, json_pack("{s:o, s:o, s:o}", "symbols", symbols, "attach_modes", modes, "points", missing));
}

static json_t *operation_read(void *state)
{
	struct operation *o = state;
	const struct event *whole;
	struct event_losses losses;
	json_t *json;

	events_stop(o->events);
	events_read(o->events, keep, o);
	losses = events_losses(o->events);
	whole = choose(o);
	json = json_pack("{s:I, s:b, s:I, s:o}", "lost", (json_int_t)losses.missed, "valid", whole && !losses.missed,
			 "seen", (json_int_t)o->count, "slices", whole ? slices_of(o, whole) : json_array());
	if (whole)
		json_object_set_new(json, "comm", json_text(whole->comm));
	add_symbols(o, json);
	forget(o);
	return json;
}

/* A line a slice, deeper ones to the right. */
static void operation_print(const json_t *result)
{
	const json_t *slice, *smmu;
	size_t i;

	puts("begin_ns\tns\tpoint\tsmmu");
	json_array_foreach (json_object_get(result, "slices"), i, slice) {
		smmu = json_object_get(slice, "smmu");
		printf("%" JSON_INTEGER_FORMAT "\t%" JSON_INTEGER_FORMAT "\t%*s%s\t%s\n",
		       json_integer_value(json_object_get(slice, "begin_ns")),
		       json_integer_value(json_object_get(slice, "ns")),
		       2 * (int)json_integer_value(json_object_get(slice, "depth")), "",
		       json_string_value(json_object_get(slice, "point")), smmu ? json_string_value(smmu) : "");
	}
}

PROBE(operation) = {
	.name = "operation",
	.summary = "one operation with all that it did, on a time line: calls, lists, waits",
	.attach = operation_attach,
	.reset = operation_reset,
	.read = operation_read,
	.print = operation_print,
	.detach = operation_detach,
};
