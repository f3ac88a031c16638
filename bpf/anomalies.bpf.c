// SPDX-License-Identifier: GPL-2.0-only
/*
 * anomalies.bpf.c - what an invalidation should not do, seen while it does it.
 *
 * A call of an entry point is followed by its task: what it was asked for, and what it sent to the first SMMU that it sent
 * anything to. At its end the two are held against each other.
 *
 * It looks at every command, and is not made to be cheap.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "anomalies_kinds.h"
#include "kernel_side.h"
#include "opcodes.h"

#define ENTRIES_MAX   (1U << 19) /* of a queue: IDR1.CMDQS is at most 19 */
#define NOT_A_COMMAND OPCODES
#define ETIMEDOUT     110

/* A call that is running. */
struct call {
	__u64 asked, page; /* bytes; 0: everything */
	__u64 smmu;	   /* the first it sent a TLBI to */
	__u64 sent;	   /* bytes that it sent that one by address */
	__u64 pending;	   /* the SMMU that has TLBIs without a CMD_SYNC so far */
	__u64 unsynced;	   /* the same of any command */
	__u32 entry;
	__u32 flushed; /* a TLBI for everything, or for a whole address space */
};

struct stream {
	__u64 iommu; /* address of the SMMU's struct iommu_device */
	__u64 sid;
};

/* One for each CPU; resized before loading. Mapped by user space. */
struct anomalies_cpu cpus[1] SEC(".bss.cpus");

const volatile struct anomalies_layout layout;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ANOMALIES_CALLS);
	__type(key, __u64);
	__type(value, struct call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, ANOMALIES_BLOCKED);
	__type(key, struct stream);
	__type(value, __u8);
} blocked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ANOMALIES_SMMUS);
	__type(key, __u64);
	__type(value, struct anomalies_smmu);
} smmus SEC(".maps");

/* The kernel's, as far as they are needed; CO-RE finds where they have it. */
struct iommu_iotlb_gather {
	unsigned long start, end;
	__u64 pgsize;
} __attribute__((preserve_access_index));
struct iommu_fwspec {
	unsigned int num_ids;
	__u32 ids[];
} __attribute__((preserve_access_index));
struct iommu_device;
struct dev_iommu {
	struct iommu_fwspec *fwspec;
	struct iommu_device *iommu_dev;
} __attribute__((preserve_access_index));
struct device {
	struct dev_iommu *iommu;
} __attribute__((preserve_access_index));
struct thread_info {
	struct {
		__u32 count;
	} preempt;
} __attribute__((preserve_access_index));
struct task_struct {
	struct thread_info thread_info;
} __attribute__((preserve_access_index));

static __always_inline struct anomalies_cpu *this_cpu(void)
{
	return &cpus[cpu_number()];
}

/* Of the call that runs now: an interrupt that comes while a task is in one may make another. */
static __always_inline __u64 this_call(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 count = BPF_CORE_READ(task, thread_info.preempt.count);

	/* Tasks are aligned: what is set here is whether it is a softirq, and whether it is an interrupt. */
	return (__u64)task | !!(count & 0x100) | !!(count & 0xf0000) << 1;
}

/* ---- what is told ---- */

static __always_inline void name_smmu(char *name, __u64 smmu)
{
	__u64 dev = 0, text = 0;

	bpf_probe_read_kernel(&dev, sizeof(dev), (void *)(smmu + layout.dev));
	bpf_probe_read_kernel(&text, sizeof(text), (void *)(dev + layout.dev_name));
	bpf_probe_read_kernel_str(name, ANOMALIES_NAME, (void *)text);
}

static __noinline int tell(enum anomaly kind, const struct call *call, __u64 smmu, __u32 command, __u32 sid)
{
	struct anomalies_cpu *cpu = this_cpu();
	struct anomalies_case *last;

	if (kind >= ANOMALIES)
		return 0;
	cpu->count[kind]++;
	last = &cpu->last[kind];
	last->ns = bpf_ktime_get_ns();
	last->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(last->comm, sizeof(last->comm));
	last->entry = call ? call->entry : ANOMALIES_ENTRY_COUNT;
	last->asked = call ? call->asked : 0;
	last->sent = call ? call->sent : 0;
	last->command = command;
	last->sid = sid;
	if (smmu)
		name_smmu(last->smmu, smmu);
	return 0;
}

/* ---- calls ---- */

static __always_inline void enter(enum anomalies_entry entry, __u64 asked, __u64 page)
{
	struct call call = { .entry = entry, .asked = asked, .page = page };
	__u64 key = this_call();

	if (bpf_map_update_elem(&calls, &key, &call, BPF_ANY))
		this_cpu()->lost++;
}

