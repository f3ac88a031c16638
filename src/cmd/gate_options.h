/* SPDX-License-Identifier: GPL-2.0-only */
/* gate_options.h - the options of a gate, which `check` and `aa` share. */
#ifndef INVBENCH_GATE_OPTIONS_H
#define INVBENCH_GATE_OPTIONS_H

#include <argp.h>

#include "gate.h"

/*
 * --metric, --limit and --case, as a child of a subcommand's parser; its input
 * is a struct gate. Ends the program with one line if an option is wrong.
 */
extern const struct argp gate_argp;

/* Ends the program, with a list of what there is, if a pattern chooses no case of any of @comparisons. */
void gate_check_cases(const struct gate *gate, const struct comparison *comparisons, size_t count);

#endif
