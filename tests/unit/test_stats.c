// SPDX-License-Identifier: GPL-2.0-only
/* test_stats.c - the exact test against worked examples and against brute force. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "stats.h"

static void assert_near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%.12g is not %.12g", got, want);
}

static void test_median(void **state)
{
	const double odd[] = { 9, 1, 5 }, even[] = { 4, 1, 3, 2 };

	assert_near(stats_median(odd, 3), 5, 0);
	assert_near(stats_median(even, 4), 2.5, 0);
	assert_near(odd[0], 9, 0);	/* the order is kept */
}

/* Two samples of n each that do not overlap: p is 2 / (2n over n). */
static void test_complete_separation(void **state)
{
	const double a[] = { 1, 2, 3, 4, 5, 6, 7, 8 }, b[] = { 11, 12, 13, 14, 15, 16, 17, 18 };

	assert_near(stats_mann_whitney(a, 3, b, 3), 2.0 / 20, 1e-12);
	assert_near(stats_mann_whitney(a, 4, b, 4), 2.0 / 70, 1e-12);
	assert_near(stats_mann_whitney(a, 5, b, 5), 2.0 / 252, 1e-12);
	assert_near(stats_mann_whitney(a, 8, b, 8), 2.0 / 12870, 1e-12);
	assert_near(stats_mann_whitney(b, 8, a, 8), 2.0 / 12870, 1e-12);
	assert_near(stats_mann_whitney(a, 8, b, 0), 1, 0);
}

static void test_no_difference(void **state)
{
	const double a[] = { 1, 4, 5, 8 }, b[] = { 2, 3, 6, 7 }, same[] = { 7, 7, 7, 7 };

	assert_near(stats_mann_whitney(a, 4, b, 4), 1, 1e-12);
	assert_near(stats_mann_whitney(same, 4, same, 4), 1, 1e-12);
}

/* All ways to choose n of the values, each by its rank sum with mid-ranks. */
static double brute_force(const double *a, int n, const double *b, int m)
{
	double all[16], rank[16], expected = n * (n + m + 1) / 2.0, observed = 0;
	int i, j, mask, far = 0, ways = 0;

	memcpy(all, a, n * sizeof(*a));
	memcpy(all + n, b, m * sizeof(*b));
	for (i = 0; i < n + m; i++) {
		rank[i] = 0.5;
		for (j = 0; j < n + m; j++)
			rank[i] += all[j] < all[i] ? 1 : all[j] == all[i] ? 0.5 : 0;
	}
	for (i = 0; i < n; i++)
		observed += rank[i];
	for (mask = 0; mask < 1 << (n + m); mask++) {
		double sum = 0;

		if (__builtin_popcount(mask) != n)
			continue;
		for (i = 0; i < n + m; i++)
			sum += mask >> i & 1 ? rank[i] : 0;
		ways++;
		far += fabs(sum - expected) >= fabs(observed - expected) - 1e-9;
	}
	return (double)far / ways;
}

/* Few distinct values make many ties; sizes differ as well. */
static void test_against_brute_force(void **state)
{
	unsigned int seed = 1;
	int round, i;

	for (round = 0; round < 60; round++) {
		const int n = 2 + round % 5, m = 2 + round / 5 % 6, kinds = 2 + round % 7;
		double a[8], b[8];

		for (i = 0; i < n; i++)
			a[i] = rand_r(&seed) % kinds;
		for (i = 0; i < m; i++)
			b[i] = rand_r(&seed) % kinds + round % 3;
		assert_near(stats_mann_whitney(a, n, b, m), brute_force(a, n, b, m), 1e-12);
	}
}

/* Where the exact test hands over, the approximation must not jump. */
static void test_large_samples(void **state)
{
	double a[40], b[40];
	int i;

	for (i = 0; i < 40; i++) {
		a[i] = i * 2;
		b[i] = i * 2 + 15;
	}
	assert_near(stats_mann_whitney(a, 33, b, 32), stats_mann_whitney(a, 32, b, 32), 0.03);
	assert_true(stats_mann_whitney(a, 40, b, 40) < 0.2);
}

static void test_holm(void **state)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 }, one[] = { 0.2 }, capped[] = { 0.9, 0.8 };

	stats_holm(p, 4);	/* 0.005*4, 0.01*3, 0.03*2, then 0.04*1 raised to 0.06 */
	assert_near(p[3], 0.02, 1e-12);
	assert_near(p[0], 0.03, 1e-12);
	assert_near(p[2], 0.06, 1e-12);
	assert_near(p[1], 0.06, 1e-12);
	stats_holm(one, 1);
	assert_near(one[0], 0.2, 0);
	stats_holm(capped, 2);
	assert_near(capped[0], 1, 0);
}

static void test_shift_interval(void **state)
{
	const double a[] = { 1, 2, 3, 4, 5, 6, 7, 8 }, b[] = { 100, 200, 300, 400, 500, 600, 700, 800 };
	double low, high;

	/* At 8 against 8 and alpha 0.01 the critical U of the tables is 7: the 8th difference from either end. */
	assert_true(stats_shift_interval(a, 8, b, 8, 0.01, &low, &high));
	assert_near(low, 99, 1e-9);	/* of 92, 93, ..., 99, 192, ... */
	assert_near(high, 792, 1e-9);
	/* 4 against 4 has no such interval: the whole range. */
	assert_false(stats_shift_interval(a, 4, b, 4, 0.01, &low, &high));
	assert_near(low, 96, 1e-9);
	assert_near(high, 399, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_complete_separation),
		cmocka_unit_test(test_no_difference),
		cmocka_unit_test(test_against_brute_force),
		cmocka_unit_test(test_large_samples),
		cmocka_unit_test(test_holm),
		cmocka_unit_test(test_shift_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
