// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach.bpf.c - times what attaches and detaches devices and PASIDs, and looks
 * at what that changes.
 *
 * Attaches are rare and take long. So counters are everybody's, and atomic, and
 * calls lie in hash maps by their frame. No function of the invalidation path
 * has a program.
 *
 * Functions with many ways through them are not static: so the kernel verifies
 * them once, and not anew for all that a caller may have in its registers.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "attach_counts.h"
#include "kernel_side.h"

/* Mapped by user space, which sets `bank`. */
struct attach_results results[ATTACH_BANKS];
__u64 lost; /* returns whose call was not seen, and what found no room */
volatile __u32 bank;

/* Set before loading. */
#ifndef ATTACH_SET /* the unit test sets it later */
#define ATTACH_SET const volatile
#endif
ATTACH_SET struct attach_layout layout;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ATTACH_CALLS);
	__type(key, struct attach_key);
	__type(value, struct attach_call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ATTACH_CALLS);
	__type(key, __u64);
	__type(value, struct attach_task);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ATTACH_SMMUS *ATTACH_ENTRY_COUNT *ATTACH_BANKS);
	__type(key, struct attach_sum_key);
	__type(value, struct attach_sum);
} sums SEC(".maps");

/* Of the SMMUs that were seen. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ATTACH_SMMUS);
	__type(key, __u64);
	__type(value, struct attach_name);
} names SEC(".maps");

static __always_inline void count(unsigned long long *counter)
{
	__sync_fetch_and_add(counter, 1);
}

static __always_inline struct attach_results *results_now(void)
{
	return &results[bank & (ATTACH_BANKS - 1)];
}

/* Another CPU may be at it; who is overtaken ten times in a row says so. */
#define TRIES 10

static __always_inline void extreme(unsigned long long *to, __u64 value, int largest)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		__u64 was = *to;

		if ((largest ? was >= value : was <= value) || __sync_val_compare_and_swap(to, was, value) == was)
			return;
	}
	count(&lost);
}

/* ATTACH_BUCKETS: none. */
__noinline int bucket_of(__u64 value)
{
	return value > HIST_MAX ? ATTACH_BUCKETS : hist_index(ATTACH_SUB_BITS, value);
}

__noinline int record(struct attach_hist *hist, __u64 value)
{
	__u32 index = bucket_of(value);

	if (!hist)
		return 0;
	barrier_var(index); /* else the compiler compares something else, which tells the verifier nothing */
	if (index >= ATTACH_BUCKETS) {
		count(&hist->out_of_range);
		return 0;
	}
	count(&hist->buckets[index]);
	__sync_fetch_and_add(&hist->sum, value);
	extreme(&hist->min, value, 0);
	extreme(&hist->max, value, 1);
	return 0;
}

/* ---- which SMMU ---- */

/* A device's master is its driver's own. That of another driver leads to an address that is no SMMU's. */
__noinline __u64 smmu_of(__u64 device)
{
	__u64 iommu, master;

	if (!layout.smmu_known || !device)
		return 0;
	iommu = read_pointer(device + layout.dev_iommu);
	master = iommu ? read_pointer(iommu + layout.iommu_priv) : 0;
	return master ? read_pointer(master + layout.master_smmu) : 0;
}

__noinline int name_smmu(__u64 smmu)
{
	struct attach_name name = {};
	__u64 device;

	if (!smmu || bpf_map_lookup_elem(&names, &smmu))
		return 0;
	device = read_pointer(smmu + layout.smmu_dev);
	bpf_probe_read_kernel_str(name.text, sizeof(name.text), (void *)read_pointer(device + layout.dev_name));
	bpf_map_update_elem(&names, &smmu, &name, BPF_ANY);
	return 0;
}

