// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs: threads, start gate, timed loop, histograms.
 *
 * Nothing that two threads use is written between the start gate and a
 * thread's last operation.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/dma-mapping.h>
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
#include "windows.h"

/* Each thread's IOVAs lie in page tables of their own. */
#define IOVA_STRIDE   SZ_1G
#define FLOOR_SAMPLES 1001
#define REST_NS	      NSEC_PER_MSEC /* a thread offers the CPU to others this often */

struct worker;

/* The timed part of an operation. */
struct span {
	u64 begin, end;
};

/*
 * Each operation exists three times, known when it is compiled: TIMED is what is
 * measured; REPORTED tells the model of what is removed; BARE reads no clock.
 */
enum mode { TIMED, REPORTED, BARE, MODES };

struct batch {
	struct iommu_domain *domain;
	struct bench_domain *bench;
	u32 number; /* of the domain, for the model */
	enum mode mode;
	struct span (*op)(struct worker *w);
	struct page *page; /* what is mapped */
	phys_addr_t paddr;
	size_t size;
	size_t granule; /* the domain's smallest page */
	size_t leaf;	/* the page size by which @size is mapped */
	u64 warmup, ops;
	unsigned int sub_bits;
	bool timeline;
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
	unsigned int queued; /* lazy unmaps since the last flush */
	unsigned int index;
	int error;
	u64 *hist;
	u64 *timeline;	      /* of all windows; NULL if it is not wanted */
	struct window window; /* where in it the thread is */
	struct invbench_thread result;
} __aligned(128);

static __always_inline u64 clock(enum mode mode)
{
	return mode == BARE ? 0 : bench_clock();
}

static __always_inline u64 report(struct worker *w, enum mode mode, u64 iova, size_t size, size_t leaf)
{
	return mode == REPORTED ? ring_begin(w->batch->number, iova, size, leaf) : 0;
}

static __always_inline void returned(struct worker *w, enum mode mode, u64 id)
{
	if (mode == REPORTED)
		ring_return(w->batch->number, id);
}

static __always_inline struct span nothing(struct worker *w, enum mode mode)
{
	struct span span;

	span.begin = clock(mode);
	span.end = clock(mode);
	return span;
}

static __always_inline int map(struct worker *w)
{
	struct batch *b = w->batch;

	return iommu_map(b->domain, w->iova, b->paddr, b->size, IOMMU_READ | IOMMU_CACHE, GFP_KERNEL);
}

static __always_inline void flush(struct worker *w, enum mode mode)
{
	u64 id = report(w, mode, 0, 0, w->batch->granule);

	iommu_flush_iotlb_all(w->batch->domain);
	returned(w, mode, id);
}

static __always_inline size_t unmap_strict(struct worker *w, enum mode mode)
{
	struct batch *b = w->batch;
	u64 id = report(w, mode, w->iova, b->size, b->leaf);
	size_t size = iommu_unmap(b->domain, w->iova, b->size);

	returned(w, mode, id);
	return size;
}

/* io-pgtable-arm frees its tables itself, so a lazy gather has no pages to be freed after the flush. */
static __always_inline size_t unmap_lazy(struct worker *w, enum mode mode)
{
	struct batch *b = w->batch;
	struct iommu_iotlb_gather gather;
	size_t size;

	iommu_iotlb_gather_init(&gather);
	gather.queued = true;
	size = iommu_unmap_fast(b->domain, w->iova, b->size, &gather);
	if (++w->queued == INVBENCH_LAZY_BATCH) {
		flush(w, mode);
		w->queued = 0;
	}
	return size;
}

static __always_inline struct span map_and_unmap(struct worker *w, enum mode mode, bool time_map, bool lazy)
{
	struct span span;
	size_t unmapped = 0;

	span.begin = clock(mode);
	w->error = map(w);
	if (!time_map)
		span.begin = clock(mode);
	if (!w->error)
		unmapped = lazy ? unmap_lazy(w, mode) : unmap_strict(w, mode);
	span.end = clock(mode);
	if (!w->error && unmapped != w->batch->size)
		w->error = -EIO;
	return span;
}

/* What the driver is given after the unmap of a range in smallest pages. */
static __always_inline struct span sync(struct worker *w, enum mode mode)
{
	struct iommu_domain *domain = w->batch->domain;
	struct iommu_iotlb_gather gather;
	struct span span;
	u64 id;

	iommu_iotlb_gather_init(&gather);
	gather.pgsize = w->batch->granule;
	iommu_iotlb_gather_add_range(&gather, w->iova, w->batch->size);
	id = report(w, mode, w->iova, w->batch->size, w->batch->granule);
	span.begin = clock(mode);
	iommu_iotlb_sync(domain, &gather);
	span.end = clock(mode);
	returned(w, mode, id);
	return span;
}

