// SPDX-License-Identifier: GPL-2.0-only
/* test_result_operation.c - one operation of a case: what is read of it, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_result.h"

/* A good file whose first case has an operation with @slices, which is JSON. */
static json_t *file_with(const char *slices)
{
	json_t *json = good(), *probe = json_pack("{s:b, s:i, s:i}", "valid", 1, "lost", 0, "ops", 15);

	json_object_set_new(probe, "slices", json_loads(slices, 0, NULL));
	json_object_set_new(json_object_get(json_array_get(json_object_get(json, "cases"), 0), "probes"), "operation",
			    probe);
	return json;
}

#define WHOLE "{\"point\": \"munmap\", \"begin_ns\": 0, \"ns\": 1000, \"depth\": 0, \"smmu\": \"several\"}"

static void is_read(void **state)
{
	struct boot *boot = loaded(file_with(
		"[" WHOLE
		", {\"point\": \"submit\", \"begin_ns\": 900, \"ns\": 100, \"depth\": 1, \"smmu\": \"smmu.0\"}]"));
	const struct result_operation *o = &boot->cases[0].operation;

	assert_int_equal(o->count, 2);
	assert_string_equal(o->list[0].point, "munmap");
	assert_int_equal(o->list[1].begin_ns, 900);
	assert_int_equal(o->list[1].ns, 100);
	assert_int_equal(o->list[1].depth, 1);
	assert_string_equal(o->list[1].smmu, "smmu.0");
	boot_free(boot);
}

static void assert_none(json_t *json)
{
	struct boot *boot = loaded(json);

	assert_int_equal(boot->cases[0].operation.count, 0);
	boot_free(boot);
}

static void is_not_there(void **state)
{
	json_t *json = file_with("[]");

	assert_none(good());
	assert_none(file_with("[]"));
	change(json, "cases.0.probes.operation.valid", "false");
	change(json, "cases.0.probes.operation.slices", NULL);
	assert_none(json);
}

static void is_refused(void **state)
{
	static const struct change changes[] = {
		{ "cases.0.probes.operation.slices", NULL, "cases[0].probes.operation.slices" },
		{ "cases.0.probes.operation.slices.0.point", "\"a\\nb\"", "cases[0].probes.operation.slices[0].point" },
		{ "cases.0.probes.operation.slices.0.smmu", "\"a\\u001bb\"",
		  "cases[0].probes.operation.slices[0].smmu" },
		{ "cases.0.probes.operation.slices.0.ns", "-1", "cases[0].probes.operation.slices[0].ns" },
		{ "cases.0.probes.operation.slices.0.ns", "0", "cases[0].probes.operation.slices[0].begin_ns" },
		{ "cases.0.probes.operation.slices.0.begin_ns", "1", "cases[0].probes.operation.slices[0].begin_ns" },
		{ "cases.0.probes.operation.slices.1.ns", "901", "cases[0].probes.operation.slices[1].ns" },
		/* The most that JSON has here. */
		{ "cases.0.probes.operation.slices.1.ns", "9223372036854775807",
		  "cases[0].probes.operation.slices[1].ns" },
		{ "cases.0.probes.operation.slices.1.depth", "16", "cases[0].probes.operation.slices[1].depth" },
	};
	struct sentence why;
	size_t i;

	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		json_t *json =
			file_with("[" WHOLE ", {\"point\": \"submit\", \"begin_ns\": 100, \"ns\": 100, \"depth\": 1}]");

		change(json, changes[i].path, changes[i].value);
		fake_write_json(path_of("boot.json"), json);
		assert_null(boot_load(path_of("boot.json"), &why));
		assert_said(why.text, path_of("boot.json"), changes[i].want);
	}
}

/* More than any operation has. */
static void too_many(void **state)
{
	json_t *json = file_with("[" WHOLE "]"), *slices, *one;
	struct sentence why;
	size_t i;

	slices = json_object_get(
		json_object_get(json_object_get(json_array_get(json_object_get(json, "cases"), 0), "probes"),
				"operation"),
		"slices");
	one = json_array_get(slices, 0);
	for (i = 0; i < RESULT_MAX_SLICES; i++)
		json_array_append(slices, one);
	fake_write_json(path_of("boot.json"), json);
	assert_null(boot_load(path_of("boot.json"), &why));
	assert_said(why.text, path_of("boot.json"), "cases[0].probes.operation.slices: 257 are more than 256");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(is_read),
		TEST(is_not_there),
		TEST(is_refused),
		TEST(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
