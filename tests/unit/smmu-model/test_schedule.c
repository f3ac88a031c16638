// SPDX-License-Identifier: GPL-2.0-only
/* Turns of vCPUs: of a fake QEMU, which runs one block of each vCPU after the other until one is held up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "must.h"
#include "schedule.h"

#define BLOCK 8
#define RUNS  20000

/* Which vCPU ran each of RUNS blocks; a turn may end before each @every of them. */
static void run(uint64_t seed, unsigned int vcpus, unsigned int every, unsigned char *ran)
{
	struct schedule s;
	unsigned int vcpu = 0;

	MUST(!schedule_init(&s, vcpus, seed));
	for (unsigned int i = 0; i < RUNS;) {
		if (schedule_block(&s, vcpu, BLOCK) || (i % every == 0 && schedule_may_end(&s, BLOCK)))
			vcpu = (vcpu + 1) % vcpus;
		else
			ran[i++] = vcpu;
	}
	schedule_done(&s);
}

static void a_seed_is_a_schedule(void **state)
{
	static unsigned char first[RUNS], second[RUNS];

	for (uint64_t seed = 1; seed < 20; seed++) {
		run(seed, 3, 2, first);
		run(seed, 3, 2, second);
		assert_memory_equal(first, second, RUNS);
		run(seed + 1, 3, 2, second);
		assert_memory_not_equal(first, second, RUNS);
	}
}

static void each_has_turns(void **state)
{
	static unsigned char ran[RUNS];

	for (unsigned int vcpus = 2; vcpus <= SCHEDULE_VCPUS_MAX; vcpus++) {
		unsigned int blocks[SCHEDULE_VCPUS_MAX] = {};

		for (uint64_t seed = 1; seed <= 20; seed++) {
			run(seed, vcpus, 1, ran);
			for (unsigned int i = 0; i < RUNS; i++)
				blocks[ran[i]]++;
		}
		for (unsigned int vcpu = 0; vcpu < vcpus; vcpu++)
			assert_true(blocks[vcpu] > 20 * RUNS / vcpus / 10);
	}
}

/* From 2^6 to 2^18 instructions, and each power of two about as often. */
static void a_turn_is_as_long_as_was_drawn(void **state)
{
	unsigned int lengths[64] = {}, places[SCHEDULE_PLACES] = {}, turns = 0;
	struct schedule s;

	MUST(!schedule_init(&s, 2, 7));
	for (; turns < 12000; turns++) {
		uint64_t length = s.left;
		unsigned int n = 0;

		lengths[63 - __builtin_clzll(length)]++;
		assert_false(schedule_block(&s, s.turn, length));
		assert_false(schedule_may_end(&s, 1));
		while (!schedule_may_end(&s, 0))
			n++;
		assert_in_range(n, 0, SCHEDULE_PLACES - 1);
		places[n]++;
	}
	for (unsigned int n = 0; n < SCHEDULE_PLACES; n++)
		assert_in_range(places[n], 100, 280);
	for (unsigned int bits = 0; bits < 64; bits++) {
		if (bits < SCHEDULE_BITS_MIN || bits > SCHEDULE_BITS_MAX)
			assert_int_equal(lengths[bits], 0);
		else
			assert_in_range(lengths[bits], 800, 1200);
	}
	schedule_done(&s);
}

static void it_ends_where_it_may(void **state)
{
	struct schedule s;
	unsigned int turn, over = 0;

	MUST(!schedule_init(&s, 2, 1));
	turn = s.turn;
	s.places = 2;
	for (s.left = 100; s.left > 0;) {
		assert_false(schedule_may_end(&s, 0));
		assert_false(schedule_block(&s, turn, 10));
	}
	for (unsigned int i = 0; i < 500; i++)
		assert_false(schedule_block(&s, turn, 10));
	assert_false(schedule_may_end(&s, 10));
	assert_false(schedule_may_end(&s, 10));
	assert_true(schedule_may_end(&s, 10));
	assert_int_equal(s.turn, !turn);
	/* Or anywhere, in the end. */
	for (s.left = 0; !schedule_block(&s, !turn, 10);)
		over += 10;
	assert_int_equal(over, SCHEDULE_OVERDUE);
	assert_int_equal(s.turn, turn);
	schedule_done(&s);
}

