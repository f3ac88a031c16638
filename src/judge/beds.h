/* SPDX-License-Identifier: GPL-2.0-only */
/* beds.h - what the beds of one run say of each other. */
#ifndef INVBENCH_BEDS_H
#define INVBENCH_BEDS_H

#include "comparison.h"

/*
 * Of another bed of the same run: warns in @c of cases that took another time though their instructions, in @counts,
 * are as many. Nothing happens if @c is not of times, @counts not of instructions, or their kernels are others.
 */
void compare_with_counts(struct comparison *c, const struct comparison *counts);

#endif
