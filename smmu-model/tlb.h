/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tlb.h - what the caches behind one instance may hold, and what each command must remove from it.
 *
 * It is the largest TLB that IHI 0070 allows: it holds whatever was ever looked
 * up, by the walks of any endpoint, and forgets what a command is required to
 * remove and no more than that. An entry that is in it when all was done is one
 * that a real SMMU may have.
 *
 * Four kinds of entries lie in it side by side, told by the kind of their tag:
 * stage 1 of NSEL1 and of EL2-E2H, stage 2, and what the ATC of an endpoint has.
 * Those of stage 1 and 2 are leaves or tables (a walk cache): what a descriptor
 * at some level led to.
 */
#ifndef SMMU_MODEL_TLB_H
#define SMMU_MODEL_TLB_H

#include "removal.h"

#define TLB_ENTRIES_MAX 65536 /* so much a guest can have us hold */

/* What becomes of an entry, as a command passes by; and if it stays, why it may. */
enum tlb_fate {
	TLB_REMOVED,
	TLB_NOT_MEANT, /* another tag, other addresses */
	TLB_TABLE,     /* it is of a table, and the command of leaves alone */
	TLB_LEVEL,     /* it is of a level that TTL leaves out */
	TLB_GRANULE,   /* it is of another granule than TG */
	TLB_GROUP,     /* it is a contiguous group that the range covers in part: the erratum */
	TLB_GLOBAL,    /* it is of all ASIDs, and the command of one */
};

struct tlb_entry {
	struct tag tag;	    /* whose it is; tag.range: the addresses it is for */
	bool table;	    /* it leads to a table, not to memory */
	bool global;	    /* a leaf of stage 1 with nG clear: of all ASIDs */
	bool group;	    /* of a descriptor with CONT: the whole group */
	unsigned int level; /* of the descriptor, 0 to 3; not of an ATC */
	unsigned int granule_bits;
	uint64_t target; /* where the first of these addresses is, or the table */
	uint32_t sid;	 /* whose walk brought it in, and when */
	uint64_t filled;
	uint64_t gone; /* when the tables were seen to lead elsewhere; 0: not yet */

	/* The last command that was near and let it stay; TLB_NOT_MEANT: none was. */
	enum tlb_fate spared;
	uint64_t spared_at;
	struct command by;
};

struct tlb {
	struct tlb_entry *entry;
	size_t count, room;
};

/* All zeros is an empty one. */
void tlb_free(struct tlb *tlb);
/* One that is in already, to the same target, stays as it is. False: no room. */
bool tlb_fill(struct tlb *tlb, const struct tlb_entry *added);
/*
 * The entry that a walk with @tag (its range is not looked at) would use for
 * @address: the leaf, or else the table that is furthest down. NULL: none.
 */
const struct tlb_entry *tlb_find(const struct tlb *tlb, const struct tag *tag, uint64_t address);

/* Takes entry @i away; another one may be @i then. */
void tlb_remove(struct tlb *tlb, size_t i);

/* 4.4, 4.5: what an SMMU of these settings does to @entry at the least. */
enum tlb_fate tlb_fate(const struct tlb_entry *entry, const struct command *cmd, const struct settings *settings);
/* Takes away what a TLBI or ATC_INV must remove. How many those were. */
size_t tlb_invalidate(struct tlb *tlb, const struct command *cmd, const struct settings *settings, uint64_t now);
/* Why it stays, in words: "is a table, and that is of leaves alone". */
const char *tlb_fate_text(enum tlb_fate fate);

#endif
