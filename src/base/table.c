// SPDX-License-Identifier: GPL-2.0-only
/* table.c - lines of text, whose columns are as wide as what is in them. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "text.h"
#include "xalloc.h"

void table_put(struct table *t, const char *format, ...)
{
	va_list args;
	char *cell;

	va_start(args, format);
	cell = xvasprintf(format, args);
	va_end(args);
	text_make_line(cell);
	*xappend(t->cells, t->count) = cell;
}

void table_put_line(struct table *t, const char *const *cells)
{
	size_t i;

	for (i = 0; t->alignment[i]; i++)
		table_put(t, "%s", cells[i]);
}

static void print_cell(FILE *out, const char *text, int width, char alignment, bool last)
{
	const int pad = width - (int)text_width(text);

	if (alignment == 'r')
		fprintf(out, "%*s%s%s", pad, "", text, last ? "\n" : "  ");
	else
		fprintf(out, "%s%*s%s", text, last ? 0 : pad, "", last ? "\n" : "  ");
}

void table_print(struct table *t, FILE *out)
{
	const size_t columns = strlen(t->alignment);
	int widths[TABLE_COLUMNS] = { 0 };
	size_t i;

	for (i = 0; i < t->count; i++)
		if ((int)text_width(t->cells[i]) > widths[i % columns])
			widths[i % columns] = (int)text_width(t->cells[i]);
	for (i = 0; i < t->count; i++) {
		const size_t column = i % columns;

		print_cell(out, t->cells[i], widths[column], t->alignment[column], column == columns - 1);
		free(t->cells[i]);
	}
	free(t->cells);
	t->cells = NULL;
	t->count = 0;
}
