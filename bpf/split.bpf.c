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
static __always_inline void call_free(struct split_cpu *cpu, struct split_call *call)
{
	int i;

	call->frame = 0;
	for (i = 0; i < SPLIT_CALLS; i++) {
		__u32 top = cpu->depth - 1;

		if (top >= SPLIT_CALLS || cpu->calls[top].frame)
			break;
		cpu->depth = top;
	}
}

static __always_inline void call_sum(struct split_cpu *cpu, const struct split_call *call)
{
	__u64 pid = bpf_get_current_pid_tgid() >> 32;
	struct split_sum *sums = table_of(cpu, SPLIT_BY_PROCESS);
	__u32 place = place_of(sums, pid, call->entry, pid * SPLIT_ENTRY_COUNT + call->entry);
	struct split_sum *sum;

	barrier_var(place); /* else the compiler compares something else, which tells the verifier nothing */
	if (place >= SPLIT_PLACES)
		return;
	sum = &sums[place];
	sum->entry = call->entry;
	if (place < SPLIT_SUMS && !sum->whose)
		name_process(sum, pid);
	sum_up(sum, call->last_ns - call->start_ns, call->late, call->part);
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

	if (top >= SPLIT_CALLS || cpu->calls[top].frame != frame) {
		leave_far(cpu, frame);
		return;
	}
	book(&cpu->calls[top], SPLIT_REST, bpf_ktime_get_ns());
	call_sum(cpu, &cpu->calls[top]);
	call_free(cpu, &cpu->calls[top]);
}

/* ---- a list of commands ---- */

static __always_inline struct split_call *call_of_list(struct split_cpu *cpu)
{
	__u32 whose = cpu->list.cpu;

	if (!cpu->list.smmu || whose >= nr_cpus)
		return 0;
	return &cpus[whose].calls[cpu->list.slot & (SPLIT_CALLS - 1)];
}

/* Of what the call is in, @as is made; it goes on in @to. */
static __always_inline void book_list(struct split_cpu *cpu, struct split_call *call, enum split_part as,
				      enum split_part to)
{
	__u64 now = bpf_ktime_get_ns(), spent = now - call->last_ns;

	call->part[as] += spent;
	cpu->list.part[as] += spent;
	call->last_ns = now;
	call->state = to;
}

/* Whose it is; 0 if nobody's that is known, as those of an attach. */
static __always_inline int find_call(struct split_cpu *cpu)
{
	struct search search = { .task = bpf_get_current_task() };
	__u32 top = cpu->depth - 1;

	if (top < SPLIT_CALLS && is_sought(&cpu->calls[top], &search)) {
		search.cpu = cpu_number();
		search.slot = top;
		search.found = 1;
	} else {
		search_all(&search);
	}
	cpu->list.cpu = search.cpu;
	cpu->list.slot = search.slot;
	return search.found;
}

static __always_inline void list_begin(__u64 smmu, __u32 sync, __u64 list, __u32 n)
{
	struct split_cpu *cpu = this_cpu();
	struct split_call *call;

	if (!find_call(cpu))
		return;
	cpu->list.smmu = smmu;
	cpu->list.sync = sync;
	cpu->list.looked_ns = cpu->list.late = 0;
	__builtin_memset(cpu->list.part, 0, sizeof(cpu->list.part));
	if (detailed)
		sent_begin(&cpu->list.sent, list, n, sync);
	call = call_of_list(cpu);
	if (call)
		book(call, first, bpf_ktime_get_ns());
}

/* Writing begins: it has its place, unless there is a function that tells so. */
static __always_inline void list_writes(void)
{
	struct split_cpu *cpu = this_cpu();
	struct split_call *call = call_of_list(cpu);

	if (call && call->state == SPLIT_ROOM)
		book_list(cpu, call, SPLIT_ROOM, SPLIT_ISSUE);
}

