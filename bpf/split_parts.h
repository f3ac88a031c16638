/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * split_parts.h - what both sides of the probe `split` share.
 */
#ifndef INVBENCH_BPF_SPLIT_PARTS_H
#define INVBENCH_BPF_SPLIT_PARTS_H

#include "hist.h"

/*
 * Where an invalidation begins. What one of them calls is a part of it, and so
 * are others of these; those of an interrupt in between are their own. A new
 * one is added here and nowhere else.
 */
#define SPLIT_ENTRIES(X) \
	X(iotlb_sync) \
	X(flush_iotlb_all) \
	X(tlb_inv_walk) \
	X(mm_arch_invalidate_secondary_tlbs)

enum split_entry {
#define X(ident) SPLIT_##ident,
	SPLIT_ENTRIES(X)
#undef X
		SPLIT_ENTRY_COUNT,
};

/* A call is always in one of these, and each nanosecond of it goes to one: they add up to it. */
enum split_part {
	SPLIT_REST,  /* outside the command queue: building commands, looking for whom */
	SPLIT_ROOM,  /* until it has its place in the queue */
	SPLIT_ISSUE, /* writing commands, marking them, and as their owner waiting for those of others */
	SPLIT_SYNC,  /* waiting for a CMD_SYNC */
	SPLIT_LOCK,  /* waiting for a lock that another one holds */
	SPLIT_PARTS
};

/*
 * Calls that are running and began on one CPU. More than one needs an
 * interrupt or preemption.
 */
#define SPLIT_CALLS 16

/* What was given to command queues, if that was wished for. */
struct split_sent {
	unsigned long long commands, syncs; /* without CMD_SYNCs, and those */
	unsigned long long atc_commands;    /* ATC_INVs */
	unsigned long long atc_ns;	    /* of lists that have these */
};

struct split_call {
	unsigned long long frame; /* the stack address of the call; 0: free */
	unsigned long long task;
	unsigned long long start_ns, last_ns; /* its begin, and until when its parts are complete */
	unsigned long long part[SPLIT_PARTS];
	unsigned long long late; /* of SPLIT_SYNC */
	unsigned int entry, state;
	struct split_sent sent;
};

#define SPLIT_OWN_CPU ~0U

/* The list of commands that a CPU is submitting, with interrupts off. */
struct split_list {
	unsigned long long smmu;      /* 0: none, or none of a call that is known */
	unsigned long long last_ns;   /* until when its parts are complete */
	unsigned long long late;      /* of its SPLIT_SYNC, at most */
	unsigned long long looked_ns; /* when the queue was last looked at before a delay; 0: there was none */
	unsigned long long part[SPLIT_PARTS];
	unsigned int cpu, slot; /* whose call it is of: where that began, or SPLIT_OWN_CPU */
	unsigned int state;	/* the part it is in */
	unsigned int synced;	/* the part it is in once its commands are marked as valid */
	struct split_sent sent;
};

/* What is summed up for one process and entry point, or for one SMMU. */
struct split_sum {
	unsigned long long whose; /* the process; the SMMU's address; 0: free */
	unsigned long long entry; /* of a process; 0 of an SMMU */
	unsigned long long count, late;
	unsigned long long
		total; /* of a process, from begin to end; of an SMMU it is worked out later, as its parts are all there is */
	unsigned long long part[SPLIT_PARTS];
};

/* Places for processes or SMMUs, a power of two; each may have one of so many. All that find none have one behind these, for each entry point. */
#define SPLIT_SUMS   64
#define SPLIT_TRIES  4
#define SPLIT_PLACES (SPLIT_SUMS + SPLIT_ENTRY_COUNT)

enum split_table { SPLIT_BY_PROCESS, SPLIT_BY_SMMU, SPLIT_TABLES };

/* A reset has another bank, so that it never races with a call. */
#define SPLIT_BANKS 2

struct split_cpu {
	unsigned long long lost; /* returns whose call was not seen, and calls that found no room here */
	unsigned int depth;	 /* calls[] from here on are free */
	unsigned int bank;	 /* set by user space */
	struct split_list list;
	struct split_call calls[SPLIT_CALLS];
	struct split_sum sums[SPLIT_BANKS][SPLIT_TABLES][SPLIT_PLACES];
} __attribute__((aligned(256))); /* no CPU shares a cache line with another */

/*
 * What a sum has besides, if that was wished for: a histogram of the calls' or lists'
 * times, to within 1/8. It is large, so it stands apart, and is only there if wished for.
 */
#define SPLIT_SUB_BITS 3
#define SPLIT_BUCKETS  HIST_BUCKETS(SPLIT_SUB_BITS)

struct split_more {
	struct split_sent sent;
	unsigned int buckets[SPLIT_BUCKETS];
};

struct split_cpu_more {
	struct split_more more[SPLIT_BANKS][SPLIT_TABLES][SPLIT_PLACES];
} __attribute__((aligned(256)));

#define SPLIT_NAME_LEN 64

struct split_name {
	char text[SPLIT_NAME_LEN]; /* dev_name() of an SMMU; the name of a process */
};

/* Where that is, in bytes from struct arm_smmu_device, and from struct device. */
struct split_layout {
	unsigned int dev, dev_name;
};

#define SPLIT_NAMES 1024

#endif
