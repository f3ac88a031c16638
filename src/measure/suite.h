/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * suite.h - cases, and the text they are written in.
 *
 * A line is a workload and its parameters, a value list stands for a case
 * each, and # begins a comment:
 *
 *     dma op=sync devices=1,2,4,8	# four cases
 *     dma op=sync devices=1..8		# the same four
 *     dma op=sync threads=1..max	# as many doublings as this machine has CPUs, devices, instances
 *
 * A line that begins with bed is about where to boot it: bed_lines.h.
 */
#ifndef INVBENCH_SUITE_H
#define INVBENCH_SUITE_H

#include <stddef.h>

#include "bed_lines.h"
#include "params.h"
#include "sentence.h"

#define SUITE_MAX_CASES 1000

/* What this machine has of what "max" may stand for; 0: none, or not known. */
struct suite_limits {
	unsigned int threads;	/* CPUs that may be used */
	unsigned int devices;	/* the most free endpoints behind one SMMU */
	unsigned int instances; /* SMMUs with endpoints */
};

struct suite {
	struct suite_limits here; /* set before the first call, if at all */
	char *name;
	struct case_spec *cases;
	size_t nr_cases, nr_repeats; /* cases that ranges made again are repeats, and not there twice */
	struct bed_lines beds;	     /* what it wants of those it is booted on; only a file can */
};

/*
 * These return 0 or a negative errno. @suite is zeroed before the first call, but
 * for its limits, and freed after the last, whatever they return.
 */

/* @where stands before the line's number in @why. Empty lines and comments add nothing. */
int suite_add_line(struct suite *suite, const char *line, const char *where, size_t number, struct sentence *why);
int suite_add_text(struct suite *suite, const char *text, size_t size, const char *where, struct sentence *why);
/* @name is a file, or the name of a suite that came with the program. Sets the suite's name. */
int suite_load(struct suite *suite, const char *name, struct sentence *why);
/* Where the suites that came with the program are, to be freed; NULL if they did not come. */
char *suite_folder(void);

void suite_free(struct suite *suite);

#endif
