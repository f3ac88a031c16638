// SPDX-License-Identifier: GPL-2.0-only
/* beds.c - what the beds of one run say of each other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beds.h"
#include "warn.h"
#include "xalloc.h"

#define NAMED_MAX 3 /* in a sentence */

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct row *const *)a)->name, (*(const struct row *const *)b)->name);
}

/* Sorted by name: a scan of all rows for each would be too slow for many. */
static const struct row **sorted_rows(const struct comparison *c)
{
	const struct row **rows = xcalloc(c->nr_rows, sizeof(*rows));
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		rows[i] = &c->rows[i];
	qsort(rows, c->nr_rows, sizeof(*rows), by_name);
	return rows;
}

static void warn_same_counts(struct comparison *c, size_t side, const struct comparison *counts, size_t counts_side)
{
	const struct row **rows = sorted_rows(counts), **same, *key;
	size_t i, moved = 0, n = 0, size;
	char *names = NULL;
	FILE *out = xmemstream(&names, &size);

	for (i = 0; i < c->nr_rows; i++) {
		if (!verdict_moved(c->rows[i].cells[side].metrics[METRIC_MEDIAN].verdict))
			continue;
		moved++;
		key = &c->rows[i];
		same = bsearch(&key, rows, counts->nr_rows, sizeof(*rows), by_name);
		if (!same || (*same)->cells[counts_side].metrics[METRIC_MEDIAN].verdict != VERDICT_SAME)
			continue;
		if (n++ < NAMED_MAX)
			fprintf(out, "%s%s", n > 1 ? ", " : "", key->name);
	}
	if (n > NAMED_MAX)
		fprintf(out, " and %zu more", n - NAMED_MAX);
	fclose(out);
	if (n)
		compare_warn(
			c,
			"%zu of %zu cases whose median moved from %s to %s have the same number of instructions on bed %s: "
			"%s; something is waited for, or it is where the code lies",
			n, moved, c->sides[0].label, c->sides[side].label, counts->bed->name, names);
	free(names);
	free(rows);
}

void compare_with_counts(struct comparison *c, const struct comparison *counts)
{
	size_t i, j;

	if (compare_counts(c) || !compare_counts(counts) || strcmp(c->sides[0].label, counts->sides[0].label))
		return;
	for (i = 1; i < c->nr_sides; i++)
		for (j = 1; j < counts->nr_sides; j++)
			if (!strcmp(c->sides[i].label, counts->sides[j].label))
				warn_same_counts(c, i, counts, j);
}
