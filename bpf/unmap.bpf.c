// SPDX-License-Identifier: GPL-2.0-only
/*
 * unmap.bpf.c - what an unmap of the DMA API takes its time for, strict or lazy.
 *
 * Functions that call each other are a stack, and the innermost one that has a
 * program says which part an unmap is in. Each program books the time since the
 * last one did, by one reading of the clock: the parts add up to the unmap. What of
 * it is the programs' own time was found out before, on functions that do nothing
 * (unmap_cost.c), and is summed up beside it.
 *
 * The stack is the task's own, wherever it runs; what an interrupt unmaps is
 * another one on top.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "kernel_side.h"
#include "unmap_parts.h"

/* Set before loading. */
#ifndef UNMAP_SET /* the unit test sets them later, and has more CPUs */
#define UNMAP_SET  const volatile
#define UNMAP_CPUS 1
#endif
UNMAP_SET struct unmap_cost cost[UNMAP_COSTS];
UNMAP_SET __u32 sync_arg;	    /* of the submit function */
UNMAP_SET __u32 first = UNMAP_ROOM; /* the part a list begins with; UNMAP_ISSUE: a wait for room is a function */
UNMAP_SET __u32 after_removal = UNMAP_FREE; /* UNMAP_SAME: what puts an address into a flush queue is a function */

/* One for each CPU; resized before loading. Mapped by user space. */
struct unmap_cpu cpus[UNMAP_CPUS] SEC(".bss.cpus");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct unmap_task);
} tasks SEC(".maps");

enum kind { FENTRY, KPROBE };

#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))

static __always_inline void lose(void)
{
	cpus[cpu_number()].lost++;
}

/* ---- the unmap that is running ---- */

static __always_inline struct unmap_call *running(struct unmap_task *task)
{
	__u64 top;

	if (!task)
		return 0;
	top = task->depth - 1;
	barrier_var(top); /* else the compiler compares something else, which tells the verifier nothing */
	return top < UNMAP_NESTED ? &task->calls[top] : 0;
}

static __always_inline struct unmap_task *this_task(void)
{
	return bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, 0);
}

static __always_inline struct unmap_call *this_call(void)
{
	return running(this_task());
}

static __always_inline struct unmap_frame *top_of(struct unmap_call *call)
{
	return &call->frames[(call->depth - 1) & (UNMAP_FRAMES - 1)];
}

/*
 * What an interrupt unmaps in between moves last_ns on by its own time. If that is between the clock's reading and the
 * exchange, the reading is of before.
 */
static __always_inline void book(struct unmap_call *call)
{
	__u64 elsewhere = READ_ONCE(call->elsewhere), now = bpf_ktime_get_ns(), spent;

	if (READ_ONCE(call->elsewhere) != elsewhere)
		now = bpf_ktime_get_ns();
	spent = now - __sync_lock_test_and_set(&call->last_ns, now);
	call->part[top_of(call)->part & (UNMAP_SLOTS - 1)] += spent;
	call->spent[call->booked++ & (UNMAP_SPENT - 1)] = spent;
}

static __always_inline __u64 within(const struct unmap_frame *frame)
{
	return cost[frame->cost & (UNMAP_COSTS - 1)].within;
}

static __always_inline __u64 around(const struct unmap_frame *frame)
{
	return cost[frame->cost & (UNMAP_COSTS - 1)].around;
}

static __always_inline void book_probe(struct unmap_call *call, __u32 part, __u64 ns)
{
	call->probe[part & (UNMAP_SLOTS - 1)] += ns;
}

/* ---- its begin and its end ---- */

static __always_inline void call_begin(struct unmap_task *task, const struct unmap_frame *frame)
{
	__u64 depth = task->depth, now;
	struct unmap_call *call;

	if (depth >= UNMAP_NESTED) {
		lose();
		return;
	}
	call = &task->calls[depth];
	/* Not what is written before it is read. */
	__builtin_memset(call, 0, __builtin_offsetof(struct unmap_call, spent));
	call->timer = !frame->rank;
	call->frames[0] = *frame;
	call->frames[0].cost += UNMAP_ENTRY;
	call->depth = 1;
	task->depth = depth + 1;
	now = bpf_ktime_get_ns();
	if (READ_ONCE(call->elsewhere)) {
		call->elsewhere = 0;
		now = bpf_ktime_get_ns();
	}
	call->start_ns = call->last_ns = now;
}

