// SPDX-License-Identifier: GPL-2.0-only
/* test_stats_differ.c - boots that met the machine in the same states, against brute force. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "must.h"
#include "stats.h"

#define MANY 50000 /* boots a side */

static void assert_near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%.12g is not %.12g", got, want);
}

/* In state @state, and in the second as all others. */
static struct stats_boot boot_of(double value, double state)
{
	return (struct stats_boot){ value, { state, NAN } };
}

static bool are_alike(const struct stats_boot *x, const struct stats_boot *y)
{
	int i;

	for (i = 0; i < STATS_STATES; i++)
		if (x->state[i] > 1.25 * y->state[i] || y->state[i] > 1.25 * x->state[i])
			return false;
	return true;
}

/* Pairs of a boot that is in @mask and one that is not: those that the one wins, less those it loses. */
static int wins(const struct stats_boot *boots, int total, int mask)
{
	int i, j, sum = 0;

	for (i = 0; i < total; i++)
		for (j = 0; j < total; j++)
			if (mask >> i & 1 && !(mask >> j & 1) && are_alike(&boots[i], &boots[j]))
				sum += (boots[i].value > boots[j].value) - (boots[i].value < boots[j].value);
	return sum;
}

static double differ_by_force(const struct stats_boot *boots, int n, int m)
{
	const int total = n + m, observed = abs(wins(boots, total, (1 << n) - 1));
	int mask, far = 0, ways = 0;

	for (mask = 0; mask < 1 << total; mask++) {
		if (__builtin_popcount(mask) != n)
			continue;
		ways++;
		far += abs(wins(boots, total, mask)) >= observed;
	}
	return (double)far / ways;
}

static void test_differ_against_brute_force(void **state)
{
	unsigned int seed = 3;
	int round, i;

	for (round = 0; round < 60; round++) {
		const int n = 2 + round % 4, m = 2 + round / 4 % 5;
		struct stats_boot all[12];
		struct stats_difference d;

		for (i = 0; i < n + m; i++) {
			all[i] = boot_of(rand_r(&seed) % (3 + round % 9), 100 + rand_r(&seed) % 60);
			all[i].state[1] = rand_r(&seed) % 3 ? 10 + rand_r(&seed) % 4 : NAN;
		}
		stats_differ(all, (size_t)n, all + n, (size_t)m, 0.01, &d);
		assert_near(d.p, differ_by_force(all, n, m), 1e-12);
	}
}

