/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * turns.h - several vCPUs in turns of a schedule, and what they did before a violation.
 *
 * Instructions are counted at the beginning of each block, all vCPUs' together, as they run one at a time; what is not executed,
 * as the vCPU is held up before it, is taken off again.
 */
#ifndef SMMU_MODEL_TURNS_H
#define SMMU_MODEL_TURNS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arguments.h"
#include "interleaving.h"
#include "schedule.h"
#include "sentence.h"
#include "symbols.h"

#define TURNS_TOLD 3 /* violations whose interleaving is told */

/* A block of instructions, as it was translated. */
struct turns_block {
	uint64_t begin, end; /* virtual addresses */
	unsigned int instructions;
	bool watched; /* it is the driver's or a module's */
	const char *function;
};

struct turns {
	struct schedule schedule;
	struct symbols symbols;
	struct interleaving interleaving;
	const char *path; /* of the text */
	FILE *out;	  /* into @text */
	char *text;
	size_t size;
	uint64_t told;	       /* violations */
	uint64_t instructions; /* executed, with those of the block that is */

	unsigned int vcpu; /* which ran last, */
	uint64_t end;	   /* up to here */
	bool goes_on;	   /* the block that runs follows the last one, on the same vCPU */
};

/* 0 or a negative errno, with a sentence. */
int turns_init(struct turns *t, const struct arguments *a, unsigned int vcpus, struct sentence *why);
/* Kept as long as QEMU may run it. NULL: out of memory. */
struct turns_block *turns_translate(struct turns *t, uint64_t begin, uint64_t end, bool watched);
/* It begins on @vcpu, after @now. True: it does not, the vCPU is held up. */
bool turns_run(struct turns *t, const struct turns_block *block, unsigned int vcpu, uint64_t now);
/*
 * Before a load or store of the driver or a module, where a turn may end; so many instructions of the block come after it.
 * True: it is not executed, the vCPU is held up.
 */
bool turns_access(struct turns *t, unsigned int after);
/* There are so many violations. */
void turns_violations(struct turns *t, uint64_t violations, uint64_t now);
/* Writes what was told; a failure is said. */
void turns_end(struct turns *t);

#endif
