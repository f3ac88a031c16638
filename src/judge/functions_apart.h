/* SPDX-License-Identifier: GPL-2.0-only */
/* functions_apart.h - in which functions two kernels differ, on a bed that counts the instructions of each. */
#ifndef INVBENCH_FUNCTIONS_APART_H
#define INVBENCH_FUNCTIONS_APART_H

#include "comparison.h"

/* Instructions an operation, of all that the timing pass did: what is not timed, and the clock, are in them too. */
struct function_change {
	const char *name;
	double base, value;
};

/*
 * Of @row on @side against the base, the biggest difference first; those of less than a twentieth of an
 * instruction are left out, as are processes. free(*list), for as long as the sides are there. 0 as well if a side knows of no functions: boots of such a
 * bed are equal, and the first is looked at.
 */
size_t compare_functions(const struct comparison *c, const struct row *row, size_t side, struct function_change **list);
/* True if any case has functions to be compared. */
bool compare_has_functions(const struct comparison *c);

#endif
