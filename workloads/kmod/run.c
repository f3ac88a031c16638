// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs: threads, start gate, timed loop, histograms.
 *
 * Nothing that two threads use is written between the start gate and a
 * thread's last operation.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>

#include "hist.h"
#include "internal.h"

/* Each thread's IOVAs lie in page tables of their own. */
#define IOVA_STRIDE	SZ_1G
#define FLOOR_SAMPLES	1001
#define REST_NS		NSEC_PER_MSEC	/* a thread offers the CPU to others this often */

struct worker;

/* The timed part of an operation. */
struct span {
	u64 begin, end;
};

struct batch {
	struct iommu_domain *domain;
	u32 number;		/* of the domain, for the model */
	struct span (*op)(struct worker *w);
	phys_addr_t paddr;	/* what is mapped */
	size_t size;
	size_t granule;		/* the domain's smallest page */
	size_t leaf;		/* the page size by which @size is mapped */
	u64 warmup, ops;
	unsigned int sub_bits;
	u64 clock_floor_ns;
	struct completion done;

	/* Written once, when the last thread has warmed up or something ends the run early. */
	bool go ____cacheline_aligned_in_smp;
	bool stop;

	atomic_t warming ____cacheline_aligned_in_smp;
	atomic_t working;
};

/* Aligned so that no two threads write to one cache line, nor to a pair of them. */
struct worker {
	struct batch *batch;
	struct task_struct *task;
	unsigned long iova;
	unsigned int queued;	/* lazy unmaps since the last flush */
	unsigned int index;
	int error;
	u64 *hist;
	struct invbench_thread result;
} __aligned(128);

static struct span op_nop(struct worker *w)
{
	struct span span;

	span.begin = bench_clock();
	span.end = bench_clock();
	return span;
}

static __always_inline int map(struct worker *w)
{
	struct batch *b = w->batch;

	return iommu_map(b->domain, w->iova, b->paddr, b->size, IOMMU_READ | IOMMU_CACHE, GFP_KERNEL);
}

/*
 * Each operation exists twice: with @report, which is known when it is compiled, the model is told of what is
 * removed; without, nothing of that is in the loop.
 */
static __always_inline u64 begin(struct worker *w, bool report, size_t size, size_t leaf)
{
	return report ? ring_begin(w->batch->number, size ? w->iova : 0, size, leaf) : 0;
}

static __always_inline void returned(struct worker *w, bool report, u64 id)
{
	if (report)
		ring_return(w->batch->number, id);
}

static __always_inline void flush(struct worker *w, bool report)
{
	u64 id = begin(w, report, 0, w->batch->granule);

	iommu_flush_iotlb_all(w->batch->domain);
	returned(w, report, id);
}

static __always_inline size_t unmap_strict(struct worker *w, bool report)
{
	struct batch *b = w->batch;
	u64 id = begin(w, report, b->size, b->leaf);
	size_t size = iommu_unmap(b->domain, w->iova, b->size);

	returned(w, report, id);
	return size;
}

/* io-pgtable-arm frees its tables itself, so a lazy gather has no pages to be freed after the flush. */
static __always_inline size_t unmap_lazy(struct worker *w, bool report)
{
	struct batch *b = w->batch;
	struct iommu_iotlb_gather gather;
	size_t size;

	iommu_iotlb_gather_init(&gather);
	gather.queued = true;
	size = iommu_unmap_fast(b->domain, w->iova, b->size, &gather);
	if (++w->queued == INVBENCH_LAZY_BATCH) {
		flush(w, report);
		w->queued = 0;
	}
	return size;
}

static __always_inline struct span map_and_unmap(struct worker *w, bool time_map, bool lazy, bool report)
{
	struct span span;
	size_t unmapped = 0;

	span.begin = bench_clock();
	w->error = map(w);
	if (!time_map)
		span.begin = bench_clock();
	if (!w->error)
		unmapped = lazy ? unmap_lazy(w, report) : unmap_strict(w, report);
	span.end = bench_clock();
	if (!w->error && unmapped != w->batch->size)
		w->error = -EIO;
	return span;
}

