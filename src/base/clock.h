/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock.h - the clock that operations are timed with.
 */
#ifndef INVBENCH_CLOCK_H
#define INVBENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC in nanoseconds. Here, so that a timed loop has no call around the one of libc. */
static inline uint64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

#endif
