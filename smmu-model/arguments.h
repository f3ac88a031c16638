/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arguments.h - what the plugin is told when QEMU loads it: NAME=VALUE, each of its own.
 */
#ifndef SMMU_MODEL_ARGUMENTS_H
#define SMMU_MODEL_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sentence.h"
#include "session.h"

#define ARGUMENTS_RANGES_MAX 16

struct range {
	uint64_t begin, end; /* virtual addresses */
};

/* Texts are kept, not copied. */
struct arguments {
	const char *memory; /* a file, the guest's */
	uint64_t base, frames, ring, instances;
	struct range watched[ARGUMENTS_RANGES_MAX];
	unsigned int ranges;

	const char *map; /* System.map: instructions are told by function */
	/* For several vCPUs. */
	uint64_t seed;		  /* 0: there is one vCPU */
	const char *interleaving; /* a file: what came before violations */
	bool exports;		  /* only say what QEMU does not export, and end it */
};

/* -EINVAL with a sentence. What is set of the instances and where it is to be written goes to @session. */
int arguments_parse(struct arguments *a, struct session *session, int argc, char **argv, struct sentence *why);

#endif
