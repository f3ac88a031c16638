/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare.h - compares kernels case by case, and gives the verdicts.
 *
 * A boot gives one value per metric and case: the boot is what is repeated,
 * not the call. The first side is the base of all others.
 *
 * On bed icount values are near exact. A metric moved if the sides are apart
 * by more than either is spread, and by more than the minimum effect; there is
 * no test, as two or three boots cannot pass one. One boot a side shows no
 * spread, so it gives no verdict.
 *
 * On beds model and metal a metric moved if the Mann-Whitney test says so at
 * ALPHA, Holm-corrected over the judged metrics of the case, and the change of
 * the typical pair of boots exceeds the minimum effect. On bed model only boots
 * that met the machine in the same state are held against each other, by two
 * things that are measured without the kernel's code: what the clock costs (a
 * busy neighbour of the CPU makes both slower) and how late the model itself
 * was (how far apart its CPU and the guest's are). See stats_differ().
 *
 * A metric that did not move shows no measurable difference if the boots also
 * rule out a change above the minimum effect; else it is inconclusive.
 */
#ifndef INVBENCH_COMPARE_H
#define INVBENCH_COMPARE_H

#include <jansson.h>

#include "result.h"
#include "stats.h"

#define COMPARE_ALPHA		 0.01
#define COMPARE_MIN_BOOTS_COUNTS 2 /* bed icount */
#define COMPARE_MIN_BOOTS_TIMES	 8 /* beds model and metal */

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
	SOURCE_LATENCY, /* of the timing pass, net of the clock floor; but for what compare_why_untimed() names */
	SOURCE_THREADS, /* of the timing pass, untimed parts included; not on bed icount, whose CPUs run in turn */
	SOURCE_PROBE,	/* of the probe pass, per operation */
};

