/* SPDX-License-Identifier: GPL-2.0-only */
/* probe_symbols.h - what probes find in the running kernel. */
#ifndef INVBENCH_PROBE_SYMBOLS_H
#define INVBENCH_PROBE_SYMBOLS_H

#include <jansson.h>
#include <stdio.h>

/*
 * Attaches each probe for a moment, and prints a line for each function that it looked for, what it found and by what it is
 * attached; then each figure that is not available, and why. STATUS_SKIP if a probe cannot be attached to this kernel.
 */
int symbols_list(void);

/* Of what @probe has read: the lines. For symbols_list() and its test. */
void symbols_print(FILE *out, const char *probe, json_t *read);

#endif
