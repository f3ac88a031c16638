// SPDX-License-Identifier: GPL-2.0-only
/* curve.c - whole distributions, as lines over their percentiles. */
#include <math.h>
#include <stdlib.h>

#include "curve.h"

/* All boots of a cell in one histogram, as boots differ less than operations do. */
static int pool(const struct side *side, const struct cell *cell, struct histogram *h, double *floor_ns)
{
	size_t i;
	int err = hist_init(h, cell->cases[0]->latency.sub_bits);

	*floor_ns = 0;
	for (i = 0; i < side->nr_boots && !err; i++) {
		err = hist_merge(h, &cell->cases[i]->latency);
		*floor_ns += (double)cell->cases[i]->clock_floor_ns / (double)side->nr_boots;
	}
	if (err)
		hist_free(h);
	return err;
}

void curve_axis(double xmax, double x[CURVE_POINTS], double q[CURVE_POINTS])
{
	size_t i;

	for (i = 0; i < CURVE_POINTS; i++) {
		x[i] = pow(xmax, (double)i / (CURVE_POINTS - 1));
		q[i] = 1 - 1 / x[i];
	}
	q[CURVE_POINTS - 1] = 1;
}

void curve_fill(struct curve *curve, const struct histogram *h, const double q[CURVE_POINTS], double floor_ns)
{
	uint64_t values[CURVE_POINTS];
	size_t i;

	hist_quantiles(h, q, values, CURVE_POINTS);
	for (i = 0; i < CURVE_POINTS; i++)
		curve->values[i] = (double)values[i] - floor_ns;
	curve->present = true;
	curve->count = (double)h->count;
}

static int fill_curve(const struct side *side, const struct cell *cell, const double q[CURVE_POINTS],
		      struct curve *curve)
{
	struct histogram h;
	double floor_ns;
	int err;

	if (cell->status != STATUS_PASS)
		return 0;
	err = pool(side, cell, &h, &floor_ns);
	if (err)
		return err;
	curve_fill(curve, &h, q, floor_ns);
	hist_free(&h);
	return 0;
}

/* Where all the kernels' samples end. */
static double most_samples(const struct comparison *c, const struct row *row)
{
	double most = 10;
	size_t side, boot;

	for (side = 0; side < c->nr_sides; side++) {
		double samples = 0;

		if (row->cells[side].status != STATUS_PASS)
			continue;
		for (boot = 0; boot < c->sides[side].nr_boots; boot++)
			samples += (double)row->cells[side].cases[boot]->latency.count;
		most = fmax(most, samples);
	}
	return most;
}

bool curve_has(const struct curve *curve, double x)
{
	return curve->present && x <= curve->count * 1.001;
}

/* Within a level stretch of all kernels, which its two ends tell. */
static bool is_level(const struct comparison *c, const struct curve *curves, const double x[CURVE_POINTS], size_t i)
{
	size_t side;

	if (!i || i == CURVE_POINTS - 1)
		return false;
	for (side = 0; side < c->nr_sides; side++) {
		const struct curve *curve = &curves[side];

		if (curve_has(curve, x[i]) != curve_has(curve, x[i + 1]) || curve->values[i] != curve->values[i - 1] ||
		    curve->values[i] != curve->values[i + 1])
			return false;
	}
	return true;
}

void curve_write(FILE *tsv, const struct comparison *c, const struct curve *curves, const double x[CURVE_POINTS])
{
	size_t i, side;

	for (i = 0; i < CURVE_POINTS; i++) {
		if (is_level(c, curves, x, i))
			continue;
		fprintf(tsv, "%.8g", x[i]);
		for (side = 0; side < c->nr_sides; side++)
			if (curve_has(&curves[side], x[i]))
				fprintf(tsv, "\t%.10g", curves[side].values[i]);
			else
				fputs("\t?", tsv);
		fputc('\n', tsv);
	}
}

void curve_values(const struct comparison *c, const struct curve *curves, const char *of, struct figure_values *values)
{
	size_t side;

	*values = values_of(c, of, VALUES_TIMES);
	for (side = 0; side < c->nr_sides; side++)
		if (curves[side].present)
			values_add(values, side, curves[side].values[0], curves[side].values[CURVE_POINTS - 1]);
}

int curves_of_case(const struct comparison *c, const struct row *row, struct curve *curves, double x[CURVE_POINTS])
{
	double q[CURVE_POINTS];
	size_t side;
	int err = 0;

	curve_axis(most_samples(c, row), x, q);
	for (side = 0; side < c->nr_sides && !err; side++)
		err = fill_curve(&c->sides[side], &row->cells[side], q, &curves[side]);
	return err;
}