/* What the driver is given after the unmap of a range in smallest pages. */
static __always_inline struct span sync(struct worker *w, bool report)
{
	struct iommu_domain *domain = w->batch->domain;
	struct iommu_iotlb_gather gather;
	struct span span;
	u64 id;

	iommu_iotlb_gather_init(&gather);
	gather.pgsize = w->batch->granule;
	iommu_iotlb_gather_add_range(&gather, w->iova, w->batch->size);
	id = begin(w, report, w->batch->size, w->batch->granule);
	span.begin = bench_clock();
	iommu_iotlb_sync(domain, &gather);
	span.end = bench_clock();
	returned(w, report, id);
	return span;
}

static __always_inline struct span flush_all(struct worker *w, bool report)
{
	struct span span;

	span.begin = bench_clock();
	flush(w, report);
	span.end = bench_clock();
	return span;
}

static struct span op_map_unmap(struct worker *w)
{
	return map_and_unmap(w, true, false, false);
}

static struct span op_map_unmap_report(struct worker *w)
{
	return map_and_unmap(w, true, false, true);
}

static struct span op_map_unmap_lazy(struct worker *w)
{
	return map_and_unmap(w, true, true, false);
}

static struct span op_map_unmap_lazy_report(struct worker *w)
{
	return map_and_unmap(w, true, true, true);
}

static struct span op_unmap(struct worker *w)
{
	return map_and_unmap(w, false, false, false);
}

static struct span op_unmap_report(struct worker *w)
{
	return map_and_unmap(w, false, false, true);
}

static struct span op_unmap_lazy(struct worker *w)
{
	return map_and_unmap(w, false, true, false);
}

static struct span op_unmap_lazy_report(struct worker *w)
{
	return map_and_unmap(w, false, true, true);
}

static struct span op_sync(struct worker *w)
{
	return sync(w, false);
}

static struct span op_sync_report(struct worker *w)
{
	return sync(w, true);
}

static struct span op_flush_all(struct worker *w)
{
	return flush_all(w, false);
}

static struct span op_flush_all_report(struct worker *w)
{
	return flush_all(w, true);
}

/* By operation, lazy or not, reported or not. */
static struct span (*const ops[INVBENCH_OP_COUNT][2][2])(struct worker *w) = {
	[INVBENCH_OP_NOP] = { { op_nop, op_nop } },
	[INVBENCH_OP_MAP_UNMAP] = { { op_map_unmap, op_map_unmap_report },
				    { op_map_unmap_lazy, op_map_unmap_lazy_report } },
	[INVBENCH_OP_UNMAP] = { { op_unmap, op_unmap_report }, { op_unmap_lazy, op_unmap_lazy_report } },
	[INVBENCH_OP_SYNC] = { { op_sync, op_sync_report } },
	[INVBENCH_OP_FLUSH_ALL] = { { op_flush_all, op_flush_all_report } },
};

static bool op_maps(u32 op)
{
	return op == INVBENCH_OP_MAP_UNMAP || op == INVBENCH_OP_UNMAP;
}

static void record(struct worker *w, u64 ns)
{
	struct invbench_thread *t = &w->result;

	t->ops++;
	if (ns > HIST_MAX) {
		t->out_of_range++;
		return;
	}
	w->hist[hist_index(w->batch->sub_bits, ns)]++;
	t->min_ns = min(t->min_ns, ns);
	t->max_ns = max(t->max_ns, ns);
	t->sum_ns += ns;
}

/* Returns the end of the last operation. */
static u64 loop(struct worker *w, u64 count, bool timed)
{
	struct batch *b = w->batch;
	u64 rested = bench_clock();
	struct span span = { .end = rested };

	while (count-- && !READ_ONCE(b->stop)) {
		span = b->op(w);
		if (unlikely(w->error)) {
			WRITE_ONCE(b->stop, true);
			break;
		}
		if (timed)
			record(w, span.end - span.begin);
		if (span.end - rested >= REST_NS) {
			cond_resched();
			rested = bench_clock();
		}
	}
	return span.end;
}

