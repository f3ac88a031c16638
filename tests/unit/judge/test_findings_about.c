// SPDX-License-Identifier: GPL-2.0-only
/* test_findings_about.c - which kernel was judged and where it ran, as its boot files have it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "findings.h"

/* Of a side of two boots, the second of which is @boot, stolen; the first knows nothing of its machine. */
static json_t *about(json_t *boot)
{
	json_t *lost = fake_boot("list", "icount", 1, json_array()), *json;
	struct sentence why;
	struct side side;
	char path[450];

	clean();
	json_object_set_new(json_object_get(lost, "machine"), "cpus", json_integer(0));
	json_object_set_new(json_object_get(lost, "machine"), "memory_kib", json_integer(0));
	json_object_set_new(json_object_get(lost, "machine"), "arch", json_string("unknown"));
	json_object_set_new(lost, "instances", json_array());
	json_object_set_new(lost, "started", json_string("1999-12-31T00:00:00Z"));
	json_object_set_new(json_object_get(lost, "machine"), "cpu", json_string("unknown"));
	json_object_set(lost, "bed", json_object_get(boot, "bed"));
	snprintf(path, sizeof(path), "%s/boot-001.json", folder_of("list", "bed"));
	fake_write_json(path, lost);
	snprintf(path, sizeof(path), "%s/boot-002.json", folder_of("list", "bed"));
	fake_write_json(path, boot);
	if (side_load(folder_of("list", "bed"), &side, &why))
		fail_msg("%s", why.text);
	json = findings_about(&side);
	side_free(&side);
	return json;
}

/* The boot that knows its machine speaks; the first says when it began. */
static void test_objects(void **state)
{
	static const char *const objects[] = { "machine", "bed", "kernel", "instances", "suite", "invbench" };
	json_t *boot = fake_boot("list", "icount", 2, json_array()), *json;
	size_t i;

	json_object_set_new(json_object_get(boot, "machine"), "host_cpu", json_string("a CPU"));
	json_object_set_new(json_object_get(boot, "machine"), "host_cpus", json_integer(8));
	json = about(json_incref(boot));
	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		char *have = json_dumps(json_object_get(json, objects[i]), JSON_ENCODE_ANY | JSON_SORT_KEYS);
		char *want = json_dumps(json_object_get(boot, objects[i]), JSON_ENCODE_ANY | JSON_SORT_KEYS);

		assert_string_equal(have, want);
		free(have);
		free(want);
	}
	assert_string_equal(json_string_value(json_object_get(json, "started")), "1999-12-31T00:00:00Z");
	assert_int_equal(json_integer_value(json_object_get(json, "boots")), 2);
	json_decref(json);
	json_decref(boot);
}

/* How the model was set. */
static void test_model(void **state)
{
	json_t *boot = fake_boot("list", "model", 2, json_array()), *bed = json_object_get(boot, "bed"), *json;

	json_object_set_new(bed, "preset", json_string("local"));
	json_object_set_new(bed, "settings", json_pack("[s]", "sync=1us"));
	json = about(boot);
	bed = json_object_get(json, "bed");
	assert_string_equal(json_string_value(json_object_get(bed, "preset")), "local");
	assert_string_equal(json_string_value(json_array_get(json_object_get(bed, "settings"), 0)), "sync=1us");
	json_decref(json);
	json = about(fake_boot("list", "model", 2, json_array()));
	assert_null(json_object_get(json_object_get(json, "bed"), "preset"));
	assert_null(json_object_get(json_object_get(json, "bed"), "settings"));
	json_decref(json);
}

/* What is not known of an SMMU is no feature that it lacks. */
static void test_unknown_features(void **state)
{
	json_t *boot = fake_boot("list", "icount", 2, json_array()), *json;

	json_object_set_new(json_array_get(json_object_get(boot, "instances"), 0), "features_known", json_false());
	json = about(boot);
	assert_int_equal(json_object_size(json_array_get(json_object_get(json, "instances"), 0)), 2);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_unknown_features),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
