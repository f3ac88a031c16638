// SPDX-License-Identifier: GPL-2.0-only
/* Devices that come and go: in turn, each back before the next, and which of the moves are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "moves.h"
#include "must.h"
#include "suite.h"

#define LOG_MAX 64

static struct suite suite;
static struct run_case c;
static struct moves m;

/* What the case was asked for, by the thread that moves devices. */
static struct {
	unsigned int device;
	bool in;
} moved[LOG_MAX];
static atomic_uint nr_moved;
static unsigned int pinned, fails_at; /* fails_at: this move, from 1; 0: none */
static uint64_t clock_ns;

/* ---- stand in for case.c and domain.c ---- */

static int move(uint32_t domain, unsigned int n, bool in, uint64_t *ns)
{
	unsigned int so_far = atomic_load(&nr_moved);

	assert_int_equal(domain, 7);
	if (so_far < LOG_MAX) {
		moved[so_far].device = n;
		moved[so_far].in = in;
	}
	*ns = in ? 30 : 20;
	atomic_store(&nr_moved, so_far + 1);
	usleep(100);
	return so_far + 1 == fails_at ? -EIO : 0;
}

int case_attach(struct run_case *run, uint32_t domain, unsigned int n, uint64_t *ns)
{
	return move(domain, n, true, ns);
}

int case_detach(struct run_case *run, uint32_t domain, unsigned int n, uint64_t *ns)
{
	return move(domain, n, false, ns);
}

void case_pin(struct run_case *run, unsigned int thread)
{
	pinned = thread;
}

uint64_t case_now(void)
{
	return clock_ns += 10;
}

static int setup(void **state)
{
	struct sentence why;

	MUST(!suite_add_line(&suite, "noop", "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
	memset(&m, 0, sizeof(m));
	assert_int_equal(moves_init(&m, &c), 0);
	m.domain = 7;
	m.cpu = 5;
	atomic_store(&nr_moved, 0);
	fails_at = 0;
	clock_ns = 0;
	return 0;
}

static int teardown(void **state)
{
	moves_free(&m);
	case_free(&c);
	suite_free(&suite);
	memset(&suite, 0, sizeof(suite));
	return 0;
}

static void wait_for(unsigned int count)
{
	while (atomic_load(&nr_moved) < count)
		usleep(100);
}

static void devices_go_and_come_in_turn(void **state)
{
	unsigned int count;

	m.first = 2;
	m.devices = 3;
	assert_int_equal(moves_start(&m), 0);
	wait_for(8);
	moves_stop(&m);
	count = nr_moved;
	assert_int_equal(count % 2, 0); /* none stays away */
	for (unsigned int i = 0; i < count && i < LOG_MAX; i++) {
		assert_int_equal(moved[i].device, 2 + i / 2 % 3);
		assert_int_equal(moved[i].in, i % 2);
	}
	assert_int_equal(pinned, 5);
	assert_int_equal(m.kept, count);
	/* Each began at one reading of the clock and ended at the next. */
	assert_int_equal(m.move[1].begin, 30);
	assert_int_equal(m.move[1].end, 40);
	assert_int_equal(m.move[1].ns, 30);
}

static void one_that_fails_is_the_last(void **state)
{
	m.devices = 1;
	fails_at = 3;
	assert_int_equal(moves_start(&m), 0);
	wait_for(3);
	usleep(2000);
	moves_stop(&m);
	assert_int_equal(nr_moved, 3);
	assert_int_equal(m.kept, 2);
}

static void without_devices_nothing_is_done(void **state)
{
	const struct span all = { 0, UINT64_MAX };

	assert_int_equal(moves_start(&m), 0);
	moves_stop(&m);
	moves_take(&m, &all, 100);
	assert_int_equal(nr_moved, 0);
	assert_int_equal(m.detach.count + m.attach.count, 0);
}

static void keep(uint64_t begin, uint64_t end, bool in)
{
	m.move[m.kept++] = (struct move){ begin, end, end - begin, in };
}

static void what_lies_within_a_span_is_taken(void **state)
{
	const struct span span = { 100, 200 };

	keep(99, 110, false); /* began before */
	keep(100, 107, false);
	keep(120, 131, true);
	keep(187, 200, true);
	keep(190, 201, false); /* ended after */
	moves_take(&m, &span, 100);
	assert_int_equal(m.detach.count, 1);
	assert_int_equal(m.detach.max, 7);
	assert_int_equal(m.attach.count, 2);
	assert_int_equal(m.attach.min, 11);
	assert_int_equal(m.attach.max, 13);
	/* The others are forgotten. */
	assert_int_equal(m.kept, 0);
	moves_take(&m, &(struct span){ 0, 1000 }, 100);
	assert_int_equal(m.detach.count, 1);
}

static void of_each_kind_so_many_are_taken(void **state)
{
	const struct span all = { 0, UINT64_MAX };

	for (unsigned int i = 0; i < 5; i++) {
		keep(10, 20, false);
		keep(10, 20, true);
	}
	keep(10, 20, true);
	moves_take(&m, &all, 3);
	assert_int_equal(m.detach.count, 3);
	assert_int_equal(m.attach.count, 3);
	keep(10, 20, false);
	moves_take(&m, &all, 4);
	assert_int_equal(m.detach.count, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(devices_go_and_come_in_turn),     TEST(one_that_fails_is_the_last),
		TEST(without_devices_nothing_is_done), TEST(what_lies_within_a_span_is_taken),
		TEST(of_each_kind_so_many_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
