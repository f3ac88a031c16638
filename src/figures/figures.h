/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * figures.h - the figures of a report: chosen and their data written here,
 * drawn by gnuplot with the files of plots/.
 *
 * RUN/figures/ gets STEM.tsv (data), STEM.svg and STEM.png for each figure,
 * and figures.gp, the gnuplot script that drew them all.
 */
#ifndef INVBENCH_FIGURES_H
#define INVBENCH_FIGURES_H

#include "compare.h"

enum figure_kind {
	FIGURE_SWEEP,	    /* the median of several cases over one parameter */
	FIGURE_COUNTS,	    /* bed icount: their commands, or their CMD_SYNCs */
	FIGURE_THROUGHPUT,  /* other beds: what all their threads do in a second */
	FIGURE_TAIL,	    /* other beds: their median, p99 and p99.9 */
	FIGURE_FAIRNESS,    /* other beds: the mean of the fastest, the middle and the slowest thread */
	FIGURE_PERCENTILES, /* the whole distribution of one case */
	FIGURE_RATIO,	    /* and its ratio to the base's, percentile by percentile */
	FIGURE_TIMELINE,    /* and when in the pass its latencies were; of some cases */
	FIGURE_EXCESS,	    /* bed model: what the driver took above a CMD_SYNC's set time, over that time */
	FIGURE_LATENESS,    /* bed model: how late the model served CMD_SYNCs, all cases together */
	FIGURE_KINDS
};

#define FIGURE_NO_ROW SIZE_MAX

struct figure {
	enum figure_kind kind;
	char *stem; /* of its files */
	char *title;
	const char *workload; /* of all rows; NULL if it is of the bed as a whole */
	size_t *rows;	      /* of the comparison; a sweep's ascend on its axis */
	size_t nr_rows;
	char *param;	       /* sweeps and excess: on the x axis */
	enum metric_id metric; /* sweeps but tail and fairness: on the y axis */
	/*
	 * A sweep may be two: the rows with one value of a choice, and others
	 * with another, at the same places of the axis. Either may have a gap.
	 */
	char *choice; /* NULL if it is one */
	size_t *others;
	bool leads; /* of one case, and that is one of the leads */
	bool apart; /* of one case, and that is not among the FIGURES_CASES that matter most: a file, but not in the page */
	bool guide; /* sweep over devices: with the line that set times alone would make, from the first row on */
};

#define FIGURES_LEADS 4
#define FIGURES_CASES 24

struct figures {
	struct figure *list;
	size_t count;
	size_t leads[FIGURES_LEADS], nr_leads; /* the rows that moved most, whichever the kernel */
};

/* True of what is drawn over a parameter, a line a kernel. */
bool figure_sweeps(enum figure_kind kind);
/* Chooses the figures of @c: all sweeps there are, bed model's own, then each case that passed somewhere. */
void figures_choose(const struct comparison *c, struct figures *figures);
void figures_free(struct figures *figures);

/* Makes RUN/figures/, without what an earlier report left in it, if gnuplot can be run. 0, or -errno with @error filled. */
int figures_start(const char *run_path, char *error);

/* Writes the data of @figures and appends to @script what draws them. 0, or -errno with @error filled. */
int figures_write(const char *run_path, const struct comparison *c, const struct figures *figures, FILE *script,
		  char *error);

/* Saves @script and runs it, for SVG and PNG at once. 0, or -errno with @error filled. */
int figures_draw(const char *run_path, const char *plots, const char *script, size_t script_size, char *error);

#endif
