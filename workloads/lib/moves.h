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

/* In setup(). To be freed after a failure as well. 0 or a negative errno after case_error(). */
int moves_init(struct moves *m, struct run_case *c);
void moves_free(struct moves *m);

/* These do nothing where no devices move. */
int moves_start(struct moves *m);
void moves_stop(struct moves *m);
/* Records those that lay wholly within @span, up to @limit of a kind, and forgets the others. */
void moves_take(struct moves *m, const struct span *span, uint64_t limit);

#endif
