// SPDX-License-Identifier: GPL-2.0-only
/*
 * schedule.c - turns and their lengths.
 */
#include <errno.h>

#include "schedule.h"

static void begin_turn(struct schedule *s, unsigned int vcpu)
{
	unsigned long bits =
		SCHEDULE_BITS_MIN + gsl_rng_uniform_int(s->random, SCHEDULE_BITS_MAX - SCHEDULE_BITS_MIN + 1);

	s->turn = vcpu;
	s->left = (1L << bits) + (long)gsl_rng_uniform_int(s->random, 1UL << bits);
	s->places = gsl_rng_uniform_int(s->random, SCHEDULE_PLACES);
	s->held_up = 0;
	s->yielded = false;
	s->looks = 0;
	s->ran = 0;
}

/* Any other one has it next. */
static void end_turn(struct schedule *s)
{
	begin_turn(s, (s->turn + 1 + gsl_rng_uniform_int(s->random, s->vcpus - 1)) % s->vcpus);
}

int schedule_init(struct schedule *s, unsigned int vcpus, uint64_t seed)
{
	*s = (struct schedule){ .random = gsl_rng_alloc(gsl_rng_mt19937), .vcpus = vcpus };
	if (!s->random)
		return -ENOMEM;
	gsl_rng_set(s->random, seed);
	begin_turn(s, 0);
	return 0;
}

void schedule_done(struct schedule *s)
{
	gsl_rng_free(s->random);
	s->random = NULL;
}

/* That of another one than @vcpu. */
static bool keep_turn(struct schedule *s, unsigned int vcpu)
{
	if (s->yielded) {
		s->yielded = false;
		s->looks = s->ran < SCHEDULE_LOOK ? s->looks + 1 : 0;
		s->ran = 0;
	}
	if (s->held_up++ < SCHEDULE_PATIENCE * (s->vcpus - 1) && s->looks < SCHEDULE_LOOKS)
		return true;
	begin_turn(s, vcpu);
	return false;
}

void schedule_yield(struct schedule *s)
{
	s->yielded = true;
}

bool schedule_block(struct schedule *s, unsigned int vcpu, unsigned int instructions)
{
	if (vcpu != s->turn && keep_turn(s, vcpu))
		return true;
	s->held_up = 0;
	s->yielded = false;
	if (s->left <= -SCHEDULE_OVERDUE) {
		end_turn(s);
		return true;
	}
	s->left -= instructions;
	s->ran += instructions;
	return false;
}

bool schedule_may_end(struct schedule *s, unsigned int ahead)
{
	if (s->left + ahead > 0)
		return false;
	if (s->places) {
		s->places--;
		return false;
	}
	end_turn(s);
	return true;
}
