/* SPDX-License-Identifier: GPL-2.0-only */
/* gate.h - what a gate judges, and by which limits: options that `check` and `aa` share. */
#ifndef INVBENCH_GATE_H
#define INVBENCH_GATE_H

#include <argp.h>

#include "compare.h"
#include "findings.h"

struct gate {
	struct compare_options judge;
	struct case_globs globs;
};

/*
 * --metric, --limit and --case, as a child of a subcommand's parser; its input
 * is a struct gate. Ends the program with one line if an option is wrong, and
 * with a list of what there is.
 */
extern const struct argp gate_argp;
void gate_free(struct gate *gate);

/* Ends the program if a pattern chooses no case of any of @comparisons: a slip, which would pass for a check. */
void gate_check_cases(const struct gate *gate, const struct comparison *comparisons, size_t count);

#endif
