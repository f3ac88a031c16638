// SPDX-License-Identifier: GPL-2.0-only
/*
 * A case of several processes: all of them operate, each on its own; what goes
 * wrong in one ends all and is told; and none is left behind.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "cpus.h"
#include "harness.h"
#include "must.h"
#include "suite.h"

#define OPS 50

enum { DO_PASS, DO_SKIP, DO_FAIL, DO_ERROR, DO_DIE, DO_EXIT, DO_IDLE };

static const char *const do_names[] = { "pass", "skip", "fail", "error", "die", "exit", "idle", NULL };
static pid_t test;
static int only_here; /* counts in one process alone */

int __lsan_is_turned_off(void);

/* A process of the case ends where it is, with all that this one had allocated. */
int __lsan_is_turned_off(void)
{
	return getpid() != test;
}

static bool last(const struct run_case *c)
{
	return case_process(c) + 1 == case_param(c, "processes");
}

static int setup(struct run_case *c)
{
	only_here++;
	if (!last(c))
		return 0;
	switch (case_param(c, "do")) {
	case DO_SKIP:
		return case_skip(c, "skipped in process %u", case_process(c));
	case DO_FAIL:
		return case_error(c, "failed in process %u", case_process(c));
	case DO_IDLE:
		case_idle(c);
		return 0;
	default:
		return 0;
	}
}

static int op(struct run_case *c, unsigned int thread)
{
	if (!last(c))
		return only_here == 1 ? 0 : -EIO;
	switch (case_param(c, "do")) {
	case DO_ERROR:
		return -ENOSPC;
	case DO_DIE:
		raise(SIGKILL);
		return 0;
	case DO_EXIT:
		_exit(3);
	default:
		return 0;
	}
}

WORKLOAD(many) = {
	.name = "many",
	.summary = "for this test",
	.unit = "call",
	.params = {
		{ .name = "processes", .summary = "of them", .def = 2, .min = 1, .max = 8 },
		{ .name = "do", .summary = "how the last one ends", .choices = do_names },
	},
	.forked = true,
	.setup = setup,
	.op = op,
};

static void run(struct run_case *c, struct suite *suite, const char *what)
{
	const struct pass pass = { .kind = RING_PASS_TIMING };
	struct sentence why;
	char line[128];

	*suite = (struct suite){};
	snprintf(line, sizeof(line), "many ops=%d warmup=5 %s", OPS, what);
	MUST(!suite_add_line(suite, line, "test", 0, &why));
	only_here = 0;
	case_run(c, &suite->cases[0], HIST_SUB_BITS_MIN, &pass);
	/* Each was waited for, and nothing that it did is seen here. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(only_here, 0);
}

static void assert_passes(const char *what, unsigned int threads)
{
	struct suite suite;
	struct run_case c;

	run(&c, &suite, what);
	assert_string_equal(c.reason, "");
	assert_int_equal(c.status, STATUS_PASS);
	assert_int_equal(c.nr_threads, threads);
	assert_int_equal(c.latency.count, threads * OPS);
	assert_int_equal(c.pass_ops, threads * (OPS + 5));
	assert_int_equal(c.timeline.windows, OPS);
	for (unsigned int i = 0; i < OPS; i++) {
		unsigned long long count = 0;

		for (unsigned int k = 0; k < WINDOW_BUCKETS; k++)
			count += c.timeline.cells[i * WINDOW_BUCKETS + k];
		assert_int_equal(count, threads);
	}
	for (unsigned int i = 0; i < threads; i++) {
		assert_int_equal(c.threads[i].cpu, thread_cpu(i));
		assert_int_equal(c.threads[i].ops, OPS);
	}
	case_free(&c);
	suite_free(&suite);
}

static void assert_ends(const char *what, enum status status, const char *reason)
{
	struct suite suite;
	struct run_case c;

	run(&c, &suite, what);
	assert_int_equal(c.status, status);
	assert_non_null(strstr(c.reason, reason));
	case_free(&c);
	suite_free(&suite);
}

static void test_pass(void **state)
{
	assert_passes("processes=1", 1);
}

static void test_pass_of_two(void **state)
{
	if (thread_cpu(1) < 0)
		skip();
	assert_passes("processes=2", 2);
}

/* An idle one needs no CPU. */
static void test_idle(void **state)
{
	assert_passes("processes=2 do=idle", 1);
}

static void test_setup(void **state)
{
	assert_ends("processes=1 do=skip", STATUS_SKIP, "skipped in process 0");
	assert_ends("processes=1 do=fail", STATUS_FAIL, "failed in process 0");
}

static void test_setup_of_the_second(void **state)
{
	if (thread_cpu(1) < 0)
		skip();
	assert_ends("processes=2 do=skip", STATUS_SKIP, "skipped in process 1");
	assert_ends("processes=2 do=fail", STATUS_FAIL, "failed in process 1");
}

/* The other one waits at the gate for the one that does not come. */
static void test_operation(void **state)
{
	if (thread_cpu(1) < 0)
		skip();
	assert_ends("processes=2 do=error", STATUS_FAIL, "No space left on device");
	assert_ends("processes=2 do=die", STATUS_FAIL, "process 1 died: Killed");
	assert_ends("processes=2 do=exit", STATUS_FAIL, "process 1 ended by itself, with status 3");
}

static void test_too_many(void **state)
{
	char line[64];
	unsigned int cpus = 0;

	while (thread_cpu(cpus) >= 0)
		cpus++;
	snprintf(line, sizeof(line), "processes=2 threads=%u", cpus);
	assert_ends(line, STATUS_SKIP, "threads need as many CPUs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pass),
		cmocka_unit_test(test_pass_of_two),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_setup),
		cmocka_unit_test(test_setup_of_the_second),
		cmocka_unit_test(test_operation),
		cmocka_unit_test(test_too_many),
	};

	test = getpid();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
