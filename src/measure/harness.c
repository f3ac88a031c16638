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
	pthread_mutex_lock(&c->lock);
	if (c->status != STATUS_FAIL && c->status != status) {
		c->status = status;
		vsnprintf(c->reason, sizeof(c->reason), format, args);
	}
	pthread_mutex_unlock(&c->lock);
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

static enum case_form usual_form(const struct workload *w)
{
	if (w->whole)
		return FORM_WHOLE;
	return w->kernel ? FORM_KERNEL : FORM_OP;
}

void case_set_form(struct run_case *c, enum case_form form)
{
	c->form = form;
}

int case_set_threads(struct run_case *c, unsigned int threads)
{
	unsigned int first = c->first_cpu;

	if (thread_cpu(first + threads - 1) < 0)
		return case_skip(c, "%u threads need as many CPUs, and this process may use fewer", first + threads);
	free(c->threads);
	c->threads = calloc(threads, sizeof(*c->threads));
	if (!c->threads)
		return case_error(c, "out of memory");
	c->nr_threads = threads;
	for (unsigned int i = 0; i < threads; i++)
		c->threads[i].cpu = thread_cpu(first + i);
	return 0;
}

void case_number(struct run_case *c, const char *name, double value, const char *unit)
{
	unsigned int n = 0;

	while (n < c->nr_numbers && strcmp(c->numbers[n].name, name))
		n++;
	if (n == CASE_NUMBERS)
		die("workload '%s' has more than %d numbers", c->spec->workload->name, CASE_NUMBERS);
	c->nr_numbers += n == c->nr_numbers;
	c->numbers[n] = (struct case_number){ name, unit, value };
}

unsigned int case_process(const struct run_case *c)
{
	return c->process;
}

void case_idle(struct run_case *c)
{
	c->idle = true;
}

unsigned int case_sub_bits(const struct run_case *c)
{
	return c->sub_bits;
}

void case_clock_floor(struct run_case *c, uint64_t ns)
{
	c->clock_floor_ns = ns;
}

void case_count(struct run_case *c, uint64_t ops)
{
	pthread_mutex_lock(&c->lock);
	c->pass_ops += ops;
	pthread_mutex_unlock(&c->lock);
}

/* What a whole() records of a thread; the case's lock is held. */
static void add_to_thread(struct run_case *c, unsigned int thread, const struct histogram *h)
{
	struct invbench_thread *t = &c->threads[thread];

	if (h->count && (!t->ops || h->min < t->min_ns))
		t->min_ns = h->min;
	t->max_ns = h->max > t->max_ns ? h->max : t->max_ns;
	t->sum_ns += h->sum;
	t->elapsed_ns += h->sum;
	t->ops += h->count + h->out_of_range;
	t->out_of_range += h->out_of_range;
}

void case_samples(struct run_case *c, unsigned int thread, const struct histogram *h)
{
	int err;

	pthread_mutex_lock(&c->lock);
	add_to_thread(c, thread, h);
	err = hist_merge(&c->latency, h);
	pthread_mutex_unlock(&c->lock);
	if (err)
		case_fail(c, "the latencies do not fit into one sum");
}

void case_sample(struct run_case *c, unsigned int thread, uint64_t ns)
{
	struct histogram h;

	if (hist_init(&h, c->sub_bits)) {
		case_fail(c, "out of memory");
		return;
	}
	hist_record(&h, ns);
	case_samples(c, thread, &h);
	hist_free(&h);
}

void case_forget(struct run_case *c)
{
	pthread_mutex_lock(&c->lock);
	hist_clear(&c->latency);
	timeline_clear(&c->timeline);
	for (unsigned int i = 0; i < c->nr_threads; i++)
		c->threads[i] = (struct invbench_thread){ .cpu = c->threads[i].cpu };
	pthread_mutex_unlock(&c->lock);
}

bool case_prepare(struct run_case *c, struct invbench_run *run)
{
	const struct workload *w = c->spec->workload;

	own_memory();
	/* One process of several may turn out to be idle, and then it needs no CPU. */
	if (!c->gate && case_set_threads(c, case_param(c, "threads")))
		return false;
	if (w->setup && went_wrong(c, "setup()", w->setup(c)))
		return false;
	if (c->gate && !c->idle && case_set_threads(c, case_param(c, "threads")))
		return false;
	return c->form != FORM_KERNEL || !went_wrong(c, "kernel()", w->kernel(c, run));
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
		case_fail(c, "%llu operations were recorded, and %llu of them in windows",
			  (unsigned long long)c->latency.count, (unsigned long long)count);
}

