// SPDX-License-Identifier: GPL-2.0-only
/*
 * threads.c - operations in user space, from threads of our own.
 *
 * Nothing that two threads use is written between the start gate and a
 * thread's last operation.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "clock.h"
#include "threads.h"

#define FLOOR_SAMPLES 1001

/* Aligned so that no two threads write to one cache line, nor to a pair of them. */
struct worker {
	_Alignas(128) struct run_case *c;
	struct start_gate *gate;
	struct histogram hist;
	struct timeline timeline;
	struct window window;
	struct invbench_thread *out;
	unsigned int index;
	bool finished;
	uint64_t warmup, ops;
	uint64_t done, elapsed_ns;
	pthread_t thread;
};

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t clock_floor(void)
{
	uint64_t samples[FLOOR_SAMPLES], begin;

	for (size_t i = 0; i < FLOOR_SAMPLES; i++) {
		begin = clock_now();
		samples[i] = clock_now() - begin;
	}
	qsort(samples, FLOOR_SAMPLES, sizeof(*samples), by_value);
	return samples[FLOOR_SAMPLES / 2];
}

static void record(struct worker *w, uint64_t ns)
{
	hist_record(&w->hist, ns);
	if (ns <= HIST_MAX)
		window_record(&w->window, w->done, ns);
	w->done++;
}

/* Returns the end of the last operation. */
static uint64_t loop(struct worker *w, uint64_t count, bool timed)
{
	int (*before)(struct run_case *, unsigned int) = w->c->spec->workload->before;
	int (*op)(struct run_case *, unsigned int) = w->c->spec->workload->op;
	uint64_t begin, end = clock_now();
	int ret;

	while (count-- && !atomic_load_explicit(&w->gate->stop, memory_order_relaxed)) {
		ret = before ? before(w->c, w->index) : 0;
		begin = clock_now();
		if (!ret)
			ret = op(w->c, w->index);
		end = clock_now();
		if (ret) {
			if (ret != SKIP)
				case_fail(w->c, "operation of thread %u: %s", w->index, strerror(-ret));
			atomic_store(&w->gate->stop, true);
			break;
		}
		if (timed)
			record(w, end - begin);
	}
	return end;
}

static void pass_gate(struct start_gate *gate)
{
	if (atomic_fetch_sub(&gate->warming, 1) == 1)
		atomic_store(&gate->open, true);
	while (!atomic_load_explicit(&gate->open, memory_order_acquire) && !atomic_load(&gate->stop))
		sched_yield();
}

/* Also runs when the thread ends inside the operation: the others must not wait for it. */
static void leave(void *data)
{
	struct worker *w = data;

	if (w->finished)
		return;
	case_end(w->c, STATUS_FAIL, REASON_DIED, "thread %u died after %llu timed operations", w->index,
		 (unsigned long long)w->done);
	atomic_store(&w->gate->stop, true);
}

static void work(struct worker *w)
{
	uint64_t start;

	if (!w->index)
		w->c->clock_floor_ns = clock_floor();
	loop(w, w->warmup, false);
	pass_gate(w->gate);
	start = clock_now();
	w->elapsed_ns = loop(w, w->ops, true) - start;
}

static void *thread_main(void *data)
{
	struct worker *w = data;

	pthread_cleanup_push(leave, w);
	work(w);
	w->finished = true;
	pthread_cleanup_pop(1);
	return NULL;
}

/* Pinned from its first instruction on. */
static int start_thread(struct worker *w, int cpu)
{
	pthread_attr_t attr;
	cpu_set_t set;
	int err;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_attr_init(&attr);
	err = pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	if (!err)
		err = pthread_create(&w->thread, &attr, thread_main, w);
	pthread_attr_destroy(&attr);
	return err;
}

static void collect(struct run_case *c, struct worker *w)
{
	struct invbench_thread *t = &c->threads[w->index];

	t->ops = w->done;
	t->elapsed_ns = w->elapsed_ns;
	t->min_ns = w->hist.min;
	t->max_ns = w->hist.max;
	t->sum_ns = w->hist.sum;
	t->out_of_range = w->hist.out_of_range;
	if (hist_merge(&c->latency, &w->hist) || timeline_add(&c->timeline, w->timeline.cells, windows_of(w->ops)))
		case_end(c, STATUS_FAIL, REASON_COUNTS, "the latencies of all threads do not fit into one sum");
}

/* All that a thread writes to is in memory before it starts. */
static int init_worker(struct worker *w)
{
	struct run_case *c = w->c;

	w->warmup = case_param(c, "warmup");
	w->ops = case_param(c, "ops");
	if (hist_init(&w->hist, c->sub_bits) || timeline_init(&w->timeline))
		return -ENOMEM;
	hist_clear(&w->hist);
	timeline_clear(&w->timeline);
	window_start(&w->window, w->timeline.cells, w->ops);
	return 0;
}

void threads_run(struct run_case *c)
{
	struct start_gate own = { .warming = c->nr_threads }, *gate = c->gate ? c->gate : &own;
	struct worker *workers = NULL;
	unsigned int started = 0, i;
	int err = 0;

	if (posix_memalign((void **)&workers, 128, c->nr_threads * sizeof(*workers))) {
		case_fail(c, "out of memory");
		return;
	}
	memset(workers, 0, c->nr_threads * sizeof(*workers));
	for (i = 0; i < c->nr_threads && !err; i++) {
		workers[i] = (struct worker){ .c = c, .gate = gate, .index = i };
		err = init_worker(&workers[i]);
	}
	for (; started < c->nr_threads && !err; started += !err)
		err = start_thread(&workers[started], c->threads[started].cpu);
	if (err) {
		case_fail(c, "cannot start thread %u: %s", started, strerror(abs(err)));
		atomic_store(&gate->stop, true);
	}
	for (i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	for (i = 0; i < c->nr_threads; i++) {
		if (c->status == STATUS_PASS)
			collect(c, &workers[i]);
		hist_free(&workers[i].hist);
		timeline_free(&workers[i].timeline);
	}
	free(workers);
}