/* What followed the removal was next to nothing if it was invalidated, and else the flush queue. */
static __always_inline void settle(struct unmap_call *call)
{
	__u32 part = call->strict ? UNMAP_OTHER : UNMAP_QUEUE;

	call->part[part] += call->part[UNMAP_FREE];
	call->probe[part] += call->probe[UNMAP_FREE];
	call->part[UNMAP_FREE] = call->probe[UNMAP_FREE] = 0;
}

static __always_inline void sum_parts(struct unmap_sum *sum, const struct unmap_call *call)
{
	int i;

	for (i = 0; i < UNMAP_FREE; i++) {
		__u64 net = call->part[i] > call->probe[i] ? call->part[i] - call->probe[i] : 0;

		if (!sum->count || net < sum->least[i])
			sum->least[i] = net;
		sum->part[i] += call->part[i];
		sum->probe[i] += call->probe[i];
	}
}

static __noinline int sum_up(struct unmap_call *call)
{
	struct unmap_cpu *cpu = &cpus[cpu_number()];
	struct unmap_sum *sum;

	if (!call)
		return 0;
	settle(call);
	sum = &cpu->sums[cpu->bank & (UNMAP_BANKS - 1)][call->timer ? UNMAP_OF_TIMER : UNMAP_OF_CALLS];
	sum_parts(sum, call);
	sum->total += call->last_ns - call->start_ns - call->elsewhere;
	sum->untold += call->untold;
	sum->lists += call->lists;
	sum->syncs += call->syncs;
	sum->strict += !!call->strict;
	sum->count++;
	return 0;
}

static __always_inline void call_end(struct unmap_call *call)
{
	struct unmap_task *task = this_task();
	struct unmap_call *outer;

	if (!task)
		return;
	sum_up(call);
	task->depth--;
	outer = running(task);
	/* One that has ended is being summed up. */
	if (!outer || !outer->depth)
		return;
	__sync_fetch_and_add(&outer->last_ns, call->last_ns - call->start_ns);
	outer->elsewhere += call->last_ns - call->start_ns;
}

/* ---- what it calls ---- */

static __always_inline void push(struct unmap_call *call, const struct unmap_frame *frame)
{
	__u32 depth = call->depth;

	if (depth >= UNMAP_FRAMES) {
		lose();
		return;
	}
	book(call);
	call->frames[depth] = *frame;
	call->depth = depth + 1;
}

/* Which part it is in, @to for its caller afterwards. */
#define FRAME(part, to, rank, class) (&(struct unmap_frame){ at, part, to, rank, (class) + (kind) * UNMAP_CLASSES })

static __always_inline void enter(__u64 at, enum kind kind, __u32 part, __u32 to)
{
	struct unmap_call *call = this_call();

	if (call)
		push(call, FRAME(part, to, top_of(call)->rank, UNMAP_PLAIN));
}

/*
 * Its caller goes on, maybe in another part: then each part has half of what is the probe's own around it, and of what is so within
 * the caller, which will be booked as a whole when that returns.
 */
static __always_inline void back(struct unmap_call *call, const struct unmap_frame *left)
{
	struct unmap_frame *frame = top_of(call);
	__u32 to = left->to == UNMAP_SAME ? frame->part : left->to;
	__u64 half = within(frame) / 2;

	book_probe(call, frame->part, around(left) / 2 + half);
	book_probe(call, to, around(left) - around(left) / 2 - half);
	frame->part = to;
}

static __always_inline struct unmap_call *leave(__u64 at)
{
	struct unmap_call *call = this_call();
	struct unmap_frame *frame;

	if (!call)
		return 0;
	frame = top_of(call);
	if (frame->at != at) {
		lose();
		return 0;
	}
	book(call);
	book_probe(call, frame->part, within(frame));
	call->depth--;
	if (call->depth)
		back(call, frame);
	return call;
}

static __always_inline void enter_entry(__u64 at, enum kind kind, __u32 rank)
{
	struct unmap_task *task =
		bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct unmap_call *call = running(task);
	const struct unmap_frame *frame = FRAME(rank ? UNMAP_OTHER : UNMAP_QUEUE, UNMAP_SAME, rank, UNMAP_PLAIN);

	if (!task)
		lose();
	else if (call && top_of(call)->rank < rank)
		push(call, frame);
	else
		call_begin(task, frame);
}

static __always_inline void leave_entry(__u64 at)
{
	struct unmap_call *call = leave(at);

	if (call && !call->depth)
		call_end(call);
}

static __always_inline void invalidates(__u64 at, enum kind kind)
{
	struct unmap_call *call = this_call();

	if (!call)
		return;
	call->strict = 1;
	push(call, FRAME(UNMAP_BUILD, UNMAP_SAME, top_of(call)->rank, UNMAP_RANGE));
}

