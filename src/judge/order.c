// SPDX-License-Identifier: GPL-2.0-only
/* order.c - which cases of a comparison matter most. */
#include <math.h>
#include <stdlib.h>

#include "order.h"
#include "verdict.h"
#include "xalloc.h"

static bool failed(const struct cell *cell)
{
	return cell->status != STATUS_PASS && cell->status != STATUS_SKIP;
}

enum importance compare_importance(const struct row *row, size_t side)
{
	static const enum importance of_verdicts[VERDICTS] = {
		[VERDICT_NONE] = IMPORTANCE_SAME,
		[VERDICT_BETTER] = IMPORTANCE_BETTER,
		[VERDICT_WORSE] = IMPORTANCE_WORSE,
		[VERDICT_SAME] = IMPORTANCE_SAME,
		[VERDICT_INCONCLUSIVE] = IMPORTANCE_INCONCLUSIVE,
		[VERDICT_NOT_COMPARED] = IMPORTANCE_NOT_COMPARED,
	};

	if (failed(&row->cells[side]) && (!side || row->cells[0].status == STATUS_PASS))
		return IMPORTANCE_FAILS;
	return of_verdicts[row->cells[side].verdict];
}

double compare_weight(const struct comparison *c, const struct row *row, size_t side)
{
	const struct cell *cell = &row->cells[side];
	double weight = 0;
	int id;

	if (cell->verdict != VERDICT_BETTER && cell->verdict != VERDICT_WORSE && cell->verdict != VERDICT_INCONCLUSIVE)
		return 0;
	for (id = 0; id < METRICS; id++)
		if (cell->metrics[id].verdict == cell->verdict)
			weight = fmax(weight,
				      fabs(cell->metrics[id].change) / compare_min_effect(c, (enum metric_id)id));
	return weight;
}

/* The change that the boots leave no doubt about, in minimum effects: where the interval begins, 0 if it has no change in it. */
static double certain(const struct comparison *c, const struct row *row, size_t side)
{
	double most = 0;
	int id;

	for (id = 0; id < METRICS; id++) {
		const struct metric *m = &row->cells[side].metrics[id];

		if (m->verdict == VERDICT_INCONCLUSIVE)
			most = fmax(most, fmax(m->low, -m->high) / compare_min_effect(c, (enum metric_id)id));
	}
	return most;
}

struct place {
	enum importance importance;
	double certain, weight;
	size_t row;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->importance != y->importance)
		return x->importance < y->importance ? -1 : 1;
	if (x->certain != y->certain)
		return x->certain > y->certain ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static struct place place_on(const struct comparison *c, size_t row, size_t side)
{
	const struct row *r = &c->rows[row];
	struct place place = { compare_importance(r, side), 0, compare_weight(c, r, side), row };

	if (place.importance == IMPORTANCE_INCONCLUSIVE)
		place.certain = certain(c, r, side);
	return place;
}

/* Of the base alone a case can matter only if there is no other side: it is what the others are held against. */
static struct place place_of(const struct comparison *c, size_t row, size_t side)
{
	struct place most, other;
	size_t i;

	if (side || c->nr_sides == 1)
		return place_on(c, row, side);
	most = place_on(c, row, 1);
	for (i = 2; i < c->nr_sides; i++) {
		other = place_on(c, row, i);
		if (by_place(&other, &most) < 0)
			most = other;
	}
	return most;
}

size_t *compare_order(const struct comparison *c, size_t side)
{
	struct place *places = xcalloc(c->nr_rows + 1, sizeof(*places));
	size_t *order = xcalloc(c->nr_rows + 1, sizeof(*order)), i;

	for (i = 0; i < c->nr_rows; i++)
		places[i] = place_of(c, i, side);
	qsort(places, c->nr_rows, sizeof(*places), by_place);
	for (i = 0; i < c->nr_rows; i++)
		order[i] = places[i].row;
	free(places);
	return order;
}
