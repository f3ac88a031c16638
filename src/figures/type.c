// SPDX-License-Identifier: GPL-2.0-only
/* type.c - a list of figures, and its order. */
#include <stdlib.h>
#include <string.h>

#include "type.h"
#include "xalloc.h"

void figure_add(struct figures *figures, struct figure figure)
{
	figure.nth = figures->count;
	*xappend(figures->list, figures->count) = figure;
}

void figure_add_case(struct figures *figures, const struct comparison *c, size_t row, char *title)
{
	struct figure f = { .nr_rows = 1, .title = title, .workload = c->rows[row].workload, .subject = row };

	f.rows = xcalloc(1, sizeof(*f.rows));
	f.rows[0] = row;
	figure_add(figures, f);
}

/* What is of one thing stands together, in whichever part of the page it is. */
static int place_of(enum figure_part part)
{
	static const int places[FIGURE_PARTS] = {
		[PART_SCALING] = 0, [PART_SPREAD] = 0, [PART_GOES] = 1,
		[PART_COST] = 2,    [PART_CLOCK] = 2,  [PART_DISTRIBUTION] = 3,
	};

	return places[part];
}

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
	const struct figure *x = a, *y = b;

	return place_of(x->type->part) - place_of(y->type->part)       ?:
		       compare_numbers(x->subject, y->subject)	       ?:
		       compare_numbers(x->type->order, y->type->order) ?:
									 compare_numbers(x->nth, y->nth);
}

void figures_sort(struct figures *figures)
{
	if (figures->count)
		qsort(figures->list, figures->count, sizeof(*figures->list), by_place);
}

void figures_free(struct figures *figures)
{
	size_t i;

	for (i = 0; i < figures->count; i++) {
		free(figures->list[i].stem);
		free(figures->list[i].title);
		free(figures->list[i].param);
		free(figures->list[i].rows);
		free(figures->list[i].choice);
		free(figures->list[i].others);
	}
	free(figures->list);
	memset(figures, 0, sizeof(*figures));
}
