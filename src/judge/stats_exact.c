// SPDX-License-Identifier: GPL-2.0-only
/* stats_exact.c - the exact distribution of a sum of ranks or scores. */
#include <stdlib.h>
#include <string.h>

#include "stats_exact.h"
#include "xalloc.h"

size_t stats_count_ways(const uint64_t *ranks, size_t total, size_t n, double **ways)
{
	uint64_t *lowest = xcalloc(total + 1, sizeof(*lowest)); /* lowest[k]: the sum of the k lowest */
	size_t sums, i, k, s;
	double *all;

	for (i = 0; i < total; i++)
		lowest[i + 1] = lowest[i] + ranks[i];
	sums = lowest[total] + 1;
	all = xcalloc((n + 1) * sums, sizeof(*all));
	all[0] = 1;
	/*
	 * One rank after the other is taken in. Sums that k of the ranks so far cannot
	 * have, and numbers of ranks from which @n can no longer be reached, are not
	 * gone through.
	 */
	for (i = 0; i < total; i++)
		for (k = i + 1 < n ? i + 1 : n; k > 0 && k + total > n + i; k--) {
			double *to = all + k * sums;
			const double *from = to - sums;

			for (s = lowest[k - 1] + ranks[i]; s <= lowest[i + 1] - lowest[i + 1 - k]; s++)
				to[s] += from[s - ranks[i]];
		}
	memmove(all, all + n * sums, sums * sizeof(*all));
	free(lowest);
	*ways = all;
	return sums;
}

double stats_exact_p(const uint64_t *ranks, size_t total, size_t n, uint64_t sum, uint64_t expected_sum)
{
	const int64_t expected = (int64_t)expected_sum, distance = llabs((int64_t)sum - expected);
	double *ways, far = 0, all = 0;
	const size_t sums = stats_count_ways(ranks, total, n, &ways);
	size_t s;

	for (s = 0; s < sums; s++) {
		all += ways[s];
		if (llabs((int64_t)s - expected) >= distance)
			far += ways[s];
	}
	free(ways);
	return far / all;
}
