/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * findings.h - what a gate says of a kernel: case by case, did it get worse?
 *
 * A finding is made of strings and numbers alone, so whatever can tell a case's
 * new value from an old one can make findings, and all writers below serve it.
 * findings_compare() makes them of a comparison:
 *
 *   base     new      finding
 *   pass     pass     a regression if a metric is worse; else as the case's verdict is
 *   pass     fail     regression; the same for lost
 *   skip     skip     skipped: told, and does not gate
 *   absent   pass     skipped: the case is new; the same for skip
 *   any      absent   inconclusive
 *   all else          inconclusive: one of the two has no value
 */
#ifndef INVBENCH_FINDINGS_H
#define INVBENCH_FINDINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "compare.h"

#define STATUS_INCONCLUSIVE 3 /* exit status of a gate that could not tell */

enum finding_kind { FINDING_FINE, FINDING_SKIPPED, FINDING_INCONCLUSIVE, FINDING_REGRESSION, FINDING_KINDS };

const char *finding_name(enum finding_kind kind);

/* One metric of one case. Where there is no value it is NAN. */
struct finding_figure {
	const char *key, *title, *unit;
	enum finding_kind kind;
	bool better;
	double base, value;	  /* medians over the boots */
	double change, low, high; /* parts of the base */
	const char *span;	  /* what low and high are: "range", "99 % interval" */
	double limit;		  /* part of the base: the minimum effect */
};

/* What became of the case on the new side. */
enum finding_outcome { OUTCOME_PASS, OUTCOME_FAIL, OUTCOME_LOST, OUTCOME_SKIP, OUTCOME_ABSENT };

/* One case. */
struct finding {
	enum finding_kind kind;
	enum finding_outcome outcome;
	char *name, *workload;
	char *reason;	/* of the kind, or "": the figures are */
	json_t *params; /* or NULL */
	struct finding_figure *figures;
	size_t nr_figures;
};

/* Of one kernel on one bed against one base. */
struct findings {
	char *kernel, *base, *bed;
	char *note; /* why no case can have a verdict ("1 boot a side, needs 2"), or "" */
	/*
	 * For reports, each with what boot files of the kernel say: kernel, machine, bed, instances, started, suite;
	 * and base: the same of the base. Objects that are not known may be absent.
	 */
	json_t *about;
	struct finding *list;
	size_t count;
};

/* The strings are copied; @about (or NULL) is stolen. */
void findings_init(struct findings *f, const char *kernel, const char *base, const char *bed, json_t *about);
void findings_free(struct findings *f);
/* A finding without figures; it stays valid until the next is added. */
struct finding *findings_add(struct findings *f, const char *name, const char *workload, enum finding_kind kind,
			     enum finding_outcome outcome, const char *reason);
/* The finding becomes a regression if the figure is one; its strings must be constant. */
void finding_add_figure(struct finding *finding, const struct finding_figure *figure);

/* Glob patterns of case names; none: all cases. */
struct case_globs {
	char **list;
	size_t count;
};

bool case_glob_matches(const char *glob, const char *name);

/* True if one of them matches @name, or there are none. */
bool case_globs_choose(const struct case_globs *globs, const char *name);

/* Which kernel @side is, and where it was booted, under the keys of a boot file (results/README.md). */
json_t *findings_about(const struct side *side);
/* Of a figure; @counts: on bed icount. */
const char *finding_unit(bool counts, enum metric_id id);

/* Of @side of @c against its first, the cases that @globs choose. */
void findings_compare(const struct comparison *c, size_t side, const struct case_globs *globs, struct findings *f);

struct history_judgement;
/* Of a kernel against its history, which @judgement holds @side against. */
void findings_history(const struct history_judgement *judgement, const struct side *side,
		      const struct case_globs *globs, struct findings *f);

/* STATUS_FAIL for any regression; else STATUS_INCONCLUSIVE if a case is, or of a kernel none could be judged; else 0. */
int findings_status(const struct findings *list, size_t count);
/* How many findings are of @kind. */
size_t findings_tally(const struct findings *f, enum finding_kind kind);

/* "median 4411 -> 4700 ns, +6.6 % (limit 5 %, 99 % interval +5.9..+7.1 %)" */
void finding_print_figure(FILE *out, const struct finding_figure *figure);
/* A line for each regression and what is inconclusive, then one that sums up. */
void findings_print(FILE *out, const struct findings *f);

/*
 * KTAP version 1, a test for each case: "not ok" is a regression; what is
 * inconclusive or skipped says SKIP. @nested: a test for each kernel and bed,
 * with the cases as its subtests.
 */
void findings_ktap(FILE *out, const struct findings *list, size_t count, bool nested);
/* JUnit XML: a test suite for each kernel and bed; what is inconclusive or skipped is "skipped". */
void findings_junit(FILE *out, const struct findings *list, size_t count);

#define KCIDB_ORIGIN_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_"

/*
 * A KCIDB report, schema 5.3: a checkout and a build for each kernel, and a
 * test for each metric of each case, with its median as the number. A metric
 * that is not worse is PASS, worse FAIL, undecided or without a base DONE. A case
 * without a value is one test: FAIL, SKIP, or MISS if it is not in the files.
 * Ids begin with @origin, of KCIDB_ORIGIN_CHARS, and are the same for the same boots.
 */
json_t *findings_kcidb(const struct findings *list, size_t count, const char *origin);

#endif
