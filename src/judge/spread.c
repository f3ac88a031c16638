// SPDX-License-Identifier: GPL-2.0-only
/* spread.c - how unlike the threads of a case were: a gain of one may be a loss of another. */
#include <math.h>
#include <stdlib.h>

#include "spread.h"
#include "stats.h"
#include "xalloc.h"

#define PARTS 8 /* numbers in a thread_spread */

static struct spread spread_of(const double *values, size_t n)
{
	struct spread s = { INFINITY, 0, 0 };
	size_t i;

	if (!n)
		return (struct spread){ 0 };
	s.middle = stats_median(values, n);
	for (i = 0; i < n; i++) {
		s.low = fmin(s.low, values[i]);
		s.high = fmax(s.high, values[i]);
	}
	return s;
}

/* A thread that did nothing has no latency, and a rate of 0. */
static void fill_spreads(const struct result_case *rc, struct thread_spread *s)
{
	double *means = xcalloc(2 * rc->nr_threads + 1, sizeof(*means)), *rates = means + rc->nr_threads;
	size_t i, nr_means = 0, nr_rates = 0;

	for (i = 0; i < rc->nr_threads; i++) {
		const struct result_thread *t = &rc->threads[i];

		if (t->ops)
			means[nr_means++] = (double)t->sum_ns / (double)t->ops - (double)rc->clock_floor_ns;
		if (t->elapsed_ns || !t->ops)
			rates[nr_rates++] = t->ops ? 1e9 * (double)t->ops / (double)t->elapsed_ns : 0;
	}
	s->means = spread_of(means, nr_means);
	s->rates = spread_of(rates, nr_rates);
	free(means);
}

static struct thread_spread boot_spread(const struct result_case *rc)
{
	struct thread_spread s = { .finish = 1 };
	double first = INFINITY, last = 0;
	size_t i;

	for (i = 0; i < rc->nr_threads; i++) {
		const struct result_thread *t = &rc->threads[i];

		s.max = fmax(s.max, (double)t->max_ns - (double)rc->clock_floor_ns);
		first = fmin(first, (double)t->elapsed_ns);
		last = fmax(last, (double)t->elapsed_ns);
	}
	if (first > 0)
		s.finish = last / first;
	fill_spreads(rc, &s);
	return s;
}

struct thread_spread compare_threads(const struct side *side, const struct cell *cell)
{
	const size_t n = side->nr_boots;
	double *v = xcalloc(PARTS * n, sizeof(*v));
	struct thread_spread s;
	size_t i;

	for (i = 0; i < n; i++) {
		s = boot_spread(cell->cases[i]);
		v[i] = s.means.low;
		v[n + i] = s.means.middle;
		v[2 * n + i] = s.means.high;
		v[3 * n + i] = s.rates.low;
		v[4 * n + i] = s.rates.middle;
		v[5 * n + i] = s.rates.high;
		v[6 * n + i] = s.finish;
		v[7 * n + i] = s.max;
	}
	s.means = (struct spread){ stats_median(v, n), stats_median(v + n, n), stats_median(v + 2 * n, n) };
	s.rates = (struct spread){ stats_median(v + 3 * n, n), stats_median(v + 4 * n, n), stats_median(v + 5 * n, n) };
	s.finish = stats_median(v + 6 * n, n);
	s.max = stats_median(v + 7 * n, n);
	free(v);
	return s;
}