static int compare_u64(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* The buckets serve as scratch space; there are always enough of them. */
static void calibrate(struct worker *w)
{
	struct span span;
	int i;

	static_assert(HIST_BUCKETS(HIST_SUB_BITS_MIN) >= FLOOR_SAMPLES);
	for (i = 0; i < FLOOR_SAMPLES; i++) {
		span = op_nop(w);
		w->hist[i] = span.end - span.begin;
	}
	sort(w->hist, FLOOR_SAMPLES, sizeof(*w->hist), compare_u64, NULL);
	w->batch->clock_floor_ns = w->hist[FLOOR_SAMPLES / 2];
	memset(w->hist, 0, FLOOR_SAMPLES * sizeof(*w->hist));
}

static void pass_gate(struct batch *b)
{
	if (atomic_dec_and_test(&b->warming))
		WRITE_ONCE(b->go, true);
	while (!READ_ONCE(b->go) && !READ_ONCE(b->stop)) {
		cpu_relax();
		cond_resched();
	}
}

static int work(void *data)
{
	struct worker *w = data;
	struct batch *b = w->batch;
	u64 start;

	if (w->index == 0)
		calibrate(w);
	loop(w, b->warmup, false);
	pass_gate(b);

	w->result.min_ns = U64_MAX;
	start = bench_clock();
	w->result.elapsed_ns = loop(w, b->ops, true) - start;
	if (w->result.min_ns > w->result.max_ns)
		w->result.min_ns = 0;

	if (w->queued)
		iommu_flush_iotlb_all(b->domain);
	/* Threads are moved when their CPU goes offline. */
	if (!w->error && raw_smp_processor_id() != w->result.cpu)
		w->error = -ENODEV;
	if (atomic_dec_and_test(&b->working))
		complete(&b->done);
	return 0;
}

static struct worker *worker_create(struct batch *b, unsigned int index, u32 cpu)
{
	int node = cpu_to_node(cpu);
	struct worker *w;
	int err = -ENOMEM;

	w = kzalloc_node(sizeof(*w), GFP_KERNEL_ACCOUNT, node);
	if (!w)
		return ERR_PTR(-ENOMEM);
	w->batch = b;
	w->index = index;
	w->result.cpu = cpu;
	w->iova = b->domain->geometry.aperture_start + (unsigned long)IOVA_STRIDE * (index + 1);
	w->hist = kvzalloc_node(HIST_BUCKETS(b->sub_bits) * sizeof(*w->hist), GFP_KERNEL_ACCOUNT, node);
	if (!w->hist)
		goto free_worker;
	w->task = kthread_create_on_node(work, w, node, "invbench/%u", index);
	if (IS_ERR(w->task)) {
		err = PTR_ERR(w->task);
		goto free_hist;
	}
	get_task_struct(w->task);
	kthread_bind(w->task, cpu);
	return w;

free_hist:
	kvfree(w->hist);
free_worker:
	kfree(w);
	return ERR_PTR(err);
}

/* Waits for the thread to end; one that was never woken ends without having worked. */
static void worker_destroy(struct worker *w)
{
	kthread_stop_put(w->task);
	kvfree(w->hist);
	kfree(w);
}

static int check_input(const struct bench_domain *domain, const struct invbench_run *run)
{
	u64 granule = 1ULL << __ffs(domain->iommu->pgsize_bitmap);
	struct iommu_domain_geometry *geometry = &domain->iommu->geometry;

	if (run->op >= INVBENCH_OP_COUNT || run->flags & ~(INVBENCH_RUN_LAZY | INVBENCH_RUN_REPORT) ||
	    (run->flags & INVBENCH_RUN_LAZY && !op_maps(run->op)) ||
	    run->threads < 1 || run->threads > INVBENCH_MAX_THREADS || run->ops < 1 ||
	    !is_power_of_2(run->size) || run->size < granule || run->size > PAGE_SIZE << MAX_PAGE_ORDER ||
	    run->sub_bits < HIST_SUB_BITS_MIN || run->sub_bits > HIST_SUB_BITS_MAX)
		return -EINVAL;
	if ((geometry->aperture_end - geometry->aperture_start) / IOVA_STRIDE < run->threads + 1)
		return -ERANGE;
	return READ_ONCE(domain->broken) ? -ENODEV : 0;
}

static int create_workers(struct batch *b, struct worker **workers, const struct invbench_thread *threads, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		struct worker *w;

		if (threads[i].reserved)
			return -EINVAL;
		cpus_read_lock();
		if (threads[i].cpu < nr_cpu_ids && cpu_online(threads[i].cpu))
			w = worker_create(b, i, threads[i].cpu);
		else
			w = ERR_PTR(-ENXIO);
		cpus_read_unlock();
		if (IS_ERR(w))
			return PTR_ERR(w);
		workers[i] = w;
	}
	return 0;
}

