/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schedule.h - which vCPU has the turn, and for how long, drawn from a seed.
 *
 * QEMU runs vCPUs one at a time, each until it yields or is held up, and then goes on to the next. Here one of
 * them has the turn, for a number of instructions that is drawn, and then until it comes by a place where turns
 * may end. Who else QEMU wants to run, as the one with the turn has yielded, is held up before its next instruction, unless
 * that one does not come back: it is idle then, and its turn is over. So a vCPU stands still between two instructions for as
 * long as another one takes for thousands of them, whatever either waits for.
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
/*
 * It then goes on past fewer than so many places where it may end, each number as likely: most of the instructions are elsewhere, and turns
 * would end at the first place after these.
 */
#define SCHEDULE_PLACES 64
/* So many instructions after its end a turn ends wherever it is. */
#define SCHEDULE_OVERDUE 20000
/* So often is each other vCPU held up, while that with the turn does not come back. */
#define SCHEDULE_PATIENCE 4
/*
 * One that has yielded so often in a row, each time within so many instructions, waits for what another one has to do. Its turn is over: it would
 * spend all of it.
 */
#define SCHEDULE_LOOKS 64
#define SCHEDULE_LOOK  200

struct schedule {
	gsl_rng *random;
	unsigned int vcpus, turn; /* which has it */
	int64_t left;		  /* of the turn, in instructions; below 0: so long it is over */
	unsigned int places;	  /* that it goes on past when it is over */
	unsigned int held_up;	  /* since the one with the turn ran last, */
	bool yielded;		  /* which has done so since, */
	unsigned int looks;	  /* so often in a row, */
	uint64_t ran;		  /* the last time so many instructions ago */
};

/* @vcpus: 2 to SCHEDULE_VCPUS_MAX; the first has the turn. -ENOMEM. */
int schedule_init(struct schedule *s, unsigned int vcpus, uint64_t seed);
void schedule_done(struct schedule *s);
/*
 * The vCPU with the turn is at an instruction by which it yields. QEMU also goes on to the next where a thread of the host kicks
 * it, at no time that the guest's would know: that counts for nothing.
 */
void schedule_yield(struct schedule *s);
/* A block of so many instructions begins on @vcpu. True: it does not, as @vcpu is held up. */
bool schedule_block(struct schedule *s, unsigned int vcpu, unsigned int instructions);
/*
 * The vCPU with the turn is where a turn may end; of the instructions of its last block so many are still to be executed. True: they
 * are not, as it is held up.
 */
bool schedule_may_end(struct schedule *s, unsigned int ahead);

#endif
