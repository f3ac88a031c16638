/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_columns.h - the columns that rows of `invbench top` are shown in, and sorted by.
 */
#ifndef INVBENCH_TOP_COLUMNS_H
#define INVBENCH_TOP_COLUMNS_H

#include "top_rows.h"

enum top_column {
	TOP_COL_PID,
	TOP_COL_NAME,
	TOP_COL_TIME, /* of a CPU, in percent: two that wait all the time are 200 */
	TOP_COL_RATE, /* counts, a second */
	TOP_COL_COMMANDS,
	TOP_COL_SYNCS,
	TOP_COL_P50,
	TOP_COL_P99,
	TOP_COL_ATC, /* shares of the time, in percent */
	TOP_COL_LOCK,
	TOP_COL_LATE,
	TOP_COL_TAG, /* of TLBIs, in percent: how many were for an ASID, a VMID or everything */
	TOP_COL_GRANULE,
	TOP_COLUMNS
};

struct top_column_info {
	const char *word;	       /* of --sort */
	int key;		       /* that sorts by it; 0: none does */
	int width;		       /* on a screen, with the space before it */
	const char *heads[TOP_SCOPES]; /* NULL: rows of that scope do not have it */
};

extern const struct top_column_info top_columns[TOP_COLUMNS];

/* The largest first, names and process numbers the smallest first; the other way round if @reverse. */
struct top_order {
	enum top_column by;
	bool reverse;
};

/* TOP_COLUMNS: there is none of that word, or of that key, that can be sorted by. */
enum top_column top_column_of_word(const char *word);
enum top_column top_column_of_key(int key);

#define TOP_CELL_SIZE 96

/* A figure as a number, NAN if it is not known. */
double top_value(const struct top_window *w, enum top_scope scope, const struct top_row *row, enum top_column column);
/* Its text, of at most 6 characters but for names; "-" if it is not known. */
void top_cell(const struct top_window *w, enum top_scope scope, const struct top_row *row, enum top_column column,
	      char *text, size_t size);

/* Puts the rows of both scopes in order. Those that lack what they are sorted by are the last. */
void top_sort(struct top_window *w, struct top_order order);

#endif
