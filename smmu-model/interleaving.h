/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * interleaving.h - what came before a violation, as text: which vCPU ran which function
 * when, what it reported, and what the instances took up.
 *
 * The last INTERLEAVING_KEPT moments are kept. Times are of the guest, in nanoseconds.
 */
#ifndef SMMU_MODEL_INTERLEAVING_H
#define SMMU_MODEL_INTERLEAVING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "command.h"
#include "ring.h"
#include "schedule.h"

#define INTERLEAVING_KEPT 400

struct moment {
	uint64_t at;
	enum { MOMENT_FUNCTION, MOMENT_RECORD, MOMENT_COMMAND } kind;
	unsigned int who; /* a vCPU; of a command, an instance */
	union {
		const char *function;
		struct ring_record record;
		struct command command;
	};
};

struct interleaving {
	unsigned int vcpus, runs; /* which of them ran last */
	const char *in[SCHEDULE_VCPUS_MAX];
	struct moment kept[INTERLEAVING_KEPT]; /* moment N is at N modulo their number */
	uint64_t count;
};

/*
 * @vcpu is in @function, which is kept, not copied. That is a moment where it is another vCPU than before; and where it is
 * another function of that vCPU, if @tell.
 */
void interleaving_function(struct interleaving *i, unsigned int vcpu, const char *function, bool tell, uint64_t now);
/* @vcpu has reported it. */
void interleaving_record(struct interleaving *i, unsigned int vcpu, const struct ring_record *record, uint64_t now);
/* @instance has taken it up. */
void interleaving_command(struct interleaving *i, unsigned int instance, const struct command *command, uint64_t now);
/* A line a moment and a column a vCPU, and one for the instances; times are before @now. */
void interleaving_print(const struct interleaving *i, uint64_t now, FILE *out);

#endif
