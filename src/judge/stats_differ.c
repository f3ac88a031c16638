// SPDX-License-Identifier: GPL-2.0-only
/* stats_differ.c - two samples of boots, of which only those that met the machine in the same states are compared. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "stats_exact.h"
#include "xalloc.h"

/* Both samples together, a first. */
struct scores {
	struct stats_boot *boots;
	size_t n, total;
	uint64_t *list; /* of each boot its score, with the total added so that it is above 0; ascending */
	uint64_t sum_b;
	double squares; /* sum of the scores' squares */
};

static bool alike(const struct stats_boot *x, const struct stats_boot *y)
{
	size_t i;

	for (i = 0; i < STATS_STATES; i++)
		if (fmax(x->state[i], y->state[i]) > STATS_ALIKE * fmin(x->state[i], y->state[i]))
			return false;
	return true;
}

static int by_score(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int64_t score_of(const struct scores *s, size_t i)
{
	int64_t score = 0;
	size_t j;

	for (j = 0; j < s->total; j++)
		if (alike(&s->boots[i], &s->boots[j]))
			score += (s->boots[j].value < s->boots[i].value) - (s->boots[j].value > s->boots[i].value);
	return score;
}

/* Scores add up to 0: what one boot of a pair gains the other loses. */
static void take_scores(struct scores *s)
{
	size_t i;

	s->sum_b = 0;
	s->squares = 0;
	for (i = 0; i < s->total; i++) {
		const int64_t score = score_of(s, i);

		s->list[i] = (uint64_t)(score + (int64_t)s->total);
		s->squares += (double)score * (double)score;
		if (i >= s->n)
			s->sum_b += s->list[i];
	}
	qsort(s->list, s->total, sizeof(*s->list), by_score);
}

/* Of the sum of the scores of b, which is 0 on the average. */
static double score_deviation(const struct scores *s)
{
	const double n = (double)s->n, total = (double)s->total;

	return sqrt(n * (total - n) / (total * (total - 1)) * s->squares);
}

static double score_p(const struct scores *s)
{
	const size_t m = s->total - s->n;
	const double deviation = score_deviation(s), sum = (double)s->sum_b - (double)(m * s->total);

	if (s->total <= STATS_EXACT_MAX)
		return stats_exact_p(s->list, s->total, m, s->sum_b, m * s->total);
	return deviation > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(fmax(0, fabs(sum) - 1) / deviation)) : 1;
}

/* The least sum of scores, as one above 0, that is beyond what @alpha leaves; 0 if there is none. */
static double score_limit(const struct scores *s, double alpha)
{
	const size_t m = s->total - s->n;
	double *ways, all = 0, tail = 0, limit = 0;
	size_t sums, i;

	if (s->total > STATS_EXACT_MAX)
		return ceil(gsl_cdf_ugaussian_Qinv(alpha / 2) * score_deviation(s) + 1);
	sums = stats_count_ways(s->list, s->total, m, &ways);
	for (i = 0; i < sums; i++)
		all += ways[i];
	for (i = 0; i < sums; i++) {
		tail += ways[i];
		if (tail / all > alpha / 2)
			break;
		if (ways[i] > 0)
			limit = (double)(m * s->total) - (double)i;
	}
	free(ways);
	return limit;
}

/* Of pairs of boots that are alike, or of all of them, b - a; ascending. */
static double *take_differences(const struct scores *s, bool all, size_t *count)
{
	double *list = xcalloc(s->n * (s->total - s->n), sizeof(*list));
	size_t i, j;

	*count = 0;
	for (i = 0; i < s->n; i++)
		for (j = s->n; j < s->total; j++)
			if (all || alike(&s->boots[i], &s->boots[j]))
				list[(*count)++] = s->boots[j].value - s->boots[i].value;
	gsl_sort(list, 1, *count);
	return list;
}

/* With the shift taken off, the samples are as they would be if nothing had moved. */
static void score_interval(struct scores *s, double alpha, struct stats_difference *d, const double *list)
{
	double limit, cut;
	size_t i;

	for (i = s->n; i < s->total; i++)
		s->boots[i].value -= d->shift;
	take_scores(s);
	limit = score_limit(s, alpha);
	cut = floor(((double)d->alike - limit) / 2);
	d->interval = limit > 0 && cut >= 0;
	i = d->interval ? (size_t)cut : 0;
	d->low = list[i];
	d->high = list[d->alike - 1 - i];
}

static void differ_by_scores(struct scores *s, double alpha, struct stats_difference *d)
{
	double *list;
	size_t count;

	take_scores(s);
	d->p = score_p(s);
	list = take_differences(s, false, &d->alike);
	if (d->alike) {
		d->shift = gsl_stats_median_from_sorted_data(list, 1, d->alike);
		score_interval(s, alpha, d, list);
	} else {
		free(list);
		list = take_differences(s, true, &count);
		d->low = list[0];
		d->high = list[count - 1];
	}
	free(list);
}

static bool all_alike(const struct stats_boot *boots, size_t n)
{
	struct stats_boot low = boots[0], high = boots[0];
	size_t i, k;

	for (i = 1; i < n; i++)
		for (k = 0; k < STATS_STATES; k++) {
			low.state[k] = fmin(low.state[k], boots[i].state[k]);
			high.state[k] = fmax(high.state[k], boots[i].state[k]);
		}
	return alike(&low, &high);
}

static void differ_by_ranks(const struct scores *s, double alpha, struct stats_difference *d)
{
	const size_t n = s->n, m = s->total - n;
	double *values = xcalloc(s->total, sizeof(*values));
	size_t i;

	for (i = 0; i < s->total; i++)
		values[i] = s->boots[i].value;
	d->alike = n * m;
	d->p = stats_mann_whitney(values, n, values + n, m);
	d->shift = stats_shift(values, n, values + n, m);
	d->interval = stats_shift_interval(values, n, values + n, m, alpha, &d->low, &d->high);
	free(values);
}

void stats_differ(const struct stats_boot *a, size_t n, const struct stats_boot *b, size_t m, double alpha,
		  struct stats_difference *d)
{
	struct scores s = { .n = n, .total = n + m };

	*d = (struct stats_difference){ .p = 1, .shift = NAN };
	s.boots = xcalloc(s.total, sizeof(*s.boots));
	memcpy(s.boots, a, n * sizeof(*a));
	memcpy(s.boots + n, b, m * sizeof(*b));
	if (s.total > STATS_ALIKE_MAX || all_alike(s.boots, s.total)) {
		differ_by_ranks(&s, alpha, d);
	} else {
		s.list = xcalloc(s.total, sizeof(*s.list));
		differ_by_scores(&s, alpha, d);
		free(s.list);
	}
	free(s.boots);
}
