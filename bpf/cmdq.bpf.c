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

/* layout.last + 1 for each CPU; resized before loading. Mapped by user space. */
#ifndef CMDQ_CPUS /* the unit test has more */
#define CMDQ_CPUS 1
#endif
struct cmdq_place places[CMDQ_CPUS * CMDQ_INSTANCES] SEC(".bss.places");

/* The SMMUs' addresses, each where home_of() says or at the next place that was free; 0: free. */
__u64 keys[CMDQ_INSTANCES];
struct cmdq_instance instances[CMDQ_INSTANCES];

__u64 homeless; /* calls for an SMMU that found no place */
struct cmdq_refused refused;
__u32 repeats; /* enum cmdq_repeats */

/* Set before loading. */
const volatile struct cmdq_layout layout = { .last = CMDQ_INSTANCES - 1 };
const volatile struct submit_args args;

/* A static key of Linux 7.3. libbpf finds its address in /proc/kallsyms, or leaves it 0. */
extern const void arm_smmu_erratum_repeat_tlbi_cfgi_key __ksym __weak;

/* What has to be looked at of a command. */
enum kind { KIND_PLAIN, KIND_ADDRESS, KIND_ATC, KIND_FAR };

static const unsigned char kinds[OPCODES] = {
	[TLBI_NH_VA] = KIND_ADDRESS,   [TLBI_NH_VAA] = KIND_ADDRESS, [TLBI_EL2_VA] = KIND_ADDRESS,
	[TLBI_EL2_VAA] = KIND_ADDRESS, [TLBI_S2_IPA] = KIND_ADDRESS, [TLBI_EL3_VA] = KIND_ADDRESS,
	[ATC_INV] = KIND_ATC,	       [CFGI_STE_RANGE] = KIND_FAR,
};

/* In which a histogram by powers of two has a value: how many bits it has. */
static __always_inline __u32 bucket(__u64 value)
{
	__u32 b = value ? 1 + hist_log2(value) : 0;

	return b < CMDQ_BUCKETS ? b : CMDQ_BUCKETS - 1;
}

/* ---- which SMMU ---- */

/* Where an SMMU is looked for first. It is a structure of more than a kilobyte. */
static __always_inline __u32 home_of(__u64 smmu)
{
	return lower_half(smmu) >> 11;
}

/* No check of the CPU: the verifier knows that it is one the kernel can have. */
static __always_inline struct cmdq_place *place_at(__u32 at)
{
	const __u32 last = layout.last;

	at &= last;
	return &places[cpu_number() * (last + 1ULL) + at];
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
	if (layout.val != CMDQ_UNKNOWN)
		instance->entries = 1U << (words(cmdq + layout.shift)[0] & 31);
	if (!layout.name_known)
		return;
	bpf_probe_read_kernel(&dev, sizeof(dev), (void *)(smmu + layout.dev));
	bpf_probe_read_kernel(&name, sizeof(name), (void *)(dev + layout.dev_name));
	bpf_probe_read_kernel_str(instance->name, sizeof(instance->name), (void *)name);
}

static __always_inline struct cmdq_place *place_for(__u32 at, __u64 smmu, __u64 cmdq)
{
	struct cmdq_place *place = place_at(at);

	if (place->smmu == smmu)
		return place;
	place->entries = layout.val != CMDQ_UNKNOWN ? 1ULL << (words(cmdq + layout.shift)[0] & 31) : CMDQ_ENTRIES_MAX;
	place->mask = 2 * place->entries - 1;
	place->calm = place->entries <= CMDQ_NEAR_USED ? place->entries - 1 : CMDQ_NEAR_USED;
	place->smmu = smmu;
	return place;
}

/* Of an SMMU that is new to this CPU, or is not where it would be looked for first; a new one takes a free place. */
static __noinline struct cmdq_place *find_place(__u64 smmu, __u64 cmdq)
{
	__u32 i, at = home_of(smmu);
	__u64 was;

	for (i = 0; i <= layout.last && i < CMDQ_INSTANCES; i++, at++) {
		at &= layout.last & (CMDQ_INSTANCES - 1);
		was = keys[at];
		/* Two CPUs may want one place. */
		if (!was)
			was = __sync_val_compare_and_swap(&keys[at], 0, smmu);
		if (!was)
			note_instance(&instances[at], smmu, cmdq);
		if (!was || was == smmu)
			return place_for(at, smmu, cmdq);
	}
	__sync_fetch_and_add(&homeless, 1);
	return 0;
}

/* ---- what ---- */

static __always_inline void count_range(struct cmdq_slot *slot, __u64 word0, __u32 tg)
{
	__u64 granules = tlbi_granules(word0);

	slot->ranges[tg]++;
	slot->pages[bucket(granules)]++;
	slot->granules += granules;
	slot->bytes += granules << tlbi_granule_bits(tg);
}

