/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace_events.h - `invbench trace --events`: what it was asked for, and what it writes.
 */
#ifndef INVBENCH_TRACE_EVENTS_H
#define INVBENCH_TRACE_EVENTS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

struct trace_events;

/* Of `invbench trace`; as parse_option() of argp. */
extern const struct argp trace_events_argp;

/* What the options of that parser go to; free() it. */
struct trace_events *trace_events_new(void);
/* Were events asked for? Ends the program if other options were given, of which they are no part. */
bool trace_events_wanted(const struct trace_events *t);
/* After all options. @entries are points. Ends the program if they are not sound. */
void trace_events_prepare(struct trace_events *t, bool json, const char *const *entries, size_t nr_entries);

/* As attach() of common.h. */
int trace_events_attach(struct trace_events *t, char *why, size_t why_size);
void trace_events_start(struct trace_events *t);
/* What has happened since. */
void trace_events_read(struct trace_events *t);
/* The rest, and what was lost. 0, or a negative errno if that is anything or the file could not be written. */
int trace_events_end(struct trace_events *t);
void trace_events_detach(struct trace_events *t);

#endif
