// SPDX-License-Identifier: GPL-2.0-only
/* test_spread.c - how unlike threads were, of boots with round numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "spread.h"

static void assert_spread(const struct spread *s, double low, double middle, double high)
{
	if (fabs(s->low - low) > 1e-6 || fabs(s->middle - middle) > 1e-6 || fabs(s->high - high) > 1e-6)
		fail_msg("%g, %g, %g and not %g, %g, %g", s->low, s->middle, s->high, low, middle, high);
}

/* Of boots of @nr_threads threads each, which stand one after the other; the clock costs 10 ns. */
static struct thread_spread spread_of(struct result_thread *threads, size_t nr_threads, size_t nr_boots)
{
	struct result_case rcs[3] = { 0 };
	const struct result_case *cases[3];
	const struct cell cell = { .cases = cases };
	const struct side side = { .nr_boots = nr_boots };
	size_t i;

	for (i = 0; i < nr_boots; i++) {
		rcs[i].threads = threads + i * nr_threads;
		rcs[i].nr_threads = nr_threads;
		rcs[i].clock_floor_ns = 10;
		cases[i] = &rcs[i];
	}
	return compare_threads(&side, &cell);
}

static void test_of_one_boot(void **state)
{
	struct result_thread threads[] = {
		{ .ops = 100, .elapsed_ns = 1000000, .sum_ns = 11000, .max_ns = 500 },
		{ .ops = 200, .elapsed_ns = 1000000, .sum_ns = 62000, .max_ns = 910 },
		{ .ops = 50, .elapsed_ns = 2000000, .sum_ns = 10500, .max_ns = 700 },
	};
	const struct thread_spread s = spread_of(threads, 3, 1);

	/* 110, 310 and 210 ns an operation; 100, 200 and 25 operations in a millisecond. */
	assert_spread(&s.means, 100, 200, 300);
	assert_spread(&s.rates, 25000, 100000, 200000);
	assert_true(s.finish == 2 && s.max == 900);
}

/* It has no latency, and was the slowest of all. */
static void test_a_thread_that_did_nothing(void **state)
{
	struct result_thread threads[] = {
		{ .ops = 100, .elapsed_ns = 1000000, .sum_ns = 11000, .max_ns = 500 },
		{ .ops = 0, .elapsed_ns = 1000000 },
	};
	struct thread_spread s = spread_of(threads, 2, 1);

	assert_spread(&s.means, 100, 100, 100);
	assert_spread(&s.rates, 0, 50000, 100000);
	assert_true(s.finish == 1);
	threads[1].elapsed_ns = 0; /* as one that was not let in */
	s = spread_of(threads, 2, 1);
	assert_spread(&s.rates, 0, 50000, 100000);
	s = spread_of(threads + 1, 1, 1);
	assert_spread(&s.means, 0, 0, 0);
	assert_spread(&s.rates, 0, 0, 0);
	assert_true(s.max == 0);
}

/* Where a file says so there is no rate, nor how much later the last was. */
static void test_a_thread_without_time(void **state)
{
	struct result_thread threads[] = {
		{ .ops = 100, .elapsed_ns = 0, .sum_ns = 11000 },
		{ .ops = 100, .elapsed_ns = 1000000, .sum_ns = 31000 },
	};
	const struct thread_spread s = spread_of(threads, 2, 1);

	assert_spread(&s.means, 100, 200, 300);
	assert_spread(&s.rates, 100000, 100000, 100000);
	assert_true(s.finish == 1);
}

/* Of each number the median over the boots, whichever boot has it. */
static void test_over_boots(void **state)
{
	struct result_thread threads[] = {
		{ .ops = 10, .elapsed_ns = 1000, .sum_ns = 1100, .max_ns = 310 },
		{ .ops = 10, .elapsed_ns = 4000, .sum_ns = 2100, .max_ns = 300 },
		{ .ops = 10, .elapsed_ns = 2000, .sum_ns = 3100, .max_ns = 510 },
		{ .ops = 10, .elapsed_ns = 4000, .sum_ns = 4100, .max_ns = 500 },
		{ .ops = 10, .elapsed_ns = 1000, .sum_ns = 5100, .max_ns = 110 },
		{ .ops = 10, .elapsed_ns = 3000, .sum_ns = 9100, .max_ns = 100 },
	};
	const struct thread_spread s = spread_of(threads, 2, 3);

	/* Of the boots: 100 and 200, 300 and 400, 500 and 900 ns. */
	assert_spread(&s.means, 300, 350, 400);
	/* In millions: 2.5 and 10, 2.5 and 5, 3.333333 and 10. */
	assert_spread(&s.rates, 2.5e6, (2.5e6 + 10e6) / 2, 10e6);
	assert_true(s.finish == 3 && s.max == 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_one_boot),
		cmocka_unit_test(test_a_thread_that_did_nothing),
		cmocka_unit_test(test_a_thread_without_time),
		cmocka_unit_test(test_over_boots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
