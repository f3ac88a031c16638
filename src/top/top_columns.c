// SPDX-License-Identifier: GPL-2.0-only
/* top_columns.c - the columns that rows of `invbench top` are shown in, and sorted by. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "top_columns.h"

/* Without names 80 characters have room for 18 and 15 of those. */
const struct top_column_info top_columns[TOP_COLUMNS] = {
	[TOP_COL_PID] = { "pid", 'p', 7, { NULL, "PID" } },
	[TOP_COL_NAME] = { "name", 'n', 0, { "SMMU", "PROCESS" } },
	[TOP_COL_TIME] = { "time", 't', 6, { "TIME%", "TIME%" } },
	[TOP_COL_RATE] = { "count", 'i', 7, { "LIST/S", "INV/S" } },
	[TOP_COL_COMMANDS] = { "commands", 'c', 6, { "CMD/S", "CMD/S" } },
	[TOP_COL_SYNCS] = { "syncs", 's', 7, { "SYNC/S", "SYNC/S" } },
	[TOP_COL_P50] = { "p50", '5', 7, { "P50", "P50" } },
	[TOP_COL_P99] = { "p99", '9', 7, { "P99", "P99" } },
	[TOP_COL_ATC] = { "atc", 'a', 5, { "ATC%", "ATC%" } },
	[TOP_COL_LOCK] = { "lock", 'l', 6, { NULL, "LOCK%" } },
	[TOP_COL_LATE] = { "late", 'd', 6, { "LATE%", "LATE%" } },
	[TOP_COL_TAG] = { "tag", 'g', 5, { "TAG%", NULL } },
	[TOP_COL_GRANULE] = { NULL, 0, 6, { "GRAN", NULL } },
};

enum top_column top_column_of_word(const char *word)
{
	int i;

	for (i = 0; i < TOP_COLUMNS; i++)
		if (top_columns[i].word && !strcmp(top_columns[i].word, word))
			break;
	return i;
}

enum top_column top_column_of_key(int key)
{
	int i;

	for (i = 0; i < TOP_COLUMNS; i++)
		if (top_columns[i].key && top_columns[i].key == key)
			break;
	return i;
}

/* ---- numbers ---- */

static double figure_of(const struct top_row *row, enum top_figure figure)
{
	return row->figures[figure] == TOP_UNKNOWN ? NAN : (double)row->figures[figure];
}

static double rate_of(const struct top_window *w, const struct top_row *row, enum top_figure figure)
{
	return w->seconds > 0 ? figure_of(row, figure) / w->seconds : NAN;
}

/* Of nothing there is no share. */
static double percent_of(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : NAN;
}

static double share_of_time(const struct top_row *row, enum top_figure figure)
{
	return percent_of(figure_of(row, figure), figure_of(row, TOP_TIME));
}

static double share_by_tag(const struct top_row *row)
{
	const double tag = figure_of(row, TOP_BY_TAG);

	return percent_of(tag, tag + figure_of(row, TOP_BY_RANGE) + figure_of(row, TOP_BY_LEAF));
}

double top_value(const struct top_window *w, enum top_scope scope, const struct top_row *row, enum top_column column)
{
	if (!top_columns[column].heads[scope])
		return NAN;
	switch (column) {
	case TOP_COL_PID:
		return (double)row->pid;
	case TOP_COL_TIME:
		return rate_of(w, row, TOP_TIME) / 1e9 * 100;
	case TOP_COL_RATE:
		return rate_of(w, row, TOP_COUNT);
	case TOP_COL_COMMANDS:
		return rate_of(w, row, TOP_COMMANDS);
	case TOP_COL_SYNCS:
		return rate_of(w, row, TOP_SYNCS);
	case TOP_COL_P50:
		return figure_of(row, TOP_P50);
	case TOP_COL_P99:
		return figure_of(row, TOP_P99);
	case TOP_COL_ATC:
		return share_of_time(row, TOP_ATC_TIME);
	case TOP_COL_LOCK:
		return share_of_time(row, TOP_LOCK_TIME);
	case TOP_COL_LATE:
		return share_of_time(row, TOP_LATE_TIME);
	case TOP_COL_TAG:
		return share_by_tag(row);
	default: /* text */
		return NAN;
	}
}

/* ---- text ---- */

/* Three digits, or four, and a letter for thousands: "0.05", "12.3", "999", "1.23k", "123M". */
static void put_scaled(double value, const char *const *units, char *text, size_t size)
{
	/* What would be rounded up to four digits before the point has the next unit. */
	while (value >= 999.5 && units[1]) {
		value /= 1000;
		units++;
	}
	snprintf(text, size, "%.*f%s", value >= 99.95 || value == 0 ? 0 : value >= 9.995 ? 1 : 2, value, *units);
}

static void put_percent(double value, char *text, size_t size)
{
	snprintf(text, size, "%.*f", value < 99.95 && value > 0 ? 1 : 0, value < 9999 ? value : 9999);
}

static void put_value(enum top_column column, double value, char *text, size_t size)
{
	static const char *const counts[] = { "", "k", "M", "G", "T", NULL };
	static const char *const times[] = { "ns", "us", "ms", "s", NULL };

	switch (column) {
	case TOP_COL_PID:
		snprintf(text, size, "%.0f", value);
		return;
	case TOP_COL_RATE:
	case TOP_COL_COMMANDS:
	case TOP_COL_SYNCS:
		put_scaled(value, counts, text, size);
		return;
	case TOP_COL_P50:
	case TOP_COL_P99:
		put_scaled(value, times, text, size);
		return;
	default:
		put_percent(value, text, size);
	}
}

void top_cell(const struct top_window *w, enum top_scope scope, const struct top_row *row, enum top_column column,
	      char *text, size_t size)
{
	const double value = top_value(w, scope, row, column);

	if (column == TOP_COL_NAME)
		snprintf(text, size, "%s", row->name[0] ? row->name : "(others)");
	else if (column == TOP_COL_GRANULE && row->granule[0])
		snprintf(text, size, "%s", row->granule);
	else if (isnan(value))
		snprintf(text, size, "-");
	else
		put_value(column, value, text, size);
}

/* ---- order ---- */

struct sorting {
	const struct top_window *window;
	enum top_scope scope;
	struct top_order order;
};

/* Rows that are alike in that have an order all the same: it is the same each time. */
static int compare_otherwise(const struct top_row *x, const struct top_row *y)
{
	const int names = strcmp(x->name, y->name);

	return names ? names : (x->pid > y->pid) - (x->pid < y->pid);
}

static int compare_values(double x, double y, struct top_order order)
{
	const bool ascends = (order.by == TOP_COL_PID) != order.reverse;

	if (isnan(x) || isnan(y))
		return !!isnan(x) - !!isnan(y);
	return ascends ? (x > y) - (x < y) : (x < y) - (x > y);
}

static int compare_rows(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	int by;

	if (s->order.by == TOP_COL_NAME)
		return s->order.reverse ? -compare_otherwise(a, b) : compare_otherwise(a, b);
	by = compare_values(top_value(s->window, s->scope, a, s->order.by),
			    top_value(s->window, s->scope, b, s->order.by), s->order);
	return by ? by : compare_otherwise(a, b);
}

void top_sort(struct top_window *w, struct top_order order)
{
	struct sorting s = { w, TOP_SMMU, order };

	for (s.scope = 0; s.scope < TOP_SCOPES; s.scope++)
		if (w->counts[s.scope])
			qsort_r(w->rows[s.scope], w->counts[s.scope], sizeof(struct top_row), compare_rows, &s);
}
