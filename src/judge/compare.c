// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - holds kernels against each other, case by case. */
#include <errno.h>
#include <fnmatch.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "warn.h"
#include "xalloc.h"

/* ---- rows ---- */

static void add_row(struct comparison *c, const struct result_case *rc)
{
	struct row *row = xappend(c->rows, c->nr_rows);
	size_t i;

	*row = (struct row){ rc->name, rc->workload, rc->unit, rc->params, xcalloc(c->nr_sides, sizeof(*row->cells)) };
	for (i = 0; i < c->nr_sides; i++)
		cell_fill(c->bed, &c->sides[i], rc->name, &row->cells[i]);
	compare_judge_row(c, row);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void keep(void *name)
{
}

/* True the first time that @name is seen. @names is a tree of tsearch(): a scan of all rows would be too slow for many. */
static bool is_new(void **names, const char *name)
{
	if (tfind(name, names, by_name))
		return false;
	if (!tsearch(name, names, by_name))
		abort();
	return true;
}

/* The base's order, then whatever only others have. */
static void add_rows(struct comparison *c)
{
	void *names = NULL;
	size_t side, boot, i;

	for (side = 0; side < c->nr_sides; side++)
		for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
			const struct boot *b = c->sides[side].boots[boot];

			for (i = 0; i < b->nr_cases; i++)
				if (is_new(&names, b->cases[i].name))
					add_row(c, &b->cases[i]);
		}
	tdestroy(names, keep);
}

static void free_row(const struct comparison *c, struct row *row)
{
	size_t i;

	for (i = 0; i < c->nr_sides; i++)
		cell_free(&row->cells[i]);
	free(row->cells);
}

/* ---- the whole ---- */

static int check_beds(const struct side *sides, size_t nr_sides, struct sentence *why)
{
	const struct boot *a = sides[0].boots[0];
	size_t i;

	for (i = 1; i < nr_sides; i++) {
		const struct boot *b = sides[i].boots[0];

		if (strcmp(a->bed.name, b->bed.name))
			return sentence(
				why, -EINVAL,
				"%s: bed.name: %s, but %s is of bed %s; figures of two beds say nothing about each other",
				b->path, b->bed.name, a->path, a->bed.name);
	}
	return 0;
}

int compare_sides(const struct side *sides, size_t nr_sides, struct comparison *c, struct sentence *why)
{
	const struct compare_options defaults = { 0 };

	return compare_sides_as(sides, nr_sides, &defaults, c, why);
}

int compare_sides_as(const struct side *sides, size_t nr_sides, const struct compare_options *options,
		     struct comparison *c, struct sentence *why)
{
	size_t i;
	int err = check_beds(sides, nr_sides, why);

	memset(c, 0, sizeof(*c));
	if (err)
		return err;
	c->sides = sides;
	c->nr_sides = nr_sides;
	c->bed = &sides[0].boots[0]->bed;
	c->suite = sides[0].boots[0]->suite;
	c->options = *options;
	add_rows(c);
	for (i = 1; i < nr_sides; i++)
		warn_side(c, i);
	warn_witnesses(c);
	return 0;
}

int compare_run_bed(const struct run_bed *bed, struct comparison *c, struct sentence *why)
{
	const struct compare_options defaults = { 0 };

	return compare_run_bed_as(bed, &defaults, c, why);
}

int compare_run_bed_as(const struct run_bed *bed, const struct compare_options *options, struct comparison *c,
		       struct sentence *why)
{
	size_t i;
	int err;

	if (!bed->nr_sides)
		return sentence(why, -EINVAL, "%s: no kernel has a boot on bed %s; run the bench again", bed->run_path,
				bed->bed);
	err = compare_sides_as(bed->sides, bed->nr_sides, options, c, why);
	if (err)
		return err;
	c->lost_kernels = bed->nr_lost > 0;
	for (i = 0; i < bed->nr_lost; i++)
		compare_warn(c, "kernel %s of the plan has no boot on this bed; the base is %s", bed->lost[i],
			     bed->sides[0].label);
	return 0;
}

void compare_free(struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		free_row(c, &c->rows[i]);
	for (i = 0; i < c->nr_warnings; i++)
		free(c->warnings[i]);
	free(c->warnings);
	free(c->rows);
	memset(c, 0, sizeof(*c));
}

static bool matches_any(const struct comparison *c, const char *glob)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (!fnmatch(glob, c->rows[i].name, 0))
			return true;
	return false;
}

static bool is_matched(const char *name, char *const globs[], size_t nr_globs)
{
	size_t i;

	for (i = 0; i < nr_globs; i++)
		if (!fnmatch(globs[i], name, 0))
			return true;
	return false;
}

int compare_keep_cases(struct comparison *c, char *const globs[], size_t nr_globs, struct sentence *why)
{
	size_t i, kept = 0;

	for (i = 0; i < nr_globs; i++)
		if (!matches_any(c, globs[i]))
			return sentence(why, -ENOENT, "no case matches '%s'; a case is called, for example, '%s'",
					globs[i], c->nr_rows ? c->rows[0].name : "dma op=sync");
	for (i = 0; i < c->nr_rows; i++) {
		if (is_matched(c->rows[i].name, globs, nr_globs))
			c->rows[kept++] = c->rows[i];
		else
			free_row(c, &c->rows[i]);
	}
	c->nr_rows = kept;
	c->globs = globs;
	c->nr_globs = nr_globs;
	return 0;
}

int compare_pair(const struct comparison *c, const struct side pair[2], struct comparison *variant,
		 struct sentence *why)
{
	int err = compare_sides_as(pair, 2, &c->options, variant, why);

	if (!err && c->nr_globs) {
		err = compare_keep_cases(variant, c->globs, c->nr_globs, why);
		if (err)
			compare_free(variant);
	}
	return err;
}

bool compare_variant(const struct comparison *c, size_t side, struct side pair[2])
{
	size_t i;

	for (i = 1; side && i < c->nr_sides; i++)
		if (i != side && side_is_against(&c->sides[0], &c->sides[side], &c->sides[i])) {
			pair[0] = c->sides[i];
			pair[1] = c->sides[side];
			return true;
		}
	return false;
}
