/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * harness.h - runs one case: setup, threads, gate, warm-up, clock, histograms.
 */
#ifndef INVBENCH_HARNESS_H
#define INVBENCH_HARNESS_H

#include "case.h"
#include "sentence.h"

/* Runs @spec. @c needs case_free() afterwards, whatever came out. */
void case_run(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits, const struct pass *pass);

/* Do the parameters of @spec go together? 0 or -EINVAL. */
int case_check(const struct case_spec *spec, struct sentence *why);

#endif
