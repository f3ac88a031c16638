/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - the SMMU model of bed `model`, which listens behind the kernel
 * half's ring (kmod/ring.h). On other beds there is none.
 */
#ifndef INVBENCH_MODEL_H
#define INVBENCH_MODEL_H

#include "harness.h"

bool model_present(void);

/* False after a skip: the case sets times of a model, and there is none. */
bool model_can(struct run_case *c);
/* Sets the times that the case has of its own; false after a failure. */
bool model_set(struct run_case *c);
/* Brings back those that the model was started with. */
void model_restore(struct run_case *c);

/*
 * Tells the model that @pass of the case begins or ends, unless it is an
 * unmarked one. Without a model it does nothing. A skip, and @c->late, if the model was late in a timing pass.
 */
void model_mark(struct run_case *c, const struct pass *pass, bool begin);

#endif
