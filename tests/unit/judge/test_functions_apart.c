// SPDX-License-Identifier: GPL-2.0-only
/* In which functions two kernels differ, of counts that are round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "functions_apart.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct result_function of_base[] = { { "gone", 9000 }, { "equal", 5000 }, { "near", 1000 }, { "twice", 100 } };
static struct result_function of_other[] = {
	{ "(a process)", 9000 }, { "equal", 5000 }, { "near", 1002 },
	{ "twice", 700 },	 { "new", 2000 },   { "twice", 400 },
};

static size_t differ(enum status status, size_t base_count, size_t count, struct function_change **list)
{
	json_t *params = json_pack("{s:i}", "warmup", 10);
	struct result_case base = { .ops = 80, .nr_threads = 2, .params = params };
	struct result_case other = base;
	const struct result_case *base_cases[] = { &base }, *other_cases[] = { &other };
	struct cell cells[] = {
		{ .status = STATUS_PASS, .cases = base_cases },
		{ .status = status, .cases = other_cases },
	};
	struct row row = { .cells = cells };
	const struct comparison c = { .nr_sides = 2, .rows = &row, .nr_rows = 1 };
	size_t found;

	base.functions = (struct result_functions){ of_base, base_count };
	other.functions = (struct result_functions){ of_other, count };
	found = compare_functions(&c, &row, 1, list);
	assert_int_equal(compare_has_functions(&c), found > 0);
	json_decref(params);
	return found;
}

/* 80 operations, and 10 of warm-up by each of 2 threads: 100. */
static void test_the_biggest_difference_is_first(void **state)
{
	struct function_change *list;

	assert_int_equal(differ(STATUS_PASS, COUNT(of_base), COUNT(of_other), &list), 3);
	assert_string_equal(list[0].name, "gone");
	assert_true(list[0].base == 90 && list[0].value == 0);
	assert_string_equal(list[1].name, "new");
	assert_true(list[1].base == 0 && list[1].value == 20);
	assert_string_equal(list[2].name, "twice");
	assert_true(list[2].base == 1 && list[2].value == 11);
	free(list);
}

static void test_where_nothing_is_known_there_is_none(void **state)
{
	struct function_change *list;

	assert_int_equal(differ(STATUS_PASS, 0, COUNT(of_other), &list), 0);
	free(list);
	assert_int_equal(differ(STATUS_PASS, COUNT(of_base), 0, &list), 0);
	free(list);
	assert_int_equal(differ(STATUS_SKIP, COUNT(of_base), COUNT(of_other), &list), 0);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_biggest_difference_is_first),
		cmocka_unit_test(test_where_nothing_is_known_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
