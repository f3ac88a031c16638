// SPDX-License-Identifier: GPL-2.0-only
/*
 * harness.c - one case from its beginning to its end.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "kmsg.h"
#include "marks.h"
#include "parts.h"
#include "processes.h"

/* 0: it needs no process but this one. */
static unsigned int count_processes(const struct case_spec *spec)
{
	const struct param *p;

	for (size_t n = 0; (p = workload_param(spec->workload, n)); n++) {
		if (!strcmp(p->name, "processes") && spec->values[n] > 1)
			return spec->values[n];
	}
	if (spec->workload->forked_with && case_has_choice(spec, spec->workload->forked_with))
		return 1;
	return spec->workload->forked ? 1 : 0;
}

int case_check(const struct case_spec *spec, struct sentence *why)
{
	struct run_case c;
	int ret = 0;

	case_init(&c, spec, HIST_SUB_BITS_MIN);
	if (spec->workload->check && case_went_wrong(&c, "check()", spec->workload->check(&c)))
		ret = sentence(why, -EINVAL, "%s", c.reason);
	case_free(&c);
	return ret;
}

/* The operations of a whole() are as many as it says. */
static uint64_t expected_ops(const struct run_case *c)
{
	return c->form == FORM_WHOLE ? c->latency.count : c->nr_threads * case_param(c, "ops");
}

/* A whole() may record operations of no known order beside others; a run without a clock has none to tell. */
static void check_timeline(struct run_case *c)
{
	const uint64_t count = timeline_count(&c->timeline);

	if (count == c->latency.count)
		return;
	if (c->form == FORM_WHOLE)
		timeline_clear(&c->timeline);
	else if (c->timeline.windows)
		case_end(c, STATUS_FAIL, REASON_COUNTS, "%llu operations were recorded, and %llu of them in windows",
			 (unsigned long long)c->latency.count, (unsigned long long)count);
}

static void check_outcome(struct run_case *c)
{
	uint64_t ops = 0;

	if (c->latency.out_of_range)
		case_end(c, STATUS_FAIL, REASON_COUNTS, "%llu samples are longer than 137 s",
			 (unsigned long long)c->latency.out_of_range);
	for (unsigned int i = 0; i < c->nr_threads; i++)
		ops += c->threads[i].ops;
	if (!ops || ops != expected_ops(c) || ops != c->latency.count)
		case_end(c, STATUS_FAIL, REASON_COUNTS, "%llu operations were done and %llu recorded, not %llu",
			 (unsigned long long)ops, (unsigned long long)c->latency.count,
			 (unsigned long long)expected_ops(c));
	check_timeline(c);
}

static bool prepare(struct run_case *c, struct invbench_run *run)
{
	unsigned int processes = count_processes(c->spec);

	if (!marks_possible(c))
		return false;
	if (hist_init(&c->latency, c->sub_bits) || timeline_init(&c->timeline)) {
		case_fail(c, "out of memory");
		return false;
	}
	return processes ? processes_prepare(c, processes) : parts_prepare(c, run);
}

/* The operations, between what surrounds them in this pass. */
static void measure(struct run_case *c, struct invbench_run *run, const struct pass *pass)
{
	marks_pass(c, pass, true);
	if (pass->begin)
		pass->begin(pass->arg);
	if (c->processes)
		processes_operate(c);
	else
		parts_operate(c, run);
	if (pass->end)
		pass->end(pass->arg);
	marks_pass(c, pass, false);
	if (c->status == STATUS_PASS)
		check_outcome(c);
}

/* What the kernel says is told, but that it gave up waiting for a model that says itself that it stood still. */
static bool log_says(const struct run_case *c, struct kmsg *log, const char *taken, char splat[EVENT_LINE])
{
	while (kmsg_splat(log, event_is_of_device, taken, splat, EVENT_LINE))
		if (!c->late || !kmsg_is_timeout(splat))
			return true;
	return false;
}

void case_run(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits, const struct pass *pass)
{
	struct invbench_run run = {};
	struct kmsg *log = kmsg_mark();
	char taken[DEVICE_NAME], splat[EVENT_LINE];

	case_init(c, spec, sub_bits);
	c->report = pass->kind == RING_PASS_CHECKED;
	if (prepare(c, &run)) {
		if (marks_set_times(c))
			measure(c, &run, pass);
		marks_restore_times(c);
	}
	snprintf(taken, sizeof(taken), "%s", c->taken.name); /* it will be its driver's again */
	if (c->processes)
		processes_leave(c);
	else
		parts_leave(c);
	if (log_says(c, log, taken, splat))
		case_end(c, STATUS_FAIL, REASON_SPLAT, "the kernel log says: %s", splat);
	kmsg_close(log);
}
