// SPDX-License-Identifier: GPL-2.0-only
/*
 * split.bpf.c - what an invalidation's time goes into, by process and by SMMU.
 *
 * Each program moves a call to another part, and books the time since the last
 * one did so. There is one reading of the clock for each, and what they book
 * adds up to the call, as nothing is booked twice or left out.
 *
 * The driver submits with interrupts off: until the list that a CPU is submitting
 * has been, all that happens there belongs to it. So only the program at its
 * beginning has to find out for which call it is.
 *
 * The kernel runs a program once at a time on a CPU, and what lies in cpus[] is
 * that CPU's own but for calls that go on somewhere else, one at a time.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "split_sums.h"

/* Set before loading. */
SPLIT_SET __u32 nr_cpus = SPLIT_CPUS;
SPLIT_SET __u32 sync_arg;	    /* of the submit function: which argument is the wish for a CMD_SYNC */
SPLIT_SET __u32 first = SPLIT_ROOM; /* the part a list begins with; SPLIT_ISSUE: a wait for room is a function */
SPLIT_SET __u32 n_arg, list_arg;    /* its commands, if it is `detailed` */

/* No check of the number: the verifier knows that it is one the kernel can have. */
static __always_inline struct split_cpu *this_cpu(void)
{
	return &cpus[cpu_number()];
}

static __always_inline void book(struct split_call *call, enum split_part to, __u64 now)
{
	call->part[call->state & 7] += now - call->last_ns;
	call->last_ns = now;
	call->state = to;
}

/* ---- a call ---- */

static __always_inline void call_begin(struct split_call *call, enum split_entry entry, __u64 frame)
{
	/* Claimed first: an interrupt while the clock is read must not take it. */
	call->frame = frame;
	call->task = bpf_get_current_task();
	call->entry = entry;
	call->state = SPLIT_REST;
	call->late = 0;
	__builtin_memset(call->part, 0, sizeof(call->part));
	if (detailed)
		__builtin_memset(&call->sent, 0, sizeof(call->sent));
	call->start_ns = call->last_ns = bpf_ktime_get_ns();
}

static __always_inline void enter(enum split_entry entry, __u64 frame)
{
	struct split_cpu *cpu = this_cpu();
	__u32 depth = cpu->depth;

	if (depth >= SPLIT_CALLS) {
		cpu->lost++;
		return;
	}
	cpu->depth = depth + 1;
	call_begin(&cpu->calls[depth], entry, frame);
}

/* What has left in the middle is free once all above it are. */
static __noinline int free_top(struct split_cpu *cpu)
{
	int i;

	for (i = 0; cpu && i < SPLIT_CALLS; i++) {
		__u32 top = cpu->depth - 1;

		if (top >= SPLIT_CALLS || cpu->calls[top].frame)
			break;
		cpu->depth = top;
	}
	return 0;
}

static __always_inline void call_sum(struct split_cpu *cpu, const struct split_call *call)
{
	__u64 pid = bpf_get_current_pid_tgid() >> 32;
	struct split_sum *sums = table_of(cpu, SPLIT_BY_PROCESS), *sum;
	__u32 place = (pid * SPLIT_ENTRY_COUNT + call->entry) & (SPLIT_SUMS - 1);

	barrier_var(pid);
	if (!pid || sums[place].whose != pid || sums[place].entry != call->entry)
		place = find_process(sums, pid, call->entry, place);
	barrier_var(place); /* else the compiler compares something else, which tells the verifier nothing */
	if (place >= SPLIT_PLACES)
		return;
	sum = &sums[place];
	sum_up(sum, call->late, call->part);
	sum->total += call->last_ns - call->start_ns;
	sum->part[SPLIT_REST] += call->part[SPLIT_REST];
	if (call->part[SPLIT_LOCK])
		sum->part[SPLIT_LOCK] += call->part[SPLIT_LOCK];
	if (detailed)
		more_up(cpu, SPLIT_BY_PROCESS, place, &call->sent, call->last_ns - call->start_ns);
}

