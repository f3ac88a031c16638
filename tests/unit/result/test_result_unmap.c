// SPDX-License-Identifier: GPL-2.0-only
/* test_result_unmap.c - what unmaps took their time for: read, left out, and refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_result.h"

static json_t *part(int ns)
{
	return json_pack("{s:i, s:i, s:i}", "ns", ns, "probe_ns", 1, "least_ns", 2);
}

/* The parts are 1, 2 and so on; what @untold names is told by no function. */
static json_t *sum(const char *untold)
{
	json_t *parts = json_object();
	int i, ns = 0;

	for (i = 0; i < RESULT_UNMAP_PARTS; i++) {
		if (untold && !strcmp(result_unmap_names[i], untold)) {
			json_object_set_new(parts, result_unmap_names[i], json_string("not available: inlined"));
			continue;
		}
		json_object_set_new(parts, result_unmap_names[i], part(i + 1));
		ns += i + 1;
	}
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:o}", "count", 10, "syncs", 9, "untold_syncs", 3, "total_ns", ns,
			 "probe_ns", 9, "parts", parts);
}

static json_t *file_with(json_t *cost, const char *untold)
{
	json_t *json = good(), *probes;

	probes = json_object_get(json_array_get(json_object_get(json, "cases"), 0), "probes");
	json_object_set_new(
		probes, "unmap",
		json_pack("{s:b, s:o, s:o, s:o}", "valid", 1, "cost", cost, "calls", sum(untold), "timer", sum(NULL)));
	return json;
}

static void is_read(void **state)
{
	struct boot *boot = loaded(file_with(json_object(), NULL));
	const struct result_unmap *u = &boot->cases[0].unmap;

	assert_true(u->present);
	assert_int_equal(u->count, 10);
	assert_int_equal(u->syncs, 9);
	assert_int_equal(u->untold, 3);
	assert_int_equal(u->total_ns, 45);
	assert_int_equal(u->timer_ns, 45);
	assert_int_equal(u->parts[RESULT_UNMAP_OTHER].ns, 9);
	assert_int_equal(u->parts[RESULT_UNMAP_TABLE].ns, 1);
	assert_true(u->parts[RESULT_UNMAP_TABLE].known);
	boot_free(boot);
}

static void without_a_part(void **state)
{
	struct boot *boot = loaded(file_with(json_object(), "room"));

	assert_true(boot->cases[0].unmap.present);
	assert_false(boot->cases[0].unmap.parts[RESULT_UNMAP_ROOM].known);
	assert_int_equal(boot->cases[0].unmap.total_ns, 45 - 1 - RESULT_UNMAP_ROOM);
	boot_free(boot);
}

/* Nobody looked, or nobody knows what the probe itself took. */
static void is_not_there(void **state)
{
	struct boot *boot = loaded(good());

	assert_false(boot->cases[0].unmap.present);
	boot_free(boot);
	boot = loaded(file_with(json_string("not available: of another kernel"), NULL));
	assert_false(boot->cases[0].unmap.present);
	boot_free(boot);
}

static void is_refused(void **state)
{
	static const struct change changes[] = {
		{ "cases.0.probes.unmap.calls", NULL, "cases[0].probes.unmap.calls" },
		{ "cases.0.probes.unmap.timer", "[]", "cases[0].probes.unmap.timer" },
		{ "cases.0.probes.unmap.calls.count", "-1", "cases[0].probes.unmap.calls.count" },
		{ "cases.0.probes.unmap.calls.total_ns", "46",
		  "cases[0].probes.unmap.calls.total_ns: 46 is not what the parts are together, 45" },
		{ "cases.0.probes.unmap.calls.parts.iova", NULL, "cases[0].probes.unmap.calls.parts.iova" },
		{ "cases.0.probes.unmap.calls.parts.iova.ns", "\"2\"", "cases[0].probes.unmap.calls.parts." },
	};
	struct sentence why;
	size_t i;

	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		json_t *json = file_with(json_object(), NULL);

		change(json, changes[i].path, changes[i].value);
		fake_write_json(path_of("boot.json"), json);
		assert_null(boot_load(path_of("boot.json"), &why));
		assert_said(why.text, path_of("boot.json"), changes[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(is_read),
		TEST(without_a_part),
		TEST(is_not_there),
		TEST(is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