/* ---- a list of commands ---- */

static __always_inline void enter_list(__u64 at, enum kind kind, __u32 sync)
{
	struct unmap_call *call = this_call();

	if (!call)
		return;
	call->lists++;
	call->syncs += sync;
	call->list_syncs = sync;
	push(call, FRAME(first, UNMAP_SAME, top_of(call)->rank, UNMAP_SUBMIT));
}

/* Where nothing has told that it was marked, the wait is in the part before. */
static __always_inline void leave_list(__u64 at)
{
	struct unmap_call *call = leave(at);

	if (call && call->list_syncs && call->frames[call->depth & (UNMAP_FRAMES - 1)].part != UNMAP_SYNC)
		call->untold++;
}

/* An owner waits for those of others, so it was not waiting for a CMD_SYNC yet: undoes what back() did. */
static __always_inline void not_yet(struct unmap_call *call, const struct unmap_frame *valid)
{
	struct unmap_frame *frame = top_of(call);
	__u64 moved = around(valid) - around(valid) / 2 - within(frame) / 2;

	book_probe(call, UNMAP_SYNC, -moved);
	book_probe(call, UNMAP_ISSUE, moved);
	frame->part = UNMAP_ISSUE;
}

static __always_inline void marks(__u64 at, enum kind kind)
{
	struct unmap_call *call = this_call();
	const struct unmap_frame *frame;

	if (!call)
		return;
	frame = FRAME(UNMAP_ISSUE, call->list_syncs ? UNMAP_SYNC : UNMAP_ISSUE, top_of(call)->rank, UNMAP_VALID);
	if (top_of(call)->part == UNMAP_SYNC)
		not_yet(call, frame);
	push(call, frame);
}

/* ---- a lock ---- */

SEC("?raw_tp/contention_begin") int lock_begin(void *ctx)
{
	enter(0, FENTRY, UNMAP_LOCK, UNMAP_SAME);
	return 0;
}

SEC("?raw_tp/contention_end") int lock_end(void *ctx)
{
	struct unmap_call *call = this_call();

	if (!call || top_of(call)->part != UNMAP_LOCK)
		return 0;
	book(call);
	call->depth--;
	return 0;
}

/* ---- programs: two of each kind, of which user space loads one ---- */

/* fentry and fexit get the address of the saved arguments; kprobe and kretprobe the same stack pointer. */
#define PROGRAMS(name, enters, leaves) \
	SEC("?fentry") int enter_##name(void *ctx) \
	{ \
		const enum kind kind = FENTRY; \
		__u64 at = (__u64)ctx; \
		enters; \
		return 0; \
	} \
	SEC("?fexit") int leave_##name(void *ctx) \
	{ \
		__u64 at = (__u64)ctx; \
		leaves; \
		return 0; \
	} \
	SEC("?kprobe") int kenter_##name(struct user_pt_regs *ctx) \
	{ \
		const enum kind kind = KPROBE; \
		__u64 at = ctx->sp; \
		enters; \
		return 0; \
	} \
	SEC("?kretprobe") int kleave_##name(struct user_pt_regs *ctx) \
	{ \
		__u64 at = ctx->sp; \
		leaves; \
		return 0; \
	}
#define X(name, rank) PROGRAMS(name, enter_entry(at, kind, rank), leave_entry(at))
UNMAP_ENTRIES(X)
#undef X
#define X(name, part) PROGRAMS(name, enter(at, kind, part, UNMAP_SAME), leave(at))
UNMAP_POINTS(X)
#undef X
PROGRAMS(remove, enter(at, kind, UNMAP_TABLE, after_removal), leave(at))
PROGRAMS(write, enter(at, kind, UNMAP_ISSUE, UNMAP_ISSUE), leave(at))
PROGRAMS(sync_range, invalidates(at, kind), leave(at))
PROGRAMS(valid, marks(at, kind), leave(at))

SEC("?fentry") int enter_submit(void *ctx)
{
	__u64 sync = 0;

	bpf_get_func_arg(ctx, sync_arg, &sync);
	enter_list((__u64)ctx, FENTRY, (__u8)sync);
	return 0;
}

SEC("?fexit") int leave_submit(void *ctx)
{
	leave_list((__u64)ctx);
	return 0;
}

SEC("?kprobe") int kenter_submit(struct user_pt_regs *ctx)
{
	enter_list(ctx->sp, KPROBE, (__u8)register_of(ctx, sync_arg));
	return 0;
}

SEC("?kretprobe") int kleave_submit(struct user_pt_regs *ctx)
{
	leave_list(ctx->sp);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
