// SPDX-License-Identifier: GPL-2.0-only
/* test_stats_exact.c - in how many ways ranks add up, counted by hand and by going through all of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "stats_exact.h"

static void assert_near(double got, double want)
{
	if (!(fabs(got - want) <= 1e-12))
		fail_msg("%.12g is not %.12g", got, want);
}

/* Two of 1, 2, 3, 4: 3, 4, 5 twice, 6, 7. */
static void test_ways(void **state)
{
	static const double want[] = { 0, 0, 0, 1, 1, 2, 1, 1, 0, 0, 0 };
	const uint64_t ranks[] = { 1, 2, 3, 4 };
	double *ways;
	size_t sums = stats_count_ways(ranks, 4, 2, &ways), s;

	assert_int_equal(sums, 11); /* all four add up to 10 */
	for (s = 0; s < sums; s++)
		assert_near(ways[s], want[s]);
	free(ways);
}

/* All of them add up in one way, and so do none. */
static void test_ways_of_all_and_none(void **state)
{
	const uint64_t ranks[] = { 2, 3, 5 };
	double *ways;

	assert_int_equal(stats_count_ways(ranks, 3, 3, &ways), 11);
	assert_near(ways[10], 1);
	assert_near(ways[9], 0);
	free(ways);
	assert_int_equal(stats_count_ways(ranks, 3, 0, &ways), 11);
	assert_near(ways[0], 1);
	assert_near(ways[2], 0);
	free(ways);
}

/* With ties, each of the equal ranks is another one: two of 1, 2, 2, 5 make 3 in two ways. */
static void test_ways_with_ties(void **state)
{
	const uint64_t ranks[] = { 1, 2, 2, 5 };
	double *ways;

	stats_count_ways(ranks, 4, 2, &ways);
	assert_near(ways[3], 2);
	assert_near(ways[4], 1);
	assert_near(ways[6], 1);
	assert_near(ways[7], 2);
	free(ways);
}

/* Every choice of @n of the ranks is a mask. */
static void check_ways(const uint64_t *ranks, unsigned int total, unsigned int n)
{
	double *ways, counted;
	size_t sums = stats_count_ways(ranks, total, n, &ways), s;

	for (s = 0; s < sums; s++) {
		unsigned int mask, i;

		counted = 0;
		for (mask = 0; mask < 1U << total; mask++) {
			uint64_t sum = 0;

			for (i = 0; i < total; i++)
				sum += mask >> i & 1 ? ranks[i] : 0;
			counted += (unsigned int)__builtin_popcount(mask) == n && sum == s;
		}
		assert_near(ways[s], counted);
	}
	free(ways);
}

static void test_ways_by_force(void **state)
{
	const uint64_t ranks[] = { 1, 1, 2, 4, 4, 4, 7, 9 };
	unsigned int n;

	for (n = 0; n <= 8; n++)
		check_ways(ranks, 8, n);
}

/* Doubles hold them: 32 of 64 can be dealt in 1.8e18 ways. */
static void test_many_ways(void **state)
{
	uint64_t ranks[64];
	double *ways, all = 0, choose = 1;
	size_t sums, s;
	int i;

	for (i = 0; i < 64; i++)
		ranks[i] = (uint64_t)i + 1;
	for (i = 1; i <= 32; i++)
		choose = choose * (32 + i) / i;
	sums = stats_count_ways(ranks, 64, 32, &ways);
	for (s = 0; s < sums; s++)
		all += ways[s];
	assert_near(all / choose, 1);
	assert_near(ways[32 * 33 / 2], 1);
	free(ways);
}

/* Of the six sums of two of 1 to 4, which are 5 on the average, 3 and 7 are two away, and four at least one. */
static void test_p(void **state)
{
	const uint64_t ranks[] = { 1, 2, 3, 4 };

	assert_near(stats_exact_p(ranks, 4, 2, 3, 5), 2.0 / 6);
	assert_near(stats_exact_p(ranks, 4, 2, 7, 5), 2.0 / 6);
	assert_near(stats_exact_p(ranks, 4, 2, 6, 5), 4.0 / 6);
	assert_near(stats_exact_p(ranks, 4, 2, 5, 5), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),	       cmocka_unit_test(test_ways_of_all_and_none),
		cmocka_unit_test(test_ways_with_ties), cmocka_unit_test(test_ways_by_force),
		cmocka_unit_test(test_many_ways),      cmocka_unit_test(test_p),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
