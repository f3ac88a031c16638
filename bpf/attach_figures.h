/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attach_figures.h - what the probe `attach` has counted, as JSON and as text.
 */
#ifndef INVBENCH_BPF_ATTACH_FIGURES_H
#define INVBENCH_BPF_ATTACH_FIGURES_H

#include <jansson.h>

#include "attach_counts.h"

/* The functions that are timed, ended by NULL. */
extern const char *const attach_entry_names[];

/* Why this kernel does not tell it, in a sentence; "": it does. */
struct attach_missing {
	char array[256]; /* all of it */
	char tally[ATTACH_TALLY_COUNT][256];
	char smmu[256], rcu[256], fences[256], fence_wait[256];
};

struct attach_view {
	const struct attach_results *results;
	unsigned int bank;
	int sums, names; /* maps */
	const struct attach_missing *missing;
};

/* `entries`, `failed`, `instances`, `array`, `list`, `rcu` and `atc_fences` of results/README.md. */
json_t *attach_figures(const struct attach_view *v);

/* The whole result of the probe, on stdout. */
void attach_print(const json_t *result);

#endif
