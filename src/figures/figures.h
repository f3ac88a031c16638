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

#include "folder.h"
#include "sentence.h"
#include "type.h"

#define FIGURES_CASES 24 /* whose figures are in the page; the others' are files */

/* Chooses the figures of @c, of all kinds there are; figures_free(). */
void figures_choose(const struct comparison *c, struct figures *figures);

/* RUN/figures while it is made: all is written and drawn in a private folder, and moved when it is whole. */
struct figures_place {
	struct folder run, there; /* RUN, and RUN/figures, which is no link */
	struct folder work, made; /* where gnuplot works, and figures/ in it */
};

/* 0, or a negative errno if gnuplot or RUN/figures cannot be had; figures_leave() in any case. */
int figures_start(const char *run_path, struct figures_place *place, struct sentence *why);

/* Writes the data of @figures and appends to @script what draws them. 0 or a negative errno. */
int figures_write(const struct figures_place *place, const struct comparison *c, const struct figures *figures,
		  FILE *script, struct sentence *why);

/*
 * Saves @script and runs it, for SVG and PNG at once, with the gnuplot files in the folder @plots. Then RUN/figures
 * has these figures in the place of an earlier report's; what else is there stays. 0 or a negative errno.
 */
int figures_draw(const struct figures_place *place, const char *plots, const char *script, size_t script_size,
		 struct sentence *why);

void figures_leave(struct figures_place *place);

#endif