static __always_inline void enter_sync(__u64 gather)
{
	const struct iommu_iotlb_gather *g = (void *)gather;
	__u64 page = BPF_CORE_READ(g, pgsize);

	/* The last byte is inside. Without a page size nothing was gathered. */
	if (page)
		enter(ANOMALIES_iotlb_sync, BPF_CORE_READ(g, end) - BPF_CORE_READ(g, start) + 1, page);
}

static __always_inline void leave(void)
{
	__u64 key = this_call(), most;
	struct call *call = bpf_map_lookup_elem(&calls, &key);

	if (!call)
		return;
	this_cpu()->calls++;
	most = call->asked < call->page ? call->page : call->asked;
	if (call->asked && call->asked < (__u64)ANOMALIES_PAGES * layout.page) {
		if (call->flushed)
			tell(ANOMALY_FULL_FLUSH, call, call->smmu, NOT_A_COMMAND, 0);
		else if (call->sent >= ANOMALIES_TIMES * most)
			tell(ANOMALY_TOO_MUCH, call, call->smmu, NOT_A_COMMAND, 0);
	}
	if (call->unsynced)
		tell(ANOMALY_UNSYNCED, call, call->unsynced, NOT_A_COMMAND, 0);
	bpf_map_delete_elem(&calls, &key);
}

/* ---- commands ---- */

struct list {
	struct call *call; /* NULL: of no call that is followed, as those of an attach */
	__u64 smmu, at;
};

static __always_inline void see_tlbi(struct list *list, struct call *call, __u32 opcode, __u64 word0, __u64 word1)
{
	if (!call->smmu)
		call->smmu = list->smmu;
	call->pending = list->smmu;
	if (call->smmu != list->smmu)
		return;
	if (!tlbi_is_by_address(opcode))
		call->flushed = 1;
	else if (tlbi_tg(word1))
		call->sent += tlbi_granules(word0) << tlbi_granule_bits(tlbi_tg(word1));
	else
		call->sent += call->page;
}

static __always_inline void see_atc(struct list *list, __u64 word0)
{
	struct stream stream = { list->smmu + layout.iommu, word0 >> 32 };

	if (list->call && list->call->pending == list->smmu)
		tell(ANOMALY_ATC_EARLY, list->call, list->smmu, ATC_INV, stream.sid);
	/* With a SubstreamID (4.5.1, SSV) it is for a process: devices may have these while they are blocked. */
	if (!(word0 >> 11 & 1) && bpf_map_lookup_elem(&blocked, &stream))
		tell(ANOMALY_ATC_BLOCKED, list->call, list->smmu, ATC_INV, stream.sid);
}

static __always_inline void see_sync(struct list *list)
{
	if (!list->call)
		return;
	if (list->call->pending == list->smmu)
		list->call->pending = 0;
	if (list->call->unsynced == list->smmu)
		list->call->unsynced = 0;
}

static long see_command(__u32 i, struct list *list)
{
	__u64 word[2] = {}, opcode;

	bpf_probe_read_kernel(word, sizeof(word), (void *)(list->at + 16ULL * i));
	opcode = word[0] & 0xff;
	if (opcode == CMD_SYNC) {
		see_sync(list);
		return 0;
	}
	if (list->call)
		list->call->unsynced = list->smmu;
	if (opcode == ATC_INV)
		see_atc(list, word[0]);
	else if (opcode_is_tlbi(opcode) && list->call)
		see_tlbi(list, list->call, opcode, word[0], word[1]);
	return 0;
}

static __always_inline void submit(__u64 smmu, __u64 commands, __u32 n, __u8 sync)
{
	struct anomalies_cpu *cpu = this_cpu();
	__u64 key = this_call();
	struct list list = { bpf_map_lookup_elem(&calls, &key), smmu, commands };

	if (n > ENTRIES_MAX || sync > 1) {
		cpu->refused++;
		return;
	}
	bpf_loop(n, see_command, &list, 0);
	if (sync)
		see_sync(&list);
	cpu->smmu = smmu;
	cpu->began_ns = sync ? bpf_ktime_get_ns() : 0;
}

static __noinline int new_smmu(__u64 smmu)
{
	struct anomalies_smmu entry = {};

	name_smmu(entry.name, smmu);
	return bpf_map_update_elem(&smmus, &smmu, &entry, BPF_NOEXIST);
}

static __always_inline void sum_up(__u64 smmu, __u64 ns)
{
	struct anomalies_smmu *entry = bpf_map_lookup_elem(&smmus, &smmu);

	if (!entry) {
		new_smmu(smmu);
		entry = bpf_map_lookup_elem(&smmus, &smmu);
	}
	if (!entry)
		return;
	__sync_fetch_and_add(&entry->count, 1);
	__sync_fetch_and_add(&entry->ns, ns);
}

