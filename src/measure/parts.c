// SPDX-License-Identifier: GPL-2.0-only
/*
 * parts.c - what each process of a case does: it prepares, operates and leaves.
 */
#include "case.h"
#include "domain.h"
#include "needs.h"
#include "own_memory.h"
#include "parts.h"
#include "take.h"
#include "threads.h"

bool parts_prepare(struct run_case *c, struct invbench_run *run)
{
	const struct workload *w = c->spec->workload;

	own_memory();
	/* One process of several may turn out to be idle, and then it needs no CPU. */
	if (!c->gate && case_set_threads(c, case_param(c, "threads")))
		return false;
	if (case_went_wrong(c, "a need", needs_met(c)))
		return false;
	c->set_up = true;
	if (w->setup && case_went_wrong(c, "setup()", w->setup(c)))
		return false;
	if (c->gate && !c->idle && case_set_threads(c, case_param(c, "threads")))
		return false;
	return c->form != FORM_KERNEL || !case_went_wrong(c, "kernel()", w->kernel(c, run));
}

void parts_operate(struct run_case *c, struct invbench_run *run)
{
	const struct workload *w = c->spec->workload;

	if (c->idle)
		return;
	c->operating = true;
	if (c->form == FORM_WHOLE) {
		case_went_wrong(c, "whole()", w->whole(c));
	} else if (c->form == FORM_KERNEL) {
		run->threads = c->nr_threads;
		case_run_kernel(c, run, 0, true);
	} else {
		threads_run(c);
		case_count(c, (case_param(c, "warmup") + case_param(c, "ops")) * c->nr_threads);
	}
}

void parts_leave(struct run_case *c)
{
	c->operating = false;
	if (c->set_up && c->spec->workload->teardown)
		c->spec->workload->teardown(c);
	domain_leave(c);
	take_back(c);
}
