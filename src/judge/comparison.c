// SPDX-License-Identifier: GPL-2.0-only
/* comparison.c - what may be asked of a comparison that is made. */
#include <inttypes.h>
#include <string.h>

#include "comparison.h"
#include "text.h"
#include "xalloc.h"

bool compare_counts(const struct comparison *c)
{
	return c->bed->kind->counts;
}

const char *compare_unit(const struct comparison *c)
{
	return c->bed->kind->unit;
}

bool compare_has_latency(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].metrics[METRIC_MEDIAN].present)
			return true;
	return false;
}

static bool same_reason(const struct cell *a, const struct cell *b)
{
	return a->status == b->status && ((a->late && b->late) || !strcmp(a->reason, b->reason));
}

bool compare_row_alike(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS || !same_reason(&row->cells[side], &row->cells[0]))
			return false;
	return true;
}

void compare_row_reason(const struct comparison *c, const struct row *row, char *reason, size_t size)
{
	const char *first = row->cells[0].reason;
	size_t side = 0;

	while (side < c->nr_sides && !strcmp(row->cells[side].reason, first))
		side++;
	reason[0] = '\0';
	text_append(reason, size, "%s",
		    side == c->nr_sides ? first : "the SMMU model was too busy to serve CMD_SYNCs in time:");
	for (side = side == c->nr_sides ? side : 0; side < c->nr_sides; side++)
		text_append(reason, size, "%s %" PRIu64 " of %" PRIu64 " late on %s", side ? "," : "",
			    row->cells[side].late->late, row->cells[side].late->syncs, c->sides[side].label);
}

size_t compare_workloads(const struct comparison *c, size_t **firsts)
{
	size_t i, j, count = 0;

	*firsts = xcalloc(c->nr_rows, sizeof(**firsts));
	for (i = 0; i < c->nr_rows; i++) {
		for (j = 0; j < count; j++)
			if (!strcmp(c->rows[(*firsts)[j]].workload, c->rows[i].workload))
				break;
		if (j == count)
			(*firsts)[count++] = i;
	}
	return count;
}

size_t compare_tally(const struct comparison *c, size_t side, const char *workload, size_t tally[VERDICTS])
{
	size_t i, n = 0;

	memset(tally, 0, VERDICTS * sizeof(*tally));
	for (i = 0; i < c->nr_rows; i++) {
		if (workload && strcmp(c->rows[i].workload, workload))
			continue;
		tally[c->rows[i].cells[side].verdict]++;
		n++;
	}
	return n;
}

bool compare_has_failures(const struct comparison *c)
{
	size_t i, side;

	if (c->lost_kernels)
		return true;
	for (i = 0; i < c->nr_rows; i++)
		for (side = 0; side < c->nr_sides; side++) {
			enum status status = c->rows[i].cells[side].status;

			if (status != STATUS_PASS && status != STATUS_SKIP)
				return true;
		}
	return false;
}
