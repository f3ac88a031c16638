/* SPDX-License-Identifier: GPL-2.0-only */
/* stats_exact.h - the exact distribution of a sum of ranks or scores; only the statistics' own files need it. */
#ifndef INVBENCH_STATS_EXACT_H
#define INVBENCH_STATS_EXACT_H

#include <stddef.h>
#include <stdint.h>

/*
 * ways[s]: in how many ways @n of the @total ranks add up to s, for s below
 * the returned number. Doubles hold the counts of up to 64 values to 16 digits.
 * @ranks ascend. To be freed.
 */
size_t stats_count_ways(const uint64_t *ranks, size_t total, size_t n, double **ways);

/* The share of all sums of @n of the @total ranks, which ascend, that are as far from the expected one as @sum. */
double stats_exact_p(const uint64_t *ranks, size_t total, size_t n, uint64_t sum, uint64_t expected_sum);

#endif
