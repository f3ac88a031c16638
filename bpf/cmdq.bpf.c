// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdq.bpf.c - counts the commands of each list that is submitted, by SMMU.
 *
 * What is added to a traced call is what matters here. So there is no map
 * lookup, and the kernel's memory is read by plain loads.
 *
 * The kernel runs a program once at a time on a CPU. So a slot needs no
 * atomics; user space asks the kernel how often it skipped one therefore.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "cmdq_counts.h"
#include "hist.h"
#include "kernel_words.h"

/* One for each CPU; resized before loading. Mapped by user space. */
#ifndef CMDQ_CPUS /* the unit test has more */
#define CMDQ_CPUS 1
#endif
struct cmdq_cpu cpus[CMDQ_CPUS] SEC(".bss.cpus");

/* The SMMUs' addresses, each where cmdq_place() says or at the next place that was free; 0: free. */
__u64 keys[CMDQ_INSTANCES];
struct cmdq_instance instances[CMDQ_INSTANCES];

__u64 homeless; /* calls for an SMMU that found no place */
struct cmdq_refused refused;
__u32 repeats; /* enum cmdq_repeats */

/* Set before loading. */
const volatile struct cmdq_layout layout;
const volatile struct submit_args args;

/* A static key of Linux 7.3. libbpf finds its address in /proc/kallsyms, or leaves it 0. */
extern const void arm_smmu_erratum_repeat_tlbi_cfgi_key __ksym __weak;

/* How many bits a value below 256 has. */
static const unsigned char bits[256] = {
	[1] = 1,	 [2 ... 3] = 2,	  [4 ... 7] = 3,    [8 ... 15] = 4,
	[16 ... 31] = 5, [32 ... 63] = 6, [64 ... 127] = 7, [128 ... 255] = 8,
};

static __noinline int bucket_far(__u64 value)
{
	return 1 + hist_log2(value | 1);
}

/* In which a histogram by powers of two has a value: how many bits it has. */
static __always_inline __u32 bucket(__u64 value)
{
	__u32 b;

	/* The compiler would like to compare something else, which tells the verifier nothing. */
	asm volatile("" : "+r"(value));
	b = value < 256 ? bits[value] : bucket_far(value);
	return b < CMDQ_BUCKETS ? b : CMDQ_BUCKETS - 1;
}

/* ---- which SMMU ---- */

static __always_inline __u32 place_of(__u64 smmu)
{
	return (smmu * 0x9e3779b97f4a7c15ULL) >> 58;
}

static __always_inline void note_repeats(void)
{
	const void *key = &arm_smmu_erratum_repeat_tlbi_cfgi_key;
	__u32 enabled = 0;

	if (!key || bpf_probe_read_kernel(&enabled, sizeof(enabled), key))
		repeats = CMDQ_REPEATS_UNKNOWN;
	else
		repeats = enabled ? CMDQ_REPEATS_ON : CMDQ_REPEATS_OFF;
}

static __always_inline void note_instance(struct cmdq_instance *instance, __u64 smmu, __u64 cmdq)
{
	__u64 dev = 0, name = 0;

	note_repeats();
	if (layout.queue_known)
		instance->entries = 1U << (words(cmdq + layout.shift)[0] & 31);
	if (!layout.name_known)
		return;
	bpf_probe_read_kernel(&dev, sizeof(dev), (void *)(smmu + layout.dev));
	bpf_probe_read_kernel(&name, sizeof(name), (void *)(dev + layout.dev_name));
	bpf_probe_read_kernel_str(instance->name, sizeof(instance->name), (void *)name);
}

/* The place of an SMMU that is not where it would be looked for first; a new one takes a free place. */
static __noinline int find_place(__u64 smmu, __u64 cmdq)
{
	__u32 i, at = place_of(smmu);
	__u64 was;

	for (i = 0; i < CMDQ_INSTANCES; i++, at++) {
		at &= CMDQ_INSTANCES - 1;
		was = keys[at];
		/* Two CPUs may want one place. */
		if (!was)
			was = __sync_val_compare_and_swap(&keys[at], 0, smmu);
		if (!was)
			note_instance(&instances[at], smmu, cmdq);
		if (!was || was == smmu)
			return at;
	}
	__sync_fetch_and_add(&homeless, 1);
	return -1;
}

static __always_inline struct cmdq_slot *slot_of(__u64 smmu, __u64 cmdq)
{
	int at = place_of(smmu);

	if (keys[at & (CMDQ_INSTANCES - 1)] != smmu)
		at = find_place(smmu, cmdq);
	/* No check of the CPU: the verifier knows that it is one the kernel can have. */
	return at < 0 ? (struct cmdq_slot *)0 : &cpus[cpu_number()].slots[at & (CMDQ_INSTANCES - 1)];
}