struct metric_info {
	const char *key;   /* in JSON */
	const char *title; /* in sentences */
	enum metric_source source;
	bool judged;	   /* the others are shown only: they say the same with more noise */
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
#define COMPARE_P999_SAMPLES	  1000	/* with fewer, it is the maximum by another name */
extern const struct metric_info metric_infos[METRICS];

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

/* What is judged, and from which change on, where a user wants it otherwise; all 0: the defaults. */
struct compare_options {
	bool chosen[METRICS];	    /* these alone are judged; none: all that are by default */
	double min_effect[METRICS]; /* a part of the base; 0: the bed's default */
};

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

struct row {
	const char *name, *workload, *unit;
	const json_t *params;
	struct cell *cells; /* one a side */
};

struct comparison {
	const struct side *sides;
	size_t nr_sides;
	const struct result_bed *bed;
	const char *suite;
	struct row *rows; /* in suite order */
	size_t nr_rows;
	char **warnings; /* what differs between the sides and should not, and what beds say of each other */
	size_t nr_warnings;
	bool lost_kernels;
	struct compare_options options;
	char *const *globs; /* of compare_keep_cases(); NULL: all cases are here */
	size_t nr_globs;
};

/* The value of a metric in one boot, net of the clock floor or per operation; false if the boot cannot tell it. */
bool compare_case_value(const struct result_bed *bed, const struct result_case *rc, enum metric_id id, double *value);
/*
 * Why the latency of a case is no figure on bed icount; NULL if it is one. CPUs run in
 * turn there, so that who waits for another waits for its turn: it would look like
 * contention, and be none. And idle time leaps to the next event, whenever the host has
 * that ready. Counts hold in both.
 */
const char *compare_why_untimed(const struct result_bed *bed, const struct result_case *rc);
/* False if it is none on any side. */
bool compare_has_latency(const struct comparison *c, const struct row *row);
/* From @base to @value, as a part of @base; 0 if the clock cannot resolve it. */
double compare_change(double value, double base, enum metric_id id);
/* A copy of a case's parameters without "ops" and "warmup": these say how long, not what. */
json_t *compare_params(const json_t *params);
/* True on bed icount. */
bool compare_counts(const struct comparison *c);
/* "instructions" or "ns". */
const char *compare_unit(const struct comparison *c);

/* Boots a side that a verdict on this bed takes. */
size_t compare_boots_needed(const char *bed);
/* Does @id have a verdict in @c, and from which change on (a part of the base)? */
bool compare_judges(const struct comparison *c, enum metric_id id);
double compare_min_effect(const struct comparison *c, enum metric_id id);

/* 0, or -EINVAL with @error filled. The sides must outlive @c. */
int compare_sides(const struct side *sides, size_t nr_sides, struct comparison *c, char *error);
/* The same, judged as @options say. */
int compare_sides_as(const struct side *sides, size_t nr_sides, const struct compare_options *options,
		     struct comparison *c, char *error);
/* The same for a bed of a run. Kernels of the plan without a boot become warnings, and count as failures. */
int compare_run_bed(const struct run_bed *bed, struct comparison *c, char *error);
int compare_run_bed_as(const struct run_bed *bed, const struct compare_options *options, struct comparison *c,
		       char *error);
/*
 * Of another bed of the same run: warns in @c of cases that took another time though their instructions, in @counts,
 * are as many. Nothing happens if @c is not of times, @counts not of instructions, or their kernels are others.
 */
void compare_with_counts(struct comparison *c, const struct comparison *counts);
void compare_warn(struct comparison *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void compare_free(struct comparison *c);
/*
 * Drops all cases whose names match none of the @nr_globs (at least one)
 * patterns, as a shell matches file names; they must outlive @c. 0, or -ENOENT
 * with @error filled if one matches no case.
 */
int compare_keep_cases(struct comparison *c, char *const globs[], size_t nr_globs, char *error);

/*
 * Fair play for variants: with base "list", the kernel "array-tuned" is also
 * measured by "list-tuned", if there is one. Fills @pair, base first, with
 * copies that own nothing; false if @side has no such counterpart.
 */
bool compare_variant(const struct comparison *c, size_t side, struct side pair[2]);
/* Compares such a pair as @c was: the same cases, judged the same way. As compare_sides(). */
int compare_pair(const struct comparison *c, const struct side pair[2], struct comparison *variant, char *error);

/* Over the threads of a boot. */
struct spread {
	double low, middle, high;
};

/* How unlike the threads of one boot were; over the boots, the median of each. */
struct thread_spread {
	struct spread means; /* latency of an operation, net of the clock floor, of threads that did any */
	struct spread rates; /* operations in a second */
	double finish;	     /* last thread's elapsed time by the first's */
	double max;	     /* of any thread, net */
};

/* Of a cell that passed. */
struct thread_spread compare_threads(const struct side *side, const struct cell *cell);

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

/* What only some cases tell, by name. */
enum extra_kind { EXTRA_NUMBERS, EXTRA_PERF, EXTRA_KINDS };

/* One of them, of all boots of a side that passed and have it. */
struct extra {
	const char *name, *unit;
	double value, running; /* medians over the boots */
	double *values;	       /* one a boot; nr_values is 0 if no boot has it */
	size_t nr_values;
};

/* Names and units, without values, of all that some side of @row has; free() them. */
size_t compare_extras(const struct comparison *c, const struct row *row, enum extra_kind kind, struct extra **extras);
/* The values on @side of what @extra names; free(extra->values). */
void compare_extra_values(const struct comparison *c, const struct row *row, size_t side, enum extra_kind kind,
			  struct extra *extra);

/* Whether two SMMUs can do the same. */
bool compare_same_features(const struct result_instance *a, const struct result_instance *b);

/* How many probe passes had a witness, and in how many it counted the same. */
struct witnessed {
	const char *source; /* the witness; NULL if there was none */
	size_t passes, agree;
};
struct witnessed compare_witness(const struct comparison *c);

/* How much a case matters to who reads a comparison: most first. */
enum importance {
	IMPORTANCE_FAILS, /* it failed or was lost, and the base has a value */
	IMPORTANCE_WORSE,
	IMPORTANCE_BETTER,
	IMPORTANCE_INCONCLUSIVE,
	IMPORTANCE_NOT_COMPARED,
	IMPORTANCE_SAME,
	IMPORTANCES
};

enum importance compare_importance(const struct row *row, size_t side);
/*
 * Among cases of one importance: the largest change of the metrics that make
 * them better, worse or inconclusive, in minimum effects; 0 for the others.
 */
double compare_weight(const struct comparison *c, const struct row *row, size_t side);
/*
 * The rows of @c, those that matter most on @side first, and in suite order
 * where two matter alike. Of the inconclusive, noise alone makes a large
 * change: those come first whose interval begins furthest from no change.
 * nr_rows indices, to be freed. With @side 0 a row
 * matters as on the side where it matters most.
 */
size_t *compare_order(const struct comparison *c, size_t side);

/* True if no side has a value for @row, and all for the same reason: one line says it. */
bool compare_row_alike(const struct comparison *c, const struct row *row);
/* That reason. Late models are alike, however late each was. */
void compare_row_reason(const struct comparison *c, const struct row *row, char *reason, size_t size);
/* The first row of each workload, in suite order; free(*firsts). Returns how many there are. */
size_t compare_workloads(const struct comparison *c, size_t **firsts);
/* How many cells of @side have each verdict, those of @workload or (NULL) all; returns how many there are. */
size_t compare_tally(const struct comparison *c, size_t side, const char *workload, size_t tally[VERDICTS]);
/* True if a case failed or was lost on any side, or a whole kernel was. */
bool compare_has_failures(const struct comparison *c);

json_t *compare_to_json(const struct comparison *c);
/* The same with the distributions, or the spread over threads, of each case. */
json_t *compare_to_json_with(const struct comparison *c, bool distributions, bool threads);

#endif