static __always_inline struct span flush_all(struct worker *w, enum mode mode)
{
	struct span span;

	span.begin = clock(mode);
	flush(w, mode);
	span.end = clock(mode);
	return span;
}

/* The page size that iommu_map() chose first; the model needs no more than one that divides all. */
static size_t dma_leaf(const struct batch *b, dma_addr_t addr)
{
	return 1UL << __fls(b->domain->pgsize_bitmap & GENMASK(__ffs(addr | b->paddr | b->size), 0));
}

/* A flush queue unmaps later, and a domain without translation nothing at all. */
static __always_inline u64 report_dma(struct worker *w, enum mode mode, dma_addr_t addr)
{
	if (mode != REPORTED || w->batch->domain->type != IOMMU_DOMAIN_DMA)
		return 0;
	return report(w, mode, addr, w->batch->size, dma_leaf(w->batch, addr));
}

static __always_inline struct span dma(struct worker *w, enum mode mode, bool time_map, bool time_unmap)
{
	struct batch *b = w->batch;
	struct device *dev = b->bench->dma;
	struct span span;
	dma_addr_t addr;
	u64 id;

	if (READ_ONCE(b->bench->broken)) {
		w->error = -ENODEV;
		return (struct span){};
	}
	span.begin = clock(mode);
	addr = dma_map_single(dev, page_address(b->page), b->size, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dev, addr)) {
		w->error = -ENOMEM;
		return (struct span){};
	}
	span.end = clock(time_unmap ? BARE : mode);
	id = report_dma(w, mode, addr);
	if (!time_map)
		span.begin = clock(mode);
	dma_unmap_single(dev, addr, b->size, DMA_BIDIRECTIONAL);
	if (time_unmap)
		span.end = clock(mode);
	if (id)
		returned(w, mode, id);
	return span;
}

/* What another clock costs: the time by it, told at an end by ours. */
static __always_inline struct span ktime(struct worker *w, enum mode mode)
{
	ktime_t begin, end;
	struct span span;

	begin = ktime_get();
	end = ktime_get();
	span.end = clock(mode);
	span.begin = span.end - (end - begin);
	return span;
}

