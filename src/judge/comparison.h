/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * comparison.h - a comparison as a table: a row for each case, a cell for each side, the base first; and what may be
 * asked of it.
 */
#ifndef INVBENCH_COMPARISON_H
#define INVBENCH_COMPARISON_H

#include <jansson.h>

#include "cell.h"

/* What is judged, and from which change on, where a user wants it otherwise; all 0: the defaults. */
struct compare_options {
	bool chosen[METRICS];	    /* these alone are judged; none: all that are by default */
	double min_effect[METRICS]; /* a part of the base; 0: the bed's default */
	bool allow_fewer;	    /* fewer.h: less is better, though nobody has checked */
	const struct side *checked; /* other boots of the new kernel, which an oracle has checked; or NULL */
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

/* True on bed icount. */
bool compare_counts(const struct comparison *c);
/* "instructions" or "ns". */
const char *compare_unit(const struct comparison *c);
/* False if the latency of @row is a figure on no side. */
bool compare_has_latency(const struct comparison *c, const struct row *row);

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

#endif
