// SPDX-License-Identifier: GPL-2.0-only
/*
 * ats - the price of ATS: one domain, the same operation, with as many devices
 * that cache translations as asked for, and with as many that do not. In a
 * domain of the former each device is sent an ATC_INV of its own, after the TLBI.
 *
 * Controls: ats=off, and devices=0.
 */
#include "workload.h"

static const char *const op_names[] = { "unmap", "sync", "map+unmap", NULL };
static const char *const off_on[] = { "off", "on", NULL };

static int setup(struct run_case *c)
{
	const struct endpoint_want want = {
		.ats = case_param(c, "ats"),
		.no_ats = !case_param(c, "ats"),
		.count = case_param(c, "devices"),
	};
	uint32_t domain = 0;
	int ret = case_domain(c, &want, &domain);

	case_set_private(c, (void *)(uintptr_t)domain);
	return ret;
}

static int kernel(struct run_case *c, struct invbench_run *run)
{
	static const uint32_t ops[] = { INVBENCH_OP_UNMAP, INVBENCH_OP_SYNC, INVBENCH_OP_MAP_UNMAP };

	run->domain = (uintptr_t)case_private(c);
	run->op = ops[case_param(c, "op")];
	run->size = case_param(c, "size");
	return 0;
}

WORKLOAD(ats) = {
	.name = "ats",
	.summary = "unmap in a domain of devices with ATS, and of such without",
	.unit = "operation",
	.needs = { .half = true, .pages = true },
	.params = {
		{ .name = "ats", .summary = "of the devices", .def = 1, .choices = off_on },
		{ .name = "devices", .summary = "devices attached, behind one SMMU; 0: control", .def = 1, .max = 16 },
		{ .name = "op", .summary = "what is timed", .choices = op_names },
		{ .name = "size", .summary = "of the range, a power of two", .def = 4 << 10, .min = 4 << 10,
		  .max = 4 << 20, .bytes = true },
	},
	.setup = setup,
	.kernel = kernel,
};
