// SPDX-License-Identifier: GPL-2.0-only
/* The guest's clock, from its instructions and from what it reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guest_time.h"

static void an_instruction_is_a_nanosecond(void **state)
{
	struct guest_time t = {};

	guest_time_read(&t, 1000, 501000);
	assert_int_equal(guest_time_now(&t, 1000), 501000);
	assert_int_equal(guest_time_now(&t, 1700), 501700);
}

/* Only what follows an idle time is one that had to be. */
static void leaps_and_slips_are_told_apart(void **state)
{
	struct guest_time t = {};

	guest_time_read(&t, 100, 100);
	assert_int_equal(t.leaps + t.slips, 0);
	guest_time_idle(&t);
	guest_time_read(&t, 200, 4000200);
	assert_int_equal(t.leaps, 1);
	assert_int_equal(guest_time_now(&t, 200), 4000200);
	guest_time_read(&t, 300, 4000296);
	guest_time_read(&t, 400, 4000400);
	assert_int_equal(t.slips, 2);
	assert_int_equal(t.slipped_ns, 8);
	guest_time_idle(&t);
	guest_time_read(&t, 500, 4000500);
	assert_int_equal(t.leaps, 1);
	assert_int_equal(t.reads, 5);
}

static void it_never_goes_back(void **state)
{
	struct guest_time t = {};

	assert_int_equal(guest_time_now(&t, 1000), 1000);
	guest_time_read(&t, 1010, 900);
	assert_int_equal(guest_time_now(&t, 1020), 1000);
	assert_int_equal(guest_time_now(&t, 1200), 1090);
}

/* What faults has been counted before it was tried. */
static void a_fault_takes_no_time(void **state)
{
	struct guest_time t = {};

	guest_time_fault(&t);
	assert_int_equal(guest_time_now(&t, 1000), 999);
	guest_time_read(&t, 2000, 1999);
	assert_int_equal(t.slips, 0);
}

static void its_corrections_are_written_down(void **state)
{
	struct guest_time t = { .reads = 9, .leaps = 3, .slips = 2, .slipped_ns = 70 };
	json_t *json = guest_time_json(&t);

	assert_int_equal(json_integer_value(json_object_get(json, "reads")), 9);
	assert_int_equal(json_integer_value(json_object_get(json, "leaps")), 3);
	assert_int_equal(json_integer_value(json_object_get(json, "slips")), 2);
	assert_int_equal(json_integer_value(json_object_get(json, "slipped_ns")), 70);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_instruction_is_a_nanosecond),
		cmocka_unit_test(leaps_and_slips_are_told_apart),
		cmocka_unit_test(it_never_goes_back),
		cmocka_unit_test(a_fault_takes_no_time),
		cmocka_unit_test(its_corrections_are_written_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
