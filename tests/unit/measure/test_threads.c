// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations from threads of our own: each on its CPU, none timed before all have
 * warmed up, and none waited for that died.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "cpus.h"
#include "harness.h"
#include "must.h"
#include "suite.h"

#define FOR_EVER 1000000000 /* of operations: only what stops a thread ends such a case */

enum { DO_PASS, DO_ERROR, DO_SKIP, DO_DIE, DO_DIE_WARM };

static const char *const do_names[] = { "pass", "error", "skip", "die", "die-warm", NULL };

/* Of each thread. */
static unsigned int done[2];
static atomic_uint warmed, astray, early;

static void look_where(struct run_case *c, unsigned int thread)
{
	cpu_set_t set;

	MUST(!pthread_getaffinity_np(pthread_self(), sizeof(set), &set));
	if (CPU_COUNT(&set) != 1 || !CPU_ISSET(case_cpu(c, thread), &set) || sched_getcpu() != (int)case_cpu(c, thread))
		astray++;
}

static int end_badly(struct run_case *c)
{
	switch (case_param(c, "do")) {
	case DO_ERROR:
		return -ENOSPC;
	case DO_SKIP:
		return case_skip(c, "nothing left to do");
	case DO_DIE:
	case DO_DIE_WARM:
		pthread_exit(NULL);
	default:
		return 0;
	}
}

static int op(struct run_case *c, unsigned int thread)
{
	const unsigned int warmup = case_param(c, "warmup"), threads = case_param(c, "threads");
	const unsigned int last = case_param(c, "do") == DO_DIE_WARM ? 1 : warmup + 3;

	look_where(c, thread);
	if (done[thread]++ < warmup)
		warmed++;
	else if (atomic_load(&warmed) < warmup * threads)
		early++;
	return thread + 1 == threads && done[thread] == last ? end_badly(c) : 0;
}

WORKLOAD(threads) = {
	.name = "threads",
	.summary = "for this test",
	.unit = "call",
	.params = { { .name = "do", .summary = "what the last one does", .choices = do_names } },
	.op = op,
};

static void run(struct run_case *c, struct suite *suite, const char *line)
{
	const struct pass pass = { .kind = RING_PASS_TIMING };
	struct sentence why;

	*suite = (struct suite){};
	memset(done, 0, sizeof(done));
	warmed = astray = early = 0;
	MUST(!suite_add_line(suite, line, "test", 0, &why));
	case_run(c, &suite->cases[0], HIST_SUB_BITS_MIN, &pass);
	assert_int_equal(astray, 0);
	assert_int_equal(early, 0);
}

static void assert_passes(unsigned int threads)
{
	struct suite suite;
	struct run_case c;
	char line[64];

	snprintf(line, sizeof(line), "threads threads=%u ops=2000 warmup=500", threads);
	run(&c, &suite, line);
	assert_string_equal(c.reason, "");
	assert_int_equal(c.latency.count, threads * 2000);
	assert_int_equal(c.pass_ops, threads * 2500);
	for (unsigned int i = 0; i < threads; i++) {
		assert_int_equal(done[i], 2500);
		assert_int_equal(c.threads[i].ops, 2000);
		assert_int_equal(c.threads[i].cpu, thread_cpu(i));
		assert_true(c.threads[i].min_ns <= c.threads[i].max_ns);
		assert_true(c.threads[i].sum_ns <= c.threads[i].elapsed_ns);
	}
	case_free(&c);
	suite_free(&suite);
}

/* The other thread would go on for ever: it is stopped, or this test never ends. */
static void assert_ends(unsigned int threads, const char *what, enum status status, const char *reason)
{
	struct suite suite;
	struct run_case c;
	char line[64];

	snprintf(line, sizeof(line), "threads threads=%u ops=%d warmup=5 do=%s", threads, FOR_EVER, what);
	run(&c, &suite, line);
	assert_int_equal(c.status, status);
	assert_string_equal(c.reason, reason);
	case_free(&c);
	suite_free(&suite);
}

static void one_thread(void **state)
{
	assert_passes(1);
	assert_ends(1, "error", STATUS_FAIL, "operation of thread 0: No space left on device");
	assert_ends(1, "skip", STATUS_SKIP, "nothing left to do");
	assert_ends(1, "die", STATUS_FAIL, "thread 0 died after 2 timed operations");
}

static void two_threads_have_a_cpu_each(void **state)
{
	if (thread_cpu(1) < 0)
		skip();
	assert_passes(2);
}

static void an_error_of_one_ends_all(void **state)
{
	if (thread_cpu(1) < 0)
		skip();
	assert_ends(2, "error", STATUS_FAIL, "operation of thread 1: No space left on device");
	assert_ends(2, "skip", STATUS_SKIP, "nothing left to do");
}

/* At the gate the other waits for it, and beyond it does not look back. */
static void the_death_of_one_ends_all(void **state)
{
	if (thread_cpu(1) < 0)
		skip();
	assert_ends(2, "die", STATUS_FAIL, "thread 1 died after 2 timed operations");
	assert_ends(2, "die-warm", STATUS_FAIL, "thread 1 died after 0 timed operations");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thread),
		cmocka_unit_test(two_threads_have_a_cpu_each),
		cmocka_unit_test(an_error_of_one_ends_all),
		cmocka_unit_test(the_death_of_one_ends_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
