/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * neighbour.h - a run in the kernel half that goes on, one after the other, for
 * as long as something else takes.
 */
#ifndef INVBENCH_NEIGHBOUR_H
#define INVBENCH_NEIGHBOUR_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "workload.h"

struct neighbour {
	struct run_case *c;
	struct invbench_run run;
	unsigned int first; /* of the case's threads */
	struct span *spans; /* of its runs */
	size_t nr_spans;
	pthread_t thread;
	sem_t at_work;
	atomic_bool stop;
	int ret;
};

/* Returns when the first run has ended: from then on others begin at once. */
int neighbour_start(struct neighbour *n);
/* Only of one that was started. What went wrong in its runs. */
int neighbour_stop(struct neighbour *n);
/* For how much of @span it was surely at work, from 0 to 1. */
double neighbour_share(const struct neighbour *n, const struct span *span);

#endif
