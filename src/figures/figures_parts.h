/* SPDX-License-Identifier: GPL-2.0-only */
/* figures_parts.h - what the kinds of figures share; only the figures' own files need it. */
#ifndef INVBENCH_FIGURES_PARTS_H
#define INVBENCH_FIGURES_PARTS_H

#include <stdio.h>

#include "figures.h"

#define CURVE_POINTS 240 /* of a percentile curve: one for every third pixel of a wide screen */
#define LOG_ABOVE    8	 /* a y axis that spans more than this is logarithmic */
#define TITLE_BYTES  60	 /* what fits above a figure */
#define LABEL_BYTES  40	 /* and beside it */
#define PANEL_BYTES  24	 /* above a part of it */

/* ---- which figures ---- */

/* @figure is taken over, and gets its stem. */
void figure_add(struct figures *figures, const struct comparison *c, struct figure figure);
bool figure_passed(const struct comparison *c, const struct row *row);
/* "dma op=sync devices=2" without a parameter, and without how often: "dma op=sync". */
char *figure_sweep_title(const char *name, const char *param);
json_int_t figure_axis_value(const struct comparison *c, size_t row, const char *param);
/* A parameter in nanoseconds: a time that bed model is set to. */
bool figure_is_time(const char *param);
/* What the SMMU was set to for a CMD_SYNC in @row: as the model says, else as the case asked. */
double figure_set_sync(const struct comparison *c, const struct row *row);

/* All sweeps, family by family. */
void figures_choose_sweeps(const struct comparison *c, struct figures *figures);
/* Which rows get a heat map over the pass: the plain sync, those that moved, and of each workload the first; free(). */
bool *figures_choose_timelines(const struct comparison *c);
/* On some side the boots tell more of it than that nothing moved. */
bool figure_matters(const struct comparison *c, const struct row *row);
/* The figures that only bed model has. */
void figures_choose_model(const struct comparison *c, struct figures *figures);

/* ---- their data ---- */

/* NAME='VALUE'; cut after @limit bytes. */
void figure_quote(FILE *script, const char *name, const char *value, size_t limit);
enum values_are { VALUES_TIMES, VALUES_COUNTS, VALUES_RATES };

/* What is on the y axis, and of which kernels. */
struct figure_values {
	double low, high;
	const char *of; /* "per munmap", of the bed's own unit; else "commands per munmap" */
	bool *present;	/* one a kernel */
	enum values_are are;
};

/* What every figure is told. Returns how many of the values' unit are one of the axis: 1000 if that is microseconds. */
double figure_head(FILE *script, const struct comparison *c, const struct figure *f, const char *title,
		   const struct figure_values *values);
void figure_axis(FILE *script, const struct comparison *c, const struct figure *f);
/* The first line: @x, @columns names for each kernel, and the @last, or NULL. */
void figure_names(FILE *tsv, const struct comparison *c, const char *x, int columns, const char *last);
/* NAME='1 3': the kernels with values, by number. */
void figure_kernels(FILE *script, const struct comparison *c, const char *name, const bool *present);
/* One a kernel, all false. */
bool *figure_flags(const struct comparison *c);

/* A whole distribution, to be drawn over 1/(1-p). */
struct curve {
	bool present;
	double count;
	double values[CURVE_POINTS];
};

/* @x from 1 to @xmax, and the quantile @q of each. */
void curve_axis(double xmax, double x[CURVE_POINTS], double q[CURVE_POINTS]);
void curve_fill(struct curve *curve, const struct histogram *h, const double q[CURVE_POINTS], double floor_ns);
/* False in the far tail, of which a kernel with fewer samples than another knows nothing. */
bool curve_has(const struct curve *curve, double x);
/* One a kernel, all boots pooled, to the last sample of any. 0, or -EINVAL if the boots' histograms differ in sub_bits, or -ENOMEM. */
int curves_of_case(const struct comparison *c, const struct row *row, struct curve *curves, double x[CURVE_POINTS]);
/* Their range; free(values->present). */
void curve_values(const struct comparison *c, const struct curve *curves, const char *of, struct figure_values *values);
void curve_range(FILE *script, const struct figure_values *values, double per);
void curve_write(FILE *tsv, const struct comparison *c, const struct curve *curves, const double x[CURVE_POINTS]);

void figures_write_sweep(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script);
void figures_write_tail(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script);
/* 0, or -EINVAL if the boots' histograms differ in sub_bits, or -ENOMEM. */
int figures_write_excess(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script);
int figures_write_ratio(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script);
/* Never fails. */
int figures_write_timeline(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script);
int figures_write_lateness(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script);

#endif
