// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations: what is timed.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>

#include "ops.h"

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

const struct op ops[INVBENCH_OP_COUNT] = {
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
