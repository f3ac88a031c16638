/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmsg.h - what the kernel says while a case runs.
 */
#ifndef INVBENCH_KMSG_H
#define INVBENCH_KMSG_H

#include <stdbool.h>
#include <stddef.h>

#include "events.h"

struct kmsg;

/* Remembers the end of the kernel log. NULL where the log cannot be read; the others accept that. */
struct kmsg *kmsg_mark(void);
/*
 * True, and the line in @line, if the kernel has since said something that makes a measurement worthless: of events of
 * SMMUs those that are ours by @is_ours(..., @arg), of all else any.
 */
bool kmsg_splat(struct kmsg *log, event_is_ours *is_ours, const void *arg, char *line, size_t size);
/* Whether @line says that the driver gave up waiting for its SMMU: no fault of its own if that did not run. */
bool kmsg_is_timeout(const char *line);
/* Whether @text, a line of the log without its prefix, matches a line of splats.txt. */
bool kmsg_is_splat(const char *text);
void kmsg_close(struct kmsg *log);

#endif
