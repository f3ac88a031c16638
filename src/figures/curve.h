/* SPDX-License-Identifier: GPL-2.0-only */
/* curve.h - whole distributions, as lines over their percentiles. */
#ifndef INVBENCH_CURVE_H
#define INVBENCH_CURVE_H

#include "part.h"

#define CURVE_POINTS 240 /* one for every third pixel of a wide screen */

/* A whole distribution, to be drawn over 1/(1-p). */
struct curve {
	bool present;
	double count; /* of samples */
	double values[CURVE_POINTS];
};

/* @x from 1 to @xmax, and the quantile @q of each. */
void curve_axis(double xmax, double x[CURVE_POINTS], double q[CURVE_POINTS]);
/* Net of @floor_ns. */
void curve_fill(struct curve *curve, const struct histogram *h, const double q[CURVE_POINTS], double floor_ns);
/* False in the far tail, of which a kernel with fewer samples than another knows nothing. */
bool curve_has(const struct curve *curve, double x);
/*
 * Those of a case, one a kernel, all boots pooled, to the last sample of any; @curves begin as zeros.
 * 0, or -EINVAL if the boots' histograms differ in sub_bits, or -ENOMEM.
 */
int curves_of_case(const struct comparison *c, const struct row *row, struct curve *curves, double x[CURVE_POINTS]);
/* Their range; values_free(). */
void curve_values(const struct comparison *c, const struct curve *curves, const char *of, struct figure_values *values);
/* A line a point, but for those that lie on the line between their neighbours. */
void curve_write(FILE *tsv, const struct comparison *c, const struct curve *curves, const double x[CURVE_POINTS]);

#endif
