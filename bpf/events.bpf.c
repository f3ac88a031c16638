// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.bpf.c - single calls, lists and waits, each as one event that is told when it ends.
 *
 * What a task is in lies on a stack of its own, in the task's storage. Interrupts add to it
 * and take away what they added before the task goes on, so a depth is claimed before
 * anything is written there, and given back last.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "cmdq_counts.h"
#include "event.h"
#include "kernel_side.h"

/* Set before loading. */
#ifndef EVENTS_SET /* the unit test sets them later */
#define EVENTS_SET const volatile
#endif
EVENTS_SET struct event_config config;
EVENTS_SET struct submit_args args;

__u32 on;	     /* set by user space */
__u64 full;	     /* events that found no room in the ring */
__u64 first_full_ns; /* when the first one did */
__u64 untold;	     /* calls that found no room on their task's stack */
__u64 refused;	     /* lists of which the arguments cannot be true */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* set before loading */
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct event_task);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SPLIT_NAMES);
	__type(key, __u64);
	__type(value, struct event_smmu);
} smmus SEC(".maps");

/* ---- what is told ---- */

/* Nobody is woken: user space looks from time to time. */
static __always_inline void tell(const struct event_call *call, __u32 point, __u64 begin, __u64 end, __u32 depth)
{
	const __u64 ids = bpf_get_current_pid_tgid();
	struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);

	if (!event) {
		if (!__sync_fetch_and_add(&full, 1))
			first_full_ns = end;
		return;
	}
	event->begin_ns = begin;
	event->end_ns = end;
	event->sum = call->sum;
	event->pid = ids >> 32;
	event->tid = ids;
	event->cpu = cpu_number();
	event->point = point;
	event->depth = depth;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline int is_shown(const struct event_call *call, __u64 ns)
{
	if (!(config.shown >> (call->point & 31) & 1) || ns < config.slower_ns)
		return 0;
	return !EVENT_IS_OPERATION(call->point) || call->sum.submits;
}

/* Of the last time that the task has passed the one edge, to the next time that it passes the other. */
static __always_inline void pass(struct event_task *task, const struct event_call *call, __u32 edge, __u64 now,
				 __u32 depth)
{
	if (edge == config.to && task->from_ns) {
		if (now - task->from_ns >= config.slower_ns)
			tell(call, EVENT_SPAN, task->from_ns, now, depth);
		task->from_ns = 0;
	}
	if (edge == config.from)
		task->from_ns = now;
}

static __always_inline void add_id(struct event_sum *to, const struct event_sum *sum)
{
	if (sum->id_kind == EVENT_ID_NONE || sum->id_kind == EVENT_ID_SID)
		return;
	if (to->id_kind == EVENT_ID_NONE) {
		to->id_kind = sum->id_kind;
		to->id = sum->id;
	} else if (to->id_kind != sum->id_kind || to->id != sum->id) {
		to->id_kind = EVENT_ID_SEVERAL;
	}
}

static __always_inline void add_smmu(struct event_sum *to, const struct event_sum *sum)
{
	if (!to->submits)
		to->smmu = sum->smmu;
	if (sum->several || to->smmu != sum->smmu) {
		to->several = 1;
		to->smmu = 0;
	}
}

/* What was submitted in it was so in what it is within. */
static __always_inline void add_sum(struct event_sum *to, const struct event_sum *sum)
{
	if (!sum->submits)
		return;
	add_id(to, sum);
	add_smmu(to, sum);
	to->submits += sum->submits;
	to->commands += sum->commands;
	to->syncs += sum->syncs;
	to->refused |= sum->refused;
}

/* ---- a call ---- */

static __always_inline struct event_task *this_task(__u64 flags)
{
	return bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, flags);
}

static __always_inline struct event_call *push(struct event_task *task, __u32 point, __u64 frame)
{
	struct event_call *call;
	__u32 depth = task->depth;

	if (depth >= EVENT_CALLS) {
		__sync_fetch_and_add(&untold, 1);
		return 0;
	}
	task->depth = depth + 1;
	call = &task->calls[depth];
	call->frame = frame;
	call->point = point;
	__builtin_memset(&call->sum, 0, sizeof(call->sum));
	return call;
}

