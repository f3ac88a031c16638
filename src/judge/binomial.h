/* SPDX-License-Identifier: GPL-2.0-only */
/* binomial.h - how sure a rate is that was counted. */
#ifndef INVBENCH_BINOMIAL_H
#define INVBENCH_BINOMIAL_H

#include <stddef.h>

/*
 * The interval of Clopper and Pearson (Biometrika 26, 1934, p. 404): the rates
 * with which @k of @n, or what is further off, are not less probable than
 * (1 - @confidence) / 2 on either side. It covers at least @confidence, for any n
 * and rate. 0..1 if @n is 0.
 */
void binomial_interval(size_t k, size_t n, double confidence, double *low, double *high);

#endif