/* Another task's call is on top, or the task has come from another CPU. */
struct search {
	__u64 task, frame; /* frame 0: any of the task's */
	__u32 cpu, slot;
	__u32 found;
};

static __always_inline int is_sought(const struct split_call *call, const struct search *search)
{
	return call->frame && call->task == search->task && (!search->frame || call->frame == search->frame);
}

static long search_step(__u32 cpu, struct search *search)
{
	int i;

	if (cpu >= nr_cpus)
		return 1;
	/* The innermost is the last. */
	for (i = 0; i < SPLIT_CALLS; i++) {
		if (!is_sought(&cpus[cpu].calls[i], search))
			continue;
		search->cpu = cpu;
		search->slot = i;
		search->found = 1;
	}
	return search->found;
}

static __noinline int search_all(struct search *search)
{
	bpf_loop(nr_cpus, search_step, search, 0);
	return 0;
}

static __noinline int leave_far(struct split_cpu *cpu, __u64 frame)
{
	struct search search = { .task = bpf_get_current_task(), .frame = frame };
	struct split_call *call;

	search_all(&search);
	if (!search.found || search.cpu >= nr_cpus) {
		cpu->lost++;
		return 0;
	}
	call = &cpus[search.cpu].calls[search.slot & (SPLIT_CALLS - 1)];
	book(call, SPLIT_REST, bpf_ktime_get_ns());
	call_sum(cpu, call);
	call->frame = 0; /* its CPU sees to its depth, with its next call that ends */
	return 0;
}

static __always_inline void leave(__u64 frame)
{
	struct split_cpu *cpu = this_cpu();
	__u32 top = cpu->depth - 1;
	struct split_call *call;

	if (top >= SPLIT_CALLS || cpu->calls[top].frame != frame) {
		leave_far(cpu, frame);
		return;
	}
	call = &cpu->calls[top];
	book(call, SPLIT_REST, bpf_ktime_get_ns());
	call_sum(cpu, call);
	call->frame = 0;
	cpu->depth = top;
	if (top)
		free_top(cpu);
}

/* ---- a list of commands ---- */

/*
 * What is booked of a list is in `list` until it ends, when it goes to the call. Until then the call is in no part
 * that a lock could be waited for in.
 */
static __always_inline void list_book(struct split_list *list, enum split_part as, enum split_part to)
{
	__u64 now = bpf_ktime_get_ns();

	list->part[as & 7] += now - list->last_ns;
	list->last_ns = now;
	list->state = to;
}

/* Whose it is; 0 if nobody's that is known, as those of an attach. */
static __noinline int find_call_far(struct split_list *list)
{
	struct search search = { .task = bpf_get_current_task() };

	search_all(&search);
	if (!list || !search.found)
		return 0;
	list->cpu = search.cpu;
	list->slot = search.slot;
	return 1;
}

static __always_inline struct split_call *call_far(const struct split_list *list)
{
	return list->cpu < nr_cpus ? &cpus[list->cpu].calls[list->slot & (SPLIT_CALLS - 1)] : 0;
}

static __always_inline struct split_call *find_call(struct split_cpu *cpu)
{
	const struct search search = { .task = bpf_get_current_task() };
	__u32 top = cpu->depth - 1;

	if (top < SPLIT_CALLS && is_sought(&cpu->calls[top], &search)) {
		cpu->list.cpu = SPLIT_OWN_CPU;
		cpu->list.slot = top;
		return &cpu->calls[top];
	}
	return find_call_far(&cpu->list) ? call_far(&cpu->list) : 0;
}

/* @detail: what it sends is to be told, if that is wished for. */
static __always_inline void list_begin(__u64 smmu, __u32 sync, int detail, __u64 commands, __u32 n)
{
	struct split_cpu *cpu = this_cpu();
	struct split_call *call = find_call(cpu);
	struct split_list *list = &cpu->list;

	if (!call)
		return;
	list->smmu = smmu;
	list->synced = sync ? SPLIT_SYNC : SPLIT_ISSUE;
	list->state = first;
	list->looked_ns = list->late = 0;
	list->part[SPLIT_ROOM] = list->part[SPLIT_ISSUE] = list->part[SPLIT_SYNC] = 0;
	if (detail && detailed)
		sent_begin(&list->sent, commands, n, sync);
	list->last_ns = bpf_ktime_get_ns();
	book(call, SPLIT_ISSUE, list->last_ns);
}

