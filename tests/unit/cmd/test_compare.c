// SPDX-License-Identifier: GPL-2.0-only
/* test_compare.c - what `invbench compare` is given, and what it returns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "run_compare.h"

static double p_holm(const char *text)
{
	json_t *json = json_loads(text, 0, NULL), *cell;
	double p;

	assert_non_null(json);
	cell = json_array_get(json_object_get(json_array_get(json_object_get(json, "comparisons"), 0), "cases"), 0);
	cell = json_object_get(json_array_get(json_object_get(cell, "kernels"), 1), "metrics");
	p = json_real_value(json_object_get(json_object_get(cell, "p99"), "p_holm"));
	json_decref(json);
	return p;
}

/* A metric that is asked for is shown whatever it says, is judged alone, and is corrected for no other. */
static void test_chosen_metrics(void **state)
{
	const uint64_t base[] = { 1000, 1010, 1020, 1030, 1040, 1050, 1060, 1070, 0 };
	const uint64_t other[] = { 1001, 1011, 1021, 1031, 1041, 1051, 1061, 1071, 0 };
	struct outcome o, all;

	clean();
	write_medians("list", "model", base);
	write_medians("array", "model", other);
	program_run(&o, "compare", "--all", "--metric=p99,mean", folder_of("list", "model"),
		    folder_of("array", "model"), NULL);
	assert_has(o.out, "\n    p99  ");
	assert_has(o.out, "\n    mean  ");
	assert_has_not(o.out, "\n    median  ");
	assert_has_not(o.out, "not judged");
	program_forget(&o);
	program_run(&o, "compare", "--json", "--metric=p99", folder_of("list", "model"), folder_of("array", "model"),
		    NULL);
	program_run(&all, "compare", "--json", "--metric=p99,median,mean", folder_of("list", "model"),
		    folder_of("array", "model"), NULL);
	assert_true(p_holm(o.out) < 1 && p_holm(all.out) > p_holm(o.out));
	program_forget(&o);
	program_forget(&all);
	program_run(&o, "compare", "--metric=p99,speed", folder_of("list", "model"), folder_of("array", "model"), NULL);
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_has(o.err, "--metric: there is no metric 'speed'; there are: median, p99, p999, ");
	program_forget(&o);
}

static void test_chosen_cases(void **state)
{
	struct outcome o;

	run_fates(&o, "--case=*now");
	assert_has(
		o.out,
		"array against list, 2 cases: 0 better, 0 worse, 0 no measurable difference, 0 inconclusive, 2 not compared");
	assert_has_not(o.out, "worse by");
	program_forget(&o);
	write_all_fates();
	program_run(&o, "compare", "--case=worse*", "--case=same", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 0); /* what failed is not among them */
	assert_has(o.out, "array against list, 4 cases: 0 better, 3 worse, 1 no measurable difference");
	program_forget(&o);
	program_run(&o, "compare", "--case=sync", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_has(o.err, "no case matches 'sync'; a case is called, for example, 'same'");
	program_forget(&o);
}

static void test_beds_do_not_mix(void **state)
{
	const uint64_t medians[] = { 1000, 1001, 0 };
	struct outcome o;

	clean();
	write_medians("list", "icount", medians);
	write_medians("array", "metal", medians);
	compare(&o, folder_of("list", "icount"), folder_of("array", "metal"));
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_has(o.err, "bed.name: metal, but ");
	assert_ptr_equal(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
	program_forget(&o);
}

static void test_same_kernel_twice(void **state)
{
	const uint64_t medians[] = { 1000, 1001, 0 };
	struct outcome o;

	clean();
	write_medians("list", "icount", medians);
	compare(&o, folder_of("list", "icount"), folder_of("list", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, "list#2 against list, 1 case: 0 better, 0 worse, 1 no measurable difference");
	assert_has_not(o.out, "warning");
	program_forget(&o);
}

static void test_run(void **state)
{
	const uint64_t base[] = { 1000, 1001, 0 }, other[] = { 930, 931, 0 };
	struct outcome o;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	write_plan("{\"kernels\": [\"list\", \"array\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "array against list, 1 case: 1 better");
	program_forget(&o);
	program_run(&o, "compare", "--base", "array", dir, NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "list against array, 1 case: 0 better, 1 worse");
	program_forget(&o);

	write_plan("{\"kernels\": [\"list\", \"gone\", \"array\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 1);
	assert_has(o.out, "warning kernel gone of the plan has no boot on this bed");
	program_forget(&o);
	write_plan("{\"kernels\": [\"gone\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "no kernel has a boot on bed icount");
	program_forget(&o);
}

/* With base "list", "array-tuned" is also measured by "list-tuned". */
static void test_variants(void **state)
{
	const uint64_t medians[4][3] = { { 1000, 1001, 0 }, { 930, 931, 0 }, { 800, 801, 0 }, { 860, 861, 0 } };
	struct outcome o;

	clean();
	write_medians("list", "icount", medians[0]);
	write_medians("array", "icount", medians[1]);
	write_medians("list-tuned", "icount", medians[2]);
	write_medians("array-tuned", "icount", medians[3]);
	write_plan("{\"kernels\": [\"list\", \"array\", \"list-tuned\", \"array-tuned\"], \"beds\": [\"icount\"]}");
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "\narray-tuned against list, 1 case: 1 better, 0 worse");
	assert_has(o.out, "\narray-tuned against list-tuned, 1 case: 0 better, 1 worse");
	assert_has_not(o.out, "list-tuned against list-tuned");
	assert_has_not(o.out, "array against list-tuned");
	program_forget(&o);
}

static void test_usage(void **state)
{
	struct outcome o;

	program_run(&o, "compare", NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "nothing to compare");
	program_forget(&o);
	program_run(&o, "compare", "--list", "--json", "a", "b", NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "choose one of --list and --json");
	program_forget(&o);
	program_run(&o, "compare", "--order=name", "a", "b", NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "--order=name: it is importance or suite");
	program_forget(&o);
	clean();
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "neither plan.json nor KERNEL/BED folders");
	program_forget(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chosen_metrics),
		cmocka_unit_test(test_chosen_cases),
		cmocka_unit_test(test_beds_do_not_mix),
		cmocka_unit_test(test_same_kernel_twice),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