static __always_inline void begin(struct event_task *task, struct event_call *call)
{
	call->begin_ns = bpf_ktime_get_ns();
	pass(task, call, EVENT_EDGE(call->point, 0), call->begin_ns, task->depth - 1);
}

static __always_inline struct event_task *task_to_begin(void)
{
	struct event_task *task;

	if (!on)
		return 0;
	task = this_task(BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!task)
		__sync_fetch_and_add(&untold, 1);
	return task;
}

static __always_inline void enter(enum event_point point, __u64 frame)
{
	struct event_task *task = task_to_begin();
	struct event_call *call = task ? push(task, point, frame) : 0;

	if (call)
		begin(task, call);
}

/* Where it is; EVENT_CALLS: it began before the trace did, or its begin was lost. What is above it has not ended as it should have. */
static __always_inline __u32 find(const struct event_task *task, __u32 point, __u64 frame)
{
	__u32 i, at;

	for (i = 0; i < EVENT_CALLS; i++) {
		at = task->depth - 1 - i;
		if (at >= EVENT_CALLS)
			break;
		if (task->calls[at].frame == frame && task->calls[at].point == point)
			return at;
	}
	return EVENT_CALLS;
}

static __always_inline void end(struct event_task *task, __u32 at, __u64 now)
{
	struct event_call *call;

	if (at >= EVENT_CALLS)
		return;
	call = &task->calls[at];
	if (is_shown(call, now - call->begin_ns))
		tell(call, call->point, call->begin_ns, now, at);
	pass(task, call, EVENT_EDGE(call->point, 1), now, at);
	if (at)
		add_sum(&task->calls[(at - 1) & (EVENT_CALLS - 1)].sum, &call->sum);
	task->depth = at;
}

static __always_inline void leave(enum event_point point, __u64 frame)
{
	const __u64 now = bpf_ktime_get_ns();
	struct event_task *task = this_task(0);

	if (task)
		end(task, find(task, point, frame), now);
}

/* ---- a list of commands, and what it waits for ---- */

static __always_inline __u64 read_word(__u64 address)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), (void *)address);
	return value;
}

static __always_inline void note_smmu(__u64 smmu)
{
	struct event_smmu name = {};

	if (bpf_map_lookup_elem(&smmus, &smmu))
		return;
	bpf_probe_read_kernel_str(name.name, sizeof(name.name),
				  (void *)read_word(read_word(smmu + config.layout.dev) + config.layout.dev_name));
	bpf_map_update_elem(&smmus, &smmu, &name, BPF_ANY);
}

/* Whom the first command is for. Places are those of IHI 0070, 4.1.3 and what follows. */
static __always_inline void note_command(struct event_sum *sum, __u64 word)
{
	sum->opcode = word;
	switch (sum->opcode) {
	case TLBI_NH_ASID:
	case TLBI_NH_VA:
	case TLBI_EL2_ASID:
	case TLBI_EL2_VA:
		sum->id_kind = EVENT_ID_ASID;
		sum->id = word >> 48;
		return;
	case TLBI_NH_ALL:
	case TLBI_NH_VAA:
	case TLBI_S12_VMALL:
	case TLBI_S2_IPA:
		sum->id_kind = EVENT_ID_VMID;
		sum->id = word >> 32 & 0xffff;
		return;
	case CFGI_STE:
	case CFGI_CD:
	case CFGI_CD_ALL:
	case ATC_INV:
		sum->id_kind = EVENT_ID_SID;
		sum->id = word >> 32;
	}
}

static __always_inline void note_list(struct event_sum *sum, __u64 smmu, __u64 list, __u32 n, __u8 sync)
{
	__u32 inner;

	sum->smmu = smmu;
	sum->submits = 1;
	note_smmu(smmu);
	if (n > CMDQ_ENTRIES_MAX || sync > 1) {
		__sync_fetch_and_add(&refused, 1);
		sum->refused = 1;
		return;
	}
	if (n)
		note_command(sum, read_word(list));
	inner = inner_syncs(list, n);
	sum->commands = n - inner;
	sum->syncs = inner + sync;
}

