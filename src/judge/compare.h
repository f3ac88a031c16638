/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare.h - holds kernels against each other, case by case.
 *
 * A boot gives one value per metric and case: the boot is what is repeated,
 * not the call. The first side is the base of all others. verdict.h says how
 * a metric is judged.
 */
#ifndef INVBENCH_COMPARE_H
#define INVBENCH_COMPARE_H

#include "verdict.h"

/* 0, or -EINVAL with a sentence in @why. The sides must outlive @c. */
int compare_sides(const struct side *sides, size_t nr_sides, struct comparison *c, struct sentence *why);
/* The same, judged as @options say. */
int compare_sides_as(const struct side *sides, size_t nr_sides, const struct compare_options *options,
		     struct comparison *c, struct sentence *why);
/* The same for a bed of a run. Kernels of the plan without a boot become warnings, and count as failures. */
int compare_run_bed(const struct run_bed *bed, struct comparison *c, struct sentence *why);
int compare_run_bed_as(const struct run_bed *bed, const struct compare_options *options, struct comparison *c,
		       struct sentence *why);
void compare_free(struct comparison *c);
/*
 * Drops all cases whose names match none of the @nr_globs (at least one)
 * patterns, as a shell matches file names; they must outlive @c. 0, or -ENOENT
 * with a sentence in @why if one matches no case.
 */
int compare_keep_cases(struct comparison *c, char *const globs[], size_t nr_globs, struct sentence *why);

/*
 * Fair play for variants: with base "list", the kernel "array-tuned" is also
 * measured by "list-tuned", if there is one. Fills @pair, base first, with
 * copies that own nothing; false if @side has no such counterpart.
 */
bool compare_variant(const struct comparison *c, size_t side, struct side pair[2]);
/* Compares such a pair as @c was: the same cases, judged the same way. As compare_sides(). */
int compare_pair(const struct comparison *c, const struct side pair[2], struct comparison *variant,
		 struct sentence *why);

#endif
