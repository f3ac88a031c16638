// SPDX-License-Identifier: GPL-2.0-only
/* A run: the beds and kernels of its folder, with a plan and without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_result.h"

static void assert_plan(const char *plan, const char *want)
{
	char folder[512];
	struct sentence why;
	struct run_folder run;

	fake_write_text(path_of("run/plan.json"), plan);
	snprintf(folder, sizeof(folder), "%s", path_of("run"));
	assert_int_not_equal(run_load(folder, NULL, &run, &why), 0);
	assert_said(why.text, path_of("run/plan.json"), want);
}

static void test_no_plan(void **state)
{
	char folder[512];
	struct sentence why;
	struct run_folder run;

	write_boot("run/list/icount/boot-001.json", "list", "icount", 1);
	write_boot("run/array/icount/boot-001.json", "array", "icount", 1);
	snprintf(folder, sizeof(folder), "%s", path_of("run"));
	assert_int_equal(run_load(folder, NULL, &run, &why), 0);
	assert_false(run.planned);
	assert_string_equal(run.beds[0].sides[0].label, "array");
	run_free(&run);
	assert_int_equal(run_load(folder, "list", &run, &why), 0);
	assert_string_equal(run.beds[0].sides[0].label, "list");
	run_free(&run);
	assert_int_not_equal(run_load(folder, "share", &run, &why), 0);
	assert_said(why.text, folder, "kernel share is not part of this run");
}

static void test_plan(void **state)
{
	char folder[512];
	struct sentence why;
	struct run_folder run;

	write_boot("run/list/icount/boot-001.json", "list", "icount", 1);
	write_boot("run/array/icount/boot-001.json", "array", "icount", 1);
	snprintf(folder, sizeof(folder), "%s", path_of("run"));
	fake_write_text(path_of("run/plan.json"), "{\"kernels\":[\"list\",\"gone\",\"array\"],\"beds\":[\"icount\"]}");
	assert_int_equal(run_load(folder, NULL, &run, &why), 0);
	assert_true(run.planned);
	assert_int_equal(run.beds[0].nr_sides, 2);
	assert_string_equal(run.beds[0].sides[0].label, "list");
	assert_int_equal(run.beds[0].nr_lost, 1);
	assert_string_equal(run.beds[0].lost[0], "gone");
	run_free(&run);
}

static void test_bad_plan(void **state)
{
	assert_plan("{}", "kernels: must be an array");
	assert_plan("{\"kernels\":[]}", "kernels: must be an array");
	assert_plan("{\"kernels\":[\"../../etc\"],\"beds\":[\"icount\"]}", "kernels[0]: must be the name of a folder");
	assert_plan("{\"kernels\":[\"list\"],\"beds\":[\"..\"]}", "beds[0]: must be the name of a folder");
	assert_plan("{\"kernels\":[\"list\", 7],\"beds\":[\"icount\"]}", "kernels[1]: must be the name of a folder");
	assert_plan("{\"kernels\"", "line 1");
}

/* In the folder of one bed a boot of another. */
static void test_bed_of_another(void **state)
{
	char folder[512];
	struct sentence why;
	struct run_folder run;

	snprintf(folder, sizeof(folder), "%s", path_of("run"));
	write_boot("run/list/model/boot-001.json", "list", "icount", 1);
	fake_write_text(path_of("run/plan.json"), "{\"kernels\":[\"list\"],\"beds\":[\"model\"]}");
	assert_int_not_equal(run_load(folder, NULL, &run, &why), 0);
	assert_said(why.text, path_of("run/list/model/boot-001.json"),
		    "bed.name: icount, but the folder is of bed model");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_plan),
		TEST(test_plan),
		TEST(test_bad_plan),
		TEST(test_bed_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