/* The first thread's buckets become those of all. */
static int write_results(struct batch *b, struct worker **workers, struct invbench_run *run)
{
	struct invbench_thread __user *threads = u64_to_user_ptr(run->thread);
	size_t buckets = HIST_BUCKETS(b->sub_bits), k;
	u64 *sum = workers[0]->hist;
	u32 i;

	for (i = 0; i < run->threads; i++) {
		if (copy_to_user(&threads[i], &workers[i]->result, sizeof(*threads)))
			return -EFAULT;
		for (k = 0; i && k < buckets; k++)
			sum[k] += workers[i]->hist[k];
		cond_resched();
	}
	run->clock_floor_ns = b->clock_floor_ns;
	return copy_to_user(u64_to_user_ptr(run->hist), sum, buckets * sizeof(*sum)) ? -EFAULT : 0;
}

/* Lets the workers run; returns the first error of any, in order of threads. */
static int run_workers(struct batch *b, struct worker **workers, u32 count)
{
	int err = 0;
	u32 i;

	for (i = 0; i < count; i++)
		wake_up_process(workers[i]->task);
	if (wait_for_completion_killable(&b->done)) {
		WRITE_ONCE(b->stop, true);
		wait_for_completion(&b->done);
		return -EINTR;
	}
	for (i = 0; i < count && !err; i++)
		err = workers[i]->error;
	return err;
}

static int batch_run(struct batch *b, struct bench_domain *domain, struct invbench_run *run)
{
	struct invbench_thread *threads;
	struct worker **workers;
	int err = -ENOMEM;
	u32 i;

	workers = kcalloc(run->threads, sizeof(*workers), GFP_KERNEL_ACCOUNT);
	if (!workers)
		return -ENOMEM;
	threads = vmemdup_array_user(u64_to_user_ptr(run->thread), run->threads, sizeof(*threads));
	if (IS_ERR(threads)) {
		err = PTR_ERR(threads);
		goto free_workers;
	}
	err = create_workers(b, workers, threads, run->threads);
	if (!err)
		err = run_workers(b, workers, run->threads);
	if (!err && READ_ONCE(domain->broken))
		err = -ENODEV;
	if (!err)
		err = write_results(b, workers, run);
	for (i = 0; i < run->threads && workers[i]; i++)
		worker_destroy(workers[i]);
	kvfree(threads);
free_workers:
	kfree(workers);
	return err;
}

int bench_run(struct bench_domain *domain, struct invbench_run *run)
{
	bool lazy = run->flags & INVBENCH_RUN_LAZY, report = run->flags & INVBENCH_RUN_REPORT;
	struct page *page = NULL;
	struct batch *b;
	int err;

	err = check_input(domain, run);
	if (err)
		return err;
	b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);
	if (!b)
		return -ENOMEM;
	b->domain = domain->iommu;
	b->number = domain->number;
	b->op = ops[run->op][lazy][report];
	b->size = run->size;
	b->granule = 1UL << __ffs(domain->iommu->pgsize_bitmap);
	/* As iommu_map() chooses it: address and memory are aligned to the size, a power of two. */
	b->leaf = 1UL << __fls(domain->iommu->pgsize_bitmap & GENMASK(ilog2(run->size), 0));
	b->warmup = run->warmup;
	b->ops = run->ops;
	b->sub_bits = run->sub_bits;
	init_completion(&b->done);
	atomic_set(&b->warming, run->threads);
	atomic_set(&b->working, run->threads);

	/* All threads map the same memory, to be read only, and no endpoint ever reads it. */
	if (op_maps(run->op)) {
		page = alloc_pages(GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN, get_order(run->size));
		if (!page) {
			err = -ENOMEM;
			goto free_batch;
		}
		b->paddr = page_to_phys(page);
	}
	err = batch_run(b, domain, run);
	if (page)
		__free_pages(page, get_order(run->size));
free_batch:
	kfree(b);
	return err;
}
