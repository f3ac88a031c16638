/* SPDX-License-Identifier: GPL-2.0-only */
/* output.h - where a boot's result goes, and what lies beside it. */
#ifndef INVBENCH_OUTPUT_H
#define INVBENCH_OUTPUT_H

#include <jansson.h>

#include "folder.h"
#include "sentence.h"

struct output {
	struct folder folder;  /* of the file; -1: there is none, the result goes to stdout */
	struct folder samples; /* for --perf-record; not open until output_samples() */
	char *file;	       /* its name; NULL: the first boot-NNN.json that is free when it is written */
};

/*
 * @wanted is a file if it ends in .json or is there and no folder; that it is
 * then. Else it is a run's folder, and RUN/KERNEL/BED/boot-NNN.json in it is the file; those folders
 * are made, and no link in RUN is followed. NULL: stdout. 0, or a negative errno with a sentence
 * if it could not be written now; output_close() in any case.
 */
int output_open(struct output *o, const char *wanted, const json_t *boot, struct sentence *why);
/*
 * A private folder beside the file; N.perf.data and N.folded in it, of case N from 1, become STEM.N.perf.data and
 * so on when the result is written, STEM being its name without .json. 0 or a negative errno with a sentence.
 */
int output_samples(struct output *o, struct sentence *why);
/*
 * Writes @boot, whole or not at all. The number of a boot is chosen now and set in it, as are the names of its
 * samples: of runs that overlap none takes another's. 0 or a negative errno with a sentence.
 */
int output_write(struct output *o, json_t *boot, struct sentence *why);
void output_close(struct output *o);

#endif
