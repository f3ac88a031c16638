/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ops.h - what a thread of a run has, and what it does over and over.
 */
#ifndef INVBENCH_KMOD_OPS_H
#define INVBENCH_KMOD_OPS_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/iommu.h>
#include <linux/mm_types.h>
#include <linux/sched.h>

#include "internal.h"
#include "windows.h"

struct worker;

/* The timed part of an operation. */
struct span {
	u64 begin, end;
};

/*
 * Each operation exists three times, known when it is compiled: TIMED is what is
 * measured; REPORTED tells the model of what is removed; BARE reads no clock.
 */
enum mode { TIMED, REPORTED, BARE, MODES };

struct batch {
	struct iommu_domain *domain;
	struct bench_domain *bench;
	u64 base;   /* where the threads' IOVAs begin */
	u32 number; /* of the domain, for the model */
	enum mode mode;
	struct span (*op)(struct worker *w);
	struct page *page; /* what is mapped */
	phys_addr_t paddr;
	size_t size;
	size_t granule; /* the domain's smallest page */
	size_t leaf;	/* the page size by which @size is mapped */
	u64 warmup, ops;
	unsigned int sub_bits;
	bool timeline;
	u64 clock_floor_ns;
	/* Written once, when the last thread has warmed up or something ends the run early. */
	bool go ____cacheline_aligned_in_smp;
	bool stop;

	atomic_t warming ____cacheline_aligned_in_smp;
	atomic_t working;
};

/* Aligned so that no two threads write to one cache line, nor to a pair of them. */
struct worker {
	struct batch *batch;
	struct task_struct *task;
	unsigned long iova;
	unsigned int queued; /* lazy unmaps since the last flush */
	unsigned int index;
	int error;
	u64 frozen_ns; /* of the loop; the machine was suspended */
	u64 *hist;
	u64 *timeline;	      /* of all windows; NULL if it is not wanted */
	struct window window; /* where in it the thread is */
	struct invbench_thread result;
} __aligned(128);

struct op {
	struct span (*strict[MODES])(struct worker *w);
	struct span (*lazy[MODES])(struct worker *w); /* NULL: there is no such thing */
	bool maps;				      /* needs memory to map */
	bool dma;				      /* through the DMA API */
	bool part;				      /* only a part of it is timed */
};

extern const struct op ops[INVBENCH_OP_COUNT];

#endif
