/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parts.h - what each process of a case does, in this order. What goes wrong is
 * in @c afterwards.
 */
#ifndef INVBENCH_PARTS_H
#define INVBENCH_PARTS_H

#include <stdbool.h>

struct invbench_run;
struct run_case;

/* Has the workload set up, and @run filled if its operations are the kernel half's. False if the case has ended. */
bool parts_prepare(struct run_case *c, struct invbench_run *run);
/* All operations, warm-up included. Only if it could be prepared. */
void parts_operate(struct run_case *c, struct invbench_run *run);
/* Tears down what was set up, and gives back what the harness took for it. In any case. */
void parts_leave(struct run_case *c);

#endif
