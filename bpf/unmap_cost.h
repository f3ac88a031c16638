/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unmap_cost.h - how much of what the probe `unmap` books is its own programs' time.
 */
#ifndef INVBENCH_BPF_UNMAP_COST_H
#define INVBENCH_BPF_UNMAP_COST_H

#include <stdbool.h>
#include <stddef.h>

#include "unmap_parts.h"

/*
 * Of programs by fentry, or by kprobe, one for each class. To be called before the probe is attached, by the process's
 * first thread. 0, or a negative errno with a sentence in @why (size @why_size): it cannot be known here.
 */
int unmap_cost_measure(bool fentry, struct unmap_cost *costs, char *why, size_t why_size);

#endif
