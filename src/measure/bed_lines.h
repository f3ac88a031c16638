/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bed_lines.h - what a suite wants of the bed that it is booted on.
 *
 *     bed icount -i 8 -s 16 -e 40	# eight SMMUs, with ...
 *
 * Behind the bed's name stand options of scripts/boot, a word each and each value
 * a word. A suite may be somebody else's, and some of these options write files or
 * run what they are given: so only those are taken that say what the bed has, and
 * how long a boot may last, and their values only in plain forms. #bed at the very
 * beginning of a line is the older way to write it.
 */
#ifndef INVBENCH_BED_LINES_H
#define INVBENCH_BED_LINES_H

#include <stddef.h>

#include "sentence.h"

struct bed_lines {
	struct bed_line {
		char *bed, *options; /* its name; options with one blank between them, maybe none */
	} *lines;
	size_t nr;
};

/* What stands behind "bed" in @line, or NULL if it is another line. */
const char *bed_line_words(const char *line);
/* Checks and adds @words, as bed_line_words() returns them but without a comment. They are cut up. */
int bed_lines_add(struct bed_lines *beds, char *words, struct sentence *why);
void bed_lines_free(struct bed_lines *beds);

#endif
