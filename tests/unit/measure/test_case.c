// SPDX-License-Identifier: GPL-2.0-only
/*
 * What workloads ask of a case: its parameters, how it ends, what it records.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "case.h"
#include "cpus.h"
#include "must.h"
#include "suite.h"

static struct suite suite;
static struct run_case c;

static int setup(void **state)
{
	struct sentence why;

	MUST(!suite_add_line(&suite, "dma op=sync size=64K ats=on", "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
	MUST(!hist_init(&c.latency, HIST_SUB_BITS_MIN) && !timeline_init(&c.timeline));
	return 0;
}

static int teardown(void **state)
{
	case_free(&c);
	suite_free(&suite);
	return 0;
}

static void parameters_have_their_values(void **state)
{
	assert_int_equal(case_param(&c, "size"), 64 << 10);
	assert_int_equal(case_param(&c, "threads"), 1);
	assert_string_equal(case_choice(&c, "op"), "sync");
	assert_string_equal(case_choice(&c, "ats"), "on");
	assert_int_equal(c.form, FORM_KERNEL);
}

static void the_first_failure_is_the_one_to_tell(void **state)
{
	assert_int_equal(case_skip(&c, "no %s", "device"), SKIP);
	assert_int_equal(c.status, STATUS_SKIP);
	assert_string_equal(c.reason, "no device");
	assert_int_equal(case_error(&c, "it broke"), -EIO);
	assert_int_equal(c.status, STATUS_FAIL);
	case_fail(&c, "and then all else");
	case_skip(&c, "too late");
	assert_int_equal(c.status, STATUS_FAIL);
	assert_string_equal(c.reason, "it broke");
}

static void a_step_ends_a_case(void **state)
{
	assert_false(case_went_wrong(&c, "setup()", 0));
	assert_true(case_went_wrong(&c, "setup()", case_skip(&c, "not here")));
	assert_int_equal(c.status, STATUS_SKIP);
	/* Zero, but with a reason: a thread of the workload has failed. */
	assert_true(case_went_wrong(&c, "whole()", 0));
}

static void a_skip_without_a_reason_is_a_failure(void **state)
{
	assert_true(case_went_wrong(&c, "setup()", SKIP));
	assert_int_equal(c.status, STATUS_FAIL);
	assert_string_equal(c.reason, "setup() of the workload returned 1 without saying why");
}

static void threads_have_the_first_cpus(void **state)
{
	unsigned int cpus = 0;

	while (thread_cpu(cpus) >= 0)
		cpus++;
	assert_int_equal(case_set_threads(&c, cpus), 0);
	for (unsigned int i = 0; i < cpus; i++)
		assert_int_equal(case_cpu(&c, i), thread_cpu(i));
	/* Those of another process come before them. */
	c.first_cpu = 1;
	assert_int_equal(case_set_threads(&c, cpus), SKIP);
	assert_int_equal(c.status, STATUS_SKIP);
}

static void samples_are_a_thread_s_and_the_case_s(void **state)
{
	MUST(!case_set_threads(&c, 1));
	case_sample(&c, 0, 30);
	case_sample(&c, 0, 10);
	assert_int_equal(c.latency.count, 2);
	assert_int_equal(c.threads[0].ops, 2);
	assert_int_equal(c.threads[0].min_ns, 10);
	assert_int_equal(c.threads[0].max_ns, 30);
	assert_int_equal(c.threads[0].sum_ns, 40);
	case_sample(&c, 0, (uint64_t)HIST_MAX + 1);
	assert_int_equal(c.latency.count, 2);
	assert_int_equal(c.threads[0].ops, 3);
	assert_int_equal(c.threads[0].out_of_range, 1);
}

/* The thread stays where it is, and what probes counted is not undone. */
static void what_is_forgotten_was_never_recorded(void **state)
{
	unsigned int cpu;

	MUST(!case_set_threads(&c, 1));
	cpu = case_cpu(&c, 0);
	case_sample(&c, 0, 30);
	case_count(&c, 7);
	case_forget(&c);
	assert_int_equal(c.latency.count, 0);
	assert_int_equal(c.threads[0].ops, 0);
	assert_int_equal(case_cpu(&c, 0), cpu);
	assert_int_equal(c.pass_ops, 7);
}

static void the_last_value_of_a_number_counts(void **state)
{
	case_number(&c, "iops", 5, "I/O/s");
	case_number(&c, "mean", 7, "ns");
	case_number(&c, "iops", 6, "I/O/s");
	assert_int_equal(c.nr_numbers, 2);
	assert_string_equal(c.numbers[0].name, "iops");
	assert_true(c.numbers[0].value == 6);
	assert_string_equal(c.numbers[1].unit, "ns");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(parameters_have_their_values),
		TEST(the_first_failure_is_the_one_to_tell),
		TEST(a_step_ends_a_case),
		TEST(a_skip_without_a_reason_is_a_failure),
		TEST(threads_have_the_first_cpus),
		TEST(samples_are_a_thread_s_and_the_case_s),
		TEST(what_is_forgotten_was_never_recorded),
		TEST(the_last_value_of_a_number_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
