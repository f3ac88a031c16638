// SPDX-License-Identifier: GPL-2.0-only
/*
 * mixed - what one tenant's invalidations cost another's. Each of the tenants
 * has a domain, devices and threads of its own. The first one unmaps, and its
 * latency is the case's; the others are at work before it begins and after it has
 * ended. With instances=1 all share the queue of one SMMU, with as many as tenants
 * none do.
 *
 * Number "together" says for how much of the first one's time each of the others
 * was surely at work: between two runs of a neighbour there is a gap. What a
 * probe counts is of all tenants together, and so are the operations beside it.
 *
 * Control: tenants=1.
 */
#include <stdlib.h>

#include "neighbour.h"

#define RUNS_MAX 10 /* in a row with a neighbour that was not at work */

enum { NEIGHBOURS_UNMAP, NEIGHBOURS_FLUSH };

static const char *const off_on[] = { "off", "on", NULL };
static const char *const op_names[] = { "unmap", "flush", NULL };

struct mixed {
	struct invbench_run run; /* of the first tenant */
	unsigned int count, started;
	struct neighbour neighbour[];
};

/* What tenants have in common; @domain is of the @n-th. */
static int set_up_tenant(struct run_case *c, unsigned int n, struct invbench_run *run)
{
	const struct endpoint_want want = {
		.ats = case_param(c, "ats"),
		.no_ats = !case_param(c, "ats"),
		.count = case_param(c, "devices"),
		.instance = n % case_param(c, "instances") + 1,
	};
	const bool flush = n && case_param(c, "neighbours") == NEIGHBOURS_FLUSH;

	*run = (struct invbench_run){
		.op = flush ? INVBENCH_OP_FLUSH_ALL : INVBENCH_OP_UNMAP,
		.size = case_param(c, "size"),
		.threads = case_param(c, "threads"),
	};
	return case_domain(c, &want, &run->domain);
}

static int setup(struct run_case *c)
{
	const unsigned int tenants = case_param(c, "tenants"), threads = case_param(c, "threads");
	struct mixed *m = calloc(1, sizeof(*m) + (tenants - 1) * sizeof(m->neighbour[0]));
	int ret;

	if (!m)
		return case_error(c, "out of memory");
	case_set_private(c, m);
	m->count = tenants - 1;
	if (case_param(c, "instances") > tenants)
		return case_skip(c, "there are more instances than tenants to spread over them");
	ret = case_set_threads(c, tenants * threads) ?: set_up_tenant(c, 0, &m->run);
	for (unsigned int i = 0; !ret && i < m->count; i++) {
		struct neighbour *n = &m->neighbour[i];

		n->c = c;
		n->first = (i + 1) * threads;
		ret = set_up_tenant(c, i + 1, &n->run);
	}
	return ret;
}

static int start_neighbours(struct mixed *m)
{
	int ret = 0;

	for (m->started = 0; !ret && m->started < m->count; m->started += !ret)
		ret = neighbour_start(&m->neighbour[m->started]);
	return ret;
}

static int stop_neighbours(struct mixed *m)
{
	int ret = 0;

	for (unsigned int i = 0; i < m->started; i++)
		ret = neighbour_stop(&m->neighbour[i]) ?: ret;
	return ret;
}

/* @least: for how much of the run the laziest neighbour was at work as well, from 0 to 1. */
static int run_together(struct run_case *c, struct mixed *m, double *least)
{
	struct span span;
	int ret = start_neighbours(m) ?: case_run_span(c, &m->run, 0, true, &span);

	ret = stop_neighbours(m) ?: ret;
	*least = 1;
	for (unsigned int i = 0; !ret && i < m->count; i++) {
		double share = neighbour_share(&m->neighbour[i], &span);

		*least = share < *least ? share : *least;
	}
	return ret;
}

static int whole(struct run_case *c)
{
	struct mixed *m = case_private(c);
	unsigned int in_vain = 0;
	double least;
	int ret;

	do {
		case_forget(c);
		ret = run_together(c, m, &least);
	} while (!ret && least <= 0 && ++in_vain < RUNS_MAX);
	case_number(c, "together", 100 * least, "% of the time");
	return ret || least > 0 ? ret : case_error(c, "a neighbour did nothing meanwhile; give it more ops");
}

static void teardown(struct run_case *c)
{
	struct mixed *m = case_private(c);

	for (unsigned int i = 0; m && i < m->count; i++)
		free(m->neighbour[i].spans);
	free(m);
}

WORKLOAD(mixed) = {
	.name = "mixed",
	.summary = "unmap in one domain while others are unmapped from or flushed",
	.unit = "unmap",
	.needs = { .half = true, .pages = true },
	.params = {
		{ .name = "tenants", .summary = "domains; the first is timed. 1: control", .def = 2, .min = 1, .max = 16 },
		{ .name = "instances", .summary = "SMMUs to spread them over; 1: all share one", .def = 1, .min = 1,
		  .max = 16 },
		{ .name = "neighbours", .summary = "what the other tenants do", .choices = op_names },
		{ .name = "devices", .summary = "devices of a tenant", .def = 1, .min = 1, .max = 8 },
		{ .name = "ats", .summary = "devices with ATS, or devices without", .choices = off_on },
		{ .name = "size", .summary = "of the range, a power of two", .def = 4 << 10, .min = 4 << 10,
		  .max = 4 << 20, .bytes = true },
		{ .name = "ops", .summary = "timed unmaps of a thread, long enough for neighbours to have a turn on bed icount",
		  .def = 10000, .min = 1, .max = 1000000000 },
	},
	.setup = setup,
	.whole = whole,
	.teardown = teardown,
};
