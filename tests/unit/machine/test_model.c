// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the SMMU model is told, and what its answers are for the caller.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_half.h"
#include "model.h"

static struct sentence why;

/* Asked once in a program's life, so all tests have the model. */
static int load(void **state)
{
	fake_half_load(INVBENCH_INFO_MODEL);
	assert_true(model_present());
	return 0;
}

static int again(void **state)
{
	memset(&why, 0, sizeof(why));
	fake_half_load(INVBENCH_INFO_MODEL);
	return 0;
}

static void refused(unsigned long call, int err)
{
	fake_half.refuse = call;
	fake_half.refuse_errno = err;
}

static void it_is_asked_for_once(void **state)
{
	fake_half.open_errno = ENOENT;
	assert_true(model_present());
	assert_int_equal(fake_half.opens, 0);
}

static void settings_arrive(void **state)
{
	assert_int_equal(model_set("sync=20us", &why), 0);
	assert_int_equal(model_set("preset", &why), 0);
	assert_int_equal(fake_half.controls, 2);
	assert_string_equal(fake_half.control[0], "sync=20us");
	assert_string_equal(fake_half.control[1], "preset");
}

static void a_setting_that_is_refused_is_told(void **state)
{
	refused(INVBENCH_CONTROL, EINVAL);
	assert_int_equal(model_set("sink=1us", &why), -EINVAL);
	assert_string_equal(why.text, "the SMMU model was told 'sink=1us': it does not understand");
	refused(INVBENCH_CONTROL, ETIMEDOUT);
	assert_int_equal(model_set("sync=1us", &why), -ETIMEDOUT);
	assert_string_equal(why.text, "the SMMU model was told 'sync=1us': it does not answer");
}

static void marks_arrive(void **state)
{
	const struct invbench_mark mark = { .number = 3, .pass = RING_PASS_CHECKED, .begin = 1 };

	assert_int_equal(model_mark(&mark, &why), 0);
	assert_int_equal(fake_half.marks, 1);
	assert_memory_equal(&fake_half.mark[0], &mark, sizeof(mark));
}

static void being_late_is_no_failure_like_others(void **state)
{
	const struct invbench_mark mark = { .pass = RING_PASS_TIMING };

	refused(INVBENCH_MARK, EAGAIN);
	assert_int_equal(model_mark(&mark, &why), -EAGAIN);
	assert_non_null(strstr(why.text, "was late too often"));
	refused(INVBENCH_MARK, ETIMEDOUT);
	assert_int_equal(model_mark(&mark, &why), -ETIMEDOUT);
	assert_string_equal(why.text, "the SMMU model was told of a pass: it does not answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_is_asked_for_once, again),
		cmocka_unit_test_setup(settings_arrive, again),
		cmocka_unit_test_setup(a_setting_that_is_refused_is_told, again),
		cmocka_unit_test_setup(marks_arrive, again),
		cmocka_unit_test_setup(being_late_is_no_failure_like_others, again),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
