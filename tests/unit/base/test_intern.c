// SPDX-License-Identifier: GPL-2.0-only
/* test_intern.c - one copy of what many result files say alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "intern.h"
#include "must.h"

static void equal_strings_are_one(void **state)
{
	char first[] = "icount", second[] = "icount";
	const char *kept;

	intern_hold();
	kept = intern_string(first);
	assert_ptr_equal(intern_string(second), kept);
	assert_ptr_not_equal(kept, first);
	assert_ptr_not_equal(intern_string("model"), kept);
	memset(first, 'x', sizeof(first) - 1);
	assert_string_equal(kept, "icount");
	intern_put();
}

/* Others that come do not move it. */
static void a_string_stays_where_it_is(void **state)
{
	const char *kept;
	char name[32];

	intern_hold();
	kept = intern_string("first");
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "number %d", i);
		assert_non_null(intern_string(name));
	}
	assert_string_equal(kept, "first");
	assert_ptr_equal(intern_string("first"), kept);
	intern_put();
}

static void equal_values_are_one(void **state)
{
	json_t *value = json_pack("{s:i, s:s}", "devices", 2, "op", "sync"), *same = json_deep_copy(value);
	json_t *other = json_pack("{s:s, s:i}", "op", "sync", "devices", 2), *number = json_integer(5);
	const json_t *kept;

	intern_hold();
	kept = intern_json(value);
	assert_ptr_equal(intern_json(same), kept);
	assert_ptr_not_equal(intern_json(other), kept); /* its keys are in another order */
	assert_ptr_not_equal(kept, value);
	assert_true(json_equal(kept, value));
	json_object_set_new(value, "devices", json_integer(3));
	assert_true(json_equal(kept, same));
	assert_int_equal(json_integer_value(intern_json(number)), 5);
	assert_null(intern_json(NULL));
	intern_put();
	json_decref(value);
	json_decref(same);
	json_decref(other);
	json_decref(number);
}

/* It is there for as long as anybody holds it. */
static void the_last_holder_takes_it_along(void **state)
{
	const char *kept;

	intern_hold();
	intern_hold();
	kept = intern_string("kept");
	intern_put();
	assert_string_equal(kept, "kept");
	assert_ptr_equal(intern_string("kept"), kept);
	intern_put();
	intern_hold(); /* and it begins anew */
	assert_string_equal(intern_string("kept"), "kept");
	intern_put();
}

#define THREADS 4

static void *intern_many(void *out)
{
	const char **kept = out;
	char name[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "number %d", i);
		kept[i] = intern_string(name);
	}
	return NULL;
}

static void threads_get_the_same(void **state)
{
	static const char *kept[THREADS][1000];
	pthread_t threads[THREADS];

	intern_hold();
	for (int t = 0; t < THREADS; t++)
		MUST(!pthread_create(&threads[t], NULL, intern_many, kept[t]));
	for (int t = 0; t < THREADS; t++)
		MUST(!pthread_join(threads[t], NULL));
	for (int t = 1; t < THREADS; t++)
		assert_memory_equal(kept[t], kept[0], sizeof(kept[0]));
	intern_put();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_strings_are_one), cmocka_unit_test(a_string_stays_where_it_is),
		cmocka_unit_test(equal_values_are_one),	 cmocka_unit_test(the_last_holder_takes_it_along),
		cmocka_unit_test(threads_get_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
