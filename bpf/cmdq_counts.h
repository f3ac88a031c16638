/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmdq_counts.h - what both sides of the probe `cmdq` share.
 */
#ifndef INVBENCH_BPF_CMDQ_COUNTS_H
#define INVBENCH_BPF_CMDQ_COUNTS_H

#include "opcodes.h"
#include "submit.h"

/* A power of two, as is the number of them that is used. More SMMUs than this in one machine are lost, and said to be. */
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
};

/*
 * The same of the usual: a list of one command that is nothing special, and a queue that is not full. It costs a call three
 * counters, of which user space works out what cmdq_slot has (cmdq_add_near()). Likewise only growing.
 */
#define CMDQ_NEAR_USED	 128
#define CMDQ_NEAR_SCALES 8

struct cmdq_near {
	unsigned long long ranges[CMDQ_TGS][CMDQ_NEAR_SCALES][32]; /* TLBIs by address, by TG, SCALE and NUM */
	unsigned long long lists[2][OPCODES];			   /* with a CMD_SYNC after it or without, by opcode */
	unsigned long long used[CMDQ_NEAR_USED];		   /* all lists, by entries between prod and cons */
};

/* What one CPU has of one SMMU. */
struct cmdq_place {
	unsigned long long smmu;    /* its address; 0: this CPU has seen none whose place this is */
	unsigned long long entries; /* of its queue, at most */
	unsigned long long calm;    /* fewer of them used leave room for a command and its CMD_SYNC, and fit `used` */
	unsigned long long mask;    /* of the difference of prod and cons, which count to twice as many */
	struct cmdq_near near;
	struct cmdq_slot slot;
} __attribute__((aligned(256))); /* no CPU shares a cache line with another */

/* Of the SMMU at the same place of keys[]; written once, when it is first seen. */
struct cmdq_instance {
	unsigned int entries; /* of its queue; 0: not known */
	char name[CMDQ_NAME_LEN];
};

/* Of the kind that the Tegra264 erratum has repeated, with a CMD_SYNC after it, by the first command of a list. */
static inline int is_repeatable(unsigned int opcode)
{
	return opcode >= CFGI_STE && opcode < ATC_INV;
}

/* A call that was refused, the last one. */
struct cmdq_refused {
	unsigned int n, sync, entries;
};

/* Where the driver keeps it, in bytes: from struct arm_smmu_cmdq, but dev, and dev_name from struct device. */
struct cmdq_layout {
	unsigned int last;	 /* each CPU has places for SMMUs from 0 to this, in number a power of two */
	unsigned int val, shift; /* prod and cons in one word, or CMDQ_UNKNOWN; log2 of the entries */
	unsigned int name_known, dev, dev_name;
};

#define CMDQ_UNKNOWN ~0U

/* Whether the driver repeats lists for the Tegra264 erratum; it may know of it and have found no such machine. */
enum cmdq_repeats { CMDQ_REPEATS_UNSEEN, CMDQ_REPEATS_UNKNOWN, CMDQ_REPEATS_OFF, CMDQ_REPEATS_ON };

#endif