/* In each mode a function of its own; what follows @fn are its further arguments. */
#define DEFINE_OP(name, fn, ...) \
	static struct span name##_timed(struct worker *w) \
	{ \
		return fn(w, TIMED, ##__VA_ARGS__); \
	} \
\
	static struct span name##_reported(struct worker *w) \
	{ \
		return fn(w, REPORTED, ##__VA_ARGS__); \
	} \
\
	static struct span name##_bare(struct worker *w) \
	{ \
		return fn(w, BARE, ##__VA_ARGS__); \
	}

DEFINE_OP(op_nop, nothing)
DEFINE_OP(op_map_unmap, map_and_unmap, true, false)
DEFINE_OP(op_map_unmap_lazy, map_and_unmap, true, true)
DEFINE_OP(op_unmap, map_and_unmap, false, false)
DEFINE_OP(op_unmap_lazy, map_and_unmap, false, true)
DEFINE_OP(op_sync, sync)
DEFINE_OP(op_flush_all, flush_all)
DEFINE_OP(op_dma_both, dma, true, true)
DEFINE_OP(op_dma_map, dma, true, false)
DEFINE_OP(op_dma_unmap, dma, false, true)
DEFINE_OP(op_ktime, ktime)

#define OP(name) { name##_timed, name##_reported, name##_bare }

static const struct op {
	struct span (*strict[MODES])(struct worker *w);
	struct span (*lazy[MODES])(struct worker *w); /* NULL: there is no such thing */
	bool maps;				      /* needs memory to map */
	bool dma;				      /* through the DMA API */
	bool part;				      /* only a part of it is timed */
} ops[INVBENCH_OP_COUNT] = {
	[INVBENCH_OP_NOP] = { OP(op_nop) },
	[INVBENCH_OP_MAP_UNMAP] = { OP(op_map_unmap), OP(op_map_unmap_lazy), .maps = true },
	[INVBENCH_OP_UNMAP] = { OP(op_unmap), OP(op_unmap_lazy), .maps = true, .part = true },
	[INVBENCH_OP_SYNC] = { OP(op_sync) },
	[INVBENCH_OP_FLUSH_ALL] = { OP(op_flush_all) },
	[INVBENCH_OP_DMA_BOTH] = { OP(op_dma_both), .maps = true, .dma = true },
	[INVBENCH_OP_DMA_MAP] = { OP(op_dma_map), .maps = true, .dma = true, .part = true },
	[INVBENCH_OP_DMA_UNMAP] = { OP(op_dma_unmap), .maps = true, .dma = true, .part = true },
	[INVBENCH_OP_KTIME] = { OP(op_ktime), .part = true },
};

static void record(struct worker *w, u64 ns)
{
	struct invbench_thread *t = &w->result;
	u64 op = t->ops++;

	if (ns > HIST_MAX) {
		t->out_of_range++;
		return;
	}
	if (w->timeline)
		window_record(&w->window, op, ns);
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

/* Nothing but the operations; the thread lets others run as often as it must, some thousand operations apart. */
static u64 bare_loop(struct worker *w, u64 count)
{
	struct batch *b = w->batch;
	u64 i;

	for (i = 0; i < count && !READ_ONCE(b->stop); i++) {
		b->op(w);
		if (unlikely(w->error)) {
			WRITE_ONCE(b->stop, true);
			break;
		}
		if (!(i % 4096))
			cond_resched();
	}
	return bench_clock();
}

/* All operations at once, as many samples of their mean. */
static void record_mean(struct worker *w)
{
	struct invbench_thread *t = &w->result;
	u64 mean = div64_u64(t->elapsed_ns, w->batch->ops);

	t->ops = w->batch->ops;
	t->min_ns = mean;
	t->max_ns = mean;
	t->sum_ns = mean * t->ops;
	if (mean <= HIST_MAX)
		w->hist[hist_index(w->batch->sub_bits, mean)] = t->ops;
	else
		t->out_of_range = t->ops;
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
		span = op_nop_timed(w);
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

	if (w->index == 0 && b->mode != BARE)
		calibrate(w);
	loop(w, b->warmup, false);
	pass_gate(b);

	w->result.min_ns = U64_MAX;
	start = bench_clock();
	w->result.elapsed_ns = (b->mode == BARE ? bare_loop(w, b->ops) : loop(w, b->ops, true)) - start;
	if (b->mode == BARE && !w->error)
		record_mean(w);
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

static size_t timeline_cells(const struct batch *b)
{
	return windows_of(b->ops) * WINDOW_BUCKETS;
}

static int create_timeline(struct worker *w, int node)
{
	w->timeline = kvcalloc_node(timeline_cells(w->batch), sizeof(*w->timeline), GFP_KERNEL_ACCOUNT, node);
	if (!w->timeline)
		return -ENOMEM;
	window_start(&w->window, w->timeline, w->batch->ops);
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
	if (b->timeline && create_timeline(w, node))
		goto free_hist;
	w->task = kthread_create_on_node(work, w, node, "invbench/%u", index);
	if (IS_ERR(w->task)) {
		err = PTR_ERR(w->task);
		goto free_hist;
	}
	get_task_struct(w->task);
	kthread_bind(w->task, cpu);
	return w;

free_hist:
	kvfree(w->timeline);
	kvfree(w->hist);
free_worker:
	kfree(w);
	return ERR_PTR(err);
}

/* Waits for the thread to end; one that was never woken ends without having worked. */
static void worker_destroy(struct worker *w)
{
	kthread_stop_put(w->task);
	kvfree(w->timeline);
	kvfree(w->hist);
	kfree(w);
}

static bool flags_fit(const struct op *op, u32 flags)
{
	if (flags & ~(INVBENCH_RUN_LAZY | INVBENCH_RUN_REPORT | INVBENCH_RUN_BARE))
		return false;
	if (flags & INVBENCH_RUN_LAZY && !op->lazy[TIMED])
		return false;
	return !(flags & INVBENCH_RUN_BARE && (flags & INVBENCH_RUN_REPORT || op->part));
}

static int check_input(const struct bench_domain *domain, const struct invbench_run *run)
{
	struct iommu_domain_geometry *geometry = &domain->iommu->geometry;
	u64 granule = PAGE_SIZE;

	if (run->op >= INVBENCH_OP_COUNT)
		return -EINVAL;
	if (!domain->dma)
		granule = 1ULL << __ffs(domain->iommu->pgsize_bitmap);
	else if (!ops[run->op].dma && run->op != INVBENCH_OP_NOP && run->op != INVBENCH_OP_KTIME)
		return -EINVAL;
	if (run->timeline && run->flags & INVBENCH_RUN_BARE)
		return -EINVAL;
	if ((ops[run->op].dma && !domain->dma) || !flags_fit(&ops[run->op], run->flags) || run->threads < 1 ||
	    run->threads > INVBENCH_MAX_THREADS || run->ops < 1 || !is_power_of_2(run->size) || run->size < granule ||
	    run->size > PAGE_SIZE << MAX_PAGE_ORDER || run->sub_bits < HIST_SUB_BITS_MIN ||
	    run->sub_bits > HIST_SUB_BITS_MAX)
		return -EINVAL;
	if (!domain->dma && (geometry->aperture_end - geometry->aperture_start) / IOVA_STRIDE < run->threads + 1)
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

static void add_counters(u64 *sum, const u64 *counters, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		sum[i] += counters[i];
}

/* The first thread's counters become those of all. */
static int write_results(struct batch *b, struct worker **workers, struct invbench_run *run)
{
	struct invbench_thread __user *threads = u64_to_user_ptr(run->thread);
	size_t buckets = HIST_BUCKETS(b->sub_bits), cells = timeline_cells(b);
	struct worker *sum = workers[0];
	u32 i;

	for (i = 0; i < run->threads; i++) {
		if (copy_to_user(&threads[i], &workers[i]->result, sizeof(*threads)))
			return -EFAULT;
		if (i)
			add_counters(sum->hist, workers[i]->hist, buckets);
		if (i && b->timeline)
			add_counters(sum->timeline, workers[i]->timeline, cells);
		cond_resched();
	}
	run->clock_floor_ns = b->clock_floor_ns;
	if (b->timeline && copy_to_user(u64_to_user_ptr(run->timeline), sum->timeline, cells * sizeof(*sum->timeline)))
		return -EFAULT;
	return copy_to_user(u64_to_user_ptr(run->hist), sum->hist, buckets * sizeof(*sum->hist)) ? -EFAULT : 0;
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

static enum mode mode_of(u32 flags)
{
	if (flags & INVBENCH_RUN_BARE)
		return BARE;
	return flags & INVBENCH_RUN_REPORT ? REPORTED : TIMED;
}

static void batch_init(struct batch *b, struct bench_domain *domain, const struct invbench_run *run)
{
	const struct op *op = &ops[run->op];

	b->domain = domain->iommu;
	b->bench = domain;
	b->number = domain->number;
	b->mode = mode_of(run->flags);
	b->op = run->flags & INVBENCH_RUN_LAZY ? op->lazy[b->mode] : op->strict[b->mode];
	b->size = run->size;
	/* A default domain without translation has no page sizes. */
	if (domain->iommu->pgsize_bitmap) {
		b->granule = 1UL << __ffs(domain->iommu->pgsize_bitmap);
		/* As iommu_map() chooses it: address and memory are aligned to the size, a power of two. */
		b->leaf = 1UL << __fls(domain->iommu->pgsize_bitmap & GENMASK(ilog2(run->size), 0));
	}
	b->warmup = run->warmup;
	b->ops = run->ops;
	b->sub_bits = run->sub_bits;
	b->timeline = run->timeline;
	init_completion(&b->done);
	atomic_set(&b->warming, run->threads);
	atomic_set(&b->working, run->threads);
}

int bench_run(struct bench_domain *domain, struct invbench_run *run)
{
	unsigned int order = get_order(run->size);
	struct batch *b;
	int err;

	err = check_input(domain, run);
	if (err)
		return err;
	b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);
	if (!b)
		return -ENOMEM;

	/* All threads map the same memory, to be read only, and no endpoint ever reads it. */
	if (ops[run->op].maps) {
		b->page = alloc_pages(GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN, order);
		if (!b->page) {
			err = -ENOMEM;
			goto free_batch;
		}
		b->paddr = page_to_phys(b->page);
	}
	/* A default domain is its device's: it may be gone once the driver is, which waits for this lock. */
	if (domain->dma)
		mutex_lock(&domain->dma_lock);
	err = -ENODEV;
	if (!READ_ONCE(domain->broken)) {
		batch_init(b, domain, run);
		err = batch_run(b, domain, run);
	}
	if (domain->dma)
		mutex_unlock(&domain->dma_lock);
	if (b->page)
		__free_pages(b->page, order);
free_batch:
	kfree(b);
	return err;
}
