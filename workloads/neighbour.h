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
#include <stdlib.h>

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

static inline int neighbour_run(struct neighbour *n)
{
	struct span *spans = realloc(n->spans, (n->nr_spans + 1) * sizeof(*spans));

	if (!spans)
		return case_error(n->c, "out of memory");
	n->spans = spans;
	return case_run_span(n->c, &n->run, n->first, false, &spans[n->nr_spans++]);
}

static inline void *neighbour_thread(void *data)
{
	struct neighbour *n = data;

	n->ret = neighbour_run(n);
	sem_post(&n->at_work);
	n->run.warmup = 0;
	while (!n->ret && !atomic_load(&n->stop))
		n->ret = neighbour_run(n);
	return NULL;
}

/* Returns when the first run has ended: from then on others begin at once. */
static inline int neighbour_start(struct neighbour *n)
{
	n->nr_spans = 0;
	atomic_store(&n->stop, false);
	sem_init(&n->at_work, 0, 0);
	if (pthread_create(&n->thread, NULL, neighbour_thread, n))
		return case_error(n->c, "cannot start a thread");
	sem_wait(&n->at_work);
	return 0;
}

/* Only of one that was started. */
static inline int neighbour_stop(struct neighbour *n)
{
	atomic_store(&n->stop, true);
	pthread_join(n->thread, NULL);
	return n->ret;
}

/* For how much of @span it was surely at work, from 0 to 1. */
static inline double neighbour_share(const struct neighbour *n, const struct span *span)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n->nr_spans; i++) {
		uint64_t from = n->spans[i].from > span->from ? n->spans[i].from : span->from;
		uint64_t till = n->spans[i].till < span->till ? n->spans[i].till : span->till;

		sum += till > from ? till - from : 0;
	}
	return span->till > span->from ? (double)sum / (span->till - span->from) : 0;
}

#endif
