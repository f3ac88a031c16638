/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * moves.h - devices that are detached from a domain and attached again without
 * a pause, one after the other, on a CPU of their own, while the domain is used.
 */
#ifndef INVBENCH_MOVES_H
#define INVBENCH_MOVES_H

#include <pthread.h>
#include <stdatomic.h>

#include "histogram.h"
#include "workload.h"

#define MOVES_KEPT 4096 /* from one moves_take() to the next; of further ones nothing is known */

struct move {
	uint64_t begin, end, ns;
	bool in;
};

struct moves {
	struct run_case *c;
	uint32_t domain;
	unsigned int first, devices;	 /* which of the domain's */
	unsigned int cpu;		 /* a thread of the case */
	struct histogram detach, attach; /* latencies of those taken: of the calls to the IOMMU core */

	pthread_t thread;
	atomic_bool stop;
	pthread_mutex_t lock; /* of what follows */
	unsigned int kept;
	struct move move[MOVES_KEPT];
};

static inline int moves_one(struct moves *m, unsigned int n, bool in)
{
	struct move move = { .begin = case_now(), .in = in };
	int ret = in ? case_attach(m->c, m->domain, n, &move.ns) : case_detach(m->c, m->domain, n, &move.ns);

	move.end = case_now();
	pthread_mutex_lock(&m->lock);
	if (!ret && m->kept < MOVES_KEPT)
		m->move[m->kept++] = move;
	pthread_mutex_unlock(&m->lock);
	return ret;
}

static inline void *moves_thread(void *data)
{
	struct moves *m = data;
	int ret = 0;

	case_pin(m->c, m->cpu);
	for (unsigned int n = 0; !ret && !atomic_load(&m->stop); n = (n + 1) % m->devices)
		ret = moves_one(m, m->first + n, false) ?: moves_one(m, m->first + n, true);
	return NULL;
}

/* All of these do nothing where no devices move. */
static inline int moves_start(struct moves *m)
{
	if (m->devices && pthread_create(&m->thread, NULL, moves_thread, m))
		return case_error(m->c, "cannot start a thread");
	return 0;
}

static inline void moves_stop(struct moves *m)
{
	atomic_store(&m->stop, true);
	if (m->devices)
		pthread_join(m->thread, NULL);
}

/* Records those that lay wholly within @span, up to @limit of a kind, and forgets the others. */
static inline void moves_take(struct moves *m, const struct span *span, uint64_t limit)
{
	pthread_mutex_lock(&m->lock);
	for (unsigned int i = 0; i < m->kept; i++) {
		const struct move *move = &m->move[i];
		struct histogram *kind = move->in ? &m->attach : &m->detach;

		if (move->begin >= span->from && move->end <= span->till && kind->count < limit)
			hist_record(kind, move->ns);
	}
	m->kept = 0;
	pthread_mutex_unlock(&m->lock);
}

static inline int moves_init(struct moves *m, struct run_case *c)
{
	m->c = c;
	pthread_mutex_init(&m->lock, NULL);
	if (hist_init(&m->detach, case_sub_bits(c)) || hist_init(&m->attach, case_sub_bits(c)))
		return case_error(c, "out of memory");
	return 0;
}

static inline void moves_free(struct moves *m)
{
	hist_free(&m->detach);
	hist_free(&m->attach);
}

#endif