__noinline int sum_up(__u64 smmu, __u32 point, __u64 took)
{
	struct attach_sum_key key = { smmu, point, bank & (ATTACH_BANKS - 1) };
	struct attach_sum *sum, none = {};

	/* Only the driver's own functions say that it is one. */
	if (!smmu || !bpf_map_lookup_elem(&names, &smmu))
		return 0;
	sum = bpf_map_lookup_elem(&sums, &key);
	if (!sum) {
		bpf_map_update_elem(&sums, &key, &none, BPF_NOEXIST);
		sum = bpf_map_lookup_elem(&sums, &key);
	}
	if (!sum) {
		count(&lost);
		return 0;
	}
	count(&sum->count);
	__sync_fetch_and_add(&sum->total, took);
	extreme(&sum->max, took, 1);
	return 0;
}

/* ---- calls ---- */

static __noinline int begin(__u64 frame, __u32 point, struct attach_call *call)
{
	struct attach_key key = { frame, point };

	if (!call)
		return 0;
	call->start_ns = bpf_ktime_get_ns();
	if (!bpf_map_update_elem(&calls, &key, call, BPF_NOEXIST))
		return 0;
	/* A frame cannot be in use twice, so the return of the older call was missed; or there is no room. */
	count(&lost);
	bpf_map_update_elem(&calls, &key, call, BPF_ANY);
	return 0;
}

/* Takes it out; 0 if nobody saw it begin. */
static __noinline int end(__u64 frame, __u32 point, struct attach_call *call)
{
	struct attach_key key = { frame, point };
	struct attach_call *found = bpf_map_lookup_elem(&calls, &key);

	if (!found || !call) {
		count(&lost);
		return 0;
	}
	*call = *found;
	bpf_map_delete_elem(&calls, &key);
	return 1;
}

/* Stacks grow downwards: a call that lies above what is known of the task, or there, is a new outermost one. */
static __noinline int task_enters(__u64 frame, __u32 point)
{
	struct attach_task next = { .frame = frame, .point = point };
	__u64 key = bpf_get_current_task();
	struct attach_task *task = bpf_map_lookup_elem(&tasks, &key);

	if (task && frame < task->frame)
		return 0;
	if (bpf_map_update_elem(&tasks, &key, &next, BPF_ANY))
		count(&lost);
	return 0;
}

static __noinline int task_leaves(__u64 frame)
{
	__u64 key = bpf_get_current_task();
	struct attach_task *task = bpf_map_lookup_elem(&tasks, &key);

	if (task && task->frame == frame)
		bpf_map_delete_elem(&tasks, &key);
	return 0;
}

static __always_inline void enter_entry(enum attach_point point, __u64 frame, __u64 object)
{
	struct attach_call call = {};

	if (point == AT_iommu_sva_unbind_device && object)
		object = read_pointer(object + layout.handle_dev);
	call.smmu = smmu_of(object);
	if (point < ATTACH_CORE_FIRST)
		name_smmu(call.smmu);
	task_enters(frame, point);
	begin(frame, point, &call);
}

/* Those that cannot fail return nothing. */
static __always_inline int has_failed(enum attach_point point, __u64 result)
{
	switch (point) {
	case AT_arm_smmu_remove_dev_pasid:
	case AT_iommu_detach_device:
	case AT_iommu_detach_group:
	case AT_iommu_sva_unbind_device:
		return 0;
	case AT_iommu_sva_bind_device:
		return is_error(result);
	default:
		return (int)result < 0;
	}
}

static __always_inline void leave_entry(enum attach_point point, __u64 frame, __u64 result)
{
	__u64 end_ns = bpf_ktime_get_ns();
	struct attach_call call = {};

	task_leaves(frame);
	if (!end(frame, point, &call))
		return;
	record(&results_now()->latency[point], end_ns - call.start_ns);
	if (has_failed(point, result))
		count(&results_now()->failed[point]);
	sum_up(call.smmu, point, end_ns - call.start_ns);
}

/* ---- arrays and lists ---- */

static __always_inline struct attach_tally *tally_of(enum attach_point point)
{
	return &results_now()->tallies[point - ATTACH_TALLY_FIRST];
}

