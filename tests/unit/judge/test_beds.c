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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beds),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
