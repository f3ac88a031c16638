// SPDX-License-Identifier: GPL-2.0-only
/*
 * instances.bpf.c - reads what the driver knows of an SMMU when a command for
 * it passes by.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "instances.h"

/* Of the driver's types only what is read; libbpf finds the offsets in the kernel's BTF. */
#define RELOCATED __attribute__((preserve_access_index))

struct kobject {
	const char *name;
} RELOCATED;

struct device {
	struct kobject kobj;
} RELOCATED;

struct arm_smmu_ll_queue {
	__u32 max_n_shift;
} RELOCATED;

struct arm_smmu_queue {
	struct arm_smmu_ll_queue llq;
} RELOCATED;

struct arm_smmu_cmdq {
	struct arm_smmu_queue q;
} RELOCATED;

struct arm_smmu_device {
	struct device *dev;
	__u32 features, options;
	unsigned int ssid_bits;
	struct arm_smmu_cmdq cmdq;
} RELOCATED;

struct user_pt_regs {
	__u64 regs[31];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, INSTANCES_MAX);
	__type(key, __u64);
	__type(value, struct instance);
} instances SEC(".maps");

static __always_inline int note(struct arm_smmu_device *smmu)
{
	struct instance instance = {};
	__u64 key = (__u64)smmu;

	if (bpf_map_lookup_elem(&instances, &key))
		return 0;
	instance.features = BPF_CORE_READ(smmu, features);
	instance.options = BPF_CORE_READ(smmu, options);
	instance.ssid_bits = BPF_CORE_READ(smmu, ssid_bits);
	instance.cmdq_shift = BPF_CORE_READ(smmu, cmdq.q.llq.max_n_shift);
	bpf_probe_read_kernel_str(instance.name, sizeof(instance.name), BPF_CORE_READ(smmu, dev, kobj.name));
	bpf_map_update_elem(&instances, &key, &instance, BPF_NOEXIST);
	return 0;
}

/* The SMMU is the submit function's first argument in every kernel so far; user space has made sure. */
SEC("?fentry") int note_submit(__u64 *ctx)
{
	return note((struct arm_smmu_device *)ctx[0]);
}

SEC("?kprobe") int knote_submit(struct user_pt_regs *ctx)
{
	return note((struct arm_smmu_device *)ctx->regs[0]);
}

char LICENSE[] SEC("license") = "GPL";