/*
 * The driver submits with interrupts off: what began last on this CPU has ended. It gives up after a second, and
 * returns an error, unless the compiler has found that nobody looks at it.
 */
static __always_inline void submitted(__s32 result, int returns)
{
	struct anomalies_cpu *cpu = this_cpu();
	__u64 took = bpf_ktime_get_ns() - cpu->began_ns;

	if (!cpu->began_ns)
		return;
	if (returns ? result == -ETIMEDOUT : took >= 1000000000)
		tell(ANOMALY_SYNC_TIMEOUT, (void *)0, cpu->smmu, CMD_SYNC, 0);
	else
		sum_up(cpu->smmu, took);
}

/* ---- StreamIDs ---- */

struct streams {
	struct iommu_fwspec *spec;
	__u64 iommu;
	__u32 count, block;
};

static long see_stream(__u32 i, struct streams *streams)
{
	struct stream stream = { streams->iommu, 0 };
	__u32 id = 0;
	__u8 yes = 1;

	if (i >= streams->count)
		return 1;
	bpf_probe_read_kernel(&id, sizeof(id), &streams->spec->ids[i]);
	stream.sid = id;
	if (!streams->block)
		bpf_map_delete_elem(&blocked, &stream);
	else if (bpf_map_update_elem(&blocked, &stream, &yes, BPF_ANY))
		this_cpu()->lost++;
	return 0;
}

static __always_inline void see_device(__u64 device, int block)
{
	struct device *dev = (void *)device;
	struct iommu_fwspec *spec = BPF_CORE_READ(dev, iommu, fwspec);
	struct streams streams = { .block = block, .spec = spec };

	if (!spec)
		return;
	streams.iommu = (__u64)BPF_CORE_READ(dev, iommu, iommu_dev);
	streams.count = BPF_CORE_READ(spec, num_ids);
	bpf_loop(256, see_stream, &streams, 0);
}

/* ---- programs: two of each kind, of which user space loads one ---- */

static __always_inline __u64 argument(void *ctx, __u32 n)
{
	__u64 value = 0;

	bpf_get_func_arg(ctx, n, &value);
	return value;
}

#define AT_BEGIN(name, what) \
	SEC("?fentry") int name(void *ctx) \
	{ \
		what(argument, ctx); \
		return 0; \
	} \
	SEC("?kprobe") int k##name(struct user_pt_regs *ctx) \
	{ \
		what(register_of, ctx); \
		return 0; \
	}

#define SYNC(arg, ctx) enter_sync(arg(ctx, 1))
#define WALK(arg, ctx) enter(ANOMALIES_tlb_inv_walk, arg(ctx, 1), arg(ctx, 2))
#define MM(arg, ctx) \
	enter(ANOMALIES_mm_arch_invalidate_secondary_tlbs, arg(ctx, 3) + 1 ? arg(ctx, 3) - arg(ctx, 2) : 0, layout.page)
#define SUBMIT(arg, ctx)  submit(arg(ctx, layout.smmu), arg(ctx, layout.list), arg(ctx, layout.n), arg(ctx, layout.sync))
#define UNBLOCK(arg, ctx) see_device(arg(ctx, 1), 0)
#define SKIP(arg, ctx)	  tell(ANOMALY_CMDQ_ERROR, (void *)0, arg(ctx, 0), NOT_A_COMMAND, 0)

AT_BEGIN(enter_iotlb_sync, SYNC)
AT_BEGIN(enter_tlb_inv_walk, WALK)
AT_BEGIN(enter_mm_arch_invalidate_secondary_tlbs, MM)
AT_BEGIN(enter_submit, SUBMIT)
AT_BEGIN(enter_attach, UNBLOCK)
AT_BEGIN(enter_identity, UNBLOCK)
AT_BEGIN(enter_skip, SKIP)

#define X(ident) \
	SEC("?fexit") int leave_##ident(void *ctx) \
	{ \
		leave(); \
		return 0; \
	} \
	SEC("?kretprobe") int kleave_##ident(void *ctx) \
	{ \
		leave(); \
		return 0; \
	}
ANOMALIES_ENTRIES(X)
#undef X

SEC("?fexit") int leave_submit(void *ctx)
{
	__u64 result = 0;

	bpf_get_func_ret(ctx, &result);
	submitted(result, 1);
	return 0;
}

SEC("?kretprobe") int kleave_submit(struct user_pt_regs *ctx)
{
	submitted(0, 0);
	return 0;
}

SEC("?fexit") int leave_blocked(void *ctx)
{
	see_device(argument(ctx, 1), 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