/* Its commands are marked as valid, or as an owner it has seen that those of others are. */
static __always_inline void list_is_valid(void)
{
	struct split_cpu *cpu = this_cpu();
	struct split_call *call = call_of_list(cpu);

	if (call)
		book_list(cpu, call, SPLIT_ISSUE, cpu->list.sync ? SPLIT_SYNC : SPLIT_ISSUE);
}

/* A function that waits, for room or for a CMD_SYNC. */
static __always_inline void wait_begins(enum split_part part)
{
	struct split_cpu *cpu = this_cpu();
	struct split_call *call = call_of_list(cpu);

	if (call)
		book_list(cpu, call, SPLIT_ISSUE, part);
}

static __always_inline void note_lateness(struct split_cpu *cpu, __u64 now)
{
	if (cpu->list.looked_ns)
		cpu->list.late += now - cpu->list.looked_ns;
	cpu->list.looked_ns = 0;
}

static __always_inline void wait_ends(enum split_part part)
{
	struct split_cpu *cpu = this_cpu();
	struct split_call *call = call_of_list(cpu);

	if (!call)
		return;
	book_list(cpu, call, part, SPLIT_ISSUE);
	if (part == SPLIT_SYNC)
		note_lateness(cpu, call->last_ns);
}

/* The queue has been looked at, and will not be for a while: a CMD_SYNC that completes in it is seen late. */
static __always_inline void delays(void)
{
	struct split_cpu *cpu = this_cpu();
	struct split_call *call = call_of_list(cpu);

	if (call && call->state == SPLIT_SYNC)
		cpu->list.looked_ns = bpf_ktime_get_ns();
}

/* An SMMU is a structure of a page or more. */
static __always_inline void list_sum(struct split_cpu *cpu, struct split_call *call)
{
	struct split_list *list = &cpu->list;
	struct split_sum *sums = table_of(cpu, SPLIT_BY_SMMU);
	__u32 place = place_of(sums, list->smmu, 0, list->smmu >> 12);
	__u64 total = list->part[SPLIT_ROOM] + list->part[SPLIT_ISSUE] + list->part[SPLIT_SYNC];
	struct split_sum *sum;

	barrier_var(place);
	if (place >= SPLIT_PLACES)
		return;
	sum = &sums[place];
	if (place < SPLIT_SUMS && !sum->whose)
		name_smmu(sum, list->smmu);
	sum_up(sum, total, list->late, list->part);
	if (!detailed)
		return;
	list->sent.atc_ns = list->sent.atc_commands ? total : 0;
	sent_add(&call->sent, &list->sent);
	more_up(cpu, SPLIT_BY_SMMU, place, &list->sent, total);
}

static __always_inline void list_end(void)
{
	struct split_cpu *cpu = this_cpu();
	struct split_call *call = call_of_list(cpu);
	enum split_part state;

	if (!call)
		return;
	state = call->state & 7;
	book_list(cpu, call, state, SPLIT_REST);
	if (state == SPLIT_SYNC)
		note_lateness(cpu, call->last_ns);
	call->late += cpu->list.late;
	list_sum(cpu, call);
	cpu->list.smmu = 0;
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

/* The SMMU is the submit function's first argument; user space has made sure. */
SEC("?fentry") int enter_submit(void *ctx)
{
	__u64 smmu = 0, sync = 0, list = 0, n = 0;

	bpf_get_func_arg(ctx, 0, &smmu);
	bpf_get_func_arg(ctx, sync_arg, &sync);
	if (detailed) {
		bpf_get_func_arg(ctx, list_arg, &list);
		bpf_get_func_arg(ctx, n_arg, &n);
	}
	list_begin(smmu, (__u8)sync, list, n);
	return 0;
}

SEC("?kprobe") int kenter_submit(struct user_pt_regs *ctx)
{
	list_begin(ctx->regs[0], (__u8)register_of(ctx, sync_arg), detailed ? register_of(ctx, list_arg) : 0,
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
