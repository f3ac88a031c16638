/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * walk.h - what an access of an endpoint is translated to, by the guest's own tables and by what is cached.
 *
 * VMSAv8-64 tables of 4K, 16K and 64K, blocks and contiguous groups, stage 1, 2
 * and both (DDI 0487, D8.2, D8.3; IHI 0070, 3.3). What is not followed: addresses
 * of 52 bits with 4K and 16K, permissions, and tag bytes at the top (TBI).
 */
#ifndef SMMU_MODEL_WALK_H
#define SMMU_MODEL_WALK_H

#include "tlb.h"

/* An endpoint that accesses memory. */
struct walk {
	const struct smmu *smmu;
	struct endpoint endpoint;
	struct stream stream; /* what its StreamID leads to */
	/* What is cached is used, and what is found added. NULL: as if nothing were ever cached. */
	struct tlb *tlb;
	uint64_t now;
	bool lost; /* there was no room to add something */
};

/* False if its StreamID leads nowhere or to no translation; then nothing can be cached. */
bool walk_init(struct walk *w, const struct smmu *smmu, const struct endpoint *endpoint, struct tlb *tlb, uint64_t now);
/*
 * @leaf: the entry that translates @address, of the ATC if the endpoint has one. False: a fault.
 */
bool walk_access(struct walk *w, uint64_t address, struct tlb_entry *leaf);
/* Accesses of @span, leaf by leaf from its beginning; at most @most. */
void walk_span(struct walk *w, struct span span, unsigned int most);
/*
 * Whether the tables, as they are now, lead elsewhere or nowhere for an address
 * that is in @entry and in @within. @w is of an endpoint that has its tag, and has no TLB.
 */
bool walk_stale(struct walk *w, const struct tlb_entry *entry, struct span within);

#endif
