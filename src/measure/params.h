/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * params.h - workloads, and values of their parameters as people write them.
 */
#ifndef INVBENCH_PARAMS_H
#define INVBENCH_PARAMS_H

#include "workload.h"

/* The workload called @name, or NULL. */
const struct workload *workload_find(const char *name);
/* The n-th by name, NULL past the last. */
const struct workload *workload_nth(size_t n);

#define PARAMS_MAX (WORKLOAD_PARAMS + 6)
/* The n-th parameter of @w, those that all workloads have included; NULL past the last. */
const struct param *workload_param(const struct workload *w, size_t n);

/* A value as people write it: a choice, 4K, 20us, or a number. */
void param_format(const struct param *p, uint64_t value, char *out, size_t size);
/* The same, read. -EINVAL if it is none; -ERANGE if @p does not go so far. */
int param_parse(const struct param *p, const char *text, uint64_t *value);
/* What a person needs to choose a right one: "a number from 1 to 512". */
void param_range(const struct param *p, char *out, size_t size);

/* A workload with its parameters fixed. */
struct case_spec {
	const struct workload *workload;
	uint64_t values[PARAMS_MAX]; /* in order of workload_param() */
	char *name;		     /* unique in a suite */
};

/* Has it this one, "name=word"? False if the workload has no such parameter. */
bool case_has_choice(const struct case_spec *spec, const char *choice);
/* What one operation is. */
const char *case_unit(const struct case_spec *spec);

#endif
