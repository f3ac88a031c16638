/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metric.h - what is measured of a case: a boot gives one value per metric.
 */
#ifndef INVBENCH_METRIC_H
#define INVBENCH_METRIC_H

#include "result.h"

enum metric_id {
	METRIC_MEDIAN,
	METRIC_P99,
	METRIC_P999,
	METRIC_MEAN,
	METRIC_MIN,
	METRIC_MAX,
	METRIC_THROUGHPUT,
	METRIC_COMMANDS,
	METRIC_SYNCS,
	METRIC_BATCHES,
	METRICS
};

enum metric_source {
	SOURCE_LATENCY, /* of the timing pass, net of the clock floor; but for what is untimed */
	SOURCE_THREADS, /* of the timing pass, untimed parts included; not on bed icount, whose CPUs run in turn */
	SOURCE_PROBE,	/* of the probe pass, per operation */
};

/* Where a metric has a verdict. The others are shown only: they say the same with more noise. */
enum metric_judged {
	JUDGED_NOWHERE,
	JUDGED_WHERE_EXACT, /* but for the ticks nothing varies there, and it is the one time that no bucket has rounded */
	JUDGED,
};

struct metric_info {
	const char *key;   /* in JSON */
	const char *title; /* in sentences */
	enum metric_source source;
	enum metric_judged judged;
	double min_effect; /* on beds that measure time */
	/*
	 * On bed icount. A tail is not exact there: what else the guest did in the meantime
	 * falls into it, by steps of many instructions. Three boots that happen to be on
	 * one step, against three on the next, were the false alarms that `invbench aa` found.
	 */
	double min_effect_counted;
	bool higher_better;
};

#define COMPARE_MIN_EFFECT_COUNTS 0.005 /* of what is exact */
#define COMPARE_MIN_EFFECT_EXACT  1e-9 /* of the same where boots are equal in every byte: no difference is too small */
#define COMPARE_P999_SAMPLES	  1000 /* with fewer, it is the maximum by another name */
extern const struct metric_info metric_infos[METRICS];

/* What a value of @id is counted in on a bed of @kind, NULL: that nobody knows; "ns", "instructions", "ops/s" or "per op". */
const char *metric_unit(enum metric_id id, const struct bed_kind *kind);
/* Decimals worth showing in a column of many cases. */
int metric_decimals(enum metric_id id);
/* Of one case, beside another value: enough to see their ratio in them. */
int metric_decimals_beside(enum metric_id id, double value);
/* In a sentence: four digits say enough, and counts per operation are small. */
int metric_decimals_alone(double value);

/* The value of a metric in one boot, net of the clock floor or per operation; false if the boot cannot tell it. */
bool compare_case_value(const struct result_bed *bed, const struct result_case *rc, enum metric_id id, double *value);

#endif
