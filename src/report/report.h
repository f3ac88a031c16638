/* SPDX-License-Identifier: GPL-2.0-only */
/* report.h - the page that `invbench report` writes. */
#ifndef INVBENCH_REPORT_H
#define INVBENCH_REPORT_H

#include <stdio.h>

#include "compare.h"
#include "figures.h"

/* What one bed of a run has to show. */
struct report_bed {
	struct comparison comparison;
	struct figures figures;
};

struct report {
	const struct run_folder *run;
	const char *name;	 /* of the run: its folder's */
	struct report_bed *beds; /* one for each of run->beds */
};

/* Writes the whole page, figures included. 0 or a negative errno. */
int report_page(FILE *out, const struct report *report, struct sentence *why);

#endif
