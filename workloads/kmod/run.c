// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs: threads, start gate, timed loop, histograms.
 *
 * Nothing that two threads use is written between the start gate and a
 * thread's last operation.
 */
#include <linux/cpu.h>
#include <linux/freezer.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>

#include "hist.h"
#include "ops.h"

/* Each thread's IOVAs lie in page tables of their own. */
#define IOVA_STRIDE   SZ_1G
#define FLOOR_SAMPLES 1001
#define REST_NS	      NSEC_PER_MSEC /* a thread offers the CPU to others this often */
#define BARE_STRIDE   64	    /* a bare loop looks this often whether it is time for that */

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

/* Between two operations, now and then: others may run, the machine be suspended, this CPU be gone. */
static noinline void rest(struct worker *w)
{
	u64 begin;

	cond_resched();
	if (unlikely(freezing(current))) {
		begin = bench_clock();
		try_to_freeze();
		w->frozen_ns += bench_clock() - begin;
	}
	/* Threads are moved when their CPU goes offline. */
	if (unlikely(raw_smp_processor_id() != w->result.cpu)) {
		w->error = -ENODEV;
		WRITE_ONCE(w->batch->stop, true);
	}
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
			rest(w);
			rested = bench_clock();
		}
	}
	return span.end;
}

/* Nothing but the operations, and some operations apart a look at the cheapest of all clocks. */
static u64 bare_loop(struct worker *w, u64 count)
{
	struct batch *b = w->batch;
	unsigned long rested = jiffies;
	u64 i;

	for (i = 0; i < count && !READ_ONCE(b->stop); i++) {
		b->op(w);
		if (unlikely(w->error)) {
			WRITE_ONCE(b->stop, true);
			break;
		}
		if (!(i % BARE_STRIDE) && unlikely(time_after(jiffies, rested))) {
			rest(w);
			rested = jiffies;
		}
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
		span = ops[INVBENCH_OP_NOP].strict[TIMED](w);
		w->hist[i] = span.end - span.begin;
	}
	sort(w->hist, FLOOR_SAMPLES, sizeof(*w->hist), compare_u64, NULL);
	w->batch->clock_floor_ns = w->hist[FLOOR_SAMPLES / 2];
	memset(w->hist, 0, FLOOR_SAMPLES * sizeof(*w->hist));
}

static void pass_gate(struct worker *w)
{
	struct batch *b = w->batch;

	if (atomic_dec_and_test(&b->warming))
		WRITE_ONCE(b->go, true);
	while (!READ_ONCE(b->go) && !READ_ONCE(b->stop)) {
		cpu_relax();
		rest(w);
	}
}

/* From here on a default domain stays: its device's driver waits until the last thread has left. */
static int enter_domain(struct batch *b)
{
	struct bench_domain *domain = b->bench;
	int err = 0;

	spin_lock(&domain->lock);
	if (domain->broken)
		err = -ENODEV;
	else
		domain->batch = b;
	spin_unlock(&domain->lock);
	return err;
}

/* By the last thread. */
static void leave_domain(struct bench_domain *domain)
{
	spin_lock(&domain->lock);
	/* Release pairs with the acquire in is_idle(): all that was done in the domain comes before. */
	smp_store_release(&domain->batch, NULL);
	spin_unlock(&domain->lock);
	wake_up_all(&domain->idle);
}

static bool is_idle(struct bench_domain *domain)
{
	/* Acquire: what follows, a driver's end even, comes after the last operation. */
	return !smp_load_acquire(&domain->batch);
}

void bench_break(struct bench_domain *domain)
{
	spin_lock(&domain->lock);
	domain->broken = true;
	if (domain->batch)
		WRITE_ONCE(domain->batch->stop, true);
	spin_unlock(&domain->lock);
	/*
	 * A default domain is its device's, and may be gone once the driver is. The threads themselves end the wait: the
	 * process that waits for them may be frozen already.
	 */
	if (domain->dma)
		wait_event(domain->idle, is_idle(domain));
}

/*
 * An operation's stack begins at a cache line, whatever the frames of this module are. The driver
 * clears 1 KiB of its stack in a sync, in more or fewer instructions by how that lies, and a
 * figure is not to move with an edit here. It lasts until the function that it is in returns.
 */
#define PLACE_STACK() \
	do { \
		void *pad = __builtin_alloca(current_stack_pointer % SMP_CACHE_BYTES); \
\
		barrier_data(pad); \
	} while (0)

static int work(void *data)
{
	struct worker *w = data;
	struct batch *b = w->batch;
	u64 start;

	PLACE_STACK();
	set_freezable();
	if (w->index == 0 && b->mode != BARE)
		calibrate(w);
	loop(w, b->warmup, false);
	pass_gate(w);

	w->frozen_ns = 0;
	w->result.min_ns = U64_MAX;
	start = bench_clock();
	w->result.elapsed_ns = (b->mode == BARE ? bare_loop(w, b->ops) : loop(w, b->ops, true)) - start;
	w->result.elapsed_ns -= w->frozen_ns;
	if (b->mode == BARE && !w->error)
		record_mean(w);
	if (w->result.min_ns > w->result.max_ns)
		w->result.min_ns = 0;

	if (w->queued)
		iommu_flush_iotlb_all(b->domain);
	if (!w->error && raw_smp_processor_id() != w->result.cpu)
		w->error = -ENODEV;
	/* Full order: the last thread leaves for all of them. */
	if (atomic_dec_and_test(&b->working))
		leave_domain(b->bench);
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
	w->iova = b->base + (unsigned long)IOVA_STRIDE * (index + 1);
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
		if (fatal_signal_pending(current))
			return -EINTR;
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

/* The domain's pages; a default domain without translation has none. After enter_domain(). */
static void use_pages(struct batch *b)
{
	unsigned long pages = b->domain->pgsize_bitmap;

	if (!pages)
		return;
	b->granule = 1UL << __ffs(pages);
	/* As iommu_map() chooses it: address and memory are aligned to the size, a power of two. */
	b->leaf = 1UL << __fls(pages & GENMASK(ilog2(b->size), 0));
}

/* Lets the workers run; returns the first error of any, in order of threads. */
static int run_workers(struct batch *b, struct worker **workers, u32 count)
{
	struct bench_domain *domain = b->bench;
	int err;
	u32 i;

	err = enter_domain(b);
	if (err)
		return err;
	use_pages(b);
	for (i = 0; i < count; i++)
		wake_up_process(workers[i]->task);
	if (wait_event_state(domain->idle, is_idle(domain), (TASK_KILLABLE | TASK_FREEZABLE))) {
		WRITE_ONCE(b->stop, true);
		wait_event(domain->idle, is_idle(domain));
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
	b->base = domain->dma ? 0 : domain->iommu->geometry.aperture_start;
	b->warmup = run->warmup;
	b->ops = run->ops;
	b->sub_bits = run->sub_bits;
	b->timeline = run->timeline;
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
	batch_init(b, domain, run);
	err = batch_run(b, domain, run);
	if (b->page)
		__free_pages(b->page, order);
free_batch:
	kfree(b);
	return err;
}
