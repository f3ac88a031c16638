/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_text.h - windows of `invbench top` for a pipe: as tables, or as lines of comma-separated values.
 */
#ifndef INVBENCH_TOP_TEXT_H
#define INVBENCH_TOP_TEXT_H

#include <stdio.h>

#include "top_rows.h"

/* Rows as they are in @w, each name whole, then why there is a "-", and an empty line. */
void top_print_table(FILE *out, const struct top_window *w);

/* As RFC 4180, a line a row: sums and not rates, so that they can be added up. What is not known is empty. */
void top_print_csv_head(FILE *out);
void top_print_csv(FILE *out, const struct top_window *w);

/* A line of at most @size bytes: "LOCK% is not available: REASON". */
void top_reason_text(const struct top_reason *reason, char *text, size_t size);

#endif
