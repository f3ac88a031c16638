/* SPDX-License-Identifier: GPL-2.0-only */
/* order.h - which cases of a comparison matter most. */
#ifndef INVBENCH_ORDER_H
#define INVBENCH_ORDER_H

#include "comparison.h"

/* How much a case matters to who reads a comparison: most first. */
enum importance {
	IMPORTANCE_FAILS, /* it failed or was lost, and the base has a value */
	IMPORTANCE_WORSE,
	IMPORTANCE_BETTER,
	IMPORTANCE_INCONCLUSIVE,
	IMPORTANCE_NOT_COMPARED,
	IMPORTANCE_SAME,
	IMPORTANCES
};

enum importance compare_importance(const struct row *row, size_t side);
/*
 * Among cases of one importance: the largest change of the metrics that make
 * them better, worse or inconclusive, in minimum effects; 0 for the others.
 */
double compare_weight(const struct comparison *c, const struct row *row, size_t side);
/*
 * The rows of @c, those that matter most on @side first, and in suite order
 * where two matter alike. Of the inconclusive, noise alone makes a large
 * change: those come first whose interval begins furthest from no change.
 * nr_rows indices, to be freed. With @side 0 a row
 * matters as on the side where it matters most.
 */
size_t *compare_order(const struct comparison *c, size_t side);

#endif
