/* SPDX-License-Identifier: GPL-2.0-only */
/* family.h - which cases belong together: those that differ in one parameter alone, or in a choice besides. */
#ifndef INVBENCH_FAMILY_H
#define INVBENCH_FAMILY_H

#include "type.h"

/* Cases along one parameter; with a choice, two of them side by side. */
struct family {
	char *param;
	size_t *rows, *others; /* ascend on the axis, FIGURE_NO_ROW for a gap; others is NULL without a choice */
	size_t count;	       /* of places on the axis */
	char *choice;	       /* NULL without */
	bool gone;	       /* it became the others of another one; none of what families_find() leaves is */
};

struct families {
	struct family *list; /* in the order of their first case */
	size_t count;
};

/* All that have two places or more, of cases that passed somewhere; families_free(). */
void families_find(const struct comparison *c, struct families *families);
void families_free(struct families *families);

/* Where a row is on the axis of @param. */
json_int_t family_place(const struct comparison *c, size_t row, const char *param);
/* What a design is to scale with: devices, instances, threads, tenants. */
bool family_is_load(const char *param);
/* "dma op=sync devices=2" without a parameter, a choice or NULL, and how often: "dma op=sync". */
char *family_name(const char *name, const char *param, const char *choice);
/* The row that speaks for @f: its first. */
const struct row *family_first(const struct comparison *c, const struct family *f);
/* At two places or more of @f some side has a value of @metric; with a choice, of one of its values. */
bool family_has_line(const struct comparison *c, const struct family *f, enum metric_id metric);
/*
 * Of a family over devices, each behind an SMMU of its own that takes a set time: the case
 * without a device, which a line that set times alone would make begins at. Else FIGURE_NO_ROW.
 */
size_t family_control(const struct comparison *c, const struct family *f);

#endif
