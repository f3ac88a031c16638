/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * service.h - all instances, the ring and those who watch, served in one of two ways:
 * in rounds, beside a guest that runs meanwhile, or from within the guest's own time.
 *
 * Beyond the guest's memory it touches only a clock and the wires of interrupts,
 * which it is given.
 */
#ifndef SMMU_MODEL_SERVICE_H
#define SMMU_MODEL_SERVICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "consumer.h"
#include "oracle.h"
#include "smmu.h"
#include "witness.h"

struct service {
	struct memory memory;
	unsigned int instances;
	/* As the guest finds them when it starts, and as it has set them since. */
	struct settings boot_settings[SMMU_INSTANCES_MAX], settings[SMMU_INSTANCES_MAX];
	uint64_t (*clock)(void *arg); /* of rounds alone */
	void (*interrupt)(void *arg, const struct smmu *smmu, enum smmu_interrupt which);
	/* These bytes of the guest's memory will be used soon, where a page fault would make a command late. May be NULL. */
	void (*prefault)(void *arg, void *host, uint64_t bytes);
	/* The guest has asked for what it cannot have. */
	void (*refused)(void *arg, const char *why);
	/* The oracle has been told of it. May be NULL. */
	void (*command)(void *arg, const struct smmu *smmu, const struct command *cmd, uint64_t now);
	void (*record)(void *arg, const struct ring_record *record, uint64_t now);
	void *arg;

	struct smmu_watch watch;
	struct smmu smmu[SMMU_INSTANCES_MAX];
	struct ring_consumer ring;
	struct witness *witness;
	struct oracle *oracle;
	json_t *controls;      /* settings that the guest has asked for */
	unsigned int refusals; /* of these */
	unsigned int turn;
	struct ring_record mark;  /* a RING_MARK that is not answered yet, if @mark_rounds */
	unsigned int mark_rounds; /* since it was read, counted from 1 */
	uint64_t mark_at;
	uint64_t round_at; /* when the last round began */
	bool stood_still;  /* since the last pass ended: so long that a driver that waited has given up */
};

/*
 * Puts the register frames, from @frames on, and the ring into the guest's
 * memory. What comes before @watch in struct service must be filled in; settings
 * are taken from @boot_settings. -EINVAL or -ENOMEM, with a sentence in @why;
 * then too service_done() frees what there is.
 */
int service_init(struct service *s, uint64_t frames, uint64_t ring, const char **why);
void service_done(struct service *s);

/*
 * All that is to be done until @now, each thing at its own time, for whoever has the guest's
 * time in the hand: called when the guest has written a register or a record, and before it
 * can see what service_due() says that will be. @now never goes back.
 */
void service_advance(struct service *s, uint64_t now);
/* One round over the ring and all instances. True if there was something to do. */
bool service_round(struct service *s);
/* When there is something to do next: 0 now, UINT64_MAX when something is asked of it. */
uint64_t service_due(const struct service *s);
/*
 * Takes the records that are in the ring, at most as many as it has slots: more than
 * were there when the doorbells were read, even if a guest goes on writing. False if
 * one is being written: no command may be served before it is read.
 */
bool service_drain(struct service *s, uint64_t now, bool *worked);

#endif
