/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_live.h - where a view of `invbench top` has its windows from, and what a user wants of it.
 */
#ifndef INVBENCH_TOP_LIVE_H
#define INVBENCH_TOP_LIVE_H

#include "sentence.h"
#include "top_columns.h"

struct top_live {
	double interval, duration; /* seconds; duration 0: until the user ends it */
	struct top_order order;
	const char *host; /* the machine and its kernel, a line */
	/* What came since the last time, in order; top_free() is for the caller. 0 or a negative errno. */
	int (*take)(struct top_live *live, struct top_window *window, struct sentence *why);
	bool (*ended)(struct top_live *live); /* a signal has come that ends the program */
	/* For who gives it. */
	void *arg;
};

#endif
