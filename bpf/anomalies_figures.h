/* SPDX-License-Identifier: GPL-2.0-only */
/* anomalies_figures.h - what the probe `anomalies` has seen, as JSON and as text. */
#ifndef INVBENCH_BPF_ANOMALIES_FIGURES_H
#define INVBENCH_BPF_ANOMALIES_FIGURES_H

#include <jansson.h>
#include <stddef.h>

#include "anomalies_kinds.h"

/* One SMMU is slower than the others if it takes so many times as long as the one in the middle, each with so many lists. */
#define ANOMALIES_SLOWER 10
#define ANOMALIES_ENOUGH 20

struct anomalies_totals {
	unsigned long long calls, lost, refused;
	unsigned long long count[ANOMALIES];
	struct anomalies_case last[ANOMALIES];
	struct anomalies_smmu smmus[ANOMALIES_SMMUS];
	size_t nr_smmus;
};

extern const char *const anomalies_entry_names[]; /* ended by NULL */

/* Adds what one CPU has seen; the later of two cases stays. */
void anomalies_add(struct anomalies_totals *to, const struct anomalies_cpu *cpu);
/* What was seen before is taken off; SMMUs are at the same places. */
void anomalies_take_off(struct anomalies_totals *from, const struct anomalies_totals *before);

/* @missing: of each kind why it cannot be told on this kernel; NULL: it can. */
json_t *anomalies_json(const struct anomalies_totals *totals, const char *const missing[ANOMALIES]);
void anomalies_print(const json_t *result);

#endif
