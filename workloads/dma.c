// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma - what a driver's DMA unmap makes the SMMU driver do, and its parts.
 *
 * The kernel half works on a domain of its own, with as many devices attached
 * as asked for. No device does DMA: the driver invalidates all the same.
 *
 * With via=iommufd the domain is one of user space. System calls are then part
 * of an operation, and so is pinning the memory (map) and releasing it (unmap).
 *
 * Controls: op=nop is the floor; devices=0 is a domain that nothing can have
 * cached, so what is left of an operation belongs to the page tables.
 */
#include <stdlib.h>

#include "iommufd.h"
#include "workload.h"

static const char *const op_names[] = {
	[INVBENCH_OP_NOP] = "nop",   [INVBENCH_OP_MAP_UNMAP] = "map+unmap", [INVBENCH_OP_UNMAP] = "unmap",
	[INVBENCH_OP_SYNC] = "sync", [INVBENCH_OP_FLUSH_ALL] = "flush",	    NULL, /* the rest is dma-api's */
};

static const char *const off_on[] = { "off", "on", NULL };
static const char *const stages[] = { "1", "2", NULL };
static const char *const loops[] = { "timed", "bare", NULL };
static const char *const vias[] = { "kernel", "iommufd", NULL };

struct dma {
	uint32_t domain;      /* of the kernel half */
	struct iommufd *user; /* via=iommufd */
	bool map_before;      /* only the unmap is timed */
};

static int check(struct run_case *c)
{
	const bool lazy = !case_param(c, "strict"), bare = case_param(c, "loop"), user = case_param(c, "via");
	const uint64_t op = case_param(c, "op"), size = case_param(c, "size");
	const bool unmaps = op == INVBENCH_OP_MAP_UNMAP || op == INVBENCH_OP_UNMAP;

	if (size & (size - 1))
		return case_error(c, "size is not a power of two");
	if (user && !unmaps)
		return case_error(c, "iommufd has no op=%s: only map+unmap and unmap", case_choice(c, "op"));
	if (user && (lazy || bare))
		return case_error(c,
				  "via=iommufd has neither strict=off nor loop=bare: each of its unmaps invalidates");
	if (lazy && !unmaps)
		return case_error(c, "strict=off is for operations that unmap, not for op=%s", case_choice(c, "op"));
	if (bare && op == INVBENCH_OP_UNMAP)
		return case_error(c, "loop=bare times all of an operation, and op=unmap is only a part of one");
	if (!case_param(c, "devices") && (user || case_param(c, "stage")))
		return case_error(c, "%s needs a device", user ? "via=iommufd" : "stage=2");
	return 0;
}

/* ---- via=iommufd ---- */

static int setup_iommufd(struct run_case *c, const struct endpoint_want *want, struct dma *d)
{
	case_set_form(c, FORM_OP);
	d->map_before = case_param(c, "op") == INVBENCH_OP_UNMAP;
	return iommufd_open(c, want, case_param(c, "size"), &d->user);
}

static int before(struct run_case *c, unsigned int thread)
{
	const struct dma *d = case_private(c);

	return d->map_before ? iommufd_map(d->user, thread) : 0;
}

static int op(struct run_case *c, unsigned int thread)
{
	const struct dma *d = case_private(c);
	int ret = d->map_before ? 0 : iommufd_map(d->user, thread);

	return ret ?: iommufd_unmap(d->user, thread);
}

/* ---- by the kernel half ---- */

static int setup(struct run_case *c)
{
	const struct endpoint_want want = {
		.ats = case_param(c, "ats"),
		.no_ats = !case_param(c, "ats"),
		.stage2 = case_param(c, "stage"),
		.count = case_param(c, "devices"),
	};
	struct dma *d = calloc(1, sizeof(*d));

	if (!d)
		return case_error(c, "out of memory");
	case_set_private(c, d);
	return case_param(c, "via") ? setup_iommufd(c, &want, d) : case_domain(c, &want, &d->domain);
}

static int kernel(struct run_case *c, struct invbench_run *run)
{
	run->domain = ((const struct dma *)case_private(c))->domain;
	run->op = case_param(c, "op");
	run->size = case_param(c, "size");
	if (!case_param(c, "strict"))
		run->flags |= INVBENCH_RUN_LAZY;
	if (case_param(c, "loop"))
		run->flags |= INVBENCH_RUN_BARE;
	return 0;
}

static void teardown(struct run_case *c)
{
	struct dma *d = case_private(c);

	if (d)
		iommufd_close(c, d->user);
	free(d);
}

WORKLOAD(dma) = {
	.name = "dma",
	.summary = "map, unmap and invalidate in a domain with devices attached",
	.unit = "operation",
	.needs = { .half = true, .half_unless = "via=iommufd", .pages = true },
	.params = {
		{ .name = "op", .summary = "what is timed", .def = INVBENCH_OP_MAP_UNMAP, .choices = op_names },
		{ .name = "devices", .summary = "devices attached, behind one SMMU; 0: control", .def = 1, .max = 16 },
		{ .name = "size", .summary = "of the range, a power of two", .def = 4 << 10, .min = 4 << 10,
		  .max = 4 << 20, .bytes = true },
		{ .name = "ats", .summary = "devices with ATS, or devices without", .choices = off_on },
		{ .name = "strict", .summary = "on: each unmap invalidates; off: one flush for 256", .def = 1, .choices = off_on },
		{ .name = "stage", .summary = "of translation; 2: as for a virtual machine", .choices = stages },
		{ .name = "via", .summary = "iommufd: from user space, without invbench.ko", .choices = vias },
		{ .name = "loop", .summary = "bare: only a mean, of a loop that reads no clock", .choices = loops },
		{ .name = "ops", .summary = "timed operations of a thread", .def = 2000, .min = 1, .max = 1000000000 },
		{ .name = "warmup", .summary = "operations of a thread before those", .def = 200, .max = 1000000000 },
	},
	.check = check,
	.setup = setup,
	.before = before,
	.op = op,
	.kernel = kernel,
	.teardown = teardown,
};
