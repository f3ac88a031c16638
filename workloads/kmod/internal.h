/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * internal.h - what the files of the kernel half share.
 *
 * main.c has the character device, drivers.c how a device becomes an endpoint,
 * endpoints.c what the endpoints are attached or bound to, ops.c what is timed, run.c
 * the threads and the timed loop, ring.c what the SMMU model is told.
 */
#ifndef INVBENCH_KMOD_INTERNAL_H
#define INVBENCH_KMOD_INTERNAL_H

#include <linux/iommu.h>
#include <linux/mutex.h>
#include <linux/timekeeping.h>

#include "invbench.h"

struct bench_domain {
	struct iommu_domain *iommu;
	const void *owner;     /* the descriptor; what it has claimed, only it can attach */
	u32 number;	       /* for the model */
	bool running;	       /* guarded by the descriptor's lock */
	bool broken;	       /* an attached endpoint went away; a figure would be of fewer devices than it says */
	struct device *dma;    /* whose default domain it is, or NULL; a reference */
	struct mutex dma_lock; /* held while a run uses @dma: its driver must not go meanwhile */
};

/* The process of a descriptor. @number is set after @mm, both for good. */
struct bench_mm {
	struct mm_struct *mm; /* a reference to the struct, not to its users */
	const void *owner;
	u32 number; /* for the model; 0: nothing was ever bound */
};

/*
 * The raw clock has one slope for ever, and its fast form never waits for an
 * update of the timekeeper: the cheapest clock, and the same cost every time.
 */
static __always_inline u64 bench_clock(void)
{
	return ktime_get_raw_fast_ns();
}

int drivers_register(void);
void drivers_unregister(void);
/* INVBENCH_EP_*: what the device itself is. */
u32 device_flags(struct device *dev);

/* What a driver's probe and remove do. */
int endpoint_add(struct device *dev);
void endpoint_remove(struct device *dev);
u32 endpoints_count(void);
int endpoint_describe(struct invbench_endpoint *out);
/* Sets iommu, and dma if @flags ask for it. */
int endpoint_domain_alloc(u32 index, u32 flags, struct bench_domain *domain);
void endpoints_domain_free(struct bench_domain *domain);
int endpoint_attach(u32 index, struct bench_domain *domain, u64 *elapsed_ns);
int endpoint_detach(u32 index, struct bench_domain *domain, u64 *elapsed_ns);
int endpoint_bind(u32 index, struct bench_mm *mm, struct invbench_sva *out);
int endpoint_unbind(u32 index, struct bench_mm *mm, u64 *elapsed_ns);
void endpoints_unbind_all(struct bench_mm *mm);
int endpoint_claim(u32 index, const void *owner, u64 *elapsed_ns);
int endpoint_release(u32 index, const void *owner, u64 *elapsed_ns);
void endpoints_release_all(const void *owner);

/* All of these are for anybody to call; without a ring they do nothing. */
void ring_open(void);
void ring_close(void);
bool ring_present(void);
/* For a domain or an mm: unique in this boot, never 0. */
u32 ring_number(void);
void ring_endpoint(enum ring_kind kind, u32 domain, u64 smmu, u32 sid, u32 ssid);
/* Returns the number of this removal, for ring_return(). */
u64 ring_begin(u32 domain, u64 iova, u64 size, u64 grain);
void ring_return(u32 domain, u64 id);
/* These two wait for the answer; -ENODEV without a ring, -ETIMEDOUT without an answer. */
int ring_mark(const struct invbench_mark *mark);
int ring_control(const char *text);

/* Fills the outputs of @run and writes its arrays to user space. */
int bench_run(struct bench_domain *domain, struct invbench_run *run);

#endif
