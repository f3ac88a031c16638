/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * windows.h - latency over time: which operations of a thread are looked at together.
 *
 * The timed operations of a thread are cut into WINDOWS_MAX windows of equally
 * many, and each window has a coarse histogram (hist.h) of its own. Used by both
 * halves, so it holds arithmetic only.
 *
 * They are cut by an operation's number and not by its time: how long a pass takes
 * is known at its end only, but how many operations it has before its first one.
 * So all memory is there before the start gate, the loop reads no further clock
 * and shares nothing with other threads, and the same window of two kernels is
 * the same work, however long either took for it. The price is that a window's
 * length in time is what its operations took: of two threads that are not
 * equally fast it is not the same moment.
 */
#ifndef INVBENCH_KMOD_WINDOWS_H
#define INVBENCH_KMOD_WINDOWS_H

#include "hist.h"

#define WINDOWS_MAX 64

/* To 1 part in 8: 280 buckets, of which a window touches some ten. */
#define WINDOW_SUB_BITS 3
#define WINDOW_BUCKETS	HIST_BUCKETS(WINDOW_SUB_BITS)

/* How many windows @ops operations have: none is empty. */
static inline unsigned int windows_of(unsigned long long ops)
{
	return ops < WINDOWS_MAX ? ops : WINDOWS_MAX;
}

/*
 * The first operation of @window, both numbered from 0; of the one after the last:
 * @ops, which must not be 0. Operation i is in window i * windows / ops, without the overflow.
 */
static inline unsigned long long window_first(unsigned long long ops, unsigned int window)
{
	const unsigned int windows = windows_of(ops);

	return ops / windows * window + (ops % windows * window + windows - 1) / windows;
}

/* Where a thread is. */
struct window {
	unsigned long long *cells;   /* counters of this window, WINDOW_BUCKETS of them; those of the next one follow */
	unsigned long long ops, end; /* of the pass; the first one that is in the next window */
	unsigned int number;
};

/* @cells: windows_of(@ops) * WINDOW_BUCKETS counters. */
static inline void window_start(struct window *w, unsigned long long *cells, unsigned long long ops)
{
	w->cells = cells;
	w->ops = ops;
	w->end = window_first(ops, 1);
	w->number = 0;
}

/* @op ascends, from 0 to below the pass's operations; @value is not above HIST_MAX. */
static inline void window_record(struct window *w, unsigned long long op, unsigned long long value)
{
	while (op >= w->end) {
		w->cells += WINDOW_BUCKETS;
		w->number++;
		w->end = window_first(w->ops, w->number + 1);
	}
	w->cells[hist_index(WINDOW_SUB_BITS, value)]++;
}

#endif
