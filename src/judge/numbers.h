/* SPDX-License-Identifier: GPL-2.0-only */
/* numbers.h - the numbers that only some cases have, side by side: named by the workload, counted by perf, or seen by probes. */
#ifndef INVBENCH_NUMBERS_H
#define INVBENCH_NUMBERS_H

#include "comparison.h"

/* What only some cases tell, by name. */
enum extra_kind { EXTRA_NUMBERS, EXTRA_PERF, EXTRA_PROBED, EXTRA_KINDS };

/* One of them, of all boots of a side that passed and have it. */
struct extra {
	const char *name, *unit;
	double value, running; /* medians over the boots */
	double *values;	       /* one a boot; nr_values is 0 if no boot has it */
	size_t nr_values;
};

/* Names and units, without values, of all that some side of @row has; free() them. */
size_t compare_extras(const struct comparison *c, const struct row *row, enum extra_kind kind, struct extra **extras);
/* The values on @side of what @extra names; free(extra->values). */
void compare_extra_values(const struct comparison *c, const struct row *row, size_t side, enum extra_kind kind,
			  struct extra *extra);

/* Of what probes counted, the medians of @side and of the base are more than 1 % of the greater apart; none counts as 0. */
bool compare_probed_apart(const struct extra *base, const struct extra *other);
/* Any of them. */
bool compare_row_probed_apart(const struct comparison *c, const struct row *row, size_t side);

#endif
