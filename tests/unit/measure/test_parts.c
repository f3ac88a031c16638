// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process of a case does: needs, setup, operations, teardown, in this
 * order, and after what went wrong no more than the contract says.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "cpus.h"
#include "harness.h"
#include "must.h"
#include "parts.h"
#include "suite.h"

enum { DO_PASS, DO_SKIP, DO_FAIL, DO_SILENT, DO_IDLE };

static const char *const do_names[] = { "pass", "skip", "fail", "silent", "idle", NULL };
static const char *const vias[] = { "here", "there", NULL };
static unsigned int setups, ops, wholes, teardowns;

static int setup(struct run_case *c)
{
	setups++;
	assert_int_equal(ops + wholes + teardowns, 0);
	switch (case_param(c, "do")) {
	case DO_SKIP:
		return case_skip(c, "skipped in setup");
	case DO_FAIL:
		return case_error(c, "failed in setup");
	case DO_SILENT:
		return -EIO;
	case DO_IDLE:
		case_idle(c);
		return 0;
	default:
		return 0;
	}
}

static int op(struct run_case *c, unsigned int thread)
{
	ops++;
	return 0;
}

static int whole(struct run_case *c)
{
	wholes++;
	case_sample(c, 0, 5);
	case_count(c, 1);
	return 0;
}

static void teardown(struct run_case *c)
{
	teardowns++;
}

#define MEMBERS \
	.summary = "for this test", .unit = "call", \
	.params = { { .name = "do", .summary = "what setup does", .choices = do_names }, \
		    { .name = "via", .summary = "where", .choices = vias }, \
		    { .name = "size", \
		      .summary = "of nothing", \
		      .def = 1 << 20, \
		      .min = 1, \
		      .max = 1 << 20, \
		      .bytes = true } }, \
	.setup = setup, .op = op, .teardown = teardown

WORKLOAD(parts) = { .name = "parts", MEMBERS };
WORKLOAD(needy) = { .name = "needy", .needs = { .program = "no-such-program" }, MEMBERS };
WORKLOAD(paged) = { .name = "paged", .needs = { .pages = true }, MEMBERS };
WORKLOAD(halved) = { .name = "halved", .needs = { .half = true, .half_unless = "via=there" }, MEMBERS };

/* op() is the form of those above, so this one takes the other by itself. */
WORKLOAD(whole) = {
	.name = "whole",
	.summary = "for this test",
	.unit = "call",
	.setup = NULL,
	.whole = whole,
	.teardown = teardown,
};

static void run(const char *line, enum status status, const char *reason)
{
	const struct pass pass = { .kind = RING_PASS_TIMING };
	struct suite suite = {};
	struct sentence why;
	struct run_case c;

	setups = ops = wholes = teardowns = 0;
	MUST(!suite_add_line(&suite, line, "test", 0, &why));
	case_run(&c, &suite.cases[0], HIST_SUB_BITS_MIN, &pass);
	assert_non_null(strstr(c.reason, reason));
	assert_int_equal(c.status, status);
	case_free(&c);
	suite_free(&suite);
}

static void parts_come_in_order(void **state)
{
	run("parts ops=7 warmup=3", STATUS_PASS, "");
	assert_int_equal(setups, 1);
	assert_int_equal(ops, 10);
	assert_int_equal(teardowns, 1);
}

/* Once it was called there may be something to tear down, whatever it returned. */
static void teardown_follows_a_setup_that_failed(void **state)
{
	run("parts do=skip", STATUS_SKIP, "skipped in setup");
	assert_int_equal(teardowns, 1);
	run("parts do=fail", STATUS_FAIL, "failed in setup");
	assert_int_equal(teardowns, 1);
	assert_int_equal(ops, 0);
}

static void an_error_needs_a_reason(void **state)
{
	run("parts do=silent", STATUS_FAIL, "setup() of the workload returned -5 without saying why");
	assert_int_equal(teardowns, 1);
}

/* Threads are counted before it. */
static void without_setup_there_is_no_teardown(void **state)
{
	unsigned int cpus = 0;
	char line[64];

	while (thread_cpu(cpus) >= 0)
		cpus++;
	snprintf(line, sizeof(line), "parts threads=%u", cpus + 1);
	run(line, STATUS_SKIP, "threads need as many CPUs");
	assert_int_equal(setups, 0);
	assert_int_equal(teardowns, 0);
}

static void a_workload_without_setup_is_torn_down(void **state)
{
	run("whole", STATUS_PASS, "");
	assert_int_equal(wholes, 1);
	assert_int_equal(teardowns, 1);
}

static void what_is_missing_skips_before_setup(void **state)
{
	run("needy", STATUS_SKIP, "cannot run no-such-program: No such file or directory");
	assert_int_equal(setups + teardowns, 0);
	run("paged size=1000", STATUS_SKIP, "size is no multiple of this kernel's pages");
	assert_int_equal(setups + teardowns, 0);
	run("paged ops=1 warmup=0", STATUS_PASS, "");
	assert_int_equal(setups, 1);
}

/* This machine has no kernel half; with the other choice nobody asks for it. */
static void the_kernel_half_is_asked_for_where_it_is_needed(void **state)
{
	run("halved", STATUS_SKIP, "cannot open /dev/invbench");
	assert_int_equal(setups + teardowns, 0);
	run("halved via=there ops=1 warmup=0", STATUS_PASS, "");
	assert_int_equal(setups, 1);
}

static void an_idle_process_does_nothing(void **state)
{
	struct suite suite = {};
	struct invbench_run kernel = {};
	struct sentence why;
	struct run_case c;

	setups = ops = wholes = teardowns = 0;
	MUST(!suite_add_line(&suite, "parts do=idle", "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
	MUST(!hist_init(&c.latency, HIST_SUB_BITS_MIN) && !timeline_init(&c.timeline));
	assert_true(parts_prepare(&c, &kernel));
	parts_operate(&c, &kernel);
	parts_leave(&c);
	assert_int_equal(ops, 0);
	assert_int_equal(c.latency.count, 0);
	assert_int_equal(teardowns, 1);
	case_free(&c);
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_come_in_order),
		cmocka_unit_test(teardown_follows_a_setup_that_failed),
		cmocka_unit_test(an_error_needs_a_reason),
		cmocka_unit_test(without_setup_there_is_no_teardown),
		cmocka_unit_test(a_workload_without_setup_is_torn_down),
		cmocka_unit_test(what_is_missing_skips_before_setup),
		cmocka_unit_test(the_kernel_half_is_asked_for_where_it_is_needed),
		cmocka_unit_test(an_idle_process_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
