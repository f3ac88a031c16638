/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unmap_parts.h - what both sides of the probe `unmap` share.
 */
#ifndef INVBENCH_BPF_UNMAP_PARTS_H
#define INVBENCH_BPF_UNMAP_PARTS_H

/* An unmap is always in one of these, and each nanosecond of it goes to one: they add up to it. */
enum unmap_part {
	UNMAP_OTHER, /* the DMA API around what follows */
	UNMAP_TABLE, /* the page table: looking the address up, removing it */
	UNMAP_IOVA,  /* the allocator of addresses, which gets them back */
	UNMAP_BUILD, /* of an invalidation: looking for whom, building commands */
	UNMAP_ROOM,  /* until they have their slots in the queue */
	UNMAP_ISSUE, /* writing them, marking them, and as their owner waiting for those of others */
	UNMAP_SYNC,  /* waiting for a CMD_SYNC */
	UNMAP_LOCK,  /* waiting for a lock that another one holds */
	UNMAP_QUEUE, /* the flush queue of a lazy domain */
	UNMAP_FREE, /* the address goes: to the allocator, or into the flush queue. It is known at the end which one it was */
	UNMAP_PARTS,
	UNMAP_SLOTS = 16 /* of arrays: the verifier is content with a mask */
};

/*
 * Where an unmap begins: the outermost of these that is seen. A number is how far it is from a driver; a call from
 * one that is not further than where the task is already is another one, of an interrupt. 0: never within an unmap.
 */
#define UNMAP_ENTRIES(X) \
	X(dma_unmap_page_attrs, 1) \
	X(dma_unmap_sg_attrs, 1) \
	X(dma_unmap_phys, 2) \
	X(__iommu_dma_unmap, 3) \
	X(fq_flush_timeout, 0)

/*
 * What these call, and the part that it is. No kernel has all: compilers inline some of
 * them, each in another kernel. Five more that do more have programs of their own:
 * remove, sync_range, submit, write and valid.
 */
#define UNMAP_POINTS(X) \
	X(lookup, UNMAP_TABLE) \
	X(iova, UNMAP_IOVA) \
	X(queue, UNMAP_QUEUE) \
	X(ring, UNMAP_QUEUE) \
	X(flush, UNMAP_QUEUE) \
	X(sync_all, UNMAP_BUILD) \
	X(sync_walk, UNMAP_BUILD) \
	X(room, UNMAP_ROOM) \
	X(wait, UNMAP_SYNC) \
	X(msi, UNMAP_SYNC)

/* What a sum is of: unmaps, and the timer that empties flush queues. */
enum unmap_of { UNMAP_OF_CALLS, UNMAP_OF_TIMER, UNMAP_OFS };

/* Functions within each other. */
#define UNMAP_FRAMES 16
/* Unmaps of a task that are running: its own, and those of interrupts in them. */
#define UNMAP_NESTED 4

/* What a function's programs do: those that do more take longer. */
enum unmap_class {
	UNMAP_PLAIN,
	UNMAP_ENTRY,  /* the outermost function: nothing is around it */
	UNMAP_RANGE,  /* the invalidation of what was unmapped */
	UNMAP_SUBMIT, /* a list of commands */
	UNMAP_VALID,  /* marking its commands as valid */
	UNMAP_CLASSES = 8,
};

/*
 * The probe's own time at a function: what of it falls within the function, and what into
 * the one around it. By class, first those by fentry and then those by kprobe.
 */
struct unmap_cost {
	unsigned long long within, around;
};

#define UNMAP_COSTS (2 * UNMAP_CLASSES)

/* What called it goes on in the part that it was in. */
#define UNMAP_SAME UNMAP_SLOTS

struct unmap_frame {
	unsigned long long at; /* the stack address of the call; 0: a lock */
	unsigned int part, to; /* what it is in, and what its caller goes on in */
	unsigned int rank, cost;
};

/* The times that the last programs booked, one after the other. */
#define UNMAP_SPENT 16

struct unmap_call {
	unsigned long long start_ns, last_ns; /* its begin, and until when its parts are complete */
	unsigned long long part[UNMAP_SLOTS];
	unsigned long long probe[UNMAP_SLOTS]; /* what of each is the probe's own time, as it was found out before */
	unsigned long long elsewhere;	       /* in interrupts that unmap */
	unsigned int depth, timer, lists, syncs, untold;
	unsigned int list_syncs; /* the list that is submitted has a CMD_SYNC behind it */
	unsigned int strict;	 /* it was invalidated by itself */
	unsigned int booked;
	unsigned long long spent[UNMAP_SPENT];
	struct unmap_frame frames[UNMAP_FRAMES];
};

struct unmap_task {
	unsigned long long depth;
	struct unmap_call calls[UNMAP_NESTED];
};

struct unmap_sum {
	unsigned long long count, total;
	/* Of commands; those that have a CMD_SYNC behind them; of those such of which the wait for it is in UNMAP_ISSUE. */
	unsigned long long lists, syncs, untold;
	unsigned long long strict;
	unsigned long long part[UNMAP_SLOTS], probe[UNMAP_SLOTS];
	unsigned long long least[UNMAP_SLOTS]; /* of one call, without the probe's own time */
};

/* A reset has another bank, so that it never races with a call. */
#define UNMAP_BANKS 2

struct unmap_cpu {
	unsigned long long lost; /* returns whose begin was not seen, and calls that found no room */
	unsigned long long bank; /* set by user space */
	struct unmap_sum sums[UNMAP_BANKS][UNMAP_OFS];
} __attribute__((aligned(256))); /* no CPU shares a cache line with another */

#endif
