// SPDX-License-Identifier: GPL-2.0-only
/*
 * neighbour.c - a run in the kernel half beside what is measured.
 */
#include <stdlib.h>

#include "neighbour.h"

static int run_once(struct neighbour *n)
{
	struct span *spans = realloc(n->spans, (n->nr_spans + 1) * sizeof(*spans));

	if (!spans)
		return case_error(n->c, "out of memory");
	n->spans = spans;
	return case_run_span(n->c, &n->run, n->first, false, &spans[n->nr_spans++]);
}

static void *run_on(void *data)
{
	struct neighbour *n = data;

	n->ret = run_once(n);
	sem_post(&n->at_work);
	n->run.warmup = 0;
	while (!n->ret && !atomic_load(&n->stop))
		n->ret = run_once(n);
	return NULL;
}

int neighbour_start(struct neighbour *n)
{
	n->nr_spans = 0;
	atomic_store(&n->stop, false);
	sem_init(&n->at_work, 0, 0);
	if (pthread_create(&n->thread, NULL, run_on, n))
		return case_error(n->c, "cannot start a thread");
	sem_wait(&n->at_work);
	return 0;
}

int neighbour_stop(struct neighbour *n)
{
	atomic_store(&n->stop, true);
	pthread_join(n->thread, NULL);
	return n->ret;
}

double neighbour_share(const struct neighbour *n, const struct span *span)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n->nr_spans; i++) {
		uint64_t from = n->spans[i].from > span->from ? n->spans[i].from : span->from;
		uint64_t till = n->spans[i].till < span->till ? n->spans[i].till : span->till;

		sum += till > from ? till - from : 0;
	}
	return span->till > span->from ? (double)sum / (span->till - span->from) : 0;
}