static void check_outcome(struct run_case *c)
{
	uint64_t ops = 0;

	if (c->latency.out_of_range)
		case_fail(c, "%llu samples are longer than 137 s", (unsigned long long)c->latency.out_of_range);
	for (unsigned int i = 0; i < c->nr_threads; i++)
		ops += c->threads[i].ops;
	if (!ops || ops != expected_ops(c) || ops != c->latency.count)
		case_fail(c, "%llu operations were done and %llu recorded, not %llu", (unsigned long long)ops,
			  (unsigned long long)c->latency.count, (unsigned long long)expected_ops(c));
	check_timeline(c);
}

void case_operate(struct run_case *c, struct invbench_run *run)
{
	const struct workload *w = c->spec->workload;

	if (c->idle)
		return;
	if (c->form == FORM_WHOLE) {
		went_wrong(c, "whole()", w->whole(c));
	} else if (c->form == FORM_KERNEL) {
		run->threads = c->nr_threads;
		case_run_kernel(c, run, 0, true);
	} else {
		threads_run(c);
		case_count(c, (case_param(c, "warmup") + case_param(c, "ops")) * c->nr_threads);
	}
}

void case_leave(struct run_case *c)
{
	if (c->spec->workload->teardown)
		c->spec->workload->teardown(c);
	half_unbind(c);
	if (c->half >= 0)
		close(c->half);
	take_back(c);
}

/* 0: it needs no process but this one. */
static unsigned int count_processes(const struct case_spec *spec)
{
	const struct param *p;

	for (size_t n = 0; (p = workload_param(spec->workload, n)); n++) {
		if (!strcmp(p->name, "processes") && spec->values[n] > 1)
			return spec->values[n];
	}
	return spec->workload->forked ? 1 : 0;
}

bool case_check(const struct case_spec *spec, char *why, size_t size)
{
	struct run_case c = { .spec = spec, .status = STATUS_PASS, .half = -1 };
	bool good;

	pthread_mutex_init(&c.lock, NULL);
	good = !spec->workload->check || !went_wrong(&c, "check()", spec->workload->check(&c));
	snprintf(why, size, "%s", c.reason);
	pthread_mutex_destroy(&c.lock);
	return good;
}

static bool prepare(struct run_case *c, struct invbench_run *run)
{
	unsigned int processes = count_processes(c->spec);

	if (!model_can(c))
		return false;
	if (hist_init(&c->latency, c->sub_bits) || timeline_init(&c->timeline)) {
		case_fail(c, "out of memory");
		return false;
	}
	return processes ? processes_prepare(c, processes) : case_prepare(c, run);
}

/* The operations, between what surrounds them in this pass. */
static void measure(struct run_case *c, struct invbench_run *run, const struct pass *pass)
{
	model_mark(c, pass, true);
	if (pass->begin)
		pass->begin(pass->arg);
	if (c->processes)
		processes_operate(c);
	else
		case_operate(c, run);
	if (pass->end)
		pass->end(pass->arg);
	model_mark(c, pass, false);
	if (c->status == STATUS_PASS)
		check_outcome(c);
}

void case_run(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits, const struct pass *pass)
{
	struct invbench_run run = {};
	struct kmsg *log = kmsg_mark();
	char splat[256];

	*c = (struct run_case){ .spec = spec, .status = STATUS_PASS, .half = -1, .sub_bits = sub_bits };
	c->form = usual_form(spec->workload);
	pthread_mutex_init(&c->lock, NULL);
	c->report = pass->kind == RING_PASS_CHECKED;
	if (prepare(c, &run)) {
		if (model_set(c))
			measure(c, &run, pass);
		model_restore(c);
	}
	if (c->processes)
		processes_leave(c);
	else
		case_leave(c);
	if (kmsg_splat(log, splat, sizeof(splat)))
		case_fail(c, "the kernel log says: %s", splat);
	kmsg_close(log);
}

void case_free(struct run_case *c)
{
	pthread_mutex_destroy(&c->lock);
	hist_free(&c->latency);
	timeline_free(&c->timeline);
	free(c->threads);
}