static __always_inline void submit(__u64 frame, __u64 smmu, __u64 list, __u32 n, __u8 sync)
{
	struct event_task *task = task_to_begin();
	struct event_call *call = task ? push(task, EVENT_submit, frame) : 0;

	if (!call)
		return;
	note_list(&call->sum, smmu, list, n, sync);
	begin(task, call);
}

/* What a task is in, if it is in anything of ours. */
static __always_inline const struct event_call *top_of(const struct event_task *task)
{
	__u32 top = task->depth - 1;

	return top < EVENT_CALLS ? &task->calls[top] : 0;
}

/* The SMMU is that of the list that waits. */
static __always_inline void wait_begins(enum event_point point, __u64 frame)
{
	struct event_task *task = task_to_begin();
	const struct event_call *within = task ? top_of(task) : 0;
	struct event_call *call = task ? push(task, point, frame) : 0;

	if (!call)
		return;
	if (within)
		call->sum.smmu = within->sum.smmu;
	begin(task, call);
}

/* No stack address; two locks at once are waited for in an interrupt alone, which ends first. */
#define LOCK_FRAME 1

/* Of the path itself: what an operation around it waits for is its own. */
SEC("?raw_tp/contention_begin") int lock_begin(void *ctx)
{
	struct event_task *task = on ? this_task(0) : 0;
	const struct event_call *within = task ? top_of(task) : 0;
	struct event_call *call;

	if (!within || EVENT_IS_OPERATION(within->point))
		return 0;
	call = push(task, EVENT_lock, LOCK_FRAME);
	if (call)
		begin(task, call);
	return 0;
}

SEC("?raw_tp/contention_end") int lock_end(void *ctx)
{
	leave(EVENT_lock, LOCK_FRAME);
	return 0;
}

/* ---- programs: two of each kind, of which user space loads one ---- */

/* fentry and fexit get the address of the saved arguments; kprobe and kretprobe the same stack pointer. */
#define AT_END(ident) \
	SEC("?fexit") int leave_##ident(void *ctx) \
	{ \
		leave(EVENT_##ident, (__u64)ctx); \
		return 0; \
	} \
	SEC("?kretprobe") int kleave_##ident(struct user_pt_regs *ctx) \
	{ \
		leave(EVENT_##ident, ctx->sp); \
		return 0; \
	}
#define AT_BOTH(ident, begins) \
	SEC("?fentry") int enter_##ident(void *ctx) \
	{ \
		begins(EVENT_##ident, (__u64)ctx); \
		return 0; \
	} \
	SEC("?kprobe") int kenter_##ident(struct user_pt_regs *ctx) \
	{ \
		begins(EVENT_##ident, ctx->sp); \
		return 0; \
	} \
	AT_END(ident)

#define X(ident) AT_BOTH(ident, enter)
EVENT_OPERATIONS(X)
SPLIT_ENTRIES(X)
#undef X

#define X(ident) AT_BOTH(ident, wait_begins)
EVENT_WAITS(X)
#undef X

SEC("?fentry") int enter_submit(void *ctx)
{
	__u64 smmu = 0, list = 0, n = 0, sync = 0;

	bpf_get_func_arg(ctx, args.smmu, &smmu);
	bpf_get_func_arg(ctx, args.list, &list);
	bpf_get_func_arg(ctx, args.n, &n);
	bpf_get_func_arg(ctx, args.sync, &sync);
	submit((__u64)ctx, smmu, list, n, sync);
	return 0;
}

SEC("?kprobe") int kenter_submit(struct user_pt_regs *ctx)
{
	submit(ctx->sp, register_of(ctx, args.smmu), register_of(ctx, args.list), register_of(ctx, args.n),
	       register_of(ctx, args.sync));
	return 0;
}

AT_END(submit)

char LICENSE[] SEC("license") = "GPL";
