/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unmap_figures.h - what the probe `unmap` has booked, as JSON and as text.
 */
#ifndef INVBENCH_BPF_UNMAP_FIGURES_H
#define INVBENCH_BPF_UNMAP_FIGURES_H

#include <jansson.h>

#include "unmap_parts.h"

/* Why this kernel does not tell it; NULL: it does. */
struct unmap_missing {
	const char *part[UNMAP_SLOTS], *cost;
};

struct unmap_view {
	const struct unmap_cpu *cpus;
	unsigned int nr_cpus, bank;
	const struct unmap_missing *missing;
};

/* `calls` and `timer` of results/README.md. */
json_t *unmap_figures(const struct unmap_view *v);

/* The whole result of the probe, on stdout. */
void unmap_print(const json_t *result);

#endif
