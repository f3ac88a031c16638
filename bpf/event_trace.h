/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_trace.h - single events of the running kernel, from a ring buffer.
 */
#ifndef INVBENCH_BPF_EVENT_TRACE_H
#define INVBENCH_BPF_EVENT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct events;

/* By enum event_point; NULL: no such. */
const char *event_point_name(unsigned int point);
/* "submit.begin"; the name alone is @at_end's end or begin. -ENOENT: no such point. */
int event_parse_edge(const char *text, bool at_end, unsigned int *edge);
/* -ENOENT: no such point. */
int event_parse_point(const char *text, unsigned int *point);

struct event_wish {
	unsigned int points;   /* a bit for each; 0: all that this kernel has */
	unsigned int from, to; /* edges: these spans alone; EVENT_NO_EDGE */
	uint64_t slower_ns;    /* only what takes at least so long */
	size_t buffer;	       /* bytes: a power of two, and pages */
};

struct event_losses {
	unsigned long long full;   /* found no room in the ring */
	unsigned long long missed; /* not seen by the programs */
	double rate;		   /* events a second at which the first one found none; 0: not known */
};

/* As attach() of common.h. What was wished for and is not in this kernel is an error, the rest is left out. */
int events_attach(struct events **events, const struct event_wish *wish, char *why, size_t why_size);
/* From now on. */
void events_start(struct events *events);
/* All events that wait. */
void events_read(struct events *events, void (*seen)(void *context, const struct event *event), void *context);
/* No more, but those that wait. */
void events_stop(struct events *events);
struct event_losses events_losses(const struct events *events);
/* dev_name(), as the kernel has it; "" for 0. It stays until events_detach(). */
const char *events_smmu(struct events *events, unsigned long long smmu);
/* The function that is probed for it; "": none. */
const char *events_symbol(const struct events *events, unsigned int point);
/* Else by a kprobe. */
bool events_by_fentry(const struct events *events, unsigned int point);
/* Why there are none of that point, in a sentence; NULL: there may be. */
const char *events_missing(const struct events *events, unsigned int point);
/* Lists of which the arguments could not be true. */
unsigned long long events_refused(const struct events *events);
void events_detach(struct events *events);

#endif
