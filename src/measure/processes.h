/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * processes.h - a case of several processes.
 */
#ifndef INVBENCH_PROCESSES_H
#define INVBENCH_PROCESSES_H

#include <stdbool.h>

struct run_case;

/*
 * The parts of a case (parts.h) for @count processes, each of them forked:
 * prepares all, false if one did not pass; has them operate; has them leave, and
 * collects what went wrong.
 */
bool processes_prepare(struct run_case *c, unsigned int count);
void processes_operate(struct run_case *c);
/* Also after the first has failed, once it set @c->processes. */
void processes_leave(struct run_case *c);

#endif
