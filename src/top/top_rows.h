/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_rows.h - what invalidated in one window of time: a row for each SMMU and each process.
 *
 * It is made of what the probes `split` and `cmdq` took of the window. How it is shown is for others.
 */
#ifndef INVBENCH_TOP_ROWS_H
#define INVBENCH_TOP_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum top_scope { TOP_SMMU, TOP_PROCESS, TOP_SCOPES };

/* Sums over the window, but for the last two; times are nanoseconds. */
enum top_figure {
	TOP_COUNT, /* invalidations of a process; lists of commands that those gave to an SMMU */
	TOP_COMMANDS,
	TOP_SYNCS,
	TOP_ATC_INVS,
	TOP_TIME, /* of the calls; of the lists, within the SMMU's queue */
	TOP_ATC_TIME,
	TOP_LOCK_TIME,
	TOP_LATE_TIME, /* at most */
	TOP_BY_RANGE,  /* TLBIs, of an SMMU */
	TOP_BY_LEAF,
	TOP_BY_TAG,
	TOP_P50,
	TOP_P99,
	TOP_FIGURES
};

/* In results and CSV: "count", "total_ns", ... */
extern const char *const top_figure_names[TOP_FIGURES];

#define TOP_UNKNOWN   (-1LL) /* in place of a figure */
#define TOP_NAME_SIZE 64

struct top_row {
	char name[TOP_NAME_SIZE]; /* a line of UTF-8; "" of those that found no place, and of the idle task */
	char granule[16];	  /* that most ranges name: "4K"; "4K+": others another one; "" for none */
	long long pid;		  /* 0 of an SMMU */
	long long figures[TOP_FIGURES];
};

/* Why a figure is not known; of the first row that lacks it. */
struct top_reason {
	enum top_scope scope;
	enum top_figure figure;
	char *text;
};

struct top_window {
	double at, seconds; /* its end, from the first one's begin, and how long it was */
	long long lost;	    /* events that are in no row */
	struct top_row *rows[TOP_SCOPES];
	size_t counts[TOP_SCOPES];
	struct top_reason *reasons;
	size_t nr_reasons;
};

/* Which rows there are. */
struct top_filter {
	long long pid;	  /* 0: all */
	const char *smmu; /* NULL: all */
};

/*
 * Fills @window's rows, lost and reasons. @split and @cmdq are what these probes took; @cmdq may be a string, why it is
 * not there. top_free() is for the caller.
 */
void top_read(struct top_window *window, const json_t *split, const json_t *cmdq, const struct top_filter *filter);
/* The rows, lost and reasons. */
void top_free(struct top_window *window);

#endif
