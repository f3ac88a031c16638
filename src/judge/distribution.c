// SPDX-License-Identifier: GPL-2.0-only
/* distribution.c - the whole distribution of a case: a lower median may have been bought with a longer tail. */
#include <math.h>
#include <string.h>

#include "distribution.h"

const struct percentile compare_percentiles[COMPARE_PERCENTILES] = {
	{ "min", 0 },	 { "p1", 0.01 }, { "p5", 0.05 },  { "p25", 0.25 },    { "p50", 0.5 },
	{ "p75", 0.75 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 }, { "max", 1 },
};

/* The 1st percentile of fewer than 100 samples is their minimum by another name. */
static bool has_percentile(uint64_t count, double q)
{
	const double beyond = fmin(q, 1 - q);

	return beyond == 0 || (double)count * beyond > 1 - 1e-9;
}

static void quantiles(const struct histogram *h, uint64_t values[COMPARE_PERCENTILES])
{
	double q[COMPARE_PERCENTILES];
	size_t i;

	for (i = 0; i < COMPARE_PERCENTILES; i++)
		q[i] = compare_percentiles[i].q;
	hist_quantiles(h, q, values, COMPARE_PERCENTILES);
}

/* A percentile has a spread over boots only if each of them has it. */
static void add_boot(struct distribution *d, const struct result_case *rc)
{
	uint64_t values[COMPARE_PERCENTILES];
	size_t i;

	quantiles(&rc->latency, values);
	for (i = 0; i < COMPARE_PERCENTILES; i++) {
		const double value = (double)values[i] - (double)rc->clock_floor_ns;
		struct percentile_value *p = &d->percentiles[i];

		p->spread = p->spread && has_percentile(rc->latency.count, compare_percentiles[i].q);
		p->low = fmin(p->low, value);
		p->high = fmax(p->high, value);
	}
}

static int pool(const struct side *side, const struct cell *cell, struct histogram *h)
{
	size_t i;
	int err = hist_init(h, cell->cases[0]->latency.sub_bits);

	for (i = 0; i < side->nr_boots && !err; i++)
		err = hist_merge(h, &cell->cases[i]->latency);
	if (err)
		hist_free(h);
	return err;
}

int compare_distribution(const struct side *side, const struct cell *cell, struct distribution *d)
{
	uint64_t values[COMPARE_PERCENTILES];
	struct histogram h;
	double floor_ns = 0;
	size_t i;
	int err = pool(side, cell, &h);

	memset(d, 0, sizeof(*d));
	if (err)
		return err;
	d->samples = h.count;
	quantiles(&h, values);
	for (i = 0; i < side->nr_boots; i++)
		floor_ns += (double)cell->cases[i]->clock_floor_ns / (double)side->nr_boots;
	for (i = 0; i < COMPARE_PERCENTILES; i++)
		d->percentiles[i] = (struct percentile_value){ has_percentile(h.count, compare_percentiles[i].q), true,
							       (double)values[i] - floor_ns, INFINITY, -INFINITY };
	for (i = 0; i < side->nr_boots; i++)
		add_boot(d, cell->cases[i]);
	/* No percentile of all can lie beyond those of the boots; only the mean of the floors may put it there. */
	for (i = 0; i < COMPARE_PERCENTILES; i++) {
		struct percentile_value *p = &d->percentiles[i];

		if (p->spread)
			p->value = fmin(fmax(p->value, p->low), p->high);
	}
	hist_free(&h);
	return 0;
}
