// SPDX-License-Identifier: GPL-2.0-only
/* ratio.c - by how much a kernel's distribution is above or below the base's, percentile by percentile. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "curve.h"
#include "gnuplot.h"
#include "xalloc.h"

#define SLOWER_WANTED 30 /* operations beyond a percentile, of both kernels: with fewer a ratio is of two accidents */

/* Of kernels that the boots cannot tell apart a ratio says nothing. */
static void choose(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct row *row = &c->rows[i];

		if (figure_passed(c, row) && compare_has_latency(c, row) && figure_matters(c, row))
			figure_add_case(figures, c, i, xasprintf("%s: ratio to %s", row->name, c->sides[0].label));
	}
}

/* ---- its data ---- */

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
			values_add(values, side, ratio, ratio);
			*last = x[i];
		}
		fputc('\n', tsv);
	}
}

static int write_data(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct curve *curves = calloc(c->nr_sides, sizeof(*curves));
	const struct row *row = &c->rows[f->rows[0]];
	double x[CURVE_POINTS], last = 10;
	struct figure_values values;
	int err = curves ? curves_of_case(c, row, curves, x) : -ENOMEM;

	if (!err) {
		values = values_of(c, "ratio", VALUES_COUNTS);
		figure_names(tsv, c, "1/(1-p)", figure_line, NULL);
		write_ratios(tsv, c, curves, x, &values, &last);
		figure_head(script, c, f, row->name, &values); /* the y axis says what of it */
		gnuplot_quote(script, "base", c->sides[0].label, LABEL_BYTES);
		fprintf(script, "xmax=%.8g; ", last);
		put_range(script, values.low, values.high);
		figure_load(script, f);
		values_free(&values);
	}
	free(curves);
	return err;
}

static void tell(FILE *out, const struct comparison *c, const struct figure *f)
{
	const struct row *row = &c->rows[f->rows[0]];
	const char *comma = "";
	size_t side;

	fprintf(out, "Ratio to %s at each percentile; of the medians and of p99:", c->sides[0].label);
	for (side = 1; side < c->nr_sides; side++) {
		const struct metric *median = &row->cells[side].metrics[METRIC_MEDIAN],
				    *p99 = &row->cells[side].metrics[METRIC_P99];

		if (!median->compared || !p99->compared)
			continue;
		fprintf(out, "%s %s %.3f and %.3f", comma, c->sides[side].label, median->ratio, p99->ratio);
		comma = ",";
	}
}

FIGURE_TYPE(ratio) = {
	.letter = 'r',
	.plot = "ratio",
	.part = PART_DISTRIBUTION,
	.order = 11,
	.choose = choose,
	.write = write_data,
	.alternative = tell,
};
