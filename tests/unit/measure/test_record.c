// SPDX-License-Identifier: GPL-2.0-only
/* What is written: codes beside sentences, what is untimed, and a context that is looked at before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "must.h"
#include "record.h"

static const char *text(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static void refused(const char *context, const char *want)
{
	json_t *json = json_loads(context, 0, NULL);
	struct sentence why;

	MUST(json);
	assert_null(record_boot("s", json, "x.json", true, &why));
	assert_string_equal(why.text, want);
	json_decref(json);
}

static void a_bad_context_is_refused(void **state)
{
	refused("[]", "x.json: not a JSON object");
	refused("{\"bed\": 1}", "x.json: 'bed' is not an object");
	refused("{\"bed\": {\"name\": \"icount\"}}", "x.json: 'bed.clock' is not a string");
	refused("{\"machine\": {\"host_cpus\": \"two\"}}", "x.json: 'machine.host_cpus' is not a number from 0");
	refused("{\"kernel\": {\"series\": [1]}}", "x.json: 'kernel.series' is not an array of strings");
	refused("{\"suite\": 1}", "x.json: 'suite' is not a string");
	refused("{\"boot\": 0}", "x.json: 'boot' is not a number from 1");
}

/* A lost kernel could not be asked, and what this one says is not its own. */
static void a_lost_boot_says_nothing_of_this_machine(void **state)
{
	json_t *context = json_loads("{\"kernel\": {\"name\": \"k\", \"against\": \"l\"}}", 0, NULL), *boot;
	struct sentence why;

	MUST(context);
	boot = record_boot("s", context, "x.json", true, &why);
	assert_non_null(boot);
	assert_int_equal(json_integer_value(json_object_get(boot, "version")), 2);
	assert_string_equal(text(json_object_get(boot, "kernel"), "name"), "k");
	assert_string_equal(text(json_object_get(boot, "kernel"), "against"), "l");
	assert_string_equal(text(json_object_get(boot, "kernel"), "design"), "unknown");
	assert_string_equal(text(json_object_get(boot, "machine"), "cpu"), "unknown");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(boot, "machine"), "cpus")), 0);
	json_decref(boot);
	json_decref(context);
}

/* Whoever wrote the context, and whatever the suite's file is called. */
static void text_of_others_becomes_lines(void **state)
{
	json_t *context =
		json_loads("{\"kernel\": {\"name\": \"k\\u001b\"}, \"machine\": {\"host_cpu\": \"a\\nb\"}}", 0, NULL);
	json_t *boot;
	struct sentence why;

	MUST(context);
	boot = record_boot("caf\xe9", context, "x.json", true, &why);
	assert_non_null(boot);
	assert_string_equal(text(boot, "suite"), "caf?");
	assert_string_equal(text(json_object_get(boot, "kernel"), "name"), "k?");
	assert_string_equal(text(json_object_get(boot, "machine"), "host_cpu"), "a?b");
	json_decref(boot);
	json_decref(context);
}

/* Whatever kernel runs here, it is none that a test has made up. */
static void another_build_is_refused(void **state)
{
	json_t *context = json_loads("{\"kernel\": {\"build_id\": \"0a1b\"}}", 0, NULL), *boot;
	struct sentence why;

	MUST(context);
	boot = record_boot("s", context, "x.json", false, &why);
	if (boot)
		assert_string_equal(text(json_object_get(boot, "kernel"), "booted_build_id"), "");
	else
		assert_non_null(strstr(why.text, "x.json: is about build 0a1b of the kernel, but "));
	json_decref(boot);
	json_decref(context);
}

static void the_worse_status_counts(void **state)
{
	assert_int_equal(status_worse(STATUS_PASS, STATUS_SKIP), STATUS_SKIP);
	assert_int_equal(status_worse(STATUS_SKIP, STATUS_FAIL), STATUS_FAIL);
	assert_int_equal(status_worse(STATUS_LOST, STATUS_FAIL), STATUS_LOST);
	assert_int_equal(status_worse(STATUS_PASS, STATUS_PASS), STATUS_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_context_is_refused), cmocka_unit_test(a_lost_boot_says_nothing_of_this_machine),
		cmocka_unit_test(another_build_is_refused), cmocka_unit_test(text_of_others_becomes_lines),
		cmocka_unit_test(the_worse_status_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
