/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * functions.h - the instructions that a guest of one vCPU executes in a pass, by the function they are in.
 *
 * They are counted by whoever runs the guest, in counters that lie side by side: one for each of symbols_places().
 */
#ifndef SMMU_MODEL_FUNCTIONS_H
#define SMMU_MODEL_FUNCTIONS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "sentence.h"
#include "symbols.h"

struct functions {
	struct symbols symbols;
	size_t count;		  /* of counters */
	const uint64_t *executed; /* these; NULL: none yet */
	uint64_t *before;	  /* what was in them when the pass began */
};

/* @map: a System.map. 0, or a negative errno with a sentence; functions_done() either way. */
int functions_init(struct functions *f, const char *map, struct sentence *why);
void functions_done(struct functions *f);
/* A pass begins. */
void functions_begin(struct functions *f);
/* { "arm_smmu_iotlb_sync": 12000 }: instructions since then, of functions that have any; of one name together. */
json_t *functions_json(const struct functions *f);

#endif
