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
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/wait.h>

#include "invbench.h"

struct batch;

struct bench_domain {
	struct iommu_domain
		*iommu;		/* of @dma: there while a driver is bound to it, so not to be looked at when @broken */
	const void *owner;	/* the descriptor; what it has claimed, only it can attach */
	u32 number;		/* for the model */
	bool running;		/* set with the descriptor's lock held, cleared without */
	struct device *dma;	/* whose default domain it is, or NULL; a reference */
	spinlock_t lock;	/* guards the next two; innermost */
	bool broken;		/* an attached endpoint went away; a figure would be of fewer devices than it says */
	struct batch *batch;	/* of the threads that use the domain now */
	wait_queue_head_t idle; /* woken when there is none any more */
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
void endpoints_count(u32 *count, u32 *generation);

/* Which endpoint a call means; as in invbench.h. */
struct endpoint_id {
	u32 index, generation;
};

/* What calls do; -EINTR for a caller that was killed while it waited. */
int endpoint_describe(struct invbench_endpoint *out);
/* Sets iommu, and dma if @in asks for it. */
int endpoint_domain_alloc(const struct invbench_domain *in, struct bench_domain *domain);
void endpoints_domain_free(struct bench_domain *domain);
int endpoint_attach(struct endpoint_id id, struct bench_domain *domain, u64 *elapsed_ns);
int endpoint_detach(struct endpoint_id id, struct bench_domain *domain, u64 *elapsed_ns);
int endpoint_bind(struct bench_mm *mm, struct invbench_sva *sva);
int endpoint_unbind(struct bench_mm *mm, struct invbench_sva *sva);
void endpoints_unbind_all(struct bench_mm *mm);
int endpoint_claim(struct endpoint_id id, const void *owner, u64 *elapsed_ns);
int endpoint_release(struct endpoint_id id, const void *owner, u64 *elapsed_ns);
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

/* An endpoint of @domain goes away: ends its run, and lets none begin. No thread uses a default domain after that. */
void bench_break(struct bench_domain *domain);
/* Fills the outputs of @run and writes its arrays to user space. */
int bench_run(struct bench_domain *domain, struct invbench_run *run);

#endif
