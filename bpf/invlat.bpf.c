// SPDX-License-Identifier: GPL-2.0-only
/*
 * invlat.bpf.c - times the functions of the SMMUv3 invalidation path and
 * counts what goes to the command queue, of all or of one IOMMU group.
 *
 * What is added to a traced call is what matters here. So the usual path has
 * no map lookup and no lock, and calls one helper: the clock.
 *
 * A call is known by its frame: the address of its arguments on the stack,
 * which entry and return share and no other running call has. It is kept on
 * the CPU where the call began. The return looks there first; a task that
 * slept or was preempted may return after a later call, or on another CPU,
 * and is then searched for. What is not found is counted as lost.
 *
 * The kernel runs a program once at a time on a CPU. So a slot needs no
 * atomics; user space asks the kernel how often it skipped one therefore.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "invlat.h"
#include "kernel_side.h"

/* One for each CPU; resized before loading. Mapped by user space. */
#ifndef INVLAT_CPUS /* the unit test has more */
#define INVLAT_CPUS 1
#endif
struct invlat_cpu cpus[INVLAT_CPUS] SEC(".bss.cpus");

/* Set before loading. */
const volatile __u32 nr_cpus = INVLAT_CPUS;
const volatile __u32 commands_arg; /* of the submit function: which argument is */
const volatile __u32 sync_arg;	   /* the number of commands, which the wish for a CMD_SYNC */
const volatile __u32 list_arg;	   /* where they are */

/* Set by user space, before a reset. */
struct invlat_own own;

/* By how much a value is shifted, by its bits above SUB_BITS. */
static const unsigned char octaves[INVLAT_OCTAVES] = {
	[1] = 1,	 [2 ... 3] = 2,	  [4 ... 7] = 3,    [8 ... 15] = 4,
	[16 ... 31] = 5, [32 ... 63] = 6, [64 ... 127] = 7, [128 ... 255] = 8,
};

/* No check of the number: the verifier knows that it is one the kernel can have. */
static __always_inline struct invlat_slot *this_slot(enum invlat_entry entry)
{
	return &cpus[cpu_number()].slots[entry];
}

static __always_inline void call_start(struct invlat_call *call, __u64 frame)
{
	/* Claimed first: an interrupt while the clock is read must not take it. */
	call->frame = frame;
	call->start_ns = bpf_ktime_get_ns();
}

/* The first place is taken. If no other is free, the return will find nothing and say so. */
static __noinline int call_start_nested(struct invlat_slot *slot, __u64 frame)
{
	int i;

	for (i = 0; i < INVLAT_CALLS; i++) {
		/* A frame cannot be in use twice: the return of the older call was missed. */
		if (slot->calls[i].frame == frame)
			slot->lost++;
		else if (slot->calls[i].frame)
			continue;
		call_start(&slot->calls[i], frame);
		break;
	}
	return 0;
}

static __always_inline void enter(enum invlat_entry entry, __u64 frame)
{
	struct invlat_slot *slot = this_slot(entry);

	if (slot->calls[0].frame == 0)
		call_start(&slot->calls[0], frame);
	else
		call_start_nested(slot, frame);
}

static __always_inline __u64 call_find_in(struct invlat_slot *slot, __u64 frame)
{
	int i;

	for (i = 0; i < INVLAT_CALLS; i++) {
		if (slot->calls[i].frame != frame)
			continue;
		slot->calls[i].frame = 0;
		return slot->calls[i].start_ns;
	}
	return 0;
}

struct search {
	__u64 frame, start_ns;
	enum invlat_entry entry;
};

static long call_find_step(__u32 cpu, struct search *search)
{
	if (cpu >= nr_cpus || search->entry >= INVLAT_ENTRY_COUNT)
		return 1;
	search->start_ns = call_find_in(&cpus[cpu].slots[search->entry], search->frame);
	return search->start_ns != 0;
}

/* When the call began, on whatever CPU; 0 if nobody saw it begin. */
static __noinline __u64 call_find(struct invlat_slot *slot, enum invlat_entry entry, __u64 frame)
{
	struct search search = { .frame = frame, .entry = entry };

	search.start_ns = call_find_in(slot, frame);
	if (!search.start_ns)
		bpf_loop(nr_cpus, call_find_step, &search, 0);
	if (!search.start_ns)
		slot->lost++;
	return search.start_ns;
}

