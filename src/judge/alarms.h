/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alarms.h - how often boots of one kernel would be told apart.
 *
 * Two sets of boots, drawn at random from a pool of one kernel's and with no
 * boot in both, are compared as `invbench check` compares two kernels. Whatever
 * moves is a false alarm, better as much as worse.
 *
 * A verdict promises COMPARE_ALPHA for a case, whose metrics are Holm-corrected
 * together; so it is the cases with an alarm that are held against it.
 *
 * Draws from one pool share boots. The alarms of two comparisons are therefore
 * not independent, and the intervals are somewhat too narrow: the larger the
 * pool, the less so.
 */
#ifndef INVBENCH_ALARMS_H
#define INVBENCH_ALARMS_H

#include "compare.h"
#include "gate.h"

#define ALARMS_CONFIDENCE 0.99

struct alarm_tally {
	size_t judged, worse, better; /* worse and better: each has at least one metric that is */
	size_t alarms;		      /* either */
	size_t undecided;	      /* inconclusive: no alarm, but a change above the limit is not ruled out */
};

struct alarm_case {
	char *name;
	struct alarm_tally tally;
	size_t failed; /* passed in the one set and not in the other: worse without a metric */
};

struct alarms {
	size_t comparisons;
	size_t failing;	     /* in which a check would exit 1 */
	size_t inconclusive; /* 3 */
	struct alarm_tally metrics[METRICS];
	struct alarm_tally all_cases;
	struct alarm_case *cases; /* those that alarmed most first */
	size_t nr_cases;
};

/* A rate with its interval at ALARMS_CONFIDENCE. */
struct alarm_rate {
	double rate, low, high; /* rate is NAN if there was nothing to count */
};

struct alarm_rate alarm_rate(size_t k, size_t n);

/*
 * Compares @comparisons pairs of sets of @boots boots of @pool, drawn by GSL's
 * mt19937 from @seed, as @gate says. 0, or -EINVAL with a sentence in @why: the pool is too small.
 */
int alarms_count(const struct side *pool, const struct gate *gate, size_t boots, size_t comparisons, unsigned long seed,
		 struct alarms *alarms, struct sentence *why);
void alarms_free(struct alarms *alarms);
/* The interval of the cases' rate lies above COMPARE_ALPHA. */
bool alarms_too_many(const struct alarms *alarms);

#endif
