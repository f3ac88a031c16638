/* SPDX-License-Identifier: GPL-2.0-only */
/* trend.h - how a metric went from kernel build to kernel build: its unit, and its figure. */
#ifndef INVBENCH_TREND_H
#define INVBENCH_TREND_H

#include "history.h"
#include "sentence.h"

/* "instructions per sync"; until the next call. */
const char *trend_unit(const struct history_series *series, enum metric_id metric);
/*
 * Draws @out, FILE.svg or FILE.png (gnuplot_type()), with trend.gp of the folder @plots (NULL: the
 * program's). 0 or a negative errno.
 */
int trend_plot(const struct history_series *series, const char *name, enum metric_id metric, const char *out,
	       const char *plots, struct sentence *why);

#endif
