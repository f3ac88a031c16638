// SPDX-License-Identifier: GPL-2.0-only
/* top_text.c - windows of `invbench top` for a pipe. */
#include <string.h>

#include "table.h"
#include "text.h"
#include "top_columns.h"
#include "top_text.h"

/* ---- tables ---- */

static void add_rows(struct table *table, const struct top_window *w, enum top_scope scope)
{
	char cell[TOP_CELL_SIZE];
	size_t i;
	int c;

	for (i = 0; i < w->counts[scope]; i++) {
		for (c = 0; c < TOP_COLUMNS; c++) {
			if (!top_columns[c].heads[scope])
				continue;
			top_cell(w, scope, &w->rows[scope][i], c, cell, sizeof(cell));
			table_put(table, "%s", cell);
		}
	}
}

static void print_scope(FILE *out, const struct top_window *w, enum top_scope scope)
{
	char alignment[TOP_COLUMNS + 1] = "";
	struct table table = { .alignment = alignment };
	size_t columns = 0;
	int c;

	for (c = 0; c < TOP_COLUMNS; c++)
		if (top_columns[c].heads[scope])
			alignment[columns++] = c == TOP_COL_NAME ? 'l' : 'r';
	for (c = 0; c < TOP_COLUMNS; c++)
		if (top_columns[c].heads[scope])
			table_put(&table, "%s", top_columns[c].heads[scope]);
	add_rows(&table, w, scope);
	table_print(&table, out);
}

/* The column that shows it, or is made of it. */
static enum top_column column_of(enum top_figure figure)
{
	static const enum top_column columns[TOP_FIGURES] = {
		[TOP_COUNT] = TOP_COL_RATE,	[TOP_COMMANDS] = TOP_COL_COMMANDS, [TOP_SYNCS] = TOP_COL_SYNCS,
		[TOP_ATC_INVS] = TOP_COL_ATC,	[TOP_TIME] = TOP_COL_TIME,	   [TOP_ATC_TIME] = TOP_COL_ATC,
		[TOP_LOCK_TIME] = TOP_COL_LOCK, [TOP_LATE_TIME] = TOP_COL_LATE,	   [TOP_BY_RANGE] = TOP_COL_TAG,
		[TOP_BY_LEAF] = TOP_COL_TAG,	[TOP_BY_TAG] = TOP_COL_TAG,	   [TOP_P50] = TOP_COL_P50,
		[TOP_P99] = TOP_COL_P99,
	};

	return columns[figure];
}

void top_reason_text(const struct top_reason *reason, char *text, size_t size)
{
	const char *head = top_columns[column_of(reason->figure)].heads[reason->scope];

	/* The probes say "not available: REASON". */
	text_format(text, size, "%s of %s: %s", head ? head : top_figure_names[reason->figure],
		    reason->scope == TOP_SMMU ? "SMMUs" : "processes", reason->text);
}

void top_print_table(FILE *out, const struct top_window *w)
{
	char text[256];
	size_t i;

	fprintf(out, "at %.3f s, of %.3f s; lost: %lld\n", w->at, w->seconds, w->lost);
	print_scope(out, w, TOP_SMMU);
	print_scope(out, w, TOP_PROCESS);
	for (i = 0; i < w->nr_reasons; i++) {
		top_reason_text(&w->reasons[i], text, sizeof(text));
		fprintf(out, "%s\n", text);
	}
	fputc('\n', out);
}

/* ---- comma-separated values ---- */

/* In quotes, which are doubled within; names are lines already. */
static void put_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void top_print_csv_head(FILE *out)
{
	int i;

	fputs("at_s,window_s,lost,of,pid,name", out);
	for (i = 0; i < TOP_FIGURES; i++)
		fprintf(out, ",%s", top_figure_names[i]);
	fputs(",granule\n", out);
}

static void print_csv_row(FILE *out, const struct top_window *w, enum top_scope scope, const struct top_row *row)
{
	int i;

	fprintf(out, "%.6f,%.6f,%lld,%s,", w->at, w->seconds, w->lost, scope == TOP_SMMU ? "smmu" : "process");
	if (scope == TOP_PROCESS)
		fprintf(out, "%lld", row->pid);
	fputc(',', out);
	put_quoted(out, row->name);
	for (i = 0; i < TOP_FIGURES; i++) {
		fputc(',', out);
		if (row->figures[i] != TOP_UNKNOWN)
			fprintf(out, "%lld", row->figures[i]);
	}
	fputc(',', out);
	put_quoted(out, row->granule);
	fputc('\n', out);
}

void top_print_csv(FILE *out, const struct top_window *w)
{
	size_t i;
	int scope;

	for (scope = 0; scope < TOP_SCOPES; scope++)
		for (i = 0; i < w->counts[scope]; i++)
			print_csv_row(out, w, scope, &w->rows[scope][i]);
}
