/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run_options.h - the options of `invbench run`.
 */
#ifndef INVBENCH_RUN_OPTIONS_H
#define INVBENCH_RUN_OPTIONS_H

#include <stdbool.h>

#include "common.h"
#include "reason.h"

struct argp;

#define RUN_PROBES_MAX 8

/* Text is as it was given; NULL: not given. */
struct run_options {
	const char *suite_name, *output, *context_path, *marks, *lost, *bind;
	enum reason_code code; /* of lost */
	const struct probe *probes[RUN_PROBES_MAX];
	unsigned int nr_probes;
	unsigned int sub_bits; /* 0: as the clock is */
	bool checked, without_module, perf_record;
	char *perf;  /* events, as perf takes them; free() it */
	char *words; /* the case on the command line, if no suite is named; free() it */
};

/* Its input is a struct run_options, zero but for .code. */
extern const struct argp run_argp;

#endif
