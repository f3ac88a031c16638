/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * removal.h - removals that the oracle follows, what each needs, and the room for them.
 *
 * Whatever there is room for is taken in the beginning: lists of what is free
 * stand in place of an allocator.
 */
#ifndef SMMU_MODEL_REMOVAL_H
#define SMMU_MODEL_REMOVAL_H

#include "endpoints.h"
#include "ring.h"
#include "smmu.h"
#include "spans.h"
#include "stream.h"
#include "violation.h"

enum need_kind {
	NEED_STAGE1, /* entries tagged NSEL1, ASID, VMID */
	NEED_EL2,    /* entries tagged EL2-E2H, ASID */
	NEED_STAGE2, /* entries tagged VMID */
	NEED_ATC,    /* an endpoint's cache, by SID and SSID */
};

/* What identifies a need in its removal. */
struct tag {
	enum need_kind kind;
	unsigned int instance;
	uint16_t asid, vmid;
	uint32_t sid, ssid;
	struct span range;
	bool whole; /* commands by address are not enough */
};

struct need {
	struct need *next;	      /* of the removal, or of those that are free */
	struct need *after, **before; /* of the instance */
	struct removal *removal;
	struct tag tag;
	unsigned int claims;	    /* endpoints that still want it */
	const struct need *gate[2]; /* of NEED_ATC: the TLBIs that must come first */
	struct spans issued;	    /* covered by commands that counted */
	struct spans synced;	    /* the part of @issued that a CMD_SYNC has completed after */
	struct spans seen;	    /* of NEED_ATC: @issued, and what came before its turn */
	bool lost;		    /* @issued had no room */
	bool done;
	bool arrived; /* of NEED_ATC: of one that came in meanwhile */
	bool stray;   /* a command like what it needs reached nothing at all: */
	struct command stray_command;
	unsigned int stray_instance;
};

/* An endpoint's part in a removal. */
struct claim {
	struct claim *next;
	struct endpoint endpoint;
	struct need *need[3];
};

struct removal {
	struct removal *next; /* of those open, failed or free */
	struct need *needs;
	struct claim *claims;
	struct ring_record record;
	uint64_t begin, returned;
	bool failed;
	unsigned int waiting; /* of a failed one: needs that are not done */
	struct violation *violation;
};

struct removals {
	const struct smmu *smmu;
	struct removal *open, *failed;
	struct need *by_instance[SMMU_INSTANCES_MAX];

	/* All that is ever used to follow removals. */
	struct removal *free_removals, *all_removals;
	struct need *free_needs, *all_needs;
	struct claim *free_claims, *all_claims;
};

/* How much is followed at once. For a fuzzer alone to set: with little room a short input can fill it. */
extern struct removals_room {
	unsigned int open;   /* begun and not returned */
	unsigned int failed; /* kept to see what comes late */
	unsigned int needs, claims;
} removals_room;

/* @smmu: the instances. False: out of memory; removals_free() is to be called either way. */
bool removals_init(struct removals *r, const struct smmu *smmu);
void removals_free(struct removals *r);

/* One that begins, in no list. NULL: no room, or none for the needs of @members that are in its domain. */
struct removal *removal_begin(struct removals *r, const struct endpoints *members, const struct ring_record *record,
			      uint64_t now);
/* In no list any more. */
void removal_free(struct removals *r, struct removal *removal);
/*
 * It has joined. Where a TLBI of a tag that it has is due, its ATC may be filled from what that has not removed yet: it needs
 * an ATC_INV, too. False: no room.
 */
bool removals_arrive(struct removals *r, const struct endpoint *endpoint);
/* Its part in all open removals goes, except needs that another endpoint has too. */
void removals_drop(struct removals *r, const struct endpoint *endpoint);
/* The place in the list of those open; *place is NULL if it is not there. */
struct removal **removals_find(struct removals *r, uint64_t id);

/* What tags entries of a kind that the endpoint's accesses bring in, and its ATC; of no addresses yet. */
struct tag removal_tag(enum need_kind kind, const struct endpoint *endpoint, const struct stream *stream);
/* Nobody can say whether it was seen to: for it, or for what must come first, there was no room. */
bool need_lost(const struct need *need);
/* What the returned @removal lacked, in words. What is wrong with TLBIs comes first, and names the violation. */
struct violation removal_violation(const struct removal *removal);

#endif
