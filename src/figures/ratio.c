// SPDX-License-Identifier: GPL-2.0-only
/* figures_ratio.c - by how much a kernel's distribution is above or below the base's, percentile by percentile. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "figures_parts.h"

#define SLOWER_WANTED 30 /* operations beyond a percentile, of both kernels: with fewer a ratio is of two accidents */

/* NAN where one of the two is not known, or is none. */
static double ratio_at(const struct curve *base, const struct curve *curve, double x, size_t i)
{
	if (!curve_has(base, x * SLOWER_WANTED) || !curve_has(curve, x * SLOWER_WANTED) || base->values[i] <= 0 ||
	    curve->values[i] <= 0)
		return NAN;
	return curve->values[i] / base->values[i];
}

/* A logarithmic axis if one end is far from 1. */
static void put_range(FILE *script, double low, double high)
{
	low = fmin(low, 1);
	high = fmax(high, 1);
	fprintf(script, "ymin=%.6g; ymax=%.6g; logy=%d\n", low, high, high / low > LOG_ABOVE);
}

/* @last: the last percentile that any kernel has a ratio at. */
static void write_ratios(FILE *tsv, const struct comparison *c, const struct curve *curves,
			 const double x[CURVE_POINTS], struct figure_values *values, double *last)
{
	size_t i, side;

	for (i = 0; i < CURVE_POINTS; i++) {
		fprintf(tsv, "%.8g", x[i]);
		for (side = 0; side < c->nr_sides; side++) {
			const double ratio = side ? ratio_at(&curves[0], &curves[side], x[i], i) : NAN;

			if (isnan(ratio)) {
				fputs("\t?", tsv);
				continue;
			}
			fprintf(tsv, "\t%.6g", ratio);
			values->present[side] = true;
			values->low = fmin(values->low, ratio);
			values->high = fmax(values->high, ratio);
			*last = x[i];
		}
		fputc('\n', tsv);
	}
}

int figures_write_ratio(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct curve *curves = calloc(c->nr_sides, sizeof(*curves));
	struct figure_values values = { INFINITY, -INFINITY, "ratio", NULL, VALUES_COUNTS };
	double x[CURVE_POINTS], last = 10;
	int err = curves ? curves_of_case(c, &c->rows[f->rows[0]], curves, x) : -ENOMEM;

	if (!err) {
		values.present = figure_flags(c);
		figure_names(tsv, c, "1/(1-p)", 1, NULL);
		write_ratios(tsv, c, curves, x, &values, &last);
		figure_head(script, c, f, c->rows[f->rows[0]].name, &values); /* the y axis says what of it */
		figure_quote(script, "base", c->sides[0].label, LABEL_BYTES);
		fprintf(script, "xmax=%.8g; ", last);
		put_range(script, values.low, values.high);
		fputs("load plots.'/ratio.gp'\n\n", script);
		free(values.present);
	}
	free(curves);
	return err;
}
