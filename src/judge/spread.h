/* SPDX-License-Identifier: GPL-2.0-only */
/* spread.h - how unlike the threads of a case were: a gain of one may be a loss of another. */
#ifndef INVBENCH_SPREAD_H
#define INVBENCH_SPREAD_H

#include "cell.h"

/* Over the threads of a boot. */
struct spread {
	double low, middle, high;
};

/* How unlike the threads of one boot were; over the boots, the median of each. */
struct thread_spread {
	struct spread means; /* latency of an operation, net of the clock floor, of threads that did any */
	struct spread rates; /* operations in a second */
	double finish;	     /* last thread's elapsed time by the first's */
	double max;	     /* of any thread, net */
};

/* Of a cell that passed. */
struct thread_spread compare_threads(const struct side *side, const struct cell *cell);

#endif
