// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_stats.c - against published tables and worked examples, against what R
 * and SciPy say (tests/data/stats.R and stats.py made the numbers), and against
 * brute force.
 */
#include <jansson.h>
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

static void test_median(void **state)
{
	const double odd[] = { 9, 1, 5 }, even[] = { 4, 1, 3, 2 };

	assert_near(stats_median(odd, 3), 5, 0);
	assert_near(stats_median(even, 4), 2.5, 0);
	assert_near(odd[0], 9, 0); /* the order is kept */
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

/* ---- published ---- */

/* Two samples without ties in which just @u pairs have a value of @a above one of @b. */
static void samples_of_u(double *a, size_t n, double *b, size_t m, size_t u)
{
	size_t i;

	for (i = 0; i < m; i++)
		b[i] = (double)(10 * i);
	for (i = 0; i < n; i++) {
		const size_t above = u < m ? u : m;

		a[i] = 10 * (double)above - 5 + (double)i / (double)(10 * n);
		u -= above;
	}
}

/* Mann and Whitney's own table of P(U <= u) (Ann. Math. Statist. 18, 1947, table I); two-sided p is twice that. */
static void test_mann_whitney_table(void **state)
{
	static const struct {
		size_t n, m;
		double below[16];
	} table[] = {
		{ 4, 4, { 0.014, 0.029, 0.057, 0.100, 0.171, 0.243, 0.343, 0.443 } },
		{ 5, 5, { 0.004, 0.008, 0.016, 0.028, 0.048, 0.075, 0.111, 0.155, 0.210, 0.274, 0.345, 0.421 } },
		{ 3, 8, { 0.006, 0.012, 0.024, 0.042, 0.067, 0.097, 0.139, 0.188, 0.248, 0.315, 0.388, 0.461 } },
		{ 8,
		  8,
		  { 0.000, 0.000, 0.000, 0.001, 0.001, 0.001, 0.002, 0.003, 0.005, 0.007, 0.010, 0.014, 0.019, 0.025,
		    0.032, 0.041 } },
	};
	double a[8], b[8];
	size_t i, u;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (u = 0; u < 16 && (u < 8 || table[i].below[u]); u++) {
			samples_of_u(a, table[i].n, b, table[i].m, u);
			assert_near(stats_mann_whitney(a, table[i].n, b, table[i].m), 2 * table[i].below[u], 0.00101);
		}
}

/*
 * M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, 2nd ed. 1999, examples 4.1, 4.3 and 4.4: permeability of
 * the human chorioamnion at term (a) and at 12 to 26 weeks (b); also the example of R's wilcox.test(): W = 35, one-sided
 * p 0.1272. The book's 96 % interval is (-0.76, 0.15), its estimate -0.305.
 */
static void test_hollander_wolfe(void **state)
{
	const double a[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 },
		     b[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	double low, high;

	assert_near(stats_mann_whitney(a, 10, b, 5), 2 * 0.1272, 0.0001);
	assert_near(stats_shift(a, 10, b, 5), -0.305, 1e-12);
	assert_true(stats_shift_interval(a, 10, b, 5, 0.04, &low, &high));
	assert_near(low, -0.76, 1e-12);
	assert_near(high, 0.15, 1e-12);
}

/* S. Holm, 1979: the i-th smallest of n is held against alpha / (n - i + 1), and nothing behind one that fails is significant. */
static void test_holm(void **state)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 }, one[] = { 0.2 }, capped[] = { 0.9, 0.8 };

	stats_holm(p, 4); /* 0.005*4, 0.01*3, 0.03*2, then 0.04*1 raised to 0.06 */
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
	assert_near(low, 99, 1e-9); /* of 92, 93, ..., 99, 192, ... */
	assert_near(high, 792, 1e-9);
	/* 4 against 4 has no such interval: the whole range. */
	assert_false(stats_shift_interval(a, 4, b, 4, 0.01, &low, &high));
	assert_near(low, 96, 1e-9);
	assert_near(high, 399, 1e-9);
	/* Each size has its own limits: after 8 against 8, the 5th difference at 8 against 6 (U up to 4 is in 0.5 %). */
	stats_shift_interval(a, 8, b, 8, 0.01, &low, &high);
	assert_true(stats_shift_interval(a, 8, b, 6, 0.01, &low, &high));
	assert_near(low, 96, 1e-9);
	stats_shift_interval(a, 8, b, 6, 0.1, &low, &high);
	assert_true(low > 98);
}

/* ---- R and SciPy ---- */

static json_t *load(const char *path, const char *key, const json_t **array)
{
	json_error_t error;
	json_t *json = json_load_file(path, 0, &error);

	if (!json)
		fail_msg("%s: %s; run this from the folder of the repository", path, error.text);
	*array = json_object_get(json, key);
	assert_true(json_array_size(*array) > 0);
	return json;
}

