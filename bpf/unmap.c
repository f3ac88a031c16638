// SPDX-License-Identifier: GPL-2.0-only
/*
 * unmap.c - the user side of the probe `unmap`: picks the functions by which this kernel
 * tells one part of an unmap from another, and adds up what was booked.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "hook.h"
#include "json_text.h"
#include "status.h"
#include "submit.h"
#include "target.h"
#include "unmap_parts.h"
#include "unmap.skel.h"
#include "unmap_cost.h"
#include "unmap_figures.h"

/* What is within an unmap, and then where one begins: programs are attached in this order. */
enum point {
	POINT_LOOKUP,
	POINT_REMOVE,
	POINT_IOVA,
	POINT_QUEUE,
	POINT_RING,
	POINT_FLUSH,
	POINT_SYNC_ALL,
	POINT_SYNC_RANGE,
	POINT_SYNC_WALK,
	POINT_SUBMIT,
	POINT_ROOM,
	POINT_WRITE,
	POINT_VALID,
	POINT_WAIT,
	POINT_MSI,
#define X(name, rank) POINT_##name,
	UNMAP_ENTRIES(X)
#undef X
		POINTS
};

#define FIRST_ENTRY POINT_dma_unmap_page_attrs

/* The first of the functions that there is. */
static const struct {
	const char *name; /* of its programs */
	const char *const *functions;
} points[POINTS] = { [POINT_LOOKUP] = { "lookup", NAMES("iommu_iova_to_phys") },
		     [POINT_REMOVE] = { "remove", NAMES("iommu_unmap_fast") },
		     [POINT_IOVA] = { "iova", NAMES("free_iova_fast") },
		     [POINT_QUEUE] = { "queue", NAMES("queue_iova") },
		     [POINT_RING] = { "ring", NAMES("fq_ring_free", "fq_ring_free_locked") },
		     [POINT_FLUSH] = { "flush", NAMES("fq_flush_iotlb") },
		     [POINT_SYNC_ALL] = { "sync_all", NAMES("arm_smmu_flush_iotlb_all") },
		     [POINT_SYNC_RANGE] = { "sync_range", NAMES("arm_smmu_iotlb_sync") },
		     [POINT_SYNC_WALK] = { "sync_walk", NAMES("arm_smmu_tlb_inv_walk") },
		     [POINT_SUBMIT] = { "submit", NULL },
		     [POINT_ROOM] = { "room", submit_room_functions },
		     [POINT_WRITE] = { "write", NAMES("arm_smmu_cmdq_write_entries") },
		     [POINT_VALID] = { "valid", NAMES("__arm_smmu_cmdq_poll_set_valid_map") },
		     [POINT_WAIT] = { "wait", submit_sync_functions },
		     [POINT_MSI] = { "msi", submit_msi_functions },
#define X(name, rank) [POINT_##name] = { #name, NAMES(#name) },
		     UNMAP_ENTRIES(X)
#undef X
};

struct unmap {
	struct unmap_bpf *skel;
	struct hook_point points[POINTS];
	struct hook lock_begin, lock_end;
	struct unmap_missing missing;
	char why_cost[256];
	struct unmap_cost cost[UNMAP_COSTS];
	unsigned long long lost; /* before the last reset */
	unsigned int nr_cpus, bank;
	struct unmap_cpu *cpus; /* the kernel's own memory */
};

/* ---- what this kernel has ---- */

static bool has(const struct unmap *u, enum point point)
{
	return u->points[point].target.symbol[0];
}

static int find_point(enum point point, struct target *target)
{
	const char *const *name;
	int err = -ENOENT;

	if (point == POINT_SUBMIT)
		return target_find_submit(target);
	for (name = points[point].functions; *name && err; name++)
		err = target_find(*name, strstr(*name, "arm_smmu_") ? smmu_family : NAMES(*name), target);
	return err;
}

/*
 * A wait for a CMD_SYNC is best told by what comes before and after it: a program within it would take as long as the
 * SMMU may need.
 */
static bool is_wanted(const struct unmap *u, enum point point)
{
	return !(point == POINT_WAIT || point == POINT_MSI) || !has(u, POINT_VALID);
}

static void choose_points(struct unmap *u)
{
	char enter[64], leave[64];
	int i;

	for (i = 0; i < POINTS; i++) {
		if (!is_wanted(u, i) || find_point(i, &u->points[i].target))
			continue;
		snprintf(enter, sizeof(enter), "enter_%s", points[i].name);
		snprintf(leave, sizeof(leave), "leave_%s", points[i].name);
		hook_point_choose(&u->points[i], u->skel->obj, enter, leave);
	}
}