static __always_inline void count_command(struct cmdq_slot *slot, __u64 address)
{
	const __u64 *word = words(address);
	__u64 word0 = word[0], word1 = word[1];
	__u32 opcode = word0 & 0xff;

	if (tlbi_is_by_address(opcode) && tlbi_tg(word1))
		count_range(slot, word0, tlbi_tg(word1));
	else if (opcode == ATC_INV)
		slot->atc[atc_log2_pages(word1)]++;
	else if (opcode == CFGI_STE_RANGE && cfgi_is_all(word1))
		opcode = CMDQ_CFGI_ALL;
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

static __always_inline void count_list(struct cmdq_slot *slot, __u64 at, __u32 n, __u32 sync)
{
	struct list list = { slot, at };

	slot->batches++;
	slot->commands += n;
	slot->syncs += sync;
	slot->batch[bucket(n)]++;
	if (!n)
		return;
	slot->repeatable += sync && is_repeatable(words(at)[0] & 0xff);
	bpf_loop(n, count_step, &list, 0);
}

/* What is between prod and cons is still to be taken by the SMMU, as far as the driver knows. A bit above the index tells full from empty. */
static __always_inline __u64 entries_used(const struct cmdq_place *place, __u64 cmdq, __u32 val_at)
{
	const __u64 val = words(cmdq + val_at)[0];

	return (val - (val >> 32)) & place->mask;
}

static __noinline int count_occupancy(struct cmdq_place *place, __u64 used, __u32 wanted)
{
	struct cmdq_slot *slot;

	if (!place)
		return 0;
	slot = &place->slot;
	if (used > place->entries) {
		slot->far++;
		return 0;
	}
	slot->occupancy[bucket(used)]++;
	slot->no_room += used + wanted > place->entries;
	return 0;
}

/* True or not, as the compiler may have moved arguments: a list is no longer than the queue. */
static __always_inline int is_sane(struct cmdq_place *place, __u32 n, __u32 sync)
{
	if (n <= place->entries && sync <= 1)
		return 1;
	place->slot.refused++;
	refused = (struct cmdq_refused){ n, sync, place->entries };
	return 0;
}

/* Any list but those that count_one() is for. */
static __noinline int count_any(struct cmdq_place *place, __u64 cmdq, __u64 list, __u32 n, __u32 sync)
{
	if (!place || !is_sane(place, n, sync))
		return 0;
	if (layout.val != CMDQ_UNKNOWN)
		count_occupancy(place, entries_used(place, cmdq, layout.val), n + sync);
	count_list(&place->slot, list, n, sync);
	return 0;
}

static __always_inline void count_one_occupancy(struct cmdq_place *place, __u64 cmdq, __u64 sync)
{
	const __u32 val_at = layout.val;
	__u64 used;

	if (val_at == CMDQ_UNKNOWN)
		return;
	used = entries_used(place, cmdq, val_at);
	if (used < place->calm)
		place->near.used[used & (CMDQ_NEAR_USED - 1)]++;
	else
		count_occupancy(place, used, 1 + sync);
}

static __noinline int count_one_far(struct cmdq_slot *slot, __u64 list, __u32 sync)
{
	if (slot)
		count_list(slot, list, 1, sync);
	return 0;
}

/* Of a scale that does not fit into `ranges`. */
#define SCALE_FAR ((__u64)(0x1f & ~(CMDQ_NEAR_SCALES - 1)) << 20)

/* A list of one command. */
static __always_inline void count_one(struct cmdq_place *place, __u64 list, __u32 sync)
{
	const __u64 *word = words(list);
	__u64 word0 = word[0], word1 = word[1], opcode = word0 & 0xff;
	enum kind kind = kinds[opcode];

	if (kind == KIND_ADDRESS && !(word0 & SCALE_FAR)) {
		place->near.ranges[tlbi_tg(word1)][tlbi_scale(word0) & (CMDQ_NEAR_SCALES - 1)][tlbi_num(word0)]++;
	} else if (kind == KIND_ATC) {
		place->slot.atc[atc_log2_pages(word1)]++;
	} else if (kind != KIND_PLAIN) {
		count_one_far(&place->slot, list, sync);
		return;
	}
	place->near.lists[sync & 1][opcode]++;
}

/* @argument[]: smmu, cmdq, list, n, sync. They are read as late as can be, as what is kept over a call has to be saved first. */
static __always_inline int submit(const __u64 *argument)
{
	struct cmdq_place *place = place_at(home_of(argument[0]));
	__u64 smmu, sync;
	__u32 n;

	barrier_var(argument);
	smmu = argument[0];
	if (place->smmu != smmu)
		place = find_place(smmu, argument[1]);
	if (!place)
		return 0;
	n = argument[3];
	sync = (__u8)argument[4];
	/* Here and below: the compiler would like to compare something else, which tells the verifier nothing. */
	barrier_var(sync);
	if (n != 1 || sync > 1)
		return count_any(place, argument[1], argument[2], n, sync);
	count_one_occupancy(place, argument[1], sync);
	count_one(place, argument[2], sync);
	return 0;
}

/* Where nearly all kernels have them: the first ones, of fentry as saved, of a kprobe in their registers. */
SEC("?fentry") int count_submit(const __u64 *ctx)
{
	return submit(ctx);
}

SEC("?kprobe") int kcount_submit(const __u64 *ctx)
{
	return submit(ctx);
}

SEC("?fentry") int count_submit_elsewhere(void *ctx)
{
	__u64 argument[5] = {};

	bpf_get_func_arg(ctx, args.smmu, &argument[0]);
	bpf_get_func_arg(ctx, args.cmdq, &argument[1]);
	bpf_get_func_arg(ctx, args.list, &argument[2]);
	bpf_get_func_arg(ctx, args.n, &argument[3]);
	bpf_get_func_arg(ctx, args.sync, &argument[4]);
	return submit(argument);
}

SEC("?kprobe") int kcount_submit_elsewhere(const struct user_pt_regs *ctx)
{
	const __u64 argument[5] = { register_of(ctx, args.smmu), register_of(ctx, args.cmdq),
				    register_of(ctx, args.list), register_of(ctx, args.n),
				    register_of(ctx, args.sync) };

	return submit(argument);
}

char LICENSE[] SEC("license") = "GPL";
