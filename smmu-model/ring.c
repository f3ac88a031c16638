// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring.c - the consuming end of kmod/ring.h.
 */
#include <errno.h>
#include <string.h>

#include "consumer.h"

int ring_init(struct ring_consumer *r, const struct memory *memory, uint64_t pa)
{
	struct ring *ring = memory_at(memory, pa, RING_BYTES);

	if (!ring)
		return -EINVAL;
	memset(ring, 0, RING_BYTES);
	ring->version = RING_VERSION;
	ring->slots = RING_SLOTS;
	/* The guest takes the ring for ready when it sees the magic. */
	__atomic_store_n(&ring->magic, RING_MAGIC, __ATOMIC_RELEASE);
	*r = (struct ring_consumer){ .ring = ring };
	return 0;
}

enum ring_state ring_next(struct ring_consumer *r, struct ring_record *record)
{
	struct ring_record *slot = &r->ring->record[r->tail % RING_SLOTS];
	uint64_t head = __atomic_load_n(&r->ring->head, __ATOMIC_ACQUIRE);

	if (head == r->tail)
		return RING_EMPTY;
	/* Acquire: pairs with the producer's release of the stamp, after it has filled the rest. */
	if (__atomic_load_n(&slot->stamp, __ATOMIC_ACQUIRE) != r->tail + 1)
		return RING_WAIT;
	memcpy(record, slot, sizeof(*record));
	r->tail++;
	/* Release: the slot is the producer's again, after our copy of it. */
	__atomic_store_n(&r->ring->tail, r->tail, __ATOMIC_RELEASE);
	return RING_RECORD;
}

void ring_answer(struct ring_consumer *r, const struct ring_record *record, int answer)
{
	__atomic_store_n(&r->ring->answer, answer, __ATOMIC_RELAXED);
	/* Release: the answer is there when the guest sees which question it answers. */
	__atomic_store_n(&r->ring->answered, record->stamp, __ATOMIC_RELEASE);
}
