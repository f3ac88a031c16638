/* SPDX-License-Identifier: GPL-2.0-only */
/* warn.h - what should be the same on all sides of a comparison, and is not. */
#ifndef INVBENCH_WARN_H
#define INVBENCH_WARN_H

#include "comparison.h"

void compare_warn(struct comparison *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What @side has otherwise than the base: machine, kernel, suite, parameters. */
void warn_side(struct comparison *c, size_t side);
/* Two counts of one thing that differ: one of them is wrong. */
void warn_witnesses(struct comparison *c);

/* Whether two SMMUs can do the same. */
bool compare_same_features(const struct result_instance *a, const struct result_instance *b);

/* How many probe passes had a witness, and in how many it counted the same. */
struct witnessed {
	const char *source; /* the witness; NULL if there was none */
	size_t passes, agree;
};
struct witnessed compare_witness(const struct comparison *c);

#endif
