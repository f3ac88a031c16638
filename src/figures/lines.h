/* SPDX-License-Identifier: GPL-2.0-only */
/* lines.h - what figures over a parameter share: the figure of a family, its x axis, and its words. */
#ifndef INVBENCH_LINES_H
#define INVBENCH_LINES_H

#include "family.h"
#include "part.h"

/* "NAME: WHAT by PARAM", of @f, the family number @subject. */
struct figure lines_figure(const struct comparison *c, const struct family *f, size_t subject, enum metric_id metric,
			   const char *what);

/* The row at a place of the axis, counted from 0; of the others, where the rows have a gap. */
size_t lines_row(const struct figure *f, size_t i);
/* The value of the parameter there. */
json_int_t lines_place(const struct comparison *c, const struct figure *f, size_t i);
/* Times from 0 on, over so wide a range that the axis must be logarithmic: the 0 gets a place left of the others. */
bool lines_zero_apart(const struct comparison *c, const struct figure *f);
/* What the script is told of the x axis: its name, its ends and its tics. */
void lines_axis(FILE *script, const struct comparison *c, const struct figure *f);
/* The alternative: each kernel's first value and its last. */
void lines_tell(FILE *out, const struct comparison *c, const struct figure *f);

#endif
