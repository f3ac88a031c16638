/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_attach.h - the kernel side of the probe `attach` in user space, with what it needs of a kernel: a clock, a task,
 * maps, and structures as a driver has them.
 */
#ifndef INVBENCH_FAKE_ATTACH_H
#define INVBENCH_FAKE_ATTACH_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fake_bpf.h"

#define ATTACH_SET

static uint64_t fake_now, fake_task;

static __u64 fake_cpu(void)
{
	return 0;
}

static __u64 bpf_ktime_get_ns(void)
{
	return fake_now;
}

static __u64 bpf_get_current_task(void)
{
	return fake_task;
}

/* All addresses are real ones, but for those that a test makes up. */
#define BAD ((uint64_t)0x10)

static long bpf_probe_read_kernel(void *to, uint32_t size, const void *from)
{
	if ((uint64_t)from < 4096) {
		memset(to, 0, size);
		return -14;
	}
	memcpy(to, from, size);
	return 0;
}

static long bpf_probe_read_kernel_str(void *to, uint32_t size, const void *from)
{
	if ((uint64_t)from < 4096)
		return -14;
	snprintf(to, size, "%s", (const char *)from);
	return 0;
}

/* What a program sees of its call: the arguments, and then what it returns. */
struct fake_call {
	uint64_t args[3], result;
};

static long bpf_get_func_arg(void *ctx, uint32_t n, __u64 *value)
{
	*value = n < 3 ? ((struct fake_call *)ctx)->args[n] : 0;
	return 0;
}

static long bpf_get_func_ret(void *ctx, __u64 *value)
{
	*value = ((struct fake_call *)ctx)->result;
	return 0;
}

#define bpf_loop(count, step, context, flags) \
	({ \
		for (uint32_t n = 0; n < (count) && !step(n, context); n++) \
			; \
	})

/* One table for all maps. */
#define FAKE_ROOM 64
static struct fake_element {
	const void *map;
	unsigned char key[16], value[64];
} fake_elements[FAKE_ROOM];
static unsigned int fake_room;

static size_t key_size(const void *map);
static size_t value_size(const void *map);

static void *bpf_map_lookup_elem(const void *map, const void *key)
{
	for (size_t i = 0; i < FAKE_ROOM; i++)
		if (fake_elements[i].map == map && !memcmp(fake_elements[i].key, key, key_size(map)))
			return fake_elements[i].value;
	return NULL;
}

static long bpf_map_update_elem(const void *map, const void *key, const void *value, uint64_t flags)
{
	void *found = bpf_map_lookup_elem(map, key);

	if (found && flags == BPF_NOEXIST)
		return -17;
	for (size_t i = 0; !found && i < fake_room; i++) {
		if (fake_elements[i].map)
			continue;
		fake_elements[i].map = map;
		memcpy(fake_elements[i].key, key, key_size(map));
		found = fake_elements[i].value;
	}
	if (!found)
		return -7;
	memcpy(found, value, value_size(map));
	return 0;
}

static long bpf_map_delete_elem(const void *map, const void *key)
{
	for (size_t i = 0; i < FAKE_ROOM; i++)
		if (fake_elements[i].map == map && !memcmp(fake_elements[i].key, key, key_size(map)))
			fake_elements[i].map = NULL;
	return 0;
}

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include "../../bpf/attach.bpf.c"

static size_t key_size(const void *map)
{
	return map == &calls ? sizeof(struct attach_key) : map == &sums ? sizeof(struct attach_sum_key) : sizeof(__u64);
}

static size_t value_size(const void *map)
{
	return map == &calls ? sizeof(struct attach_call) :
	       map == &sums  ? sizeof(struct attach_sum) :
	       map == &tasks ? sizeof(struct attach_task) :
			       sizeof(struct attach_name);
}

/* ---- a driver ---- */

struct fake_device {
	const char *name;
	struct fake_iommu *iommu;
};

struct fake_smmu {
	uint64_t other;
	struct fake_device *dev;
};

struct fake_master {
	uint64_t other;
	struct fake_smmu *smmu;
};

struct fake_iommu {
	uint64_t other;
	struct fake_master *master;
};

struct fake_handle {
	uint64_t other;
	struct fake_device *dev;
};

struct fake_invs {
	uint32_t max, num, trash, first_ats;
};

struct fake_node {
	struct fake_node *next;
};

/* The domain of the core lies within the driver's. */
struct fake_domain {
	struct fake_node devices;
	uint64_t other;
	uint32_t type;
};

static int setup(void **state)
{
	memset(results, 0, sizeof(results));
	memset(fake_elements, 0, sizeof(fake_elements));
	for (int b = 0; b < ATTACH_BANKS; b++)
		for (int i = 0; i < ATTACH_ENTRY_COUNT; i++)
			results[b].latency[i].min = ~0ULL;
	fake_room = FAKE_ROOM;
	lost = bank = 0;
	layout = (struct attach_layout){
		.to_unref = 1,
		.smmu_known = 1,
		.dev_iommu = offsetof(struct fake_device, iommu),
		.dev_name = offsetof(struct fake_device, name),
		.iommu_priv = offsetof(struct fake_iommu, master),
		.master_smmu = offsetof(struct fake_master, smmu),
		.smmu_dev = offsetof(struct fake_smmu, dev),
		.handle_dev = offsetof(struct fake_handle, dev),
		.max_invs = offsetof(struct fake_invs, max),
		.num_invs = offsetof(struct fake_invs, num),
		.trash = offsetof(struct fake_invs, trash),
		.fence = ATTACH_FENCE_FIRST_ATS,
		.ats = offsetof(struct fake_invs, first_ats),
		.domain_type = (int)offsetof(struct fake_domain, type) - (int)offsetof(struct fake_domain, other),
		.domain_devices = (int)offsetof(struct fake_domain, devices) - (int)offsetof(struct fake_domain, other),
	};
	layout.arg[AT_arm_smmu_attach_dev] = 1;
	return 0;
}

static void at(uint64_t now, uint64_t task)
{
	fake_now = now;
	fake_task = task;
}

static const struct attach_tally *tally_of_point(enum attach_point point)
{
	return &results[bank].tallies[point - ATTACH_TALLY_FIRST];
}

/* Nothing is lost, and no call or task is left behind. */
static void assert_clean(void)
{
	assert_int_equal(lost, 0);
	for (size_t i = 0; i < FAKE_ROOM; i++)
		assert_true(fake_elements[i].map != &calls && fake_elements[i].map != &tasks);
}

#endif
