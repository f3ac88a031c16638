// SPDX-License-Identifier: GPL-2.0-only
/* stats.c - the few statistics a verdict needs. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* No result is right without memory, and no caller could go on. */
static void *allocate(size_t n, size_t size)
{
	void *memory = calloc(n ? n : 1, size);

	if (!memory)
		abort();
	return memory;
}

double stats_median(const double *values, size_t n)
{
	double *sorted = allocate(n, sizeof(*sorted)), median;

	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_value);
	median = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
	free(sorted);
	return median;
}

/*
 * Both samples sorted together, each value with twice its mid-rank: that is
 * an integer, and so is every sum of them.
 */
struct ranks {
	size_t n, total;		/* values in a; in both */
	unsigned int *doubled;		/* of each value, ascending */
	unsigned int sum_a;		/* of those of sample a */
	double tie_term;		/* sum of t^3 - t over groups of t ties */
};

static size_t count_equal(const double *values, size_t n, double value)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += values[i] == value;
	return count;
}

static void rank(struct ranks *r, const double *a, size_t n, const double *b, size_t m)
{
	double *all = allocate(n + m, sizeof(*all));
	size_t first, last, i;

	*r = (struct ranks){ .n = n, .total = n + m, .doubled = allocate(n + m, sizeof(*r->doubled)) };
	memcpy(all, a, n * sizeof(*a));
	memcpy(all + n, b, m * sizeof(*b));
	qsort(all, n + m, sizeof(*all), by_value);
	for (first = 0; first < n + m; first = last) {
		size_t ties;

		for (last = first + 1; last < n + m && all[last] == all[first];)
			last++;
		ties = last - first;
		for (i = first; i < last; i++)
			r->doubled[i] = (unsigned int)(first + last + 1);
		r->sum_a += (unsigned int)((first + last + 1) * count_equal(a, n, all[first]));
		r->tie_term += (double)ties * (double)ties * (double)ties - (double)ties;
	}
	free(all);
}

/*
 * ways[k * sums + s]: in how many ways k of the values have doubled ranks that
 * add up to s. Doubles hold the counts of up to 64 values to 16 digits.
 */
static double *count_ways(const struct ranks *r, size_t sums)
{
	double *ways = allocate((r->n + 1) * sums, sizeof(*ways));
	size_t i, k, s;

	ways[0] = 1;
	for (i = 0; i < r->total; i++)
		for (k = i + 1 < r->n ? i + 1 : r->n; k > 0; k--)
			for (s = r->doubled[i]; s < sums; s++)
				ways[k * sums + s] += ways[(k - 1) * sums + s - r->doubled[i]];
	return ways;
}

static double exact_p(const struct ranks *r)
{
	const size_t sums = r->total * (r->total + 1) + 1;	/* all doubled ranks together, and 0 */
	const long expected = (long)(r->n * (r->total + 1));
	const long distance = labs((long)r->sum_a - expected);
	double *ways = count_ways(r, sums), far = 0, all = 0;
	size_t s;

	for (s = 0; s < sums; s++) {
		all += ways[r->n * sums + s];
		if (labs((long)s - expected) >= distance)
			far += ways[r->n * sums + s];
	}
	free(ways);
	return far / all;
}

static double normal_p(const struct ranks *r)
{
	const double n = (double)r->n, total = (double)r->total, m = total - n;
	const double variance = n * m / 12 * (total + 1 - r->tie_term / (total * (total - 1)));
	const double distance = fabs((double)r->sum_a / 2 - n * (total + 1) / 2) - 0.5;

	if (variance <= 0 || distance <= 0)
		return 1;
	return 2 * gsl_cdf_ugaussian_Q(distance / sqrt(variance));
}

double stats_mann_whitney(const double *a, size_t n, const double *b, size_t m)
{
	struct ranks r;
	double p;

	if (!n || !m)
		return 1;
	rank(&r, a, n, b, m);
	p = r.total <= STATS_EXACT_MAX ? exact_p(&r) : normal_p(&r);
	free(r.doubled);
	return p < 1 ? p : 1;
}

void stats_holm(double *p, size_t n)
{
	size_t *order = allocate(n, sizeof(*order)), i, j;
	double largest = 0;

	for (i = 0; i < n; i++) {
		for (j = i; j > 0 && p[order[j - 1]] > p[i]; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
	for (i = 0; i < n; i++) {
		double adjusted = fmin(1, p[order[i]] * (double)(n - i));

		largest = fmax(largest, adjusted);
		p[order[i]] = largest;
	}
	free(order);
}

/* How many of the smallest differences of pairs lie outside the interval at @alpha. */
static size_t outside(size_t n, size_t m, double alpha)
{
	struct ranks r = { .n = n, .total = n + m, .doubled = allocate(n + m, sizeof(*r.doubled)) };
	const size_t sums = r.total * (r.total + 1) + 1, least = n * (n + 1);
	double *ways, all = 0, tail = 0;
	size_t i, u;

	for (i = 0; i < r.total; i++)
		r.doubled[i] = (unsigned int)(2 * (i + 1));
	ways = count_ways(&r, sums) + n * sums;
	for (i = 0; i < sums; i++)
		all += ways[i];
	/* U = u is the rank sum n(n+1)/2 + u, here doubled. */
	for (u = 0; u < n * m; u++) {
		tail += ways[least + 2 * u];
		if (tail / all > alpha / 2)
			break;
	}
	free(ways - n * sums);
	free(r.doubled);
	return u;
}

static size_t outside_normal(size_t n, size_t m, double alpha)
{
	const double nm = (double)n * (double)m;
	const double u = nm / 2 - gsl_cdf_ugaussian_Qinv(alpha / 2) * sqrt(nm * (double)(n + m + 1) / 12) - 0.5;

	return u > 0 ? (size_t)u : 0;
}

bool stats_shift_interval(const double *a, size_t n, const double *b, size_t m, double alpha, double *low, double *high)
{
	double *differences = allocate(n * m, sizeof(*differences));
	size_t i, j, cut;

	for (i = 0; i < n; i++)
		for (j = 0; j < m; j++)
			differences[i * m + j] = b[j] - a[i];
	qsort(differences, n * m, sizeof(*differences), by_value);
	cut = n + m <= STATS_EXACT_MAX ? outside(n, m, alpha) : outside_normal(n, m, alpha);
	*low = differences[cut ? cut - 1 : 0];
	*high = differences[n * m - (cut ? cut : 1)];
	free(differences);
	return cut > 0;
}
