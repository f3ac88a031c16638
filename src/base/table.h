/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h - lines of text, whose columns are as wide as what is in them.
 *
 * Widths are counted in characters of UTF-8, not in bytes; two spaces stand
 * between columns, and none at the end of a line.
 */
#ifndef INVBENCH_TABLE_H
#define INVBENCH_TABLE_H

#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS 12 /* at most */

struct table {
	const char *alignment; /* a letter a column: l or r */
	char **cells;	       /* line by line */
	size_t count;
};

/* The next cell; a line is full when each column has one. */
void table_put(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Those of a line that are constant, as headings are: one a column. */
void table_put_line(struct table *t, const char *const *cells);
/* Empties it as well. */
void table_print(struct table *t, FILE *out);

#endif
