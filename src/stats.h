/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stats.h - the few statistics a verdict needs.
 *
 * A sample is one value per boot. Boots are few and their noise has no known
 * shape, so everything here goes by ranks.
 */
#ifndef INVBENCH_STATS_H
#define INVBENCH_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Of @n values, n > 0; their order does not matter and is kept. */
double stats_median(const double *values, size_t n);

/* With more values than this in both samples together, the normal approximation takes over. */
#define STATS_EXACT_MAX		64

/*
 * Two-sided p of the Mann-Whitney test: the share of all ways to deal the
 * values out to two samples of these sizes that puts their rank sums at least
 * as far apart. Ties get the mean of their ranks, and the permutation
 * distribution of those very ranks is used, so p stays exact with ties.
 * 1 if a sample is empty.
 */
double stats_mann_whitney(const double *a, size_t n, const double *b, size_t m);

/* Makes @n p-values hold together at once (Holm), in place. */
void stats_holm(double *p, size_t n);

/*
 * The interval of b - a, from the differences of all pairs, that belongs to
 * the Mann-Whitney test at @alpha. False, and the range of all differences,
 * if the samples are too small for any interval at @alpha.
 */
bool stats_shift_interval(const double *a, size_t n, const double *b, size_t m, double alpha, double *low, double *high);

#endif
