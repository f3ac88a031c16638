/* SPDX-License-Identifier: GPL-2.0-only */
/* part.h - what every figure is told: its title, its axes' names, its kernels. */
#ifndef INVBENCH_PART_H
#define INVBENCH_PART_H

#include "type.h"

#define LABEL_BYTES 40 /* what fits beside a figure */
#define PANEL_BYTES 24 /* and above a part of it */
#define TITLE_BYTES 60 /* and above all of it */
#define LOG_ABOVE   8  /* a y axis that spans more than this is logarithmic */

/* True if some side passed. */
bool figure_passed(const struct comparison *c, const struct row *row);
/* On some side the boots tell more of it than that nothing moved. */
bool figure_matters(const struct comparison *c, const struct row *row);

/* What the SMMU was set to for a CMD_SYNC in @row: as the model says, else as the case asked. */
double figure_set_sync(const struct comparison *c, const struct row *row);

enum values_are { VALUES_TIMES, VALUES_COUNTS, VALUES_RATES };

/* What is on the y axis, and of which kernels. */
struct figure_values {
	double low, high;
	const char *of; /* "per munmap", of the bed's own unit; else "commands per munmap" */
	bool *present;	/* one a kernel */
	enum values_are are;
};

/* None yet; values_free(). */
struct figure_values values_of(const struct comparison *c, const char *of, enum values_are are);
/* @side has values, from @low to @high. */
void values_add(struct figure_values *values, size_t side, double low, double high);
void values_free(struct figure_values *values);

/* One a kernel, all false; free(). */
bool *figure_flags(const struct comparison *c);
/* The value of @id in @cell, with metric_decimals(). */
void figure_tell_value(FILE *out, const struct cell *cell, enum metric_id id);

/* ---- the data ---- */

/* What the names of a kernel's columns end with, up to a NULL: one column, or one and its bars. */
extern const char *const figure_line[], *const figure_bars[];
/* The first line: @x, names for each kernel, and the @last, or NULL. */
void figure_names(FILE *tsv, const struct comparison *c, const char *x, const char *const *ends, const char *last);
/* The names of one, each with a tab before it. */
void figure_name(FILE *tsv, const char *name, const char *const *ends);

/* ---- the script ---- */

/* What every figure is told. Returns how many of the values' unit are one of the axis: 1000 if that is microseconds. */
double figure_head(FILE *script, const struct comparison *c, const struct figure *f, const char *title,
		   const struct figure_values *values);
/* NAME='1 3': the kernels with values, by number. */
void figure_kernels(FILE *script, const struct comparison *c, const char *name, const bool *present);
/* The y axis; @per as figure_head() returned it. */
void figure_range(FILE *script, const struct figure_values *values, double per);
/* The end: has its gnuplot file draw it. */
void figure_load(FILE *script, const struct figure *f);

#endif