/* Each kernel tells its parts by other functions. What it does not tell is in the part before. */
static void choose_parts(struct unmap *u)
{
	const char **part = u->missing.part;

	u->skel->rodata->first = has(u, POINT_ROOM) || !has(u, POINT_WRITE) ? UNMAP_ISSUE : UNMAP_ROOM;
	u->skel->rodata->after_removal = has(u, POINT_QUEUE) ? UNMAP_SAME : UNMAP_FREE;
	if (!has(u, POINT_REMOVE))
		part[UNMAP_TABLE] = "this kernel has no iommu_unmap_fast(): it is in `other`";
	if (!has(u, POINT_IOVA))
		part[UNMAP_IOVA] = "this kernel has no free_iova_fast(): it is in `other`";
	if (!has(u, POINT_REMOVE) && !has(u, POINT_QUEUE))
		part[UNMAP_QUEUE] = "this kernel has neither iommu_unmap_fast() nor queue_iova(): it is in `other`";
	if (!has(u, POINT_SYNC_RANGE))
		part[UNMAP_BUILD] = "this kernel has no arm_smmu_iotlb_sync(): it is in `other`";
	if (!has(u, POINT_ROOM) && !has(u, POINT_WRITE))
		part[UNMAP_ROOM] = "arm_smmu_cmdq_poll_until_not_full() and arm_smmu_cmdq_write_entries() are inlined: "
				   "it is in `issue`";
	if (!has(u, POINT_VALID) && !has(u, POINT_WAIT) && !has(u, POINT_MSI))
		part[UNMAP_SYNC] = "__arm_smmu_cmdq_poll_set_valid_map() and what waits for a CMD_SYNC are inlined: it "
				   "is in `issue`";
}

static int choose_args(struct unmap *u, char *why, size_t why_size)
{
	struct submit_args args;
	int err = submit_find_args(&u->points[POINT_SUBMIT].target, &args, why, why_size);

	if (!err)
		u->skel->rodata->sync_arg = args.sync;
	return err;
}

static int choose_all(struct unmap *u, char *why, size_t why_size)
{
	choose_points(u);
	if (!has(u, POINT___iommu_dma_unmap) && !has(u, POINT_dma_unmap_page_attrs)) {
		snprintf(why, why_size, "this kernel's DMA API has no function that unmaps for an IOMMU");
		return -EOPNOTSUPP;
	}
	if (!has(u, POINT_SUBMIT)) {
		snprintf(why, why_size, "this kernel's SMMUv3 driver has no function that submits commands");
		return -EOPNOTSUPP;
	}
	choose_parts(u);
	hook_locks_choose(&u->lock_begin, &u->lock_end, u->skel->obj);
	return choose_args(u, why, why_size);
}

/* Only of kinds of program that there are. If one of them is not known, none is. */
static void find_cost(struct unmap *u)
{
	bool used[2] = {};
	int i;

	for (i = 0; i < POINTS; i++)
		if (has(u, i))
			used[!u->points[i].target.fentry] = true;
	for (i = 0; i < 2; i++)
		if (used[i] && unmap_cost_measure(!i, &u->cost[i * UNMAP_CLASSES], u->why_cost, sizeof(u->why_cost)))
			u->missing.cost = u->why_cost;
	if (u->missing.cost)
		memset(u->cost, 0, sizeof(u->cost));
	/* What the kernel will not write is const. */
	memcpy((void *)u->skel->rodata->cost, u->cost, sizeof(u->cost));
}

/* ---- attaching ---- */

static int load(struct unmap *u)
{
	struct bpf_map *map = u->skel->maps.bss_cpus;
	size_t size;
	int err;

	u->nr_cpus = probe_cpu_numbers();
	err = bpf_map__set_value_size(map, u->nr_cpus * sizeof(struct unmap_cpu));
	if (!err)
		err = unmap_bpf__load(u->skel);
	if (err) {
		say("unmap: could not load: %s (%s)", strerror(-err), probe_complaint());
		return err;
	}
	u->cpus = bpf_map__initial_value(map, &size);
	return 0;
}

static void attach_locks(struct unmap *u)
{
	if (hook_locks_attach(&u->lock_begin, &u->lock_end))
		return;
	u->missing.part[UNMAP_LOCK] =
		"this kernel has no tracepoints lock:contention_begin and lock:contention_end: it is "
		"in the part that waits";
}

static int attach_all(struct unmap *u)
{
	int i, err = 0;

	attach_locks(u);
	for (i = 0; i < POINTS && !err; i++)
		err = hook_point_attach(&u->points[i], "unmap");
	return err;
}

static void unmap_reset(void *state);

