// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the SMMU model is told of a case, and how its answers end one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "fake_half.h"
#include "marks.h"
#include "model.h"
#include "suite.h"

static const struct pass timing = { .kind = RING_PASS_TIMING, .number = 4 };
static struct suite suite;
static struct run_case c;

static void begin(const char *line)
{
	struct sentence why;

	fake_half_load(INVBENCH_INFO_MODEL);
	MUST(!suite_add_line(&suite, line, "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
}

static int end(void **state)
{
	case_free(&c);
	suite_free(&suite);
	return 0;
}

/* Whether there is a model is asked once in a program's life: this child is one without. */
static void without_a_model(void **state)
{
	int status = 0;
	pid_t child = fork();

	MUST(child >= 0);
	if (!child) {
		begin("noop");
		fake_half.open_errno = ENOENT;
		MUST(!model_present() && marks_possible(&c));
		marks_pass(&c, &timing, true);
		MUST(c.status == STATUS_PASS && !fake_half.marks);
		begin("noop tlbi=1us");
		fake_half.open_errno = ENOENT;
		c.spec = &suite.cases[1];
		MUST(!marks_possible(&c) && c.status == STATUS_SKIP);
		MUST(!strcmp(c.reason, "tlbi=... needs bed model: only there can the time of a command be set"));
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void times_are_set_and_brought_back(void **state)
{
	begin("noop sync=20us atc=1ms");
	assert_true(marks_possible(&c));
	assert_true(marks_set_times(&c));
	assert_int_equal(fake_half.controls, 2);
	assert_string_equal(fake_half.control[0], "sync=20000ns");
	assert_string_equal(fake_half.control[1], "atc=1000000ns");
	marks_restore_times(&c);
	assert_int_equal(fake_half.controls, 3);
	assert_string_equal(fake_half.control[2], "preset");
}

static void a_case_without_times_sets_none(void **state)
{
	begin("noop");
	assert_true(marks_possible(&c) && marks_set_times(&c));
	marks_restore_times(&c);
	assert_int_equal(fake_half.controls, 0);
}

static void a_time_that_is_refused_is_a_failure(void **state)
{
	begin("noop sync=20us");
	fake_half.refuse = INVBENCH_CONTROL;
	fake_half.refuse_errno = ETIMEDOUT;
	assert_false(marks_set_times(&c));
	assert_int_equal(c.status, STATUS_FAIL);
	assert_string_equal(c.reason, "the SMMU model was told 'sync=20000ns': it does not answer");
}

static void passes_are_marked(void **state)
{
	begin("noop");
	marks_pass(&c, &timing, true);
	marks_pass(&c, &timing, false);
	assert_int_equal(fake_half.marks, 2);
	assert_int_equal(fake_half.mark[0].number, 4);
	assert_int_equal(fake_half.mark[0].pass, RING_PASS_TIMING);
	assert_int_equal(fake_half.mark[0].begin, 1);
	assert_int_equal(fake_half.mark[1].begin, 0);
	assert_int_equal(c.status, STATUS_PASS);
}

static void an_unmarked_pass_is_not(void **state)
{
	const struct pass unmarked = { .unmarked = true };

	begin("noop");
	marks_pass(&c, &unmarked, true);
	assert_int_equal(fake_half.marks, 0);
}

static void a_model_that_was_late_is_a_skip(void **state)
{
	begin("noop");
	fake_half.refuse = INVBENCH_MARK;
	fake_half.refuse_errno = EAGAIN;
	marks_pass(&c, &timing, false);
	assert_int_equal(c.status, STATUS_SKIP);
	assert_true(c.late);
}

static void a_model_that_does_not_answer_is_a_failure(void **state)
{
	begin("noop");
	fake_half.refuse = INVBENCH_MARK;
	fake_half.refuse_errno = ETIMEDOUT;
	marks_pass(&c, &timing, true);
	assert_int_equal(c.status, STATUS_FAIL);
	assert_false(c.late);
}

#define TEST(test) cmocka_unit_test_teardown(test, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_model), /* first: those after it have asked */
		TEST(times_are_set_and_brought_back),
		TEST(a_case_without_times_sets_none),
		TEST(a_time_that_is_refused_is_a_failure),
		TEST(passes_are_marked),
		TEST(an_unmarked_pass_is_not),
		TEST(a_model_that_was_late_is_a_skip),
		TEST(a_model_that_does_not_answer_is_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