static double number(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	MUST(json_is_number(value));
	return json_number_value(value);
}

/* @values has room for 200. */
static size_t numbers(const json_t *json, const char *key, double *values)
{
	const json_t *array = json_object_get(json, key);
	size_t i, n = json_array_size(array);

	MUST(n > 0 && n <= 200);
	for (i = 0; i < n; i++)
		values[i] = json_number_value(json_array_get(array, i));
	return n;
}

/* p to a relative error: it is small where it counts. */
static void assert_p(double got, double want, double part)
{
	assert_near(got, want, part * want);
}

static void check_interval(const double *a, size_t n, const double *b, size_t m, const json_t *want, double alpha,
			   double within)
{
	double ends[200], low, high;

	MUST(numbers(want, alpha < 0.05 ? "interval_99" : "interval_90", ends) == 2);
	stats_shift_interval(a, n, b, m, alpha, &low, &high);
	assert_near(low, ends[0], within);
	assert_near(high, ends[1], within);
}

static void test_r_pairs(void **state)
{
	const json_t *pairs;
	json_t *json = load("tests/data/stats-r.json", "pairs", &pairs);
	double a[200], b[200];
	size_t i;

	for (i = 0; i < json_array_size(pairs); i++) {
		const json_t *pair = json_array_get(pairs, i);
		const size_t n = numbers(pair, "a", a), m = numbers(pair, "b", b);

		assert_p(stats_mann_whitney(a, n, b, m), number(pair, "p"), 1e-9);
		assert_near(stats_shift(a, n, b, m), number(pair, "shift"), 1e-9);
		check_interval(a, n, b, m, pair, 0.01, 1e-9);
		check_interval(a, n, b, m, pair, 0.1, 1e-9);
	}
	json_decref(json);
}

/* R is exact here, and we are not: a rank or two of some thousand differences from it, never the narrower. */
static void test_r_large(void **state)
{
	const json_t *pairs;
	json_t *json = load("tests/data/stats-r.json", "large", &pairs);
	double a[200], b[200], ends[200], low, high;
	size_t i;

	for (i = 0; i < json_array_size(pairs); i++) {
		const json_t *pair = json_array_get(pairs, i);
		const size_t n = numbers(pair, "a", a), m = numbers(pair, "b", b);

		assert_near(stats_mann_whitney(a, n, b, m), number(pair, "p"), 0.001);
		assert_near(stats_shift(a, n, b, m), number(pair, "shift"), 1e-9);
		check_interval(a, n, b, m, pair, 0.01, 0.1); /* of standard deviations of 10 and 12 */
		numbers(pair, "interval_99", ends);
		assert_true(stats_shift_interval(a, n, b, m, 0.01, &low, &high));
		assert_true(low <= ends[0] + 1e-9 && high >= ends[1] - 1e-9);
	}
	json_decref(json);
}

static void test_r_holm(void **state)
{
	const json_t *rows;
	json_t *json = load("tests/data/stats-r.json", "holm", &rows);
	double p[200], want[200];
	size_t i, j;

	for (i = 0; i < json_array_size(rows); i++) {
		const size_t n = numbers(json_array_get(rows, i), "p", p);

		assert_int_equal(numbers(json_array_get(rows, i), "adjusted", want), n);
		stats_holm(p, n);
		for (j = 0; j < n; j++)
			assert_near(p[j], want[j], 1e-12);
	}
	json_decref(json);
}

static void check_scipy(const char *key, double part)
{
	const json_t *rows;
	json_t *json = load("tests/data/stats-scipy.json", key, &rows);
	double a[200], b[200];
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const size_t n = numbers(row, "a", a), m = numbers(row, "b", b);

		assert_p(stats_mann_whitney(a, n, b, m), number(row, "p"), part);
	}
	json_decref(json);
}

static void test_scipy_ties(void **state)
{
	check_scipy("tied", 1e-9);
	check_scipy("approximate", 1e-9);
}

/* As stats.py makes them. */
static double *formula(size_t n, size_t step, size_t modulus, double offset)
{
	double *values = calloc(n, sizeof(*values));
	size_t i;

	MUST(values);
	for (i = 0; i < n; i++)
		values[i] = (double)(i * step % modulus) + offset;
	return values;
}

static void check_large(const json_t *row)
{
	const size_t n = (size_t)number(row, "n"), m = (size_t)number(row, "m"),
		     modulus = (size_t)number(row, "modulus");
	double *a = formula(n, 7919, modulus, 0), *b = formula(m, 104729, modulus, number(row, "offset"));

	assert_near(stats_median(a, n), number(row, "median_a"), 0);
	assert_near(stats_median(b, m), number(row, "median_b"), 0);
	assert_p(stats_mann_whitney(a, n, b, m), number(row, "p"), 1e-9);
	if (json_object_get(row, "shift")) {
		assert_near(stats_shift(a, n, b, m), number(row, "shift"), 0);
		check_interval(a, n, b, m, row, 0.01, 0);
	}
	free(a);
	free(b);
}

