// SPDX-License-Identifier: GPL-2.0-only
/*
 * case.c - what a case is made of, and what a workload may ask of it.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "clock.h"
#include "cpus.h"
#include "text.h"

static enum case_form usual_form(const struct workload *w)
{
	if (w->whole)
		return FORM_WHOLE;
	return w->kernel ? FORM_KERNEL : FORM_OP;
}

void case_init(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits)
{
	*c = (struct run_case){ .spec = spec, .status = STATUS_PASS, .half = -1, .sub_bits = sub_bits };
	c->form = usual_form(spec->workload);
	pthread_mutex_init(&c->lock, NULL);
}

void case_free(struct run_case *c)
{
	pthread_mutex_destroy(&c->lock);
	hist_free(&c->latency);
	timeline_free(&c->timeline);
	free(c->threads);
}

/* ---- parameters ---- */

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

void case_set_form(struct run_case *c, enum case_form form)
{
	c->form = form;
}

/* ---- how it ends ---- */

static enum reason_code default_code(const struct run_case *c, enum status status)
{
	if (status == STATUS_SKIP)
		return REASON_NEEDS;
	return c->operating ? REASON_OPERATION : REASON_SETUP;
}

static void end_as(struct run_case *c, enum status status, enum reason_code code, const char *format, va_list args)
{
	pthread_mutex_lock(&c->lock);
	if (c->status != STATUS_FAIL && c->status != status) {
		c->status = status;
		c->code = code;
		text_vformat(c->reason, sizeof(c->reason), format, args);
	}
	pthread_mutex_unlock(&c->lock);
}

int case_skip(struct run_case *c, const char *sentence, ...)
{
	va_list args;

	va_start(args, sentence);
	end_as(c, STATUS_SKIP, default_code(c, STATUS_SKIP), sentence, args);
	va_end(args);
	return SKIP;
}

int case_error(struct run_case *c, const char *what, ...)
{
	va_list args;

	va_start(args, what);
	end_as(c, STATUS_FAIL, default_code(c, STATUS_FAIL), what, args);
	va_end(args);
	return -EIO;
}

void case_end(struct run_case *c, enum status status, enum reason_code code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_as(c, status, code, format, args);
	va_end(args);
}

void case_fail(struct run_case *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end_as(c, STATUS_FAIL, default_code(c, STATUS_FAIL), format, args);
	va_end(args);
}

bool case_went_wrong(struct run_case *c, const char *step, int ret)
{
	if (ret == SKIP && c->status == STATUS_SKIP)
		return true;
	if (ret)
		case_fail(c, "%s of the workload returned %d without saying why", step, ret);
	return c->status != STATUS_PASS;
}

/* ---- threads and processes ---- */

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

unsigned int case_process(const struct run_case *c)
{
	return c->process;
}

void case_idle(struct run_case *c)
{
	c->idle = true;
}

unsigned int case_cpu(const struct run_case *c, unsigned int thread)
{
	return c->threads[thread].cpu;
}

void case_pin(struct run_case *c, unsigned int thread)
{
	cpu_set_t set;
	int err;

	CPU_ZERO(&set);
	CPU_SET(c->threads[thread].cpu, &set);
	err = pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	if (err)
		case_fail(c, "cannot use CPU %u: %s", c->threads[thread].cpu, strerror(err));
}

uint64_t case_now(void)
{
	return clock_now();
}

/* ---- what it records ---- */

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
		case_end(c, STATUS_FAIL, REASON_COUNTS, "the latencies do not fit into one sum");
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
