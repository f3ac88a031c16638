// SPDX-License-Identifier: GPL-2.0-only
/* binomial.c - how sure a rate is that was counted. */
#include <gsl/gsl_cdf.h>

#include "binomial.h"

/*
 * Where the beta distribution's function reaches @p. gsl_cdf_beta_Pinv() does not
 * converge for many counts from a thousand on (GSL 2.8), and then ends the program.
 */
static double beta_quantile(double p, double a, double b)
{
	double low = 0, high = 1, middle;

	while ((middle = (low + high) / 2) > low && middle < high) {
		if (gsl_cdf_beta_P(middle, a, b) < p)
			low = middle;
		else
			high = middle;
	}
	return middle;
}

/* Sums of binomial probabilities are the beta distribution's. */
void binomial_interval(size_t k, size_t n, double confidence, double *low, double *high)
{
	const double tail = (1 - confidence) / 2;

	*low = k ? beta_quantile(tail, (double)k, (double)(n - k + 1)) : 0;
	/* Mirrored: a probability close to 1 would have few digits left. */
	*high = k < n ? 1 - beta_quantile(tail, (double)(n - k), (double)(k + 1)) : 1;
}
