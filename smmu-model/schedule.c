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
	s->left = (1UL << bits) + gsl_rng_uniform_int(s->random, 1UL << bits);
	s->overdue = 0;
	s->sent_away = 0;
}

/* Any but @vcpu. */
static unsigned int draw_other(struct schedule *s, unsigned int vcpu)
{
	return (vcpu + 1 + gsl_rng_uniform_int(s->random, s->vcpus - 1)) % s->vcpus;
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

/* That of another one. */
static bool keep_turn(struct schedule *s, unsigned int vcpu)
{
	if (s->sent_away++ < SCHEDULE_PATIENCE * (s->vcpus - 1))
		return true;
	begin_turn(s, vcpu);
	return false;
}

bool schedule_block(struct schedule *s, unsigned int vcpu, unsigned int instructions, bool may_end)
{
	if (vcpu != s->turn && keep_turn(s, vcpu))
		return true;
	s->sent_away = 0;
	if (s->left > instructions) {
		s->left -= instructions;
		return false;
	}
	s->overdue += instructions;
	if (!may_end && s->overdue <= SCHEDULE_OVERDUE)
		return false;
	begin_turn(s, draw_other(s, vcpu));
	return true;
}
