/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * system.h - the facts of machine and kernel that stand beside every figure.
 *
 * Each returns a new reference, an object as results/README.md has it; NULL
 * when out of memory.
 */
#ifndef INVBENCH_SYSTEM_H
#define INVBENCH_SYSTEM_H

#include <jansson.h>

json_t *system_machine(void);
/* The running kernel, named by its release; what only its builder knows is empty. */
json_t *system_kernel(void);
/* A machine's own clock and no emulator. */
json_t *system_bed(void);

#endif
