/* SPDX-License-Identifier: GPL-2.0-only */
/* How long calls took, in whole numbers of a unit that is the caller's. */
#ifndef INVBENCH_NATIVE_TIMES_H
#define INVBENCH_NATIVE_TIMES_H

#include "kernel.h"

/* What is longer counts as this. */
#define TIMES_LONGEST 100000

struct times {
	u32 count[TIMES_LONGEST + 1];
	u64 number;
};

static inline void times_keep(struct times *times, u64 time)
{
	times->count[min(time, (u64)TIMES_LONGEST)]++;
	times->number++;
}

void times_add(struct times *sum, const struct times *times);

/* The shortest that @part of them, from 0 to 1, do not exceed. */
unsigned int times_percentile(const struct times *times, double part);

#endif
