// SPDX-License-Identifier: GPL-2.0-only
/*
 * instances.bpf.c - reads what the driver knows of an SMMU when a command for
 * it passes by.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "instances.h"
#include "kernel_side.h"

/* Where things are, set before loading: see target_member() for why this is not CO-RE. */
const volatile struct instance_layout layout;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, INSTANCES_MAX);
	__type(key, __u64);
	__type(value, struct instance);
} instances SEC(".maps");

static __always_inline int note(__u64 smmu)
{
	struct instance instance = {};
	__u64 dev;

	if (bpf_map_lookup_elem(&instances, &smmu))
		return 0;
	instance.features = read_u32(smmu + layout.features);
	instance.options = read_u32(smmu + layout.options);
	instance.ssid_bits = read_u32(smmu + layout.ssid_bits);
	instance.cmdq_shift = read_u32(smmu + layout.cmdq_shift);
	dev = read_pointer(smmu + layout.dev);
	bpf_probe_read_kernel_str(instance.name, sizeof(instance.name), (void *)read_pointer(dev + layout.dev_name));
	bpf_map_update_elem(&instances, &smmu, &instance, BPF_NOEXIST);
	return 0;
}

/* The SMMU is the submit function's first argument; user space has made sure. */
SEC("?fentry") int note_submit(void *ctx)
{
	__u64 smmu = 0;

	bpf_get_func_arg(ctx, 0, &smmu);
	return note(smmu);
}

SEC("?kprobe") int knote_submit(struct user_pt_regs *ctx)
{
	return note(ctx->regs[0]);
}

char LICENSE[] SEC("license") = "GPL";