static int by_number(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The least sum of wins that at most @alpha / 2 of all ways to deal the boots out reach; 0 if there is none. */
static int limit_by_force(const struct stats_boot *boots, int n, int m, double alpha)
{
	const int most = n * m;
	int ways[2 * 36 + 1] = { 0 }, all = 0, tail = 0, mask, limit = 0, i;

	MUST(most <= 36);
	for (mask = 0; mask < 1 << (n + m); mask++)
		if (__builtin_popcount(mask) == m) {
			ways[most + wins(boots, n + m, mask)]++;
			all++;
		}
	for (i = 0; i <= 2 * most; i++) {
		tail += ways[i];
		if (tail > alpha / 2 * all)
			break;
		if (ways[i])
			limit = most - i;
	}
	return limit;
}

/* @d is of the first @n of @boots against the other @m, whose differences are written down and sorted. */
static void check_limits(struct stats_boot *boots, int n, int m, double alpha, const struct stats_difference *d)
{
	double differences[36];
	int i, j, count = 0, limit, cut;

	for (i = 0; i < n; i++)
		for (j = n; j < n + m; j++)
			if (are_alike(&boots[i], &boots[j]))
				differences[count++] = boots[j].value - boots[i].value;
	qsort(differences, (size_t)count, sizeof(*differences), by_number);
	for (i = n; i < n + m; i++)
		boots[i].value -= d->shift;
	limit = limit_by_force(boots, n, m, alpha);
	cut = limit && limit <= count ? (count - limit) / 2 : 0;
	assert_int_equal(d->alike, count);
	assert_int_equal(d->interval, limit > 0 && limit <= count);
	assert_near(d->low, differences[cut], 0);
	assert_near(d->high, differences[count - 1 - cut], 0);
}

/* Two states, and few kinds of values, so that many are as many apart as the samples are. */
static void test_differ_interval_against_brute_force(void **state)
{
	unsigned int seed = 7;
	int round, i, intervals = 0;

	for (round = 0; round < 20; round++) {
		struct stats_boot all[12];
		struct stats_difference d;

		for (i = 0; i < 12; i++)
			all[i] = boot_of(rand_r(&seed) % (2 + round % 9) + (i < 6 ? 0 : 4), i % 2 ? 150 : 230);
		stats_differ(all, 6, all + 6, 6, 0.1, &d);
		check_limits(all, 6, 6, 0.1, &d);
		intervals += d.interval;
	}
	assert_true(intervals > 10);
}

/* States up to a quarter apart, and unknown ones, are one: then it is the test, the shift and the interval of before. */
static void test_differ_of_one_state(void **state)
{
	struct stats_boot x[10], y[9];
	struct stats_difference d;
	double a[10], b[9], low, high;
	unsigned int seed = 5;
	size_t i;

	for (i = 0; i < 10; i++)
		x[i] = boot_of(a[i] = rand_r(&seed) % 50, i % 3 ? 100 + i : NAN);
	for (i = 0; i < 9; i++)
		y[i] = boot_of(b[i] = rand_r(&seed) % 50 + 10, 125 - i);
	stats_differ(x, 10, y, 9, 0.01, &d);
	assert_int_equal(d.alike, 90);
	assert_near(d.p, stats_mann_whitney(a, 10, b, 9), 0);
	assert_near(d.shift, stats_shift(a, 10, b, 9), 0);
	assert_true(d.interval && stats_shift_interval(a, 10, b, 9, 0.01, &low, &high));
	assert_near(d.low, low, 0);
	assert_near(d.high, high, 0);
}

/* @fast boots of 1000 and more in one state, the others of 1600 and more in another. */
static void two_states(struct stats_boot boots[8], int fast, double shift)
{
	int i;

	for (i = 0; i < 8; i++)
		boots[i] = boot_of((i < fast ? 1000 : 1600) + shift + (i * 7 % 8), i < fast ? 150 : 230);
}

/* What all boots together hide, or show where there is nothing. */
static void test_differ_of_two_states(void **state)
{
	struct stats_boot a[8], b[8];
	struct stats_difference d;

	two_states(a, 4, 0);
	two_states(b, 4, 100);
	stats_differ(a, 8, b, 8, 0.01, &d);
	assert_int_equal(d.alike, 32);
	assert_true(d.p < 0.001);
	assert_near(d.shift, 100, 4);
	assert_true(d.interval && d.low > 90 && d.high < 110);

	two_states(a, 7, 0);
	two_states(b, 1, 0);
	stats_differ(a, 8, b, 8, 0.01, &d);
	assert_int_equal(d.alike, 14);
	assert_true(d.p > 0.05);
	assert_near(d.shift, 0, 8);

	two_states(a, 8, 0);
	two_states(b, 0, 0);
	stats_differ(a, 8, b, 8, 0.01, &d);
	assert_int_equal(d.alike, 0);
	assert_near(d.p, 1, 0);
	assert_true(isnan(d.shift) && !d.interval);
	assert_near(d.low, 593, 0);
	assert_near(d.high, 607, 0);
}

/* Sum of twelve evenly distributed numbers: nearly a normal one. */
static double noise(unsigned int *seed)
{
	double sum = -6;
	int i;

	for (i = 0; i < 12; i++)
		sum += rand_r(seed) / (double)RAND_MAX;
	return sum;
}

/* Of samples that differ by a known shift, in states that come as they like: how often it is believed that they do not. */
static void test_differ_keeps_its_word(void **state)
{
	enum { ROUNDS = 3000 };
	unsigned int seed = 11;
	int round, i, alarms = 0, missed = 0, found = 0;

	for (round = 0; round < ROUNDS; round++) {
		struct stats_boot boots[16];
		struct stats_difference d;

		for (i = 0; i < 16; i++) {
			const bool slow = rand_r(&seed) % 3 == 0, far = rand_r(&seed) % 3 == 0;

			boots[i] = boot_of(1000 + 600 * slow + 200 * far + 10 * noise(&seed), slow ? 230 : 150);
			boots[i].state[1] = far ? 310 : 210;
		}
		stats_differ(boots, 8, boots + 8, 8, 0.01, &d);
		alarms += d.p < 0.01;
		missed += d.interval && (d.low > 0 || d.high < 0);
		for (i = 8; i < 16; i++)
			boots[i].value += 60;
		stats_differ(boots, 8, boots + 8, 8, 0.01, &d);
		found += d.p < 0.01;
	}
	if (alarms > 0.014 * ROUNDS || missed > 0.014 * ROUNDS || found < 0.7 * ROUNDS)
		fail_msg("of %d rounds %d were false alarms, %d intervals missed, %d shifts were found", ROUNDS, alarms,
			 missed, found);
}

/* Where the exact distribution hands over to the normal one, and where states do not count any more. */
static void test_differ_of_many(void **state)
{
	struct stats_boot *a = calloc(MANY, sizeof(*a)), *b = calloc(MANY, sizeof(*b));
	struct stats_difference exact, normal, d;
	unsigned int seed = 13;
	size_t i;

	MUST(a && b);
	for (i = 0; i < MANY; i++) {
		a[i] = boot_of(10 * noise(&seed) + (i % 2 ? 100 : 0), i % 2 ? 150 : 230);
		b[i] = boot_of(10 * noise(&seed) + (i % 3 ? 100 : 0) + 4, i % 3 ? 150 : 230);
	}
	stats_differ(a, 32, b, 32, 0.01, &exact);
	stats_differ(a, 33, b, 32, 0.01, &normal);
	assert_near(exact.p, normal.p, 0.05);
	assert_true(exact.interval && normal.interval);
	assert_near(exact.low, normal.low, 2);
	assert_near(exact.high, normal.high, 2);
	stats_differ(a, 500, b, 500, 0.01, &d);
	assert_true(d.p < 0.001 && d.low > 0 && d.high < 8);
	stats_differ(a, MANY, b, MANY, 0.01, &d);
	assert_true(d.alike == (size_t)MANY * MANY && d.shift > 8);
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differ_against_brute_force),
		cmocka_unit_test(test_differ_interval_against_brute_force),
		cmocka_unit_test(test_differ_of_one_state),
		cmocka_unit_test(test_differ_of_two_states),
		cmocka_unit_test(test_differ_keeps_its_word),
		cmocka_unit_test(test_differ_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