/* Those without the turn are held up, until the one with it has had so many chances. */
static void one_that_is_idle_loses_its_turn(void **state)
{
	struct schedule s;
	unsigned int n = 0;

	MUST(!schedule_init(&s, 3, 1));
	assert_int_equal(s.turn, 0);
	while (schedule_block(&s, 1 + n % 2, BLOCK))
		n++;
	assert_int_equal(n, 2 * SCHEDULE_PATIENCE);
	assert_int_equal(s.turn, 1 + n % 2);
	schedule_done(&s);
}

/* The others stand still meanwhile: not one block of theirs is run, however often it yields. */
static void one_that_comes_back_keeps_its_turn(void **state)
{
	struct schedule s;

	MUST(!schedule_init(&s, 2, 1));
	s.left = 1000 * SCHEDULE_LOOK;
	for (unsigned int i = 0; i < 500; i++) {
		for (unsigned int n = 0; n < SCHEDULE_PATIENCE; n++)
			assert_true(schedule_block(&s, 1, BLOCK));
		assert_false(schedule_block(&s, 0, SCHEDULE_LOOK));
	}
	assert_int_equal(s.turn, 0);
	assert_int_equal(s.left, 500 * SCHEDULE_LOOK);
	schedule_done(&s);
}

/* What it waits for may be what one that stands still has to do. */
static void one_that_only_looks_gives_its_turn_away(void **state)
{
	struct schedule s;

	MUST(!schedule_init(&s, 2, 1));
	s.left = 100000;
	for (unsigned int i = 0; i < 10 * SCHEDULE_LOOKS; i++) {
		/* It does something now and then. */
		assert_false(schedule_block(&s, 0, i % SCHEDULE_LOOKS ? 1 : SCHEDULE_LOOK));
		schedule_yield(&s);
		assert_true(schedule_block(&s, 1, BLOCK));
	}
	for (unsigned int i = 1; i < SCHEDULE_LOOKS; i++) {
		assert_false(schedule_block(&s, 0, i == 1 ? SCHEDULE_LOOK : 1));
		schedule_yield(&s);
		assert_true(schedule_block(&s, 1, BLOCK));
	}
	assert_false(schedule_block(&s, 0, 1));
	schedule_yield(&s);
	assert_true(schedule_block(&s, 1, BLOCK));
	assert_false(schedule_block(&s, 0, 1));
	schedule_yield(&s);
	assert_false(schedule_block(&s, 1, BLOCK));
	assert_int_equal(s.turn, 1);
	schedule_done(&s);
}

/* QEMU's main thread kicks a vCPU when the host lets it: the turns are the same with it and without. */
static void a_kick_changes_nothing(void **state)
{
	struct schedule calm, kicked;
	unsigned int yields = 0;

	MUST(!schedule_init(&calm, 2, 1) && !schedule_init(&kicked, 2, 1));
	calm.left = kicked.left = 100000;
	for (bool over = false; !over; yields++) {
		assert_false(schedule_block(&calm, 0, 1));
		assert_false(schedule_block(&kicked, 0, 1));
		if (yields % 7 == 3) {
			assert_true(schedule_block(&kicked, 1, BLOCK));
			assert_false(schedule_block(&kicked, 0, 1));
			assert_false(schedule_block(&calm, 0, 1));
		}
		schedule_yield(&calm);
		schedule_yield(&kicked);
		over = !schedule_block(&calm, 1, BLOCK);
		assert_int_equal(!schedule_block(&kicked, 1, BLOCK), over);
	}
	assert_in_range(yields, SCHEDULE_LOOKS, SCHEDULE_LOOKS + 1);
	assert_int_equal(kicked.left, calm.left);
	schedule_done(&calm);
	schedule_done(&kicked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_is_a_schedule),
		cmocka_unit_test(each_has_turns),
		cmocka_unit_test(a_turn_is_as_long_as_was_drawn),
		cmocka_unit_test(it_ends_where_it_may),
		cmocka_unit_test(one_that_is_idle_loses_its_turn),
		cmocka_unit_test(one_that_comes_back_keeps_its_turn),
		cmocka_unit_test(one_that_only_looks_gives_its_turn_away),
		cmocka_unit_test(a_kick_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
