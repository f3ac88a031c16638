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

/*
 * Ends the program if a pattern chooses no case of any of @comparisons, with a list of what there is, or if a
 * metric has no verdict on their beds.
 */
void gate_check_comparisons(const struct gate *gate, const struct comparison *comparisons, size_t count);

#endif
