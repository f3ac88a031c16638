/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * findings.h - what a gate says of a kernel: case by case, did it get worse?
 *
 * A finding is made of strings and numbers alone, so whatever can tell a case's
 * new value from an old one can make findings, and all printers serve it.
 * findings_compare() makes them of a comparison:
 *
 *   base     new      finding
 *   pass     pass     a regression if a metric is worse; fewer if it sends less and is not checked (fewer.h);
 *                     else as the case's verdict is
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

#include "compare.h"

#define STATUS_INCONCLUSIVE 3 /* exit status of a gate that could not tell */

/* In the order of what a case comes to, of which figures have several. */
enum finding_kind {
	FINDING_FINE,
	FINDING_SKIPPED,
	FINDING_INCONCLUSIVE,
	FINDING_FEWER,
	FINDING_REGRESSION,
	FINDING_KINDS
};

const char *finding_name(enum finding_kind kind);
/* It is one that a gate does not let through. */
bool finding_fails(enum finding_kind kind);

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
/* The finding becomes a regression if the figure is one, or fewer; its strings must be constant. */
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

/* Of @side of @c against its first, the cases that @globs choose. */
void findings_compare(const struct comparison *c, size_t side, const struct case_globs *globs, struct findings *f);

/* STATUS_FAIL for any that fails; else STATUS_INCONCLUSIVE if a case is, or of a kernel none could be judged; else 0. */
int findings_status(const struct findings *list, size_t count);
/* How many findings are of @kind; how many fail. */
size_t findings_tally(const struct findings *f, enum finding_kind kind);
size_t findings_failed(const struct findings *f);

#endif
