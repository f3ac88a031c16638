// SPDX-License-Identifier: GPL-2.0-only
/*
 * harness.c - one case from setup to teardown, and what a workload may ask.
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "kmsg.h"
#include "model.h"

int thread_cpu(unsigned int index)
{
	static bool known;
	static cpu_set_t set;

	/* Asked once, before any thread is pinned. */
	if (!known && sched_getaffinity(0, sizeof(set), &set))
		CPU_SET(0, &set);
	known = true;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &set) && !index--)
			return cpu;
	}
	return -1;
}

static size_t param_index(const struct run_case *c, const char *name)
{
	const struct param *p;

	for (size_t n = 0; (p = workload_param(c->spec->workload, n)); n++) {
		if (!strcmp(p->name, name))
			return n;
	}
	die("workload '%s' asks for its parameter '%s', which it does not declare", c->spec->workload->name, name);
}

uint64_t case_param(const struct run_case *c, const char *name)
{
	return c->spec->values[param_index(c, name)];
}

const char *case_choice(const struct run_case *c, const char *name)
{
	size_t n = param_index(c, name);
	const struct param *p = workload_param(c->spec->workload, n);

	if (!p->choices)
		die("workload '%s' asks for its parameter '%s' as a word, not a number", c->spec->workload->name, name);
	return p->choices[c->spec->values[n]];
}

void *case_private(struct run_case *c)
{
	return c->private;
}

void case_set_private(struct run_case *c, void *data)
{
	c->private = data;
}

static void end_as(struct run_case *c, enum status status, const char *format, va_list args)
{
	pthread_mutex_lock(&c->reason_lock);
	if (c->status != STATUS_FAIL && c->status != status) {
		c->status = status;
		vsnprintf(c->reason, sizeof(c->reason), format, args);
	}
	pthread_mutex_unlock(&c->reason_lock);
}

int case_skip(struct run_case *c, const char *sentence, ...)
{
	va_list args;

	va_start(args, sentence);
	end_as(c, STATUS_SKIP, sentence, args);
	va_end(args);
	return SKIP;
}

int case_error(struct run_case *c, const char *what, ...)
{
	va_list args;

	va_start(args, what);
	end_as(c, STATUS_FAIL, what, args);
	va_end(args);
	return -EIO;
}

void case_fail(struct run_case *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_as(c, STATUS_FAIL, format, args);
	va_end(args);
}

/* A workload that returns an error must have said why; if it did not, the case fails all the same. */
static bool went_wrong(struct run_case *c, const char *step, int ret)
{
	if (ret == SKIP && c->status == STATUS_SKIP)
		return true;
	if (ret)
		case_fail(c, "%s of the workload returned %d without saying why", step, ret);
	return c->status != STATUS_PASS;
}

static bool prepare(struct run_case *c, struct invbench_run *run)
{
	const struct workload *w = c->spec->workload;

	c->nr_threads = case_param(c, "threads");
	if (!model_can(c))
		return false;
	if (thread_cpu(c->nr_threads - 1) < 0) {
		case_skip(c, "%u threads need as many CPUs, and this process may use fewer", c->nr_threads);
		return false;
	}
	c->threads = calloc(c->nr_threads, sizeof(*c->threads));
	if (!c->threads || hist_init(&c->latency, c->sub_bits)) {
		case_fail(c, "out of memory");
		return false;
	}
	for (unsigned int i = 0; i < c->nr_threads; i++)
		c->threads[i].cpu = thread_cpu(i);
	if (w->setup && went_wrong(c, "setup()", w->setup(c)))
		return false;
	return !w->kernel || !went_wrong(c, "kernel()", w->kernel(c, run));
}

static void check_outcome(struct run_case *c)
{
	uint64_t ops = 0;

	if (c->latency.out_of_range)
		case_fail(c, "%llu samples are longer than 137 s", (unsigned long long)c->latency.out_of_range);
	for (unsigned int i = 0; i < c->nr_threads; i++)
		ops += c->threads[i].ops;
	if (ops != c->nr_threads * case_param(c, "ops") || ops != c->latency.count)
		case_fail(c, "%llu operations were done and %llu recorded, not %llu", (unsigned long long)ops,
			  (unsigned long long)c->latency.count,
			  (unsigned long long)(c->nr_threads * case_param(c, "ops")));
}

/* The operations, between what surrounds them in this pass. */
static void measure(struct run_case *c, struct invbench_run *run, const struct pass *pass)
{
	model_mark(c, pass, true);
	if (pass->begin)
		pass->begin(pass->arg);
	if (c->spec->workload->kernel)
		half_run(c, run);
	else
		threads_run(c);
	if (pass->end)
		pass->end(pass->arg);
	model_mark(c, pass, false);
	if (c->status == STATUS_PASS)
		check_outcome(c);
}

void case_run(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits, const struct pass *pass)
{
	const struct workload *w = spec->workload;
	struct invbench_run run = {};
	struct kmsg *log = kmsg_mark();
	char splat[256];

	*c = (struct run_case){ .spec = spec, .status = STATUS_PASS, .half = -1, .sub_bits = sub_bits };
	pthread_mutex_init(&c->reason_lock, NULL);
	c->report = pass->kind == RING_PASS_CHECKED;
	if (prepare(c, &run)) {
		if (model_set(c))
			measure(c, &run, pass);
		model_restore(c);
	}
	if (w->teardown)
		w->teardown(c);
	half_unbind(c);
	if (c->half >= 0)
		close(c->half);
	if (kmsg_splat(log, splat, sizeof(splat)))
		case_fail(c, "the kernel log says: %s", splat);
	kmsg_close(log);
}

void case_free(struct run_case *c)
{
	pthread_mutex_destroy(&c->reason_lock);
	hist_free(&c->latency);
	free(c->threads);
}
