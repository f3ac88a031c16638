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
#define STATS_EXACT_MAX 64

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
bool stats_shift_interval(const double *a, size_t n, const double *b, size_t m, double alpha, double *low,
			  double *high);

/*
 * A boot's value, and in which states it met the machine: how fast that was in this and that,
 * each measured without what is compared. NAN where nobody knows, which is like all others.
 */
#define STATS_STATES	2
#define STATS_ALIKE	1.25 /* states are alike up to this factor */
#define STATS_ALIKE_MAX 2000 /* with more boots in both samples together, states do not count */

struct stats_boot {
	double value;
	double state[STATS_STATES];
};

/* As the three functions above have it. */
struct stats_difference {
	size_t alike; /* pairs of a boot of each sample that met the machine in the same states; of n * m */
	double p;
	double shift; /* NAN if no pair is alike */
	bool interval;
	double low, high; /* the interval, or the range of all differences of pairs that are alike, or of all pairs */
};

/*
 * The same test, shift and interval, but only boots that met the machine in the
 * same states are held against each other. A boot's score is how many of those
 * like it are below it, less how many are above; the sum of the scores of one
 * sample goes by all ways to deal the boots out. With all boots alike this is
 * the Mann-Whitney test; with states that fall into classes it is what P. van
 * Elteren does by strata (Bull. Int. Statist. Inst. 37, 1960), each boot
 * counted as much as it has others to be compared with. The limits of the
 * interval are those of the scores with the shift taken off.
 */
void stats_differ(const struct stats_boot *a, size_t n, const struct stats_boot *b, size_t m, double alpha,
		  struct stats_difference *d);

#endif
