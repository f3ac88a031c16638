// SPDX-License-Identifier: GPL-2.0-only
/* test_endpoints.c - which endpoints are in which domain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "endpoints.h"

#define SOME 500

/* In an order of its own; 7 and SOME have no common divisor. */
static struct endpoint nth(uint32_t n)
{
	n = n * 7 % SOME;
	return (struct endpoint){ .domain = n % 5, .instance = n / 5 % 2, .sid = n / 10, .ssid = n % 3, .since = n };
}

static void each_is_found_and_no_other(void **state)
{
	struct endpoints e = {};
	size_t count, sum = 0;

	for (uint32_t n = 0; n < SOME; n++) {
		const struct endpoint one = nth(n);

		assert_null(endpoints_find(&e, &one));
		assert_true(endpoints_add(&e, &one));
		assert_int_equal(endpoints_find(&e, &one)->since, one.since);
	}
	for (uint32_t domain = 0; domain < 5; domain++) {
		const struct endpoint *first = endpoints_of(&e, domain, &count);

		for (size_t i = 0; i < count; i++)
			assert_int_equal(first[i].domain, domain);
		sum += count;
	}
	assert_int_equal(sum, SOME);
	assert_null(endpoints_of(&e, 5, &count));
	assert_int_equal(count, 0);
	for (uint32_t n = 0; n < SOME; n += 2)
		endpoints_remove(&e, &(struct endpoint){ nth(n).domain, nth(n).instance, nth(n).sid, nth(n).ssid, 0 });
	for (uint32_t n = 0; n < SOME; n++) {
		const struct endpoint one = nth(n);

		assert_int_equal(endpoints_find(&e, &one) != NULL, n % 2);
	}
	endpoints_free(&e);
	assert_int_equal(e.count, 0);
}

static void one_that_is_in_stays_with_a_new_time(void **state)
{
	struct endpoint one = { 1, 0, 2, 3, 100 }, other = { 1, 0, 2, 4, 100 };
	struct endpoints e = {};

	assert_false(endpoint_same(&one, &other));
	assert_true(endpoints_add(&e, &one));
	one.since = 200;
	assert_true(endpoints_add(&e, &one));
	assert_int_equal(e.count, 1);
	assert_int_equal(endpoints_find(&e, &one)->since, 200);
	endpoints_remove(&e, &other); /* is not in it */
	assert_int_equal(e.count, 1);
	endpoints_free(&e);
}

static void there_is_room_for_so_many(void **state)
{
	struct endpoints e = {};
	struct endpoint one = {};

	for (one.sid = 0; one.sid < ENDPOINTS_MAX; one.sid++)
		assert_true(endpoints_add(&e, &one));
	assert_false(endpoints_add(&e, &one));
	assert_int_equal(e.count, ENDPOINTS_MAX);
	one.sid = 0;
	assert_true(endpoints_add(&e, &one)); /* is in it */
	endpoints_free(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_and_no_other),
		cmocka_unit_test(one_that_is_in_stays_with_a_new_time),
		cmocka_unit_test(there_is_room_for_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
