/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.h - from two sides of a case to what may be said of them.
 *
 * On bed icount values are near exact. A metric moved if the sides are apart
 * by more than either is spread, and by more than the minimum effect; there is
 * no test, as two or three boots cannot pass one. One boot a side shows no
 * spread, so it gives no verdict.
 *
 * On beds model and metal a metric moved if the Mann-Whitney test says so at
 * ALPHA, Holm-corrected over the judged metrics of the case, and the change of
 * the typical pair of boots exceeds the minimum effect. On bed model only boots
 * that met the machine in the same state are held against each other, by two
 * things that are measured without the kernel's code: what the clock costs (a
 * busy neighbour of the CPU makes both slower) and how late the model itself
 * was (how far apart its CPU and the guest's are). See stats_differ().
 *
 * A metric that did not move shows no measurable difference if the boots also
 * rule out a change above the minimum effect; else it is inconclusive.
 */
#ifndef INVBENCH_VERDICT_H
#define INVBENCH_VERDICT_H

#include "comparison.h"

#define COMPARE_ALPHA 0.01

/* From @base to @value, as a part of @base; 0 if the clock cannot resolve it. */
double compare_change(double value, double base, enum metric_id id);
/* A copy of a case's parameters without "ops" and "warmup": these say how long, not what. */
json_t *compare_params(const json_t *params);

/* Does @id have a verdict in @c, and from which change on (a part of the base)? */
bool compare_judges_unasked(const struct comparison *c, enum metric_id id); /* whatever was chosen */
bool compare_judges(const struct comparison *c, enum metric_id id);
double compare_min_effect(const struct comparison *c, enum metric_id id);

/* Gives all sides of @row but the base their verdicts. */
void compare_judge_row(const struct comparison *c, struct row *row);

#endif
