/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - the SMMU model of bed `model`, which listens behind the kernel
 * half's ring (kmod/ring.h). On other beds there is none.
 */
#ifndef INVBENCH_MODEL_H
#define INVBENCH_MODEL_H

#include <stdbool.h>

#include "invbench.h"
#include "sentence.h"

bool model_present(void);

/* Has it change a setting: "sync=20us", "preset". 0 or a negative errno. */
int model_set(const char *setting, struct sentence *why);
/*
 * Tells it that a pass begins or ends. 0, also without a model; -EAGAIN at the
 * end of a timing pass: it was late too often for its times to be what was set;
 * or another negative errno.
 */
int model_mark(const struct invbench_mark *mark, struct sentence *why);

#endif
