// SPDX-License-Identifier: GPL-2.0-only
/* A run beside what is measured: at work from the start, until it is stopped, and for how much of a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "must.h"
#include "neighbour.h"

static struct neighbour n;
static atomic_uint runs;
static unsigned int fails_at; /* this run, from 1; 0: none */
static uint64_t warmups[2];   /* of the first run, and of the last */

/* Stands in for domain.c: each run takes from 100 n to 100 n + 50. */
int case_run_span(struct run_case *c, struct invbench_run *run, unsigned int first, bool record, struct span *span)
{
	unsigned int number = atomic_load(&runs) + 1;

	assert_int_equal(first, 3);
	assert_false(record);
	warmups[number > 1] = run->warmup;
	usleep(200);
	*span = (struct span){ number * 100, number * 100 + 50 };
	atomic_store(&runs, number);
	return number == fails_at ? -EIO : 0;
}

static int setup(void **state)
{
	memset(&n, 0, sizeof(n));
	n.first = 3;
	n.run.warmup = 9;
	atomic_store(&runs, 0);
	fails_at = 0;
	return 0;
}

static int teardown(void **state)
{
	free(n.spans);
	return 0;
}

static void wait_for(unsigned int count)
{
	while (atomic_load(&runs) < count)
		usleep(100);
}

static void it_is_at_work_until_it_is_stopped(void **state)
{
	unsigned int stopped_at;

	assert_int_equal(neighbour_start(&n), 0);
	assert_true(atomic_load(&runs) >= 1); /* the first one had ended by then */
	wait_for(4);
	assert_int_equal(neighbour_stop(&n), 0);
	stopped_at = atomic_load(&runs);
	assert_int_equal(n.nr_spans, stopped_at);
	assert_int_equal(n.spans[1].from, 200);
	/* It warms up once. */
	assert_int_equal(warmups[0], 9);
	assert_int_equal(warmups[1], 0);
	usleep(2000);
	assert_int_equal(atomic_load(&runs), stopped_at);
}

static void it_can_be_started_again(void **state)
{
	assert_int_equal(neighbour_start(&n), 0);
	assert_int_equal(neighbour_stop(&n), 0);
	assert_int_equal(neighbour_start(&n), 0);
	assert_int_equal(neighbour_stop(&n), 0);
	assert_int_equal(n.spans[n.nr_spans - 1].from, atomic_load(&runs) * 100);
	assert_true(n.spans[0].from > 100); /* of the first time nothing is left */
}

static void what_goes_wrong_ends_it_and_is_told(void **state)
{
	fails_at = 1;
	assert_int_equal(neighbour_start(&n), 0); /* and does not wait for ever */
	assert_int_equal(neighbour_stop(&n), -EIO);
	assert_int_equal(atomic_load(&runs), 1);
	atomic_store(&runs, 0);
	fails_at = 3;
	assert_int_equal(neighbour_start(&n), 0);
	wait_for(3);
	assert_int_equal(neighbour_stop(&n), -EIO);
	assert_int_equal(atomic_load(&runs), 3);
}

static void expect_share(uint64_t from, uint64_t till, double share)
{
	const struct span span = { from, till };

	assert_true(neighbour_share(&n, &span) == share);
}

static void the_share_is_what_overlaps(void **state)
{
	static struct span spans[] = { { 100, 150 }, { 200, 250 }, { 320, 310 } };

	n.spans = spans;
	n.nr_spans = 3;
	expect_share(100, 150, 1);
	expect_share(100, 200, 0.5);
	expect_share(125, 225, 0.5); /* 25 of each */
	expect_share(0, 400, 0.25);
	expect_share(150, 200, 0);
	expect_share(300, 400, 0); /* one that was too short to say counts for nothing */
	expect_share(120, 120, 0);
	n.spans = NULL;
	n.nr_spans = 0;
	expect_share(100, 200, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_at_work_until_it_is_stopped),
		TEST(it_can_be_started_again),
		TEST(what_goes_wrong_ends_it_and_is_told),
		TEST(the_share_is_what_overlaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
