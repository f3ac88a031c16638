/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cell.h - one case on one side: its boots, the values of its metrics, and what is said of each.
 */
#ifndef INVBENCH_CELL_H
#define INVBENCH_CELL_H

#include "metric.h"
#include "stats.h"

enum verdict {
	VERDICT_NONE, /* the base, or a metric that is not judged */
	VERDICT_BETTER,
	VERDICT_WORSE,
	VERDICT_SAME,
	VERDICT_INCONCLUSIVE,
	VERDICT_NOT_COMPARED, /* one of the two has no value */
	VERDICTS
};

const char *verdict_name(enum verdict verdict);

/* To the better or to the worse. */
static inline bool verdict_moved(enum verdict verdict)
{
	return verdict == VERDICT_BETTER || verdict == VERDICT_WORSE;
}

/* One metric of one case on one side. */
struct metric {
	bool present;
	double value;	/* median over the boots */
	double *values; /* one a boot */
	size_t nr_values;
	/* Against the base; valid if compared. */
	bool compared;
	/*
	 * Of the medians on bed icount, else of the base's median and what the typical pair of boots puts on top
	 * of it. NAN if the base is not above 0.
	 */
	double ratio;
	double change;		      /* the same as a part of the base; what the verdict looks at */
	double low, high;	      /* of the change: the 99 % interval, or the range */
	double ratio_low, ratio_high; /* the same of the ratio; NAN if that is */
	bool is_range; /* from the least to the greatest difference of two boots: bed icount, or too few for an interval */
	double alike; /* the part of the pairs of boots that met the machine in the same state; 1 on other beds than model */
	double p, p_holm; /* NAN on bed icount */
	enum verdict verdict;
};

enum probe_state { PROBE_ABSENT, PROBE_VALID, PROBE_INVALID };

/* One case on one side. */
struct cell {
	enum status status;		  /* the worst of its boots */
	char reason[256];		  /* why, if not pass */
	const struct result_case **cases; /* one a boot; NULL where the boot lacks it */
	/* Bed model was too late in each boot that failed, or was skipped: the worst of them; else NULL. */
	const struct result_service *late;
	enum probe_state probe;
	uint64_t probe_lost;
	struct metric metrics[METRICS];
	double (*states)[STATS_STATES]; /* of the machine, one a boot, on bed model; else NULL */
	enum verdict verdict;
	char why[256]; /* what moved, or why there is no verdict */
};

/* What the boots of @side say of the case @name on @bed, before anything is held against it. */
void cell_fill(const struct result_bed *bed, const struct side *side, const char *name, struct cell *cell);
void cell_free(struct cell *cell);

#endif