static __always_inline void record_in(struct invlat_hist *hist, __u32 index, __u64 value)
{
	if (index >= INVLAT_BUCKETS) {
		hist->out_of_range++;
		return;
	}
	hist->buckets[index]++;
	hist->sum += value;
	if (value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
}

static __always_inline struct invlat_hist *hist_of(struct invlat_slot *slot)
{
	return &slot->hists[slot->bank & (INVLAT_BANKS - 1)];
}

static __noinline int record_far(struct invlat_slot *slot, __u64 value)
{
	record_in(hist_of(slot), value > HIST_MAX ? INVLAT_BUCKETS : hist_index(INVLAT_SUB_BITS, value), value);
	return 0;
}

static __always_inline void record(struct invlat_slot *slot, __u64 value)
{
	/* The compiler would like to compare something else, which tells the verifier nothing. */
	asm volatile("" : "+r"(value));
	if (value < INVLAT_NEAR)
		record_in(hist_of(slot), invlat_near_index(octaves, value), value);
	else
		record_far(slot, value);
}

static __noinline int leave_nested(struct invlat_slot *slot, enum invlat_entry entry, __u64 frame, __u64 now)
{
	__u64 start = call_find(slot, entry, frame);

	if (start)
		record(slot, now - start);
	return 0;
}

/* Nothing but its own call is needed after each of the two rare ones, so few registers are saved for them. */
static __always_inline void leave(enum invlat_entry entry, __u64 frame)
{
	struct invlat_slot *slot = this_slot(entry);
	__u64 now = bpf_ktime_get_ns();

	if (slot->calls[0].frame == frame) {
		slot->calls[0].frame = 0;
		record(slot, now - slot->calls[0].start_ns);
	} else {
		leave_nested(slot, entry, frame, now);
	}
}

static __always_inline int is_own_stream(__u32 stream)
{
	int i;

	for (i = 0; i < GROUP_STREAMS; i++) {
		if (i < own.ids.streams && own.ids.stream[i] == stream)
			return 1;
	}
	return 0;
}

/* The first command tells: those of a list are for one domain. Numbers are those of the SMMUv3's architecture, 4.1.3. */
static __always_inline int is_own(__u64 list)
{
	__u64 command = 0;

	bpf_probe_read_kernel(&command, sizeof(command), (void *)list);
	switch (command & 0xff) {
	case 0x03: /* CFGI_STE */
	case 0x05: /* CFGI_CD */
	case 0x06: /* CFGI_CD_ALL */
	case 0x40: /* ATC_INV */
		return is_own_stream(command >> 32);
	case 0x11 ... 0x13: /* TLBI_NH_ASID, TLBI_NH_VA, TLBI_NH_VAA */
	case 0x21 ... 0x22: /* TLBI_EL2_ASID, TLBI_EL2_VA */
		return own.ids.domain == GROUP_ASID && command >> 48 == own.ids.asid;
	}
	return 0;
}

static __always_inline void count(enum invlat_entry entry, __u32 commands, __u8 sync, __u64 list)
{
	struct invlat_slot *slot = this_slot(entry);
	__u32 inner = inner_syncs(list, commands);

	if (own.on && !is_own(list)) {
		slot->others += commands - inner;
		slot->other_syncs += inner + (sync != 0);
		return;
	}
	slot->batches++;
	slot->commands += commands - inner;
	slot->syncs += inner + (sync != 0);
}

static __always_inline void count_args(enum invlat_entry entry, void *ctx)
{
	__u64 commands = 0, sync = 0, list = 0;

	bpf_get_func_arg(ctx, commands_arg, &commands);
	bpf_get_func_arg(ctx, sync_arg, &sync);
	bpf_get_func_arg(ctx, list_arg, &list);
	count(entry, commands, sync, list);
}

static __always_inline void count_registers(enum invlat_entry entry, const struct user_pt_regs *ctx)
{
	count(entry, register_of(ctx, commands_arg), register_of(ctx, sync_arg), register_of(ctx, list_arg));
}

/*
 * Two pairs a function, of which user space loads one. fentry and fexit get
 * the address of the saved arguments; kprobe and kretprobe get registers,
 * and the stack pointer is the same at both.
 */
#define X(ident) \
	SEC("?fentry") int enter_##ident(void *ctx) \
	{ \
		if (INVLAT_##ident == INVLAT_SUBMIT) \
			count_args(INVLAT_##ident, ctx); \
		enter(INVLAT_##ident, (__u64)ctx); \
		return 0; \
	} \
	SEC("?fexit") int leave_##ident(void *ctx) \
	{ \
		leave(INVLAT_##ident, (__u64)ctx); \
		return 0; \
	} \
	SEC("?kprobe") int kenter_##ident(struct user_pt_regs *ctx) \
	{ \
		if (INVLAT_##ident == INVLAT_SUBMIT) \
			count_registers(INVLAT_##ident, ctx); \
		enter(INVLAT_##ident, ctx->sp); \
		return 0; \
	} \
	SEC("?kretprobe") int kleave_##ident(struct user_pt_regs *ctx) \
	{ \
		leave(INVLAT_##ident, ctx->sp); \
		return 0; \
	}
INVLAT_ENTRIES(X)
#undef X

char LICENSE[] SEC("license") = "GPL";
