/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * needs.h - is there on this machine what a workload needs of it? See struct needs.
 */
#ifndef INVBENCH_NEEDS_H
#define INVBENCH_NEEDS_H

#include "case.h"

/* Does the case need the kernel half? By its parameters alone. */
bool needs_half(const struct case_spec *spec);

/* 0 if all is there; SKIP or a negative errno after a sentence, as a workload returns them. */
int needs_met(struct run_case *c);

#endif
