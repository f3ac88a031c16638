/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * suite.h - cases, and the text they are written in.
 *
 * A line is a workload and its parameters, a value list stands for a case
 * each, and # begins a comment:
 *
 *     dma op=sync devices=1,2,4,8	# four cases
 *     dma op=sync devices=1..8		# the same four
 *     dma op=sync threads=1..max	# as many doublings as this machine has CPUs, devices, instances
 */
#ifndef INVBENCH_SUITE_H
#define INVBENCH_SUITE_H

#include <stddef.h>
#include <stdint.h>

#include "workload.h"

#define SUITE_MAX_CASES 1000

/* The workload called @name, or NULL. */
const struct workload *workload_find(const char *name);
/* The n-th by name, NULL past the last. */
const struct workload *workload_nth(size_t n);

#define PARAMS_MAX (WORKLOAD_PARAMS + 6)
/* The n-th parameter of @w, those that all workloads have included; NULL past the last. */
const struct param *workload_param(const struct workload *w, size_t n);

/* A value as people write it: a choice, 4K, 20us, or a number. */
void param_format(const struct param *p, uint64_t value, char *out, size_t size);

/* A workload with its parameters fixed. */
struct case_spec {
	const struct workload *workload;
	uint64_t values[PARAMS_MAX]; /* in order of workload_param() */
	char *name;		     /* unique in a suite */
};

/* What one operation is. */
const char *case_unit(const struct case_spec *spec);

struct suite {
	char *name;
	struct case_spec *cases;
	size_t nr_cases, nr_repeats; /* cases that ranges made again are repeats, and not there twice */
};

#define SUITE_ERROR_SIZE 512

/*
 * These return 0, or a negative errno with a sentence in @error. @suite is
 * zeroed before the first call and freed after the last, whatever they return.
 */

/* @where stands before the line's number in @error. Empty lines and comments add nothing. */
int suite_add_line(struct suite *suite, const char *line, const char *where, size_t number, char *error);
int suite_add_text(struct suite *suite, const char *text, size_t size, const char *where, char *error);
/* @name is a file, or the name of a suite that came with the program. Sets the suite's name. */
int suite_load(struct suite *suite, const char *name, char *error);

void suite_free(struct suite *suite);

#endif
