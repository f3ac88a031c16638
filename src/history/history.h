/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - every boot that was ever measured, in one SQLite file.
 *
 * It keeps of each boot file what a trend needs: where it ran, which kernel,
 * and of each case its status and one value per metric (compare.h). What it
 * says can be had from the result files again (history_rebuild()), as long as
 * these are kept. results/README.md describes the tables.
 *
 * Several processes may add at once: each adds in one transaction, and waits
 * for the others. A process that is killed leaves the file as it was before.
 *
 * Nothing in the file is believed. Each page has a checksum, which is looked at
 * when it is read; all of them before anything is written. A file that is
 * damaged, or no history, is set aside under another name, as it is. What is only
 * read is never changed: if who wrote last was killed in the middle, it is he who
 * adds next that puts it right. A journal that cannot be of this program, and
 * links, are refused.
 *
 * Functions return 0 or a negative errno with a sentence in @why (one line that
 * names the file, what is wrong and what to do).
 */
#ifndef INVBENCH_HISTORY_H
#define INVBENCH_HISTORY_H

#include "compare.h"
#include "result.h"

#define HISTORY_FILE "results/history.db"
/* user_version of the file. Another one: other tables. */
#define HISTORY_VERSION 2

struct history;

enum history_use {
	HISTORY_READ, /* changes nothing, unless it finds damage */
	HISTORY_ADD,  /* makes the file if it is not there */
};

/* NULL with a sentence in @why. */
struct history *history_open(const char *path, enum history_use use, struct sentence *why);
void history_close(struct history *h);

/* ---- adding ---- */

struct history_added {
	size_t added, replaced, unchanged; /* boots */
	size_t refused;			   /* files and folders that could not be read; each was told of */
};

/*
 * Adds the boot files that @paths are or have below them. A file that is there
 * with this size and time of change is not read again; one that has changed
 * replaces what it said. @tell gets a line on each that cannot be read; the
 * others are added all the same. With an error nothing is.
 */
int history_add(struct history *h, char *const *paths, size_t nr_paths, void (*tell)(const char *line),
		struct history_added *added, struct sentence *why);

/*
 * Makes @path anew from @folders, in one transaction, so that the file stays
 * the same to whoever has it open. Who adds meanwhile waits, and adds to the new
 * one. If no boot can be read what is there stays. One of an older version is set
 * aside. @before: boots that it had.
 */
int history_rebuild(const char *path, char *const *folders, size_t nr_folders, void (*tell)(const char *line),
		    struct history_added *added, size_t *before, struct sentence *why);

/* ---- asking ---- */

/* Only boots that this fits; NULL fits all. */
struct history_filter {
	const char *bed;
	const char *kernel;  /* name or release */
	const char *machine; /* part of the name of its CPU, or of its host's */
	const char *since;   /* ISO 8601, or the beginning of one */
};

/* A kernel build: boots are of one build if all of this is the same. */
struct history_kernel {
	int64_t id;
	char *name, *release, *design, *series_sha256, *config_sha256, *image_sha256;
};

/* Boots of one build on one bed and machine, in one folder. */
struct history_run {
	struct history_kernel kernel;
	char *started;			      /* of the first boot */
	char *bed, *machine, *suite, *folder; /* bed and machine as a person reads them */
	uint64_t boots, cases, not_passed;    /* cases: of all boots together */
};

struct history_runs {
	struct history_run *list; /* by date */
	size_t count;
};

int history_runs(struct history *h, const struct history_filter *filter, struct history_runs *runs,
		 struct sentence *why);
void history_runs_free(struct history_runs *runs);

/* A case is another one if its unit or its parameters are others, whatever its name. */
struct history_case {
	char *name, *workload, *unit, *params, *last; /* last: when it was run last */
	uint64_t boots, kernels;
};

struct history_cases {
	struct history_case *list; /* by name */
	size_t count;
};

int history_cases(struct history *h, const struct history_filter *filter, struct history_cases *cases,
		  struct sentence *why);
void history_cases_free(struct history_cases *cases);

/* What the boots of one kernel build say. */
struct history_build {
	struct history_kernel kernel;
	char *started;	/* of its first boot */
	double *values; /* one a boot, ascending */
	size_t nr_values;
	double median;
};

/* One metric of one case on one bed and machine. On bed icount hosts make no difference. */
struct history_series {
	char *bed, *machine, *unit, *params;
	const struct bed_kind *kind;  /* of its bed; NULL: one that nobody knows */
	struct history_build *builds; /* by the time of their first boot */
	size_t nr_builds;
};