/* Writing begins: it has its place, unless there is a function that tells so. */
static __always_inline void list_writes(void)
{
	struct split_list *list = &this_cpu()->list;

	if (list->smmu && list->state == SPLIT_ROOM)
		list_book(list, SPLIT_ROOM, SPLIT_ISSUE);
}

/* Its commands are marked as valid, or as an owner it has seen that those of others are. */
static __always_inline void list_is_valid(void)
{
	struct split_list *list = &this_cpu()->list;

	if (list->smmu)
		list_book(list, SPLIT_ISSUE, list->synced);
}

/* A function that waits, for room or for a CMD_SYNC. */
static __always_inline void wait_begins(enum split_part part)
{
	struct split_list *list = &this_cpu()->list;

	if (list->smmu)
		list_book(list, SPLIT_ISSUE, part);
}

static __always_inline void note_lateness(struct split_list *list)
{
	if (!list->looked_ns)
		return;
	list->late += list->last_ns - list->looked_ns;
	list->looked_ns = 0;
}

static __always_inline void wait_ends(enum split_part part)
{
	struct split_list *list = &this_cpu()->list;

	if (!list->smmu)
		return;
	list_book(list, part, SPLIT_ISSUE);
	if (part == SPLIT_SYNC)
		note_lateness(list);
}

/* The queue has been looked at, and will not be for a while: a CMD_SYNC that completes in it is seen late. */
static __always_inline void delays(void)
{
	struct split_list *list = &this_cpu()->list;

	if (list->smmu && list->state == SPLIT_SYNC)
		list->looked_ns = bpf_ktime_get_ns();
}

/* An SMMU is a structure of more than a kilobyte. */
static __always_inline void list_sum(struct split_cpu *cpu, struct split_call *call)
{
	struct split_list *list = &cpu->list;
	struct split_sum *sums = table_of(cpu, SPLIT_BY_SMMU);
	__u32 place = list->smmu >> 11 & (SPLIT_SUMS - 1);
	__u64 total;

	if (sums[place].whose != list->smmu)
		place = find_smmu(sums, list->smmu, place);
	barrier_var(place);
	if (place >= SPLIT_PLACES)
		return;
	sum_up(&sums[place], list->late, list->part);
	if (!detailed)
		return;
	total = list->part[SPLIT_ROOM] + list->part[SPLIT_ISSUE] + list->part[SPLIT_SYNC];
	list->sent.atc_ns = list->sent.atc_commands ? total : 0;
	sent_add(&call->sent, &list->sent);
	more_up(cpu, SPLIT_BY_SMMU, place, &list->sent, total);
}

static __always_inline void list_end(void)
{
	struct split_cpu *cpu = this_cpu();
	struct split_list *list = &cpu->list;
	struct split_call *call;

	if (!list->smmu)
		return;
	call = list->cpu == SPLIT_OWN_CPU ? &cpu->calls[list->slot & (SPLIT_CALLS - 1)] : call_far(list);
	if (!call)
		return;
	list_book(list, list->state, list->state);
	if (list->state == SPLIT_SYNC)
		note_lateness(list);
	call->part[SPLIT_ROOM] += list->part[SPLIT_ROOM];
	call->part[SPLIT_ISSUE] += list->part[SPLIT_ISSUE];
	call->part[SPLIT_SYNC] += list->part[SPLIT_SYNC];
	call->last_ns = list->last_ns;
	call->state = SPLIT_REST;
	call->late += list->late;
	list_sum(cpu, call);
	list->smmu = 0;
}

/* ---- a lock ---- */

