/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * invlat.h - what both sides of the probe `invlat` share.
 */
#ifndef INVBENCH_BPF_INVLAT_H
#define INVBENCH_BPF_INVLAT_H

#include "group.h"
#include "hist.h"

#define INVLAT_SUB_BITS 6
#define INVLAT_BUCKETS	HIST_BUCKETS(INVLAT_SUB_BITS)

/*
 * The functions that can be timed, outermost first. No kernel has all of
 * them: tlb_inv_range_domain and atc_inv_domain belong to the list design,
 * domain_inv_range to the array. A new one is added here and nowhere else.
 */
#define INVLAT_ENTRIES(X) \
	X(iotlb_sync) \
	X(flush_iotlb_all) \
	X(tlb_inv_walk) \
	X(mm_arch_invalidate_secondary_tlbs) \
	X(domain_inv_range) \
	X(tlb_inv_range_domain) \
	X(atc_inv_domain) \
	X(attach_dev) \
	X(cmdq_issue_cmdlist)

enum invlat_entry {
#define X(ident) INVLAT_##ident,
	INVLAT_ENTRIES(X)
#undef X
		INVLAT_ENTRY_COUNT,
	/* The entry point whose arguments are counted as well. */
	INVLAT_SUBMIT = INVLAT_cmdq_issue_cmdlist,
};

/* A reset flips the banks of histograms, so that it never races with a sample. */
#define INVLAT_BANKS 2

/*
 * Calls of one function that are running and began on one CPU. More than one
 * needs an interrupt, preemption, or a function that sleeps.
 */
#define INVLAT_CALLS 16

struct invlat_call {
	unsigned long long frame; /* the stack address of the call; 0: free */
	unsigned long long start_ns;
};

/* Empty: min is ~0, all else 0. */
struct invlat_hist {
	unsigned long long sum, min, max;
	unsigned long long out_of_range;
	unsigned long long buckets[INVLAT_BUCKETS];
};

/* One function on one CPU. Written by that CPU, but for `bank`, which user space sets. */
struct invlat_slot {
	unsigned long long bank;
	unsigned long long lost; /* returns whose call was not seen, and calls that never returned */
	unsigned long long batches, commands, syncs; /* of INVLAT_SUBMIT only */
	unsigned long long others, other_syncs;	     /* the same of whose commands are not to be counted */
	struct invlat_call calls[INVLAT_CALLS];
	struct invlat_hist hists[INVLAT_BANKS];
} __attribute__((aligned(256))); /* no CPU shares a cache line with another */

struct invlat_cpu {
	struct invlat_slot slots[INVLAT_ENTRY_COUNT];
};

/* Whose commands are counted. Those of others are counted as such. */
struct invlat_own {
	unsigned int on; /* 0: everybody's */
	struct group_ids ids;
};

/*
 * hist_index() without its search for the highest bit, for values below
 * INVLAT_NEAR (32 us): octaves[] has the answer for the bits above SUB_BITS.
 */
#define INVLAT_OCTAVES 256
#define INVLAT_NEAR    (INVLAT_OCTAVES << (INVLAT_SUB_BITS + 1))

static inline unsigned int invlat_near_index(const unsigned char *octaves, unsigned long long value)
{
	unsigned int shift = octaves[value >> (INVLAT_SUB_BITS + 1)];

	return (shift << INVLAT_SUB_BITS) + (value >> shift);
}

#endif