static void test_scipy_large(void **state)
{
	const json_t *rows;
	json_t *json = load("tests/data/stats-scipy.json", "large", &rows);
	size_t i;

	for (i = 0; i < json_array_size(rows); i++)
		check_large(json_array_get(rows, i));
	json_decref(json);
}

/* ---- all pairs ---- */

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* How many of the smallest differences of @n times @m are below the interval: seen where all are different. */
static size_t rank_of_low(size_t n, size_t m, double alpha)
{
	double a[40], b[40], low, high;
	size_t i, j, below = 0;

	for (i = 0; i < n; i++)
		a[i] = 1000 * (double)i;
	for (j = 0; j < m; j++)
		b[j] = (double)j;
	stats_shift_interval(a, n, b, m, alpha, &low, &high);
	for (i = 0; i < n; i++)
		for (j = 0; j < m; j++)
			below += b[j] - a[i] < low;
	return below;
}

/* Every difference is written down and sorted: what must come out, to the last bit. */
static void check_pairs(const double *a, size_t n, const double *b, size_t m)
{
	double *all = calloc(n * m, sizeof(*all)), low, high, alpha;
	size_t i, j, rank;

	MUST(all);
	for (i = 0; i < n; i++)
		for (j = 0; j < m; j++)
			all[i * m + j] = b[j] - a[i];
	qsort(all, n * m, sizeof(*all), by_value);
	assert_true(stats_shift(a, n, b, m) == (all[(n * m - 1) / 2] + all[n * m / 2]) / 2);
	for (alpha = 0.001; alpha < 1; alpha *= 3) {
		const bool any = stats_shift_interval(a, n, b, m, alpha, &low, &high);

		rank = rank_of_low(n, m, alpha);
		assert_true(any || !rank);
		assert_true(low == all[rank] && high == all[n * m - 1 - rank]);
		assert_false(low == 0 && signbit(low));
	}
	free(all);
}

/* Few kinds of values make ties; a tenth is no sum of powers of two, so differences are rounded. */
static void test_pairs_against_brute_force(void **state)
{
	unsigned int seed = 2;
	double a[40], b[40];
	int round, i;

	for (round = 0; round < 200; round++) {
		const int n = 1 + rand_r(&seed) % 40, m = 1 + rand_r(&seed) % 40, kinds = 1 + rand_r(&seed) % 90;
		const double unit = round % 3 ? 0.1 : 1e-300;

		for (i = 0; i < n; i++)
			a[i] = (rand_r(&seed) % kinds - kinds / 2) * unit;
		for (i = 0; i < m; i++)
			b[i] = (rand_r(&seed) % kinds - kinds / 2) * unit * (round % 5 ? 1 : 3);
		check_pairs(a, (size_t)n, b, (size_t)m);
	}
}

/* What 50,000 boots a side have to come to: 2.5e9 pairs are not written down, and ranks add up to more than 32 bits. */
static void test_many(void **state)
{
	double *a = formula(MANY, 1, MANY, 1e6), *b = formula(MANY, 7919, MANY, 1e6), low, high;
	size_t i;

	assert_near(stats_mann_whitney(a, MANY, b, MANY), 1, 0);
	assert_near(stats_shift(a, MANY, b, MANY), 0, 0);
	assert_true(stats_shift_interval(a, MANY, b, MANY, 0.01, &low, &high));
	assert_near(low, -high, 0);
	/* Uniform over 50,000: 2.576 times the standard error of a difference, 50000 * sqrt(2 / 50000 / 12), is near. */
	assert_near(high, 2.576 * MANY * sqrt(2.0 / MANY / 12), 3);
	for (i = 0; i < MANY; i++)
		b[i] += MANY;
	assert_true(stats_mann_whitney(a, MANY, b, MANY) == 0);
	assert_near(stats_shift(a, MANY, b, MANY), MANY, 0);
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_complete_separation),
		cmocka_unit_test(test_no_difference),
		cmocka_unit_test(test_against_brute_force),
		cmocka_unit_test(test_large_samples),
		cmocka_unit_test(test_mann_whitney_table),
		cmocka_unit_test(test_hollander_wolfe),
		cmocka_unit_test(test_holm),
		cmocka_unit_test(test_shift_interval),
		cmocka_unit_test(test_r_pairs),
		cmocka_unit_test(test_r_large),
		cmocka_unit_test(test_r_holm),
		cmocka_unit_test(test_scipy_ties),
		cmocka_unit_test(test_scipy_large),
		cmocka_unit_test(test_pairs_against_brute_force),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
