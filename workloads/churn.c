// SPDX-License-Identifier: GPL-2.0-only
/*
 * churn - devices come and go in a domain while its threads unmap: moving= of
 * them, beside devices= that stay (lib/moves.h).
 *
 * time= says whose latency it is. With unmap, ops= are the unmaps of a thread, else
 * the moves to time: threads unmap until so many of that kind lay wholly within their
 * runs. Both lead to and from the default domain; with block, the blocking one.
 *
 * On bed icount CPUs take turns of millions of instructions: a run must be long.
 * Control: moving=0, with time=unmap, is the same without the churn.
 */
#include <stdlib.h>

#include "moves.h"

enum { TIME_UNMAP, TIME_ATTACH, TIME_DETACH, TIME_BLOCK };

#define RUN_OPS	 10000 /* of a thread in one run, when moves are timed */
#define RUNS_MAX 100   /* in a row without a move */

static const char *const times[] = { "unmap", "attach", "detach", "block", NULL };
static const char *const off_on[] = { "off", "on", NULL };

struct churn {
	uint64_t time, threads;
	struct moves moves;
	const struct histogram *timed; /* NULL: the unmaps are */
};

static int set_up_devices(struct run_case *c, struct churn *h)
{
	const uint64_t devices = case_param(c, "devices"), moving = case_param(c, "moving");
	const struct endpoint_want want = {
		.ats = case_param(c, "ats"),
		.no_ats = !case_param(c, "ats"),
		.count = devices + moving,
	};
	int ret = case_domain(c, &want, &h->moves.domain);

	h->moves.first = devices;
	h->moves.devices = moving;
	h->moves.cpu = h->threads;
	for (uint64_t i = 0; !ret && h->time == TIME_BLOCK && i < moving; i++)
		ret = case_claim(c, h->moves.domain, devices + i);
	return ret;
}

static int check(struct run_case *c)
{
	if (case_param(c, "time") != TIME_UNMAP && !case_param(c, "moving"))
		return case_error(c, "moving=0 leaves no move to time: it is the control of time=unmap");
	return 0;
}

static int setup(struct run_case *c)
{
	struct churn *h = calloc(1, sizeof(*h));

	if (!h)
		return case_error(c, "out of memory");
	case_set_private(c, h);
	h->time = case_param(c, "time");
	h->threads = case_param(c, "threads");
	if (h->time != TIME_UNMAP)
		h->timed = h->time == TIME_ATTACH ? &h->moves.attach : &h->moves.detach;
	return moves_init(&h->moves, c)						   ?:
		       case_set_threads(c, h->threads + !!case_param(c, "moving")) ?:
										     set_up_devices(c, h);
}

/* One run within which devices moved, for its own latencies. */
static int time_unmaps(struct run_case *c, struct churn *h, struct invbench_run *run)
{
	unsigned int in_vain = 0;
	struct span span;
	int ret;

	do {
		case_forget(c);
		ret = case_run_span(c, run, 0, true, &span);
		moves_take(&h->moves, &span, UINT64_MAX);
	} while (!ret && h->moves.devices && !(h->moves.attach.count + h->moves.detach.count) && ++in_vain < RUNS_MAX);
	return in_vain < RUNS_MAX ? ret : case_error(c, "no device moved within %d runs; give them more ops", RUNS_MAX);
}

/* Runs until as many moves as are wanted lay within one. */
static int time_moves(struct run_case *c, struct churn *h, struct invbench_run *run)
{
	const uint64_t wanted = case_param(c, "ops");
	unsigned int in_vain = 0;
	int ret = 0;

	run->ops = RUN_OPS;
	while (!ret && h->timed->count < wanted) {
		const uint64_t had = h->timed->count;
		struct span span;

		ret = case_run_span(c, run, 0, false, &span);
		case_clock_floor(c, run->clock_floor_ns);
		moves_take(&h->moves, &span, wanted);
		in_vain = h->timed->count == had ? in_vain + 1 : 0;
		if (in_vain == RUNS_MAX)
			return case_error(c, "no device moved within %d runs", RUNS_MAX);
	}
	case_samples(c, h->threads, h->timed);
	return ret;
}

static int whole(struct run_case *c)
{
	struct churn *h = case_private(c);
	struct invbench_run run = {
		.domain = h->moves.domain,
		.op = INVBENCH_OP_UNMAP,
		.size = case_param(c, "size"),
		.threads = h->threads,
	};
	int ret = moves_start(&h->moves);

	if (ret)
		return ret;
	ret = h->timed ? time_moves(c, h, &run) : time_unmaps(c, h, &run);
	moves_stop(&h->moves);
	case_number(c, "attaches", h->moves.attach.count, "within a run");
	case_number(c, "detaches", h->moves.detach.count, "within a run");
	return ret;
}

static void teardown(struct run_case *c)
{
	struct churn *h = case_private(c);

	if (h)
		moves_free(&h->moves);
	free(h);
}

WORKLOAD(churn) = {
	.name = "churn",
	.summary = "unmap in a domain while other devices come and go there; or what their coming and going takes",
	.unit = "operation",
	.needs = { .half = true, .pages = true },
	.params = {
		{ .name = "time", .summary = "whose latency; block: a detach to the blocking domain", .choices = times },
		{ .name = "devices", .summary = "devices that stay attached", .def = 1, .max = 15 },
		{ .name = "moving", .summary = "devices that come and go; 0: control", .def = 1, .max = 8 },
		{ .name = "ats", .summary = "devices with ATS, or devices without", .choices = off_on },
		{ .name = "size", .summary = "of the range, a power of two", .def = 4 << 10, .min = 4 << 10, .max = 4 << 20, .bytes = true },
		{ .name = "ops", .summary = "unmaps of a thread, or moves, as time= says", .def = 10000, .min = 1, .max = 1000000000 },
	},
	.check = check,
	.setup = setup,
	.whole = whole,
	.teardown = teardown,
};
