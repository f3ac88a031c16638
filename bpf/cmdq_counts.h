/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmdq_counts.h - what both sides of the probe `cmdq` share.
 */
#ifndef INVBENCH_BPF_CMDQ_COUNTS_H
#define INVBENCH_BPF_CMDQ_COUNTS_H

#include "opcodes.h"
#include "submit.h"

/* A power of two. More SMMUs than this in one machine are lost, and said to be. */
#define CMDQ_INSTANCES 64
#define CMDQ_NAME_LEN  64

/* A histogram by powers of two: bucket b > 0 has the values of b bits, bucket 0 has 0. */
#define CMDQ_BUCKETS 40

/* Place of CFGI_ALL, which shares its opcode with CFGI_STE_RANGE. */
#define CMDQ_CFGI_ALL OPCODES
#define CMDQ_OPCODES  (OPCODES + 1)

/* No queue has more entries (IDR1.CMDQS is at most 19). */
#define CMDQ_ENTRIES_MAX (1U << 19)

/* The TG of a TLBI by address, and of a range in it. */
#define CMDQ_TGS 4

/* What one CPU counted of one SMMU. All of it is of 64 bits, only grows, and is zero at first. */
struct cmdq_slot {
	unsigned long long batches;    /* calls of the submit function that were counted */
	unsigned long long commands;   /* that their lists had, CMD_SYNCs within a list included */
	unsigned long long syncs;      /* CMD_SYNCs that were asked for by its argument, after the list */
	unsigned long long repeatable; /* batches of the kind that the Tegra264 erratum has repeated */
	unsigned long long refused;    /* calls whose arguments cannot be true: nothing else is counted of them */
	unsigned long long far;	       /* prod and cons more apart than the queue is large: not in `occupancy` */
	unsigned long long no_room;    /* calls that found less room in the queue than they need */
	unsigned long long opcodes[CMDQ_OPCODES]; /* of lists, so without `syncs` */
	unsigned long long batch[CMDQ_BUCKETS];	  /* commands of a list */
	unsigned long long occupancy[CMDQ_BUCKETS];
	unsigned long long pages[CMDQ_BUCKETS]; /* granules of a TLBI with a range */
	unsigned long long ranges[CMDQ_TGS];	/* TLBIs with a range, by TG */
	unsigned long long granules;		/* of all of them */
	unsigned long long bytes;
	unsigned long long atc[64]; /* by Size: log2 of pages of 4K, or ATC_EVERYTHING */
} __attribute__((aligned(256)));    /* no CPU shares a cache line with another */

struct cmdq_cpu {
	struct cmdq_slot slots[CMDQ_INSTANCES];
};

/* Of the SMMU at the same place of keys[]; written once, when it is first seen. */
struct cmdq_instance {
	unsigned int entries; /* of its queue; 0: not known */
	char name[CMDQ_NAME_LEN];
};

/* A call that was refused, the last one. */
struct cmdq_refused {
	unsigned int n, sync, entries;
};

/* Where the driver keeps it, in bytes: from struct arm_smmu_cmdq, but dev, and dev_name from struct device. */
struct cmdq_layout {
	unsigned int queue_known; /* 0: the next two are not */
	unsigned int val, shift;  /* prod and cons in one word; log2 of the entries */
	unsigned int name_known, dev, dev_name;
};

/* Whether the driver repeats lists for the Tegra264 erratum; it may know of it and have found no such machine. */
enum cmdq_repeats { CMDQ_REPEATS_UNSEEN, CMDQ_REPEATS_UNKNOWN, CMDQ_REPEATS_OFF, CMDQ_REPEATS_ON };

#endif
