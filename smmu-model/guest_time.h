/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_time.h - the guest's clock, from the instructions that it has executed.
 *
 * An instruction is a nanosecond, so the two go on together; only while the vCPU is idle
 * does the clock leap, to the next timer. What the guest's own counter says sets it right.
 */
#ifndef SMMU_MODEL_GUEST_TIME_H
#define SMMU_MODEL_GUEST_TIME_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct guest_time {
	uint64_t ahead; /* of the clock over the instructions, modulo 2^64 */
	uint64_t last;	/* what was told */
	bool idled;	/* since the counter was last read */
	uint64_t reads, leaps, slips, slipped_ns;
};

/* After so many instructions; never less than it was. */
uint64_t guest_time_now(struct guest_time *t, uint64_t instructions);
/* The guest has read its counter, after so many instructions. A leap is one that follows an idle time, a slip any other. */
void guest_time_read(struct guest_time *t, uint64_t instructions, uint64_t counter);
/* The vCPU has nothing to do. */
void guest_time_idle(struct guest_time *t);
/* The last instruction was counted, but ended in a fault. */
void guest_time_fault(struct guest_time *t);
/* How often it was set right: a new reference. */
json_t *guest_time_json(const struct guest_time *t);

#endif