/* ---- what ---- */

static __noinline int count_range(struct cmdq_slot *slot, __u64 word0, __u32 tg)
{
	__u64 granules = tlbi_granules(word0);

	if (!slot)
		return 0;
	slot->ranges[tg & (CMDQ_TGS - 1)]++;
	slot->pages[bucket(granules)]++;
	slot->granules += granules;
	slot->bytes += granules << tlbi_granule_bits(tg & (CMDQ_TGS - 1));
	return 0;
}

static __always_inline void count_command(struct cmdq_slot *slot, __u64 address)
{
	const __u64 *word = words(address);
	__u64 word0 = word[0], word1;
	__u32 opcode = word0 & 0xff;

	if (tlbi_is_by_address(opcode)) {
		word1 = word[1];
		if (tlbi_tg(word1))
			count_range(slot, word0, tlbi_tg(word1));
	} else if (opcode == ATC_INV) {
		slot->atc[atc_log2_pages(word[1])]++;
	} else if (opcode == CFGI_STE_RANGE && cfgi_is_all(word[1])) {
		opcode = CMDQ_CFGI_ALL;
	}
	slot->opcodes[opcode]++;
}

struct list {
	struct cmdq_slot *slot;
	__u64 at;
};

static long count_step(__u32 i, struct list *list)
{
	count_command(list->slot, list->at + 16ULL * i);
	return 0;
}

/* What is between prod and cons is still to be taken by the SMMU, as far as the driver knows. A bit above the index tells full from empty. */
static __always_inline void count_occupancy(struct cmdq_slot *slot, __u64 cmdq, __u32 entries, __u32 wanted)
{
	__u64 val = words(cmdq + layout.val)[0];
	__u32 used = ((__u32)val - (__u32)(val >> 32)) & (2 * entries - 1);

	if (used > entries) {
		slot->far++;
		return;
	}
	slot->occupancy[bucket(used)]++;
	slot->no_room += used + wanted > entries;
}

/* True or not, as the compiler may have moved arguments: a list is no longer than the queue. */
static __always_inline int is_sane(struct cmdq_slot *slot, __u32 n, __u8 sync, __u32 entries)
{
	if (n <= entries && sync <= 1)
		return 1;
	slot->refused++;
	refused = (struct cmdq_refused){ n, sync, entries };
	return 0;
}

static __always_inline int count_list(struct cmdq_slot *slot, __u64 at, __u32 n)
{
	struct list list = { slot, at };

	count_command(slot, at);
	if (n == 1)
		return 0;
	list.at += 16;
	bpf_loop(n - 1, count_step, &list, 0);
	return 0;
}

static __always_inline int submit(__u64 smmu, __u64 cmdq, __u64 list, __u32 n, __u8 sync)
{
	struct cmdq_slot *slot = slot_of(smmu, cmdq);
	__u32 entries = CMDQ_ENTRIES_MAX;
	__u8 first;

	if (!slot)
		return 0;
	if (layout.queue_known)
		entries = 1U << (words(cmdq + layout.shift)[0] & 31);
	if (!is_sane(slot, n, sync, entries))
		return 0;
	slot->batches++;
	slot->commands += n;
	slot->syncs += sync;
	slot->batch[bucket(n)]++;
	if (layout.queue_known)
		count_occupancy(slot, cmdq, entries, n + sync);
	if (!n)
		return 0;
	first = words(list)[0];
	slot->repeatable += sync && first >= CFGI_STE && first < ATC_INV;
	return count_list(slot, list, n);
}

SEC("?fentry") int count_submit(void *ctx)
{
	__u64 smmu = 0, cmdq = 0, list = 0, n = 0, sync = 0;

	bpf_get_func_arg(ctx, args.smmu, &smmu);
	bpf_get_func_arg(ctx, args.cmdq, &cmdq);
	bpf_get_func_arg(ctx, args.list, &list);
	bpf_get_func_arg(ctx, args.n, &n);
	bpf_get_func_arg(ctx, args.sync, &sync);
	return submit(smmu, cmdq, list, n, sync);
}

SEC("?kprobe") int kcount_submit(struct user_pt_regs *ctx)
{
	return submit(register_of(ctx, args.smmu), register_of(ctx, args.cmdq), register_of(ctx, args.list),
		      register_of(ctx, args.n), register_of(ctx, args.sync));
}

char LICENSE[] SEC("license") = "GPL";
