/* SPDX-License-Identifier: GPL-2.0-only */
/* distribution.h - the whole distribution of a case: a lower median may have been bought with a longer tail. */
#ifndef INVBENCH_DISTRIBUTION_H
#define INVBENCH_DISTRIBUTION_H

#include "cell.h"

/* A distribution is told by these percentiles. */
#define COMPARE_PERCENTILES 10
extern const struct percentile {
	const char *name;
	double q; /* 0 to 1 */
} compare_percentiles[COMPARE_PERCENTILES];

struct percentile_value {
	bool present, spread; /* of all samples together; of those of each boot: fewer know less */
	double value;	      /* net of the clock floor (the boots' mean), all boots in one */
	double low, high;     /* of one boot, the lowest and the highest, net of its own floor */
};

/* Of the latencies of a case on one side. */
struct distribution {
	uint64_t samples;
	struct percentile_value percentiles[COMPARE_PERCENTILES];
};

/* Of a cell that passed. -EINVAL if its boots have histograms of unlike resolution, -EOVERFLOW, or -ENOMEM. */
int compare_distribution(const struct side *side, const struct cell *cell, struct distribution *d);

#endif
