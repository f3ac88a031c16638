// SPDX-License-Identifier: GPL-2.0-only
/* test_beds.c - what took another time with as many instructions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "beds.h"
#include "compared.h"

/*
 * Two beds of one run: of the three cases that take twice as long on bed model, one has
 * twice the instructions, one as many as before, and one is on bed model alone.
 */
static void test_beds(void **state)
{
	static const struct {
		const char *name;
		uint64_t counts, times;
	} cases[] = { { "explained", 2000, 2000 }, { "moved", 1000, 2000 }, { "still", 1000, 1000 } };
	struct side counted[2], timed[2];
	struct comparison counts, times;
	size_t i;
	int boot;

	clean();
	for (boot = 1; boot <= 8; boot++) {
		json_t *lists[4] = { json_array(), json_array(), json_array(), json_array() };

		for (i = 0; i < 3; i++) {
			json_array_append_new(lists[0], fake_case(cases[i].name, json_object(), 12, 1000));
			json_array_append_new(lists[1], fake_case(cases[i].name, json_object(), 12, cases[i].counts));
			json_array_append_new(lists[2], fake_case(cases[i].name, json_object(), 12, 1000));
			json_array_append_new(lists[3], fake_case(cases[i].name, json_object(), 12, cases[i].times));
		}
		json_array_append_new(lists[2], fake_case("alone", json_object(), 12, 1000));
		json_array_append_new(lists[3], fake_case("alone", json_object(), 12, 2000));
		write_boot("list", "icount", boot, lists[0]);
		write_boot("array", "icount", boot, lists[1]);
		write_boot("list", "model", boot, lists[2]);
		write_boot("array", "model", boot, lists[3]);
	}
	load(counted, &counts, "icount");
	load(timed, &times, "model");
	compare_with_counts(&counts, &times);
	compare_with_counts(&counts, &counts);
	compare_with_counts(&times, &times);
	assert_int_equal(counts.nr_warnings + times.nr_warnings, 0);
	compare_with_counts(&times, &counts);
	assert_int_equal(times.nr_warnings, 1);
	assert_string_equal(times.warnings[0],
			    "1 of 3 cases whose median moved from list to array have the same number of instructions "
			    "on bed icount: moved; something is waited for, or it is where the code lies");
	unload(timed, &times);
	unload(counted, &counts);
}

/* Of both beds @nr cases, which take twice as long with as many instructions. */
static void write_waiting(int nr)
{
	json_t *lists[3];
	char name[8];
	int boot, i, k;

	clean();
	for (boot = 1; boot <= 8; boot++) {
		for (k = 0; k < 3; k++)
			lists[k] = json_array();
		for (i = 0; i < nr; i++) {
			snprintf(name, sizeof(name), "case%d", i % 10);
			for (k = 0; k < 3; k++)
				json_array_append_new(lists[k],
						      fake_case(name, json_object(), 12, k == 2 ? 2000 : 1000));
		}
		write_boot("list", "icount", boot, json_incref(lists[0]));
		write_boot("array", "icount", boot, lists[1]);
		write_boot("list", "metal", boot, lists[0]);
		write_boot("array", "metal", boot, lists[2]);
	}
}

/* Three are named, the others counted. */
static void test_many(void **state)
{
	struct side counted[2], timed[2];
	struct comparison counts, times;

	write_waiting(5);
	load(counted, &counts, "icount");
	load(timed, &times, "metal");
	compare_with_counts(&times, &counts);
	assert_int_equal(times.nr_warnings, 1);
	assert_non_null(strstr(times.warnings[0], "5 of 5 cases whose median moved from list to array"));
	assert_non_null(strstr(times.warnings[0], "on bed icount: case0, case1, case2 and 2 more; something"));
	unload(timed, &times);
	unload(counted, &counts);
}

/* What another base has on bed icount says nothing of this one; nor does another kernel. */
static void test_other_kernels(void **state)
{
	struct side counted[2], timed[2];
	struct comparison counts, times;
	char *label;

	write_waiting(1);
	load(counted, &counts, "icount");
	load(timed, &times, "metal");
	for (label = counted[0].label; label; label = label == counted[0].label ? counted[1].label : NULL) {
		*label ^= 1;
		compare_with_counts(&times, &counts);
		*label ^= 1;
	}
	assert_int_equal(times.nr_warnings, 0);
	compare_with_counts(&times, &counts);
	assert_int_equal(times.nr_warnings, 1);
	unload(timed, &times);
	unload(counted, &counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beds),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_other_kernels),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