struct history_trend {
	struct history_series *list;
	size_t count;
};

/* -ENOENT if no boot has a value. */
int history_trend(struct history *h, const char *name, enum metric_id metric, const struct history_filter *filter,
		  struct history_trend *trend, struct sentence *why);
void history_trend_free(struct history_trend *trend);

/* ---- judging ---- */

#define HISTORY_BUILDS	   20 /* earlier builds that a new one is judged by, unless a user says otherwise */
#define HISTORY_MAX_BUILDS 1000
#define HISTORY_MIN_BUILDS 5   /* with fewer there is no verdict */
#define HISTORY_FENCE	   3.0 /* times the interquartile range */

/*
 * Whether a kernel is worse than those before it.
 *
 * A new kernel build is judged by the last builds of its line: of its name if
 * kernels.conf gave it one, else (its name is its release) of its design; on the
 * same bed with the same settings, on the same machine, with the same suite, and
 * begun earlier. Each build gives one value for a metric of a case: the median of
 * its boots.
 *
 * It is worse if it is beyond the third quartile of these values by more than 3
 * interquartile ranges (where more is better: below the first), and also differs
 * from their median by more than the metric's minimum effect. The first is the
 * fence that rustc-perf has:
 * https://github.com/rust-lang/rustc-perf/blob/0eeda871c1a77f9eb499d558e2619fa50d00280d/docs/comparison-analysis.md
 * There it is changes from one build to the next that are held against earlier
 * such changes; here it is values against values, so that several small steps add
 * up as long as builds from before them are among the last. It fits here for the
 * same reason: a new build has too few boots for a test, but the history shows how
 * much builds differ that nobody thought different. Quartiles go by ranks: noise
 * needs no known shape, and a few regressions of the past move them little. And
 * where a metric repeats to the digit (counts, bed icount) the range is 0, so that
 * the minimum effect alone decides.
 *
 * Quartiles of few values are poor ones: with fewer than HISTORY_MIN_BUILDS
 * earlier builds the verdict is inconclusive. (Of normal noise alone, 4 % of the
 * values are beyond the fence with 5 builds, 0.9 % with 8, 0.1 % with 20, and it
 * is the minimum effect that keeps most of them from being told.) It is
 * inconclusive as well if the new build has fewer boots than the earlier ones had
 * (the median of these), as the median of few boots is spread wider than these
 * show; and if it differs by more than the minimum effect but is within the fences.
 */
struct history_figure {
	bool judged;		  /* there is a value, and the metric was asked for */
	double value;		  /* of the new build */
	double median, low, high; /* of the earlier ones: low and high are the fences, Q1 - 3 IQR and Q3 + 3 IQR */
	double change;		  /* from the median, as a part of it; 0 if the clock cannot resolve it */
	double min_effect;	  /* that it was held against */
	size_t builds;		  /* earlier ones with a value; with none the four above are NAN */
	enum verdict verdict;	  /* worse, better, same or inconclusive */
};

/* One case. */
struct history_judged {
	char *name, *workload, *unit;
	bool absent;	    /* an earlier build had it, the new one does not */
	enum status status; /* the worst of the new build's boots */
	/*
	 * Worse if a figure is; else better if one is; else the median's, as that speaks for the case (without it, inconclusive
	 * if a figure is). VERDICT_NONE: skipped, as in the last build.
	 */
	enum verdict verdict;
	char why[320]; /* if there are no figures or they have no verdict; else "" */
	struct history_figure figures[METRICS];
};

struct history_judgement {
	struct history_judged *list; /* in the order of the suite; then those that the new build lacks */
	size_t count;
	char *kernel, *bed; /* what was judged, and where */
	size_t builds;	    /* earlier ones that there are, at most those asked for */
	char note[80];	    /* why no case can have a verdict, or "" */
};

/*
 * By at most @builds earlier builds; @options choose metrics and their minimum
 * effects. The boots of @side need not be in the history; if they are, they are
 * not held against themselves.
 */
int history_judge(struct history *h, const struct side *side, size_t builds, const struct compare_options *options,
		  struct history_judgement *judgement, struct sentence *why);
void history_judgement_free(struct history_judgement *judgement);

/*
 * The verdict on @figure->value with @figure->min_effect, by one value for each
 * of @n earlier builds: fills in the rest. @values are sorted.
 */
void history_judge_value(struct history_figure *figure, enum metric_id metric, double *values, size_t n);

#endif
