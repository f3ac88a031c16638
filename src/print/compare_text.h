/* SPDX-License-Identifier: GPL-2.0-only */
/* compare_text.h - a comparison for people to read: as a list of what moved, or as a wide table. */
#ifndef INVBENCH_COMPARE_TEXT_H
#define INVBENCH_COMPARE_TEXT_H

#include "printer.h"

/* Each other side against the base: the cases that matter, metric by metric. */
void compare_print_list(FILE *out, const struct comparison *c, const struct compare_view *view);
/* All sides together: each case's main metrics, a line a side. */
void compare_print_table(FILE *out, const struct comparison *c, const struct compare_view *view);

/* ---- what both have ---- */

/* The bed and the sides. */
void compare_print_sides(FILE *out, const struct comparison *c);
/* What the bed cannot say, and what differs between the sides. */
void compare_print_warnings(FILE *out, const struct comparison *c);
/* "array against list, 25 cases: 3 better, ..." */
void compare_print_tally(FILE *out, const struct comparison *c, size_t side);
/* The same between variants, as compare_variant() pairs them. */
void compare_print_variants(FILE *out, const struct comparison *c);
/* "3 better, 1 worse": the verdicts that there are. */
void compare_print_verdicts(FILE *out, const size_t tally[VERDICTS]);

/* The distributions, and the spreads over threads, of a case on @sides, base first; nothing if one side has no value. */
void compare_print_distribution(FILE *out, const struct comparison *c, const struct row *row, const size_t *sides,
				size_t nr_sides);
void compare_print_threads(FILE *out, const struct comparison *c, const struct row *row, const size_t *sides,
			   size_t nr_sides);
/* What probes counted on @side and on the base, where these differ. */
void compare_print_probed(FILE *out, const struct comparison *c, const struct row *row, size_t side);
/* In which functions @side and the base differ, the biggest difference first: those that fit into a line, or all, a line each. */
void compare_print_functions(FILE *out, const struct comparison *c, const struct row *row, size_t side);
void compare_print_all_functions(FILE *out, const struct comparison *c, const struct row *row, size_t side);

#endif
