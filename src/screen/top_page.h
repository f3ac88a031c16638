/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_page.h - a window of `invbench top` as the lines of a screen, of whatever size that is.
 */
#ifndef INVBENCH_TOP_PAGE_H
#define INVBENCH_TOP_PAGE_H

#include <stddef.h>

#include "terminal.h"
#include "top_columns.h"

struct top_view {
	struct top_order order;
	size_t first;	  /* how many processes are above those that are shown */
	bool help;	  /* what keys and columns are, and why there is a "-", in place of the rows */
	const char *host; /* the machine and its kernel */
};

/*
 * Exactly @height lines, none wider than @width: names are cut, and columns that have no room even so are left
 * out, the last ones first. The caller free()s them. A @view->first that would leave places empty is made less.
 */
struct terminal_line *top_page(const struct top_window *w, struct top_view *view, size_t width, size_t height);

#endif
