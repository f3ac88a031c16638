/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stale.h - TLBs that are filled as devices would fill them, and what in them still
 * translates what is gone.
 *
 * With the setting `tlb` of an instance. When a removal begins, all endpoints
 * of the domain access its range; they do so again after each CMD_SYNC while it
 * is open, and one whose ATC was invalidated at once. What is cached under the
 * tags that it concerns is held against the guest's tables at each CMD_SYNC that
 * it waits for, and when it has returned: what was stale at both should have gone.
 *
 * What other open removals have to do with is left to them. An attach is not
 * judged: an endpoint comes with an empty ATC.
 */
#ifndef SMMU_MODEL_STALE_H
#define SMMU_MODEL_STALE_H

#include "tlb.h"
#include "violation.h"

struct stale {
	const struct smmu *smmu;
	struct tlb tlb[SMMU_INSTANCES_MAX];
	uint64_t lost; /* times that a TLB had no room */
};

void stale_free(struct stale *s);
/* A removal has begun: its range is accessed. */
void stale_begin(struct stale *s, const struct removal *removal, uint64_t now);
/* A TLBI, ATC_INV or CMD_SYNC that was taken up by @instance; @open: removals, which have not been told of it yet. */
void stale_command(struct stale *s, const struct removal *open, unsigned int instance, const struct command *cmd,
		   uint64_t now);
/* It has joined; @open: removals. */
void stale_join(struct stale *s, const struct removal *open, const struct endpoint *endpoint, uint64_t now);
/* Whether any of its endpoints is of an instance with a TLB; where none is, all of this does nothing. */
bool stale_watches(const struct stale *s, const struct removal *removal);
/* @returned, in no list: what it should have had removed is told to @v, entry by entry. */
void stale_check(struct stale *s, const struct removal *open, const struct removal *returned, struct violation *v);

#endif
