/* SPDX-License-Identifier: GPL-2.0-only */
/* output.h - which file a boot's result goes to. */
#ifndef INVBENCH_OUTPUT_H
#define INVBENCH_OUTPUT_H

#include <jansson.h>

#include "sentence.h"

/*
 * @wanted is a file if it ends in .json or is there and no folder; that it is
 * then. Else it is a run's folder, RUN/KERNEL/BED/boot-NNN.json in it is the
 * file, with the first number that is free, which @boot is given too. To be freed;
 * NULL with a sentence in @why if it cannot be written.
 */
char *output_file(const char *wanted, json_t *boot, struct sentence *why);

#endif