/* Of the call on top alone, which is of the task that waits unless an interrupt is. */
static __always_inline void lock_waits(int begins)
{
	struct split_cpu *cpu = this_cpu();
	struct search search = {};
	__u32 top = cpu->depth - 1;
	struct split_call *call;

	if (top >= SPLIT_CALLS)
		return;
	call = &cpu->calls[top];
	search.task = bpf_get_current_task();
	if (!is_sought(call, &search))
		return;
	if (begins && call->state == SPLIT_REST)
		book(call, SPLIT_LOCK, bpf_ktime_get_ns());
	else if (!begins && call->state == SPLIT_LOCK)
		book(call, SPLIT_REST, bpf_ktime_get_ns());
}

SEC("?raw_tp/contention_begin") int lock_begin(void *ctx)
{
	lock_waits(1);
	return 0;
}

SEC("?raw_tp/contention_end") int lock_end(void *ctx)
{
	lock_waits(0);
	return 0;
}

/* ---- programs: two of each kind, of which user space loads one ---- */

/* fentry and fexit get the address of the saved arguments; kprobe and kretprobe the same stack pointer. */
#define X(ident) \
	SEC("?fentry") int enter_##ident(void *ctx) \
	{ \
		enter(SPLIT_##ident, (__u64)ctx); \
		return 0; \
	} \
	SEC("?fexit") int leave_##ident(void *ctx) \
	{ \
		leave((__u64)ctx); \
		return 0; \
	} \
	SEC("?kprobe") int kenter_##ident(struct user_pt_regs *ctx) \
	{ \
		enter(SPLIT_##ident, ctx->sp); \
		return 0; \
	} \
	SEC("?kretprobe") int kleave_##ident(struct user_pt_regs *ctx) \
	{ \
		leave(ctx->sp); \
		return 0; \
	}
SPLIT_ENTRIES(X)
#undef X

/*
 * The SMMU is the submit function's first argument; user space has made sure. Where the others are what they are nearly
 * everywhere, and nothing more is wished for, they are read from there, which takes the kernel less.
 */
SEC("?fentry") int enter_submit(const __u64 *ctx)
{
	list_begin(ctx[0], (__u8)ctx[4], 0, 0, 0);
	return 0;
}

SEC("?kprobe") int kenter_submit(const __u64 *ctx)
{
	list_begin(ctx[0], (__u8)ctx[4], 0, 0, 0);
	return 0;
}

SEC("?fentry") int enter_submit_any(void *ctx)
{
	__u64 smmu = 0, sync = 0, list = 0, n = 0;

	bpf_get_func_arg(ctx, 0, &smmu);
	bpf_get_func_arg(ctx, sync_arg, &sync);
	if (detailed) {
		bpf_get_func_arg(ctx, list_arg, &list);
		bpf_get_func_arg(ctx, n_arg, &n);
	}
	list_begin(smmu, (__u8)sync, 1, list, n);
	return 0;
}

SEC("?kprobe") int kenter_submit_any(struct user_pt_regs *ctx)
{
	list_begin(ctx->regs[0], (__u8)register_of(ctx, sync_arg), 1, detailed ? register_of(ctx, list_arg) : 0,
		   detailed ? register_of(ctx, n_arg) : 0);
	return 0;
}

/* Of a function at whose beginning or end nothing but that it is there matters. */
#define MARK(name, fkind, kkind, what) \
	SEC(fkind) int name(void *ctx) \
	{ \
		what; \
		return 0; \
	} \
	SEC(kkind) int k##name(void *ctx) \
	{ \
		what; \
		return 0; \
	}
#define AT_BEGIN(name, what) MARK(enter_##name, "?fentry", "?kprobe", what)
#define AT_END(name, what)   MARK(leave_##name, "?fexit", "?kretprobe", what)

AT_END(submit, list_end())
AT_BEGIN(write, list_writes())
AT_END(valid, list_is_valid())
AT_BEGIN(room, wait_begins(SPLIT_ROOM))
AT_END(room, wait_ends(SPLIT_ROOM))
AT_BEGIN(sync, wait_begins(SPLIT_SYNC))
AT_END(sync, wait_ends(SPLIT_SYNC))
AT_BEGIN(msi, wait_begins(SPLIT_SYNC))
AT_END(msi, wait_ends(SPLIT_SYNC))
AT_BEGIN(delay, delays())

char LICENSE[] SEC("license") = "GPL";
