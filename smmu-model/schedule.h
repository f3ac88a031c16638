/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schedule.h - which vCPU has the turn, and for how long, drawn from a seed.
 *
 * QEMU runs vCPUs one at a time, each until it yields or is sent away, and then goes on to the next. Here one of
 * them has the turn, for a number of instructions that is drawn, and then until it comes by a place where turns
 * may end. What QEMU runs meanwhile, as the one with the turn has yielded, is sent away again, unless that does not
 * come back: it is idle then, and its turn is over. So a vCPU may be held up between two instructions for as long
 * as another one takes for thousands of them, whatever either waits for.
 *
 * It knows nothing of QEMU, and the same calls with the same seed have the same answers.
 */
#ifndef SMMU_MODEL_SCHEDULE_H
#define SMMU_MODEL_SCHEDULE_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_VCPUS_MAX 8
#define SCHEDULE_SEED_MAX  UINT32_MAX /* from 1 */

/* A turn's length is drawn so that each power of two is as likely: from 2^MIN to 2^(MAX + 1) instructions. */
#define SCHEDULE_BITS_MIN 6
#define SCHEDULE_BITS_MAX 17
/* So many instructions after its end a turn ends wherever it is. */
#define SCHEDULE_OVERDUE 20000
/* So often is each other vCPU sent away, while that with the turn does not come back. */
#define SCHEDULE_PATIENCE 4

struct schedule {
	gsl_rng *random;
	unsigned int vcpus, turn; /* which has it */
	uint64_t left, overdue;	  /* of the turn, in instructions */
	unsigned int sent_away;	  /* since the one with the turn ran last */
};

/* @vcpus: 2 to SCHEDULE_VCPUS_MAX; the first has the turn. -ENOMEM. */
int schedule_init(struct schedule *s, unsigned int vcpus, uint64_t seed);
void schedule_done(struct schedule *s);
/* A block of so many instructions begins on @vcpu; @may_end: a turn may end after it. True: @vcpu is to be sent away then. */
bool schedule_block(struct schedule *s, unsigned int vcpu, unsigned int instructions, bool may_end);

#endif
