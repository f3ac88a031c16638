/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmdq_figures.h - the counts of the probe `cmdq` as the result format has them.
 */
#ifndef INVBENCH_BPF_CMDQ_FIGURES_H
#define INVBENCH_BPF_CMDQ_FIGURES_H

#include <jansson.h>

#include "cmdq_counts.h"

/* Adds @from to @sum, or takes it off. */
void cmdq_add(struct cmdq_slot *sum, const struct cmdq_slot *from);
void cmdq_take_off(struct cmdq_slot *sum, const struct cmdq_slot *from);

/* The same of what was counted of the usual lists. */
void cmdq_add_near(struct cmdq_slot *sum, const struct cmdq_near *near);

/*
 * Of one SMMU or of all of them; a new reference. @no_counts is NULL, or the
 * sentence that says why the counts cannot be believed, @no_queue why nothing is
 * known of prod and cons.
 */
json_t *cmdq_figures(const struct cmdq_slot *counts, const char *no_counts, const char *no_queue);

/* What `invbench trace` prints of a result: a line a figure, of tab-separated values. */
void cmdq_print(const json_t *result);

#endif
