/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * split_figures.h - what the probe `split` has booked, as JSON and as text.
 */
#ifndef INVBENCH_BPF_SPLIT_FIGURES_H
#define INVBENCH_BPF_SPLIT_FIGURES_H

#include <jansson.h>

#include "split_parts.h"

/* By enum split_entry, ended by NULL. */
extern const char *const split_entry_names[];

/* Why this kernel does not tell it; NULL: it does. */
struct split_missing {
	const char *part[SPLIT_PARTS], *late, *sent;
};

struct split_view {
	const struct split_cpu *cpus;
	const struct split_cpu_more *more; /* NULL: it is not detailed */
	unsigned int nr_cpus, bank;
	int names; /* the map with the names of processes and SMMUs */
	const struct split_missing *missing;
};

/* `entries`, `processes` and `instances` of results/README.md. */
json_t *split_figures(const struct split_view *v);

/* The whole result of the probe, on stdout. */
void split_print(const json_t *result);

#endif