static int unmap_attach(void **state, char *why, size_t why_size)
{
	struct unmap *u;
	int err = probe_prepare(why, why_size);

	*state = NULL;
	if (err)
		return err;
	*state = u = calloc(1, sizeof(*u));
	if (!u)
		return -ENOMEM;
	u->skel = unmap_bpf__open();
	if (!u->skel)
		return -errno;
	err = choose_all(u, why, why_size);
	if (err)
		return err;
	find_cost(u);
	err = load(u) ?: attach_all(u);
	if (!err)
		unmap_reset(u); /* returns of unmaps that began before that were counted as lost */
	return err;
}

static void unmap_detach(void *state)
{
	struct unmap *u = state;
	int i;

	if (!u)
		return;
	for (i = POINTS - 1; i >= 0; i--)
		hook_point_detach(&u->points[i]);
	hook_detach(&u->lock_begin);
	hook_detach(&u->lock_end);
	unmap_bpf__destroy(u->skel);
	free(u);
}

/* ---- what was booked ---- */

/* Since the probe was attached. */
static unsigned long long read_lost(const struct unmap *u)
{
	unsigned long long lost = hook_missed(&u->lock_begin) + hook_missed(&u->lock_end);
	unsigned int i;

	for (i = 0; i < POINTS; i++)
		lost += hook_point_missed(&u->points[i]);
	for (i = 0; i < u->nr_cpus; i++)
		lost += u->cpus[i].lost;
	return lost;
}

static json_t *costs_of(const struct unmap_cost *costs)
{
	static const char *const names[] = { "plain", "entry", "range", "submit", "valid" };
	json_t *json = json_object();
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_object_set_new(json, names[i],
				    json_pack("{s:I, s:I}", "within_ns", (json_int_t)costs[i].within, "around_ns",
					      (json_int_t)costs[i].around));
	return json;
}

static json_t *costs_to_json(const struct unmap *u)
{
	const struct unmap_cost *fentry = u->cost, *kprobe = &u->cost[UNMAP_CLASSES];
	json_t *costs;

	if (u->missing.cost)
		return probe_not_available(u->missing.cost);
	costs = json_object();
	if (fentry->within)
		json_object_set_new(costs, "fentry", costs_of(fentry));
	if (kprobe->within)
		json_object_set_new(costs, "kprobe", costs_of(kprobe));
	return costs;
}

static json_t *to_json(const struct unmap *u, unsigned int bank, unsigned long long lost)
{
	const struct unmap_view view = { .cpus = u->cpus, .nr_cpus = u->nr_cpus, .bank = bank, .missing = &u->missing };
	json_t *symbols = json_object(), *modes = json_object(), *probe;
	int i;

	for (i = 0; i < POINTS; i++)
		hook_point_tell(&u->points[i], points[i].name, symbols, modes);
	probe = json_pack("{s:I, s:b, s:o, s:o, s:o}", "lost", (json_int_t)lost, "valid", lost == 0, "symbols", symbols,
			  "attach_modes", modes, "cost", costs_to_json(u));
	json_object_update_new(probe, unmap_figures(&view));
	return probe;
}

static json_t *unmap_read(void *state)
{
	struct unmap *u = state;

	return to_json(u, u->bank, read_lost(u) - u->lost);
}

/* ---- from now on ---- */

/* Makes unmaps go to the other bank, which is emptied before; returns the one that was left. */
static unsigned int flip(struct unmap *u)
{
	const unsigned int old = u->bank;
	size_t cpu;

	u->bank = !old;
	for (cpu = 0; cpu < u->nr_cpus; cpu++) {
		memset(u->cpus[cpu].sums[u->bank], 0, sizeof(u->cpus[cpu].sums[u->bank]));
		/* A program that sees the new bank sees it empty. */
		__atomic_store_n(&u->cpus[cpu].bank, u->bank, __ATOMIC_RELEASE);
	}
	probe_wait_for_programs(); /* none writes to the bank that was left */
	return old;
}

static void unmap_reset(void *state)
{
	struct unmap *u = state;

	flip(u);
	u->lost = read_lost(u);
}

static json_t *unmap_take(void *state)
{
	struct unmap *u = state;
	const unsigned int old = flip(u);
	const unsigned long long lost = read_lost(u), before = u->lost;

	u->lost = lost;
	return to_json(u, old, lost - before);
}

PROBE(unmap) = {
	.name = "unmap",
	.summary =
		"what an unmap of the DMA API takes its time for, strict or lazy: page table, addresses, queue, waits",
	.attach = unmap_attach,
	.reset = unmap_reset,
	.read = unmap_read,
	.take = unmap_take,
	.print = unmap_print,
	.detach = unmap_detach,
};