__noinline int tally(struct attach_tally *tally, __u32 length, __u32 trash)
{
	if (!tally)
		return 0;
	count(&tally->count);
	tally->last_length = length;
	tally->last_trash = trash;
	record(&tally->length, length);
	record(&tally->trash, trash);
	return 0;
}

/* As it is now. */
static __always_inline void tally_array(enum attach_point point, __u64 array)
{
	__u32 max = read_u32(array + layout.max_invs), length = read_u32(array + layout.num_invs);
	__u32 trash = read_u32(array + layout.trash);

	if (trash > length || length > max || max > ATTACH_LENGTH_MAX)
		count(&results_now()->refused[point - ATTACH_TALLY_FIRST]);
	else
		tally(tally_of(point), length, trash);
}

/* If what is inlined cannot be seen: whether it is going to be passed. */
static __always_inline int meets_fence(__u64 array, __u64 to_unref)
{
	if (layout.fence == ATTACH_FENCE_FIRST_ATS)
		return read_u32(to_unref + layout.ats) < read_u32(to_unref + layout.num_invs);
	if (layout.fence == ATTACH_FENCE_HAS_ATS)
		return read_u32(array + layout.ats) & 0xff;
	return 0;
}

static __always_inline void enter_array(enum attach_point point, __u64 frame, __u64 array, __u64 to_unref)
{
	struct attach_call call = { .object = array };

	call.before = read_u32(array + layout.trash);
	if (point == AT_arm_smmu_invs_unref && meets_fence(array, to_unref))
		count(&results_now()->fences);
	begin(frame, point, &call);
}

/* Taking users away is done in place, the other two make a new array. */
static __always_inline void leave_array(enum attach_point point, __u64 frame, __u64 result)
{
	struct attach_call call = {};

	if (!end(frame, point, &call))
		return;
	if (point == AT_arm_smmu_invs_unref)
		tally_array(point, call.object);
	else if (result && !is_error(result))
		tally_array(point, result);
	else if (point == AT_arm_smmu_invs_merge || call.before)
		count(&tally_of(point)->failed);
}

/* enum of include/linux/iommu.h: domains that have page tables, and those of processes. Others have no list. */
#define DOMAIN_PAGING (1U << 0)
#define DOMAIN_SVA    (1U << 4)

struct walk {
	__u64 head, at;
	long long length;
};

static long walk_step(__u32 i, struct walk *walk)
{
	if (walk->at == walk->head)
		return 1;
	walk->length++;
	walk->at = read_pointer(walk->at);
	return !walk->at;
}

/* -1: it has none. The lock that the driver holds keeps it as it is. */
__noinline long long length_of_list(__u64 domain, __u32 point)
{
	struct walk walk = { .head = domain + layout.domain_devices };
	__u32 type;

	if (!domain)
		return -1;
	type = read_u32(domain + layout.domain_type);
	if (!(type & DOMAIN_PAGING) && type != DOMAIN_SVA)
		return -1;
	walk.at = read_pointer(walk.head);
	bpf_loop(ATTACH_LENGTH_MAX, walk_step, &walk, 0);
	if (walk.at == walk.head)
		return walk.length;
	if (point - ATTACH_TALLY_FIRST < ATTACH_TALLY_COUNT)
		count(&results_now()->refused[point - ATTACH_TALLY_FIRST]);
	return -1;
}

static __always_inline void enter_list(enum attach_point point, __u64 frame, __u64 domain)
{
	struct attach_call call = { .object = domain };

	call.before = length_of_list(domain, point);
	begin(frame, point, &call);
}

/* One that failed, or found nobody, has changed nothing. */
static __always_inline void leave_list(enum attach_point point, __u64 frame)
{
	struct attach_call call = {};
	long long after;

	after = end(frame, point, &call) && call.before >= 0 ? length_of_list(call.object, point) : -1;
	if (after >= 0 && after != call.before)
		tally(tally_of(point), after, 0);
}

/* ---- waiting ---- */

