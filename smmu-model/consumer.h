/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * consumer.h - takes records from the ring that the kernel half fills
 * (kmod/ring.h).
 */
#ifndef SMMU_MODEL_CONSUMER_H
#define SMMU_MODEL_CONSUMER_H

#include <stdint.h>

#include "memory.h"
#include "ring.h"

struct ring_consumer {
	struct ring *ring;
	uint64_t tail; /* ours; the guest could write over the one in the ring */
};

enum ring_state {
	RING_EMPTY,
	RING_RECORD, /* @record was filled */
	RING_WAIT,   /* a slot is taken and not yet whole: serve no command until it is */
};

/* Prepares the ring at guest physical address @pa. -EINVAL: not inside @memory. */
int ring_init(struct ring_consumer *r, const struct memory *memory, uint64_t pa);
enum ring_state ring_next(struct ring_consumer *r, struct ring_record *record);
/* Answers a RING_MARK or RING_CONTROL: 0 or a negative errno. */
void ring_answer(struct ring_consumer *r, const struct ring_record *record, int answer);

#endif
