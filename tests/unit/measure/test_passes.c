// SPDX-License-Identifier: GPL-2.0-only
/* The passes in which nothing is attached: how often a case is timed, and which are checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "case.h"
#include "fake_half.h"
#include "passes.h"
#include "suite.h"

static const char *const hows[] = { "well", "late-once", "late", "skip", "fail", NULL };

enum { WELL, LATE_ONCE, LATE, SKIPPED, FAILED };

static unsigned int runs, checked; /* of all cases */

/* As marks.c does when the SMMU model was late; how=late-once only at the first of all. */
static int setup(struct run_case *c)
{
	const uint64_t how = case_param(c, "how");

	runs++;
	checked += c->report;
	if (how == FAILED)
		return case_error(c, "broken");
	if (how == SKIPPED)
		return case_skip(c, "nothing there");
	if (how != LATE && (how != LATE_ONCE || runs > 1))
		return 0;
	c->late = true;
	return case_skip(c, "the model was late");
}

static int op(struct run_case *c, unsigned int thread)
{
	return 0;
}

WORKLOAD(some) = {
	.name = "some",
	.summary = "for this test",
	.unit = "call",
	.params = { { .name = "how", .summary = "it goes", .choices = hows } },
	.setup = setup,
	.op = op,
};

static const char *const lines[] = { "some ops=2 warmup=1", "some how=late-once ops=2 warmup=1", "some how=late",
				     "some how=skip", "some how=fail" };

static struct suite suite;
static json_t *bed, *cases;

static int start(void **state)
{
	fake_half_load(0);
	runs = checked = 0;
	bed = json_pack("{s:s, s:s}", "name", "metal", "clock", "nanoseconds");
	cases = json_array();
	return 0;
}

static int stop(void **state)
{
	json_decref(bed);
	json_decref(cases);
	suite_free(&suite);
	memset(&suite, 0, sizeof(suite));
	return 0;
}

static void add(int how)
{
	struct sentence why;

	MUST(!suite_add_line(&suite, lines[how], "test", 0, &why));
}

static const char *text_of(size_t n, const char *key)
{
	return json_string_value(json_object_get(json_array_get(cases, n), key));
}

static void expect_timed(int how, unsigned int times, enum status status)
{
	start(NULL);
	add(how);
	assert_int_equal(timing_pass(&suite, HIST_SUB_BITS_MIN, bed, cases), status);
	assert_int_equal(runs, times);
	assert_int_equal(json_array_size(cases), 1);
	assert_string_equal(text_of(0, "status"), status_name(status));
	stop(NULL);
}

/* Up to three times, as the model may have been late because of something that passes. */
static void only_a_late_case_is_timed_again(void **state)
{
	expect_timed(WELL, 1, STATUS_PASS);
	expect_timed(LATE_ONCE, 2, STATUS_PASS);
	expect_timed(LATE, 3, STATUS_SKIP);
	expect_timed(SKIPPED, 1, STATUS_SKIP);
	expect_timed(FAILED, 1, STATUS_FAIL);
}

static void each_case_is_recorded_in_order(void **state)
{
	add(FAILED);
	add(SKIPPED);
	add(WELL);
	assert_int_equal(timing_pass(&suite, HIST_SUB_BITS_MIN, bed, cases), STATUS_FAIL);
	assert_int_equal(json_array_size(cases), 3);
	assert_string_equal(text_of(0, "reason"), "broken");
	assert_string_equal(text_of(1, "reason"), "nothing there");
	assert_string_equal(text_of(2, "status"), "pass");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(cases, 2), "ops")), 2);
}

/* Whether there is a model is asked once in a program's life: this child is one with it. */
static void the_model_checks_what_passed(void **state)
{
	int status;
	pid_t child = fork();

	MUST(child >= 0);
	if (!child) {
		const json_t *of_check;

		fake_half_load(INVBENCH_INFO_MODEL);
		add(FAILED);
		add(WELL);
		timing_pass(&suite, HIST_SUB_BITS_MIN, bed, cases);
		MUST(runs == 2 && !checked);
		MUST(checked_pass(&suite, HIST_SUB_BITS_MIN, cases) == STATUS_PASS);
		MUST(runs == 3 && checked == 1);
		MUST(!json_object_get(json_array_get(cases, 0), "checked"));
		of_check = json_object_get(json_array_get(cases, 1), "checked");
		/* Warm-up included. */
		MUST(json_integer_value(json_object_get(of_check, "ops")) == 3);
		stop(NULL);
		_exit(0);
	}
	MUST(waitpid(child, &status, 0) == child);
	assert_int_equal(status, 0);
}

static void without_a_model_nothing_is_checked(void **state)
{
	add(WELL);
	timing_pass(&suite, HIST_SUB_BITS_MIN, bed, cases);
	assert_int_equal(checked_pass(&suite, HIST_SUB_BITS_MIN, cases), STATUS_PASS);
	assert_int_equal(runs, 1);
	assert_null(json_object_get(json_array_get(cases, 0), "checked"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_model_checks_what_passed),
		cmocka_unit_test(only_a_late_case_is_timed_again),
		TEST(each_case_is_recorded_in_order),
		TEST(without_a_model_nothing_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
