/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * type.h - what a figure is, and how a kind of figure registers.
 *
 * A kind is one file of this folder with a FIGURE_TYPE(), and its gnuplot file in
 * plots/. Both are found; there is no list to extend. part.h has what the data
 * of every figure begins with, lines.h what figures over a parameter share, and
 * curve.h whole distributions.
 */
#ifndef INVBENCH_TYPE_H
#define INVBENCH_TYPE_H

#include <stdio.h>

#include "compare.h"

#define FIGURE_NO_ROW SIZE_MAX

struct families; /* family.h */

/* Where in the page a figure stands, and by that what it is of. */
enum figure_part {
	PART_SCALING,	   /* of a family of cases: how it scales */
	PART_SPREAD,	   /* the same, folded: what lies around the middle */
	PART_GOES,	   /* of a pair of cases: where their time goes */
	PART_COST,	   /* of the bed as a whole: what a CMD_SYNC of set length costs */
	PART_CLOCK,	   /* the same: the model's own clock, where no costs are */
	PART_DISTRIBUTION, /* of one case */
	FIGURE_PARTS
};

struct figure {
	const struct figure_type *type;
	char *stem; /* of its files */
	char *title;
	const char *workload; /* of all rows; NULL if it is of the bed as a whole */
	size_t subject;	      /* which family, or which case, it is of; 0 for the bed */
	size_t nth;	      /* in the order that figures were chosen */
	size_t *rows;	      /* of the comparison; those over a parameter ascend on its axis */
	size_t nr_rows;
	char *param;	       /* over a parameter: on the x axis */
	enum metric_id metric; /* over a parameter: on the y axis, or one that speaks for it */
	/*
	 * Lines over a parameter may be two: the rows with one value of a choice, and
	 * others with another, at the same places of the axis. Either may have a gap.
	 */
	char *choice; /* NULL if it is one */
	size_t *others;
	bool leads; /* of one case, and that is one of the leads */
	bool apart; /* of one case, and that is not among the FIGURES_CASES that matter most: a file, but not in the page */
	bool guide; /* over devices: with the line that set times alone would make, from the first row on */
};

#define FIGURES_LEADS 4

struct figures {
	struct figure *list;
	size_t count;
	size_t leads[FIGURES_LEADS], nr_leads; /* the rows that moved most, whichever the kernel */
};

struct figure_type {
	char letter;	  /* in stems; no other kind has it */
	const char *plot; /* draws it: plots/PLOT.gp */
	enum figure_part part;
	unsigned int order; /* among the figures of one subject; no other kind has it */
	const char *adds;   /* to the heading of PART_SPREAD: "threads apart"; may be NULL */
	bool few;	    /* of one case: of so few that all of them are in the page */

	/* Adds the figures of this kind that there are: figure_add(). */
	void (*choose)(const struct comparison *c, const struct families *families, struct figures *figures);
	/*
	 * Writes the data of @f to @tsv, and what draws it to @script. 0, -EINVAL if the
	 * boots' histograms differ in sub_bits, or -ENOMEM.
	 */
	int (*write)(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script);
	/* What @f shows, as text without a full stop, for those who cannot see it. */
	void (*alternative)(FILE *out, const struct comparison *c, const struct figure *f);
	/* What stands under it, for all; sentences. NULL: nothing. */
	void (*below)(FILE *out, const struct comparison *c, const struct figure *f);
};

/*
 * Placed side by side in a section of their own; the linker gives its ends.
 * usage: FIGURE_TYPE(ratio) = { .letter = 'r', ... };
 */
#define FIGURE_TYPE(ident) \
	static const struct figure_type figure_type_##ident; \
	static const struct figure_type *const figure_type_ptr_##ident \
		__attribute__((used, section("figure_types"))) = &figure_type_##ident; \
	static const struct figure_type figure_type_##ident

extern const struct figure_type *const __start_figure_types[], *const __stop_figure_types[];
#define for_each_figure_type(at) for ((at) = __start_figure_types; (at) < __stop_figure_types; (at)++)

/* @figure is taken over. Whoever asked for the choice fills in its type, and names it. */
void figure_add(struct figures *figures, struct figure figure);
/* The same for one case; @title is taken over. */
void figure_add_case(struct figures *figures, const struct comparison *c, size_t row, char *title);
/* In the order of the page and of the stems: families with all that is of them, then the bed, then the cases. */
void figures_sort(struct figures *figures);
void figures_free(struct figures *figures);

#endif