/* Most calls are other people's, and one may be made by another. */
static __noinline int rcu_begins(__u64 frame)
{
	__u64 key = bpf_get_current_task();
	struct attach_task *task = bpf_map_lookup_elem(&tasks, &key);

	if (!task || frame >= task->frame || task->wait_frame)
		return 0;
	task->wait_frame = frame;
	task->wait_ns = bpf_ktime_get_ns();
	return 0;
}

static __noinline int rcu_ends(__u64 frame)
{
	__u64 key = bpf_get_current_task(), point;
	struct attach_task *task = bpf_map_lookup_elem(&tasks, &key);

	if (!task || task->wait_frame != frame)
		return 0;
	task->wait_frame = 0;
	point = task->point;
	record(&results_now()->rcu_wait, bpf_ktime_get_ns() - task->wait_ns);
	barrier_var(point);
	if (point < ATTACH_ENTRY_COUNT)
		count(&results_now()->rcu_within[point]);
	return 0;
}

static __always_inline void fence_ends(__u64 frame)
{
	__u64 end_ns = bpf_ktime_get_ns();
	struct attach_call call = {};

	if (!end(frame, AT_arm_smmu_domain_atc_fence, &call))
		return;
	count(&results_now()->fences);
	record(&results_now()->fence_wait, end_ns - call.start_ns);
}

/* ---- programs: two of each kind, of which user space loads one ---- */

static __always_inline void enter(enum attach_point point, __u64 frame, __u64 object, __u64 to_unref)
{
	struct attach_call call = {};

	if (point < ATTACH_ENTRY_COUNT)
		enter_entry(point, frame, object);
	else if (point < ATTACH_LIST_FIRST)
		enter_array(point, frame, object, to_unref);
	else if (point < AT_synchronize_rcu)
		enter_list(point, frame, object);
	else if (point < AT_arm_smmu_domain_atc_fence)
		rcu_begins(frame);
	else
		begin(frame, point, &call);
}

static __always_inline void leave(enum attach_point point, __u64 frame, __u64 result)
{
	if (point < ATTACH_ENTRY_COUNT)
		leave_entry(point, frame, result);
	else if (point < ATTACH_LIST_FIRST)
		leave_array(point, frame, result);
	else if (point < AT_synchronize_rcu)
		leave_list(point, frame);
	else if (point < AT_arm_smmu_domain_atc_fence)
		rcu_ends(frame);
	else
		fence_ends(frame);
}

static __always_inline __u64 argument(void *ctx, __u32 n)
{
	__u64 value = 0;

	if (n != ATTACH_ABSENT)
		bpf_get_func_arg(ctx, n, &value);
	return value;
}

static __always_inline __u64 returned(void *ctx)
{
	__u64 value = 0;

	bpf_get_func_ret(ctx, &value);
	return value;
}

/* fentry and fexit get the address of the saved arguments; kprobe and kretprobe the same stack pointer. */
#define X(ident) \
	SEC("?fentry") int enter_##ident(void *ctx) \
	{ \
		enter(AT_##ident, (__u64)ctx, argument(ctx, layout.arg[AT_##ident]), argument(ctx, layout.to_unref)); \
		return 0; \
	} \
	SEC("?fexit") int leave_##ident(void *ctx) \
	{ \
		leave(AT_##ident, (__u64)ctx, returned(ctx)); \
		return 0; \
	} \
	SEC("?kprobe") int kenter_##ident(struct user_pt_regs *ctx) \
	{ \
		enter(AT_##ident, ctx->sp, register_of(ctx, layout.arg[AT_##ident]), \
		      register_of(ctx, layout.to_unref)); \
		return 0; \
	} \
	SEC("?kretprobe") int kleave_##ident(struct user_pt_regs *ctx) \
	{ \
		leave(AT_##ident, ctx->sp, ctx->regs[0]); \
		return 0; \
	}
ATTACH_POINTS(X)
#undef X

char LICENSE[] SEC("license") = "GPL";
