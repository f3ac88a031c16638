/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * marks.h - what the SMMU model is told of a case: the times that the case sets, and
 * when its passes begin and end. What the model answers may end the case.
 */
#ifndef INVBENCH_MARKS_H
#define INVBENCH_MARKS_H

#include "case.h"

/* False after a skip: the case sets times of a model, and there is none. */
bool marks_possible(struct run_case *c);
/* Sets the times that the case has of its own; false after a failure. */
bool marks_set_times(struct run_case *c);
/* Brings back those that the model was started with. */
void marks_restore_times(struct run_case *c);

/*
 * @pass of the case begins or ends. A skip, and @c->late, if the model was late
 * in a timing pass. Nothing for an unmarked one.
 */
void marks_pass(struct run_case *c, const struct pass *pass, bool begin);

#endif
