// SPDX-License-Identifier: GPL-2.0-only
/* numbers.c - the numbers that only some cases have, side by side: named by the workload, counted by perf, or seen by probes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "stats.h"
#include "xalloc.h"

static const struct result_numbers *numbers_of(const struct result_case *rc, enum extra_kind kind)
{
	switch (kind) {
	case EXTRA_PERF:
		return &rc->perf;
	case EXTRA_PROBED:
		return &rc->probed;
	default:
		return &rc->numbers;
	}
}

/* A number of another unit is another number. */
static bool same(const struct result_number *n, const struct extra *extra)
{
	return !strcmp(n->name, extra->name) && !strcmp(n->unit, extra->unit);
}

static void add_extra(struct extra **extras, size_t *count, const struct result_number *n)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (same(n, &(*extras)[i]))
			return;
	*xappend(*extras, *count) = (struct extra){ .name = n->name, .unit = n->unit };
}

size_t compare_extras(const struct comparison *c, const struct row *row, enum extra_kind kind, struct extra **extras)
{
	size_t side, boot, i, count = 0;

	*extras = NULL;
	for (side = 0; side < c->nr_sides; side++) {
		if (row->cells[side].status != STATUS_PASS)
			continue;
		for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
			const struct result_numbers *numbers = numbers_of(row->cells[side].cases[boot], kind);

			for (i = 0; i < numbers->count; i++)
				add_extra(extras, &count, &numbers->list[i]);
		}
	}
	return count;
}

static const struct result_number *find(const struct result_numbers *numbers, const struct extra *extra)
{
	size_t i;

	for (i = 0; i < numbers->count; i++)
		if (same(&numbers->list[i], extra))
			return &numbers->list[i];
	return NULL;
}

void compare_extra_values(const struct comparison *c, const struct row *row, size_t side, enum extra_kind kind,
			  struct extra *extra)
{
	const size_t boots = c->sides[side].nr_boots;
	double *running = xcalloc(boots, sizeof(*running));
	size_t boot;

	extra->values = xcalloc(boots, sizeof(*extra->values));
	extra->nr_values = 0;
	for (boot = 0; row->cells[side].status == STATUS_PASS && boot < boots; boot++) {
		const struct result_number *n = find(numbers_of(row->cells[side].cases[boot], kind), extra);

		if (!n)
			continue;
		running[extra->nr_values] = n->running;
		extra->values[extra->nr_values++] = n->value;
	}
	if (extra->nr_values) {
		extra->value = stats_median(extra->values, extra->nr_values);
		extra->running = stats_median(running, extra->nr_values);
	}
	free(running);
}

#define APART 0.01

bool compare_probed_apart(const struct extra *base, const struct extra *other)
{
	const double a = base->nr_values ? base->value : 0, b = other->nr_values ? other->value : 0;

	return fabs(a - b) > APART * fmax(fabs(a), fabs(b));
}

/* Where one of the two sides was not probed there is nothing to be held against each other. */
static bool both_probed(const struct row *row, size_t side)
{
	const struct cell *base = &row->cells[0], *cell = &row->cells[side];

	return base->status == STATUS_PASS && cell->status == STATUS_PASS && base->cases[0]->probed.count &&
	       cell->cases[0]->probed.count;
}

bool compare_row_probed_apart(const struct comparison *c, const struct row *row, size_t side)
{
	struct extra *extras = NULL;
	const size_t count = both_probed(row, side) ? compare_extras(c, row, EXTRA_PROBED, &extras) : 0;
	bool apart = false;
	size_t i;

	for (i = 0; i < count && !apart; i++) {
		struct extra base = extras[i], other = extras[i];

		compare_extra_values(c, row, 0, EXTRA_PROBED, &base);
		compare_extra_values(c, row, side, EXTRA_PROBED, &other);
		apart = compare_probed_apart(&base, &other);
		free(base.values);
		free(other.values);
	}
	free(extras);
	return apart;
}
