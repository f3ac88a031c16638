// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-api - what a driver pays for dma_map_single() and dma_unmap_single(), on
 * one device in its default domain: IOVA allocator, page tables, invalidation.
 *
 * No device does DMA: the driver invalidates all the same.
 */
#include <stdlib.h>

#include "workload.h"

static const char *const op_names[] = { "map+unmap", "map", "unmap", "ktime", NULL };
static const char *const off_on[] = { "off", "on", NULL };
static const char *const types[] = { "DMA-FQ", "DMA" };

static int setup(struct run_case *c)
{
	const struct device_want device = {
		.what = "an endpoint", .driver = "invbench", .no_ats = true, .type = types[case_param(c, "strict")]
	};
	struct endpoint_want want = { .dma = true, .no_ats = true, .count = 1 };
	uint32_t *domain = malloc(sizeof(*domain));

	if (!domain)
		return case_error(c, "out of memory");
	case_set_private(c, domain);
	return case_take(c, &device, &want.name) ?: case_domain(c, &want, domain);
}

static int kernel(struct run_case *c, struct invbench_run *run)
{
	static const uint32_t ops[] = { INVBENCH_OP_DMA_BOTH, INVBENCH_OP_DMA_MAP, INVBENCH_OP_DMA_UNMAP,
					INVBENCH_OP_KTIME };

	run->domain = *(uint32_t *)case_private(c);
	run->op = ops[case_param(c, "op")];
	run->size = case_param(c, "size");
	return 0;
}

static void teardown(struct run_case *c)
{
	free(case_private(c));
}

WORKLOAD(dma_api) = {
	.name = "dma-api",
	.summary = "map and unmap through the DMA API, on one device in its default domain",
	.unit = "operation",
	.needs = { .half = true, .pages = true },
	.params = {
		{ .name = "op", .summary = "what is timed; ktime: only the clock of dma-map-benchmark", .choices = op_names },
		{ .name = "size", .summary = "of a buffer, a power of two", .def = 4 << 10, .min = 4 << 10,
		  .max = 2 << 20, .bytes = true },
		{ .name = "strict", .summary = "on: each unmap invalidates; off: many together", .def = 1,
		  .choices = off_on },
	},
	.setup = setup,
	.kernel = kernel,
	.teardown = teardown,
};
