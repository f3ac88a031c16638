// SPDX-License-Identifier: GPL-2.0-only
/* stats.c - the few statistics a verdict needs. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "stats_exact.h"
#include "xalloc.h"

static double *sorted(const double *values, size_t n)
{
	double *copy = xcalloc(n, sizeof(*copy));

	memcpy(copy, values, n * sizeof(*copy));
	gsl_sort(copy, 1, n);
	return copy;
}

double stats_median(const double *values, size_t n)
{
	double *ordered = sorted(values, n), median = gsl_stats_median_from_sorted_data(ordered, 1, n);

	free(ordered);
	return median;
}

/* ---- ranks ---- */

/*
 * The ranks of both samples together, twice each mid-rank: that is an integer,
 * and so is every sum of them.
 */
struct ranks {
	size_t n, total;   /* values in a; in both */
	uint64_t *doubled; /* of each value, ascending */
	uint64_t sum_a;	   /* of those of sample a */
	double tie_term;   /* sum of t^3 - t over groups of t ties */
};

/* How many of the first values from @from on are @value. */
static size_t run_of(const double *ordered, size_t from, size_t n, double value)
{
	size_t end = from;

	while (end < n && ordered[end] == value)
		end++;
	return end - from;
}

/* Both samples are walked together, one group of ties after the other. */
static void rank(struct ranks *r, const double *a, size_t n, const double *b, size_t m)
{
	double *x = sorted(a, n), *y = sorted(b, m);
	size_t i = 0, j = 0, first, k;

	*r = (struct ranks){ .n = n, .total = n + m, .doubled = xcalloc(n + m, sizeof(*r->doubled)) };
	for (first = 0; first < n + m; first = i + j) {
		const double value = i < n && (j >= m || x[i] < y[j]) ? x[i] : y[j];
		const size_t of_a = run_of(x, i, n, value), ties = of_a + run_of(y, j, m, value);
		const uint64_t doubled = 2 * first + ties + 1;

		for (k = first; k < first + ties; k++)
			r->doubled[k] = doubled;
		r->sum_a += doubled * of_a;
		r->tie_term += (double)ties * (double)ties * (double)ties - (double)ties;
		i += of_a;
		j += ties - of_a;
	}
	free(x);
	free(y);
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
	p = r.total <= STATS_EXACT_MAX ? stats_exact_p(r.doubled, r.total, n, r.sum_a, n * (r.total + 1)) :
					 normal_p(&r);
	free(r.doubled);
	return p < 1 ? p : 1;
}

void stats_holm(double *p, size_t n)
{
	size_t *order = xcalloc(n, sizeof(*order)), i;
	double largest = 0;

	gsl_sort_index(order, p, 1, n);
	for (i = 0; i < n; i++) {
		double adjusted = fmin(1, p[order[i]] * (double)(n - i));

		largest = fmax(largest, adjusted);
		p[order[i]] = largest;
	}
	free(order);
}

/* ---- the differences of all pairs ---- */

/* Of each pair b - a, never all at once: there are n times m. Both samples ascend. */
struct pairs {
	double *a, *b;
	size_t n, m;
};

static void take_pairs(struct pairs *p, const double *a, size_t n, const double *b, size_t m)
{
	*p = (struct pairs){ sorted(a, n), sorted(b, m), n, m };
}

static void free_pairs(struct pairs *p)
{
	free(p->a);
	free(p->b);
}

/*
 * How many differences are at most @value: the larger a, the more b. A rounded
 * difference still never falls where b rises or a falls, so this is exact.
 */
static size_t count_up_to(const struct pairs *p, double value)
{
	size_t i, j = 0, count = 0;

	for (i = 0; i < p->n; i++) {
		while (j < p->m && p->b[j] - p->a[i] <= value)
			j++;
		count += j;
	}
	return count;
}

/* Doubles in the order of integers: as many steps apart as there are doubles between them. */
static uint64_t place_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits >> 63 ? ~bits : bits | 1ULL << 63;
}

static double at_place(uint64_t place)
{
	uint64_t bits = place >> 63 ? place & ~(1ULL << 63) : ~place;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* The difference that @rank others, 0 to n * m - 1, are not above: bisected among all doubles, so it is that very one. */
static double nth_difference(const struct pairs *p, size_t rank)
{
	uint64_t low = place_of(p->b[0] - p->a[p->n - 1]), high = place_of(p->b[p->m - 1] - p->a[0]);

	while (low < high) {
		const uint64_t middle = low + (high - low) / 2;

		if (count_up_to(p, at_place(middle)) > rank)
			high = middle;
		else
			low = middle + 1;
	}
	return at_place(low) + 0.0; /* -0.0 is no difference either, and looks odd */
}

double stats_shift(const double *a, size_t n, const double *b, size_t m)
{
	const size_t count = n * m;
	struct pairs p;
	double shift;

	take_pairs(&p, a, n, b, m);
	shift = nth_difference(&p, count / 2);
	if (count % 2 == 0)
		shift = (nth_difference(&p, count / 2 - 1) + shift) / 2;
	free_pairs(&p);
	return shift;
}

/* How many of the smallest differences of pairs lie outside the interval at @alpha. */
static size_t outside_exact(size_t n, size_t m, double alpha)
{
	uint64_t *ranks = xcalloc(n + m, sizeof(*ranks));
	double *ways, all = 0, tail = 0;
	size_t i, u, sums;

	for (i = 0; i < n + m; i++)
		ranks[i] = i + 1;
	sums = stats_count_ways(ranks, n + m, n, &ways);
	for (i = 0; i < sums; i++)
		all += ways[i];
	/* U = u is the rank sum n(n+1)/2 + u. */
	for (u = 0; u < n * m; u++) {
		tail += ways[n * (n + 1) / 2 + u];
		if (tail / all > alpha / 2)
			break;
	}
	free(ways);
	free(ranks);
	return u;
}

static size_t outside_normal(size_t n, size_t m, double alpha)
{
	const double nm = (double)n * (double)m;
	const double u = nm / 2 - gsl_cdf_ugaussian_Qinv(alpha / 2) * sqrt(nm * (double)(n + m + 1) / 12) + 0.5;

	return u > 0 ? (size_t)u : 0;
}

/* The samples of a comparison nearly all have the same sizes. */
static size_t outside(size_t n, size_t m, double alpha)
{
	static _Thread_local struct {
		size_t n, m, u;
		double alpha;
	} last;

	if (last.n != n || last.m != m || last.alpha != alpha) {
		last.u = n + m <= STATS_EXACT_MAX ? outside_exact(n, m, alpha) : outside_normal(n, m, alpha);
		last.n = n;
		last.m = m;
		last.alpha = alpha;
	}
	return last.u;
}

bool stats_shift_interval(const double *a, size_t n, const double *b, size_t m, double alpha, double *low, double *high)
{
	const size_t cut = outside(n, m, alpha);
	struct pairs p;

	take_pairs(&p, a, n, b, m);
	*low = nth_difference(&p, cut ? cut - 1 : 0);
	*high = nth_difference(&p, n * m - (cut ? cut : 1));
	free_pairs(&p);
	return cut > 0;
}
