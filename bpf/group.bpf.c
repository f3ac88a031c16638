// SPDX-License-Identifier: GPL-2.0-only
/*
 * group.bpf.c - reads of an IOMMU group by what its commands are known, when the
 * kernel is asked for the group's type.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "group.h"
#include "kernel_side.h"

#define DEVICES_MAX	    8
#define IDS_MAX		    4
#define IOMMU_DOMAIN_PAGING (1u << 0) /* include/linux/iommu.h; a macro, so not in BTF */

/* The kernel's, what is read of them; their places are found by CO-RE, as no others have these names. */
#define KERNELS __attribute__((preserve_access_index))

struct list_head {
	struct list_head *next;
} KERNELS;

struct iommu_fwspec {
	unsigned int num_ids;
	__u32 ids[];
} KERNELS;

struct dev_iommu {
	struct iommu_fwspec *fwspec;
} KERNELS;

struct device {
	struct dev_iommu *iommu;
} KERNELS;

struct group_device {
	struct list_head list; /* the first member */
	struct device *dev;
} KERNELS;

struct iommu_domain {
	unsigned int type;
} KERNELS;

struct iommu_group {
	struct list_head devices;
	struct iommu_domain *domain;
} KERNELS;

/* Set before loading. The driver of SMMUv2 has a structure of the same name: see target_member(). */
const volatile struct group_layout layout;

struct group_ids found;

static __always_inline void note_domain(struct iommu_domain *domain)
{
	__u64 smmu_domain = (__u64)domain - layout.domain;
	__u32 stage = 0;
	__u16 asid = 0;

	if (!domain || !(BPF_CORE_READ(domain, type) & IOMMU_DOMAIN_PAGING)) {
		found.domain = GROUP_BARE;
		return;
	}
	bpf_probe_read_kernel(&stage, sizeof(stage), (void *)(smmu_domain + layout.stage));
	bpf_probe_read_kernel(&asid, sizeof(asid), (void *)(smmu_domain + layout.asid));
	found.domain = stage ? GROUP_STAGE2 : GROUP_ASID;
	found.asid = asid;
}

static __always_inline void note_stream(__u32 id)
{
	if (found.streams < GROUP_STREAMS)
		found.stream[found.streams++ & (GROUP_STREAMS - 1)] = id;
	else
		found.too_many++;
}

static __always_inline void note_device(struct device *dev)
{
	struct iommu_fwspec *fwspec = BPF_CORE_READ(dev, iommu, fwspec);
	__u32 count = BPF_CORE_READ(fwspec, num_ids), id, i;

	for (i = 0; i < IDS_MAX && i < count; i++) {
		if (!bpf_core_read(&id, sizeof(id), &fwspec->ids[i]))
			note_stream(id);
	}
	if (count > IDS_MAX)
		found.too_many++;
}

static __always_inline int note(struct iommu_group *group)
{
	struct list_head *at = BPF_CORE_READ(group, devices.next);
	int i;

	found.streams = found.too_many = 0;
	for (i = 0; i < DEVICES_MAX && at != &group->devices; i++) {
		note_device(BPF_CORE_READ((struct group_device *)at, dev));
		at = BPF_CORE_READ(at, next);
	}
	if (at != &group->devices)
		found.too_many++;
	note_domain(BPF_CORE_READ(group, domain));
	return 0;
}

/* The group is the first argument; user space has made sure. */
SEC("?fentry") int note_group(void *ctx)
{
	__u64 group = 0;

	bpf_get_func_arg(ctx, 0, &group);
	return note((struct iommu_group *)group);
}

SEC("?kprobe") int knote_group(struct user_pt_regs *ctx)
{
	return note((struct iommu_group *)ctx->regs[0]);
}

char LICENSE[] SEC("license") = "GPL";
