// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma - what a driver's DMA unmap makes the SMMU driver do, and its parts.
 *
 * The kernel half works on a domain of its own, with as many devices attached
 * as asked for. No device does DMA: the driver invalidates all the same.
 *
 * Controls: op=nop is the floor; devices=0 is a domain that nothing can have
 * cached, so what is left of an operation belongs to the page tables.
 */
#include <stdlib.h>
#include <unistd.h>

#include "workload.h"

static const char *const op_names[] = {
	[INVBENCH_OP_NOP] = "nop",
	[INVBENCH_OP_MAP_UNMAP] = "map+unmap",
	[INVBENCH_OP_UNMAP] = "unmap",
	[INVBENCH_OP_SYNC] = "sync",
	[INVBENCH_OP_FLUSH_ALL] = "flush",
	NULL,		/* the rest is dma-api's */
};

static const char *const off_on[] = { "off", "on", NULL };
static const char *const stages[] = { "1", "2", NULL };
static const char *const loops[] = { "timed", "bare", NULL };

static int setup(struct run_case *c)
{
	const struct endpoint_want want = {
		.ats = case_param(c, "ats"),
		.no_ats = !case_param(c, "ats"),
		.stage2 = case_param(c, "stage"),
		.count = case_param(c, "devices"),
	};
	uint32_t *domain;

	if (want.stage2 && !want.count)
		return case_error(c, "stage=2 needs a device: the domain has no page tables before");
	domain = malloc(sizeof(*domain));
	if (!domain)
		return case_error(c, "out of memory");
	case_set_private(c, domain);
	return case_domain(c, &want, domain);
}

static int kernel(struct run_case *c, struct invbench_run *run)
{
	run->domain = *(uint32_t *)case_private(c);
	run->op = case_param(c, "op");
	run->size = case_param(c, "size");
	if (run->size & (run->size - 1))
		return case_error(c, "size is not a power of two");
	if (run->size < (uint64_t)sysconf(_SC_PAGESIZE))
		return case_skip(c, "size is smaller than this kernel's pages (%ld)", sysconf(_SC_PAGESIZE));
	if (!case_param(c, "strict")) {
		if (run->op != INVBENCH_OP_MAP_UNMAP && run->op != INVBENCH_OP_UNMAP)
			return case_error(c, "strict=off is for operations that unmap, not for op=%s",
					  case_choice(c, "op"));
		run->flags |= INVBENCH_RUN_LAZY;
	}
	if (case_param(c, "loop")) {
		if (run->op == INVBENCH_OP_UNMAP)
			return case_error(c, "loop=bare times all of an operation, and op=unmap is only a part of one");
		run->flags |= INVBENCH_RUN_BARE;
	}
	return 0;
}

static void teardown(struct run_case *c)
{
	free(case_private(c));
}

WORKLOAD(dma) = {
	.name = "dma",
	.summary = "map, unmap and invalidate in a domain with devices attached",
	.unit = "operation",
	.half = HALF_YES,
	.params = {
		{ .name = "op", .summary = "what is timed", .def = INVBENCH_OP_MAP_UNMAP, .choices = op_names },
		{ .name = "devices", .summary = "devices attached, behind one SMMU; 0: control", .def = 1, .max = 16 },
		{ .name = "size", .summary = "of the range, a power of two", .def = 4 << 10, .min = 4 << 10,
		  .max = 4 << 20, .bytes = true },
		{ .name = "ats", .summary = "devices with ATS, or devices without", .choices = off_on },
		{ .name = "strict", .summary = "on: each unmap invalidates; off: one flush for 256", .def = 1,
		  .choices = off_on },
		{ .name = "stage", .summary = "of translation; 2: as for a virtual machine", .choices = stages },
		{ .name = "loop", .summary = "bare: only a mean, of a loop that reads no clock", .choices = loops },
		{ .name = "ops", .summary = "timed operations of a thread", .def = 2000, .min = 1, .max = 1000000000 },
		{ .name = "warmup", .summary = "operations of a thread before those", .def = 200, .max = 1000000000 },
	},
	.setup = setup,
	.kernel = kernel,
	.teardown = teardown,
};
