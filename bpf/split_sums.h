/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * split_sums.h - where the kernel side of the probe `split` sums up calls and lists. Part of split.bpf.c.
 */
#ifndef INVBENCH_BPF_SPLIT_SUMS_H
#define INVBENCH_BPF_SPLIT_SUMS_H

#include "kernel_words.h"
#include "opcodes.h"
#include "split_parts.h"

/* One for each CPU; resized before loading. Mapped by user space. */
#ifndef SPLIT_CPUS /* the unit test has more */
#define SPLIT_CPUS 1
#endif
struct split_cpu cpus[SPLIT_CPUS] SEC(".bss.cpus");
struct split_cpu_more more[SPLIT_CPUS] SEC(".bss.more"); /* as many, if it is `detailed` */

/* Set before loading. */
#ifndef SPLIT_SET /* the unit test sets them later */
#define SPLIT_SET const volatile
#endif
SPLIT_SET struct split_layout layout;
SPLIT_SET __u32 detailed; /* 0: what follows costs nothing */

/* Of the SMMUs and processes that were seen. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SPLIT_NAMES);
	__type(key, __u64);
	__type(value, struct split_name);
} names SEC(".maps");

/* The place where @whose is summed up, or may be from now on; from SPLIT_SUMS on they are nobody's. So is what the idle task does, which is 0. */
static __always_inline __u32 place_of(const struct split_sum *sums, __u64 whose, __u32 entry, __u32 hash)
{
	int i;

	for (i = 0; i < SPLIT_TRIES && whose; i++) {
		__u32 place = (hash + i) & (SPLIT_SUMS - 1);

		if ((sums[place].whose == whose && sums[place].entry == entry) || !sums[place].whose)
			return place;
	}
	return SPLIT_SUMS + (entry < SPLIT_ENTRY_COUNT ? entry : 0);
}

static __always_inline struct split_sum *table_of(struct split_cpu *cpu, enum split_table table)
{
	return cpu->sums[cpu->bank & (SPLIT_BANKS - 1)][table];
}

/* What a list has: these parts, which are all of it. */
static __always_inline void sum_up(struct split_sum *sum, __u64 late, const __u64 *part)
{
	sum->count++;
	if (late)
		sum->late += late;
	sum->part[SPLIT_ROOM] += part[SPLIT_ROOM];
	sum->part[SPLIT_ISSUE] += part[SPLIT_ISSUE];
	sum->part[SPLIT_SYNC] += part[SPLIT_SYNC];
}

static __always_inline void name_process(struct split_sum *sum, __u64 pid)
{
	struct split_name name = {};

	sum->whose = pid;
	bpf_get_current_comm(name.text, 16);
	bpf_map_update_elem(&names, &pid, &name, BPF_ANY);
}

static __always_inline void name_smmu(struct split_sum *sum, __u64 smmu)
{
	struct split_name name = {};
	__u64 device = read_pointer(smmu + layout.dev);

	sum->whose = smmu;
	bpf_probe_read_kernel_str(name.text, sizeof(name.text), (void *)read_pointer(device + layout.dev_name));
	bpf_map_update_elem(&names, &smmu, &name, BPF_ANY);
}

/* The place of a process or SMMU that is not where it is looked for first. */
static __noinline __u32 find_process(struct split_sum *sums, __u64 pid, __u32 entry, __u32 hash)
{
	__u32 place;

	if (!sums)
		return SPLIT_PLACES;
	place = place_of(sums, pid, entry, hash);
	barrier_var(place);
	if (place >= SPLIT_PLACES)
		return SPLIT_PLACES;
	sums[place].entry = entry;
	if (place < SPLIT_SUMS && !sums[place].whose)
		name_process(&sums[place], pid);
	return place;
}

static __noinline __u32 find_smmu(struct split_sum *sums, __u64 smmu, __u32 hash)
{
	__u32 place;

	if (!sums)
		return SPLIT_PLACES;
	place = place_of(sums, smmu, 0, hash);
	barrier_var(place);
	if (place < SPLIT_SUMS && !sums[place].whose)
		name_smmu(&sums[place], smmu);
	return place;
}

/* ---- if it is `detailed` ---- */

static __always_inline void sent_add(struct split_sent *to, const struct split_sent *sent)
{
	to->commands += sent->commands;
	to->syncs += sent->syncs;
	to->atc_commands += sent->atc_commands;
	to->atc_ns += sent->atc_ns;
}

/* ATC_INVs are alone in a list, or behind one TLBI and its CMD_SYNC. */
static __always_inline void sent_begin(struct split_sent *sent, __u64 list, __u32 n, __u32 sync)
{
	__u32 inner = inner_syncs(list, n);

	sent->commands = n - inner;
	sent->syncs = sync + inner;
	sent->atc_commands = inner ? n - 2 : n && (__u8)words(list)[0] == ATC_INV ? n : 0;
	sent->atc_ns = 0;
}

/* What the sum at @place has besides. */
static __noinline int more_up(struct split_cpu *cpu, __u32 table, __u32 place, const struct split_sent *sent, __u64 ns)
{
	struct split_more *m;
	__u32 bucket;

	if (table >= SPLIT_TABLES || place >= SPLIT_PLACES || !sent || !cpu)
		return 0;
	m = &more[cpu_number()].more[cpu->bank & (SPLIT_BANKS - 1)][table][place];
	sent_add(&m->sent, sent);
	bucket = hist_index(SPLIT_SUB_BITS, ns < HIST_MAX ? ns : HIST_MAX);
	if (bucket < SPLIT_BUCKETS)
		m->buckets[bucket]++;
	return 0;
}

#endif
