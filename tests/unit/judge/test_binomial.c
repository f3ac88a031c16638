// SPDX-License-Identifier: GPL-2.0-only
/* test_binomial.c - how sure a rate is that was counted. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "binomial.h"

/*
 * The definition, solved without a beta distribution: by halving [0, 1] 180
 * times with sums of comb(n, i) p^i (1-p)^(n-i) in 60 decimal digits. Python:
 *
 *   tail = lambda n, ks, p: sum(comb(n, i) * p**i * (1 - p)**(n - i) for i in ks)
 *   low is where tail(n, range(k, n + 1), p) is (1 - confidence) / 2
 *   high is where tail(n, range(0, k + 1), p) is
 */
static const struct {
	size_t k, n;
	double confidence, low, high;
} intervals[] = {
	{ 4, 20, 0.9, 0.071353884309, 0.401028117332 },
	{ 0, 10, 0.95, 0, 0.308497107819 },
	{ 10, 10, 0.95, 0.691502892181, 1 },
	{ 1, 20, 0.99, 0.000250595687, 0.317141734757 },
	{ 0, 20, 0.99, 0, 0.232729500989 },
	{ 2, 200, 0.99, 0.000518636805, 0.045534014168 },
	{ 13, 200, 0.99, 0.028361040542, 0.123521495197 },
	{ 5, 500, 0.99, 0.002162183941, 0.028041561133 },
	{ 199, 200, 0.99, 0.963440869467, 0.999974937605 },
	{ 50, 100, 0.99, 0.368861437359, 0.631138562641 },
};

static void test_interval(void **state)
{
	double low, high;
	size_t i;

	for (i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++) {
		binomial_interval(intervals[i].k, intervals[i].n, intervals[i].confidence, &low, &high);
		if (fabs(low - intervals[i].low) > 1e-9 || fabs(high - intervals[i].high) > 1e-9)
			fail_msg("%zu of %zu at %g: %.12f..%.12f", intervals[i].k, intervals[i].n,
				 intervals[i].confidence, low, high);
	}
	binomial_interval(0, 0, 0.99, &low, &high);
	assert_true(low == 0 && high == 1);
}

/* Wherever a count may lie, the interval is there, moves with k and mirrors with n - k. */
static void test_interval_everywhere(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 20, 200, 5000, 1000000 };
	size_t i, step;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const size_t n = sizes[i];
		double before = -1, low, high, mirrored_low, mirrored_high;

		for (step = 0; step <= 200; step++) {
			const size_t k = n <= 200 ? step : step < 100 ? step : n - (200 - step) * (n / 300);

			if (k > n)
				break;
			binomial_interval(k, n, 0.99, &low, &high);
			binomial_interval(n - k, n, 0.99, &mirrored_low, &mirrored_high);
			if (!(low > before && low <= (double)k / (double)n && (double)k / (double)n <= high &&
			      high <= 1))
				fail_msg("%zu of %zu: %g..%g after %g", k, n, low, high, before);
			if (fabs(low - (1 - mirrored_high)) > 1e-8)
				fail_msg("%zu of %zu: %g is not 1 - %g", k, n, low, mirrored_high);
			before = low;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_interval_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
