/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * internal.h - what the files of the kernel half share.
 *
 * main.c has the character device, endpoints.c the devices and their
 * attachment, run.c the threads and the timed loop.
 */
#ifndef INVBENCH_KMOD_INTERNAL_H
#define INVBENCH_KMOD_INTERNAL_H

#include <linux/iommu.h>
#include <linux/timekeeping.h>

#include "invbench.h"

struct bench_domain {
	struct iommu_domain *iommu;
	bool broken;		/* an attached endpoint went away; a figure would be of fewer devices than it says */
};

/*
 * The raw clock has one slope for ever, and its fast form never waits for an
 * update of the timekeeper: the cheapest clock, and the same cost every time.
 */
static __always_inline u64 bench_clock(void)
{
	return ktime_get_raw_fast_ns();
}

int endpoints_register(void);
void endpoints_unregister(void);
u32 endpoints_count(void);
int endpoint_describe(struct invbench_endpoint *out);
struct iommu_domain *endpoint_domain_alloc(u32 index);
int endpoint_attach(u32 index, struct bench_domain *domain, u64 *elapsed_ns);
int endpoint_detach(u32 index, struct bench_domain *domain, u64 *elapsed_ns);
void endpoints_detach_all(struct bench_domain *domain);

/* Fills the outputs of @run and writes its two arrays to user space. */
int bench_run(struct bench_domain *domain, struct invbench_run *run);

#endif
