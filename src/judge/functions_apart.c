// SPDX-License-Identifier: GPL-2.0-only
/* functions_apart.c - the functions of two sides, beside each other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "functions_apart.h"
#include "xalloc.h"

#define SMALLEST 0.05 /* of an instruction, which is shown with one decimal */

static int by_name(const void *a, const void *b)
{
	const struct function_change *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int by_difference(const void *a, const void *b)
{
	const struct function_change *x = a, *y = b;
	const double far = fabs(x->value - x->base), other = fabs(y->value - y->base);

	return far > other ? -1 : far < other ? 1 : strcmp(x->name, y->name);
}

/* All that the pass did, warm-up included. */
static double operations(const struct result_case *rc)
{
	const json_int_t warmup = json_integer_value(json_object_get(rc->params, "warmup"));

	return (double)rc->ops + (double)warmup * (double)rc->nr_threads;
}

/* Those of one name become one; how many there are then. */
static size_t merge(struct function_change *list, size_t count)
{
	size_t i, kept = 0;

	qsort(list, count, sizeof(*list), by_name);
	for (i = 0; i < count; i++) {
		if (!kept || strcmp(list[kept - 1].name, list[i].name)) {
			list[kept++] = list[i];
			continue;
		}
		list[kept - 1].base += list[i].base;
		list[kept - 1].value += list[i].value;
	}
	return kept;
}

/* What a process executes is of the program, which both have, and depends on what its clock shows. */
static bool tells(const struct function_change *f)
{
	return fabs(f->value - f->base) >= SMALLEST && strcmp(f->name, "(a process)");
}

static size_t keep_apart(struct function_change *list, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++)
		if (tells(&list[i]))
			list[kept++] = list[i];
	qsort(list, kept, sizeof(*list), by_difference);
	return kept;
}

static void add(struct function_change *list, size_t *count, const struct result_case *rc, bool base)
{
	const double ops = operations(rc);
	size_t i;

	for (i = 0; i < rc->functions.count; i++) {
		const struct result_function *f = &rc->functions.list[i];

		list[(*count)++] = (struct function_change){
			.name = f->name,
			.base = base ? (double)f->instructions / ops : 0,
			.value = base ? 0 : (double)f->instructions / ops,
		};
	}
}

static size_t functions_of(const struct cell *cell)
{
	return cell->status == STATUS_PASS ? cell->cases[0]->functions.count : 0;
}

bool compare_has_functions(const struct comparison *c)
{
	size_t row, side;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 1; side < c->nr_sides; side++)
			if (functions_of(&c->rows[row].cells[0]) && functions_of(&c->rows[row].cells[side]))
				return true;
	return false;
}

size_t compare_functions(const struct comparison *c, const struct row *row, size_t side, struct function_change **list)
{
	const struct cell *base = &row->cells[0], *cell = &row->cells[side];
	size_t count = 0;

	*list = NULL;
	if (!functions_of(base) || !functions_of(cell))
		return 0;
	*list = xcalloc(functions_of(base) + functions_of(cell), sizeof(**list));
	add(*list, &count, base->cases[0], true);
	add(*list, &count, cell->cases[0], false);
	return keep_apart(*list, merge(*list, count));
}
