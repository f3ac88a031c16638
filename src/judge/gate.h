/* SPDX-License-Identifier: GPL-2.0-only */
/* gate.h - what a gate judges, and by which limits: what `check` and `aa` share. */
#ifndef INVBENCH_GATE_H
#define INVBENCH_GATE_H

#include "compare.h"
#include "findings.h"
#include "sentence.h"

struct gate {
	struct compare_options judge;
	struct case_globs globs;
};

/* "METRIC[,METRIC...]": these alone are judged. 0, or -EINVAL: one of them is no metric that has a verdict. */
int gate_choose_metrics(struct gate *gate, const char *keys, struct sentence *why);
/* "METRIC=PERCENT": from which change for the worse on the metric is a regression. 0, or -EINVAL. */
int gate_set_limit(struct gate *gate, const char *limit, struct sentence *why);
/* Only cases that a pattern matches; @glob must outlive @gate. */
void gate_add_case(struct gate *gate, char *glob);
/* Once all is said: -EINVAL if a metric has a limit and is not judged. */
int gate_check_limits(const struct gate *gate, struct sentence *why);
/* The first pattern that chooses no case of any of @comparisons: a slip, which would pass for a check. NULL: there is none. */
const char *gate_find_unmatched(const struct gate *gate, const struct comparison *comparisons, size_t count);
/* -EINVAL if a metric that was chosen, or given a limit, has no verdict on the bed of one of @comparisons. */
int gate_check_metrics(const struct gate *gate, const struct comparison *comparisons, size_t count,
		       struct sentence *why);
void gate_free(struct gate *gate);

#endif
