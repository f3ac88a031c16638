/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gnuplot.h - where gnuplot's files are, and how it is made to draw with them.
 *
 * A gnuplot file of plots/ is told all that it needs by settings before it,
 * NAME='VALUE'; and reads figures/STEM.tsv and writes figures/STEM.TYPE, in the
 * folder it is run in.
 */
#ifndef INVBENCH_GNUPLOT_H
#define INVBENCH_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

#include "folder.h"
#include "sentence.h"

/*
 * The folder with the gnuplot file @name: @wanted, or the one that belongs to
 * this program. To be freed; NULL with a sentence, of @who, if there is none.
 */
char *gnuplot_folder(const char *wanted, const char *name, const char *who, struct sentence *why);

/* 0, or a negative errno if there is no gnuplot to run. */
int gnuplot_find(struct sentence *why);

/*
 * All text that gnuplot is given goes through one of these, whoever wrote it: what is not fit for a line
 * (text.h) becomes '?', and nothing of it can end the string, the field or the line that it is in.
 *
 * A string of a script and what it is called: NAME='VALUE'; @value is cut after @limit bytes.
 */
void gnuplot_quote(FILE *script, const char *name, const char *value, size_t limit);
/* The name of a column, in the first line of data with tabs between; the tab is the caller's. */
void gnuplot_column(FILE *data, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A field of data with spaces between, in double quotes. */
void gnuplot_word(FILE *data, const char *text);

/* What a file called @out is to be: "svg" or "png", of its end; NULL with a sentence if it is neither. */
const char *gnuplot_type(const char *out, struct sentence *why);

struct drawing {
	const struct folder *folder; /* that gnuplot is run in: ours alone, as it writes through links */
	const char *plots;	     /* the folder with its files */
	const char *settings;	     /* before the script, beside plots and type; may be "" */
	const char *script;	     /* of @folder, or a path from the root */
};

/* A process a type ("svg", "png"), side by side. 0 or a negative errno; what gnuplot itself has to say is on stderr. */
int gnuplot_run(const struct drawing *d, const char *const types[], size_t nr_types, struct sentence *why);

/* One figure, as a file of its own. */
struct single {
	const char *out;      /* FILE.svg or FILE.png */
	const char *plots;    /* the folder with gnuplot's files */
	const char *name;     /* PLOTS/NAME.gp draws it, and NAME is its stem */
	const char *settings; /* beside plots, type and stem */
	const char *data;
	size_t size;
};

/* In a private folder beside OUT, which is there only when it is whole. 0 or a negative errno. */
int gnuplot_draw(const struct single *s, struct sentence *why);

#endif
