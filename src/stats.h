/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stats.h - the few statistics a verdict needs.
 *
 * A sample is one value per boot. Boots are few and their noise has no known
 * shape, so everything here goes by ranks. Values are finite. What sorts takes
 * O(n log n), and all but the exact test O(n) of memory: 50,000 boots a side
 * are judged in a fraction of a second.
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
 * Two-sided p of the Mann-Whitney test (H. B. Mann, D. R. Whitney, Ann. Math.
 * Statist. 18, 1947): the share of all ways to deal the values out to two
 * samples of these sizes that puts their rank sums at least as far apart. Ties
 * get the mean of their ranks, and the permutation distribution of those very
 * ranks is used, so p stays exact with ties. Above STATS_EXACT_MAX values it is
 * the normal approximation, corrected for ties and continuity. 1 if a sample
 * is empty.
 */
double stats_mann_whitney(const double *a, size_t n, const double *b, size_t m);

/* Makes @n p-values hold together at once, in place (S. Holm, Scand. J. Statist. 6, 1979). */
void stats_holm(double *p, size_t n);

/*
 * The typical b - a: the median of the differences of all pairs (J. L. Hodges,
 * E. L. Lehmann, Ann. Math. Statist. 34, 1963). Both n and m are above 0.
 */
double stats_shift(const double *a, size_t n, const double *b, size_t m);

/*
 * The interval of b - a, from the differences of all pairs, that belongs to
 * the Mann-Whitney test at @alpha. False, and the range of all differences,
 * if the samples are too small for any interval at @alpha. Ties make it
 * cautious: it takes the test's limits for samples without.
 */
bool stats_shift_interval(const double *a, size_t n, const double *b, size_t m, double alpha, double *low, double *high);

#endif
