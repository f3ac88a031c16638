/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * threads.h - operations in user space, from threads of our own.
 */
#ifndef INVBENCH_THREADS_H
#define INVBENCH_THREADS_H

struct run_case;

/* Runs op() of the case's workload on the case's threads, and fills its outcome. */
void threads_run(struct run_case *c);

#endif
