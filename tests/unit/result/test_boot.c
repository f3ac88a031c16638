// SPDX-License-Identifier: GPL-2.0-only
/*
 * A boot file as a whole: what is in a good one, and each key of machine, bed, kernel and
 * instances that is not what it should be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_result.h"

static void test_good_file(void **state)
{
	struct boot *boot = loaded(good());

	assert_int_equal(boot->nr_cases, 2);
	assert_string_equal(boot->kernel.name, "list");
	assert_string_equal(boot->bed.clock, "instructions");
	assert_string_equal(boot->bed.preset, "");
	assert_null(boot->bed.settings);
	assert_int_equal(boot->instances[0].cmdq_entries, 256);
	assert_ptr_equal(boot_case(boot, "dma op=sync"), &boot->cases[0]);
	assert_ptr_equal(boot_case(boot, "dma ats=1"), &boot->cases[1]);
	assert_null(boot_case(boot, "dma"));
	boot_free(boot);
}

static const struct change changes[] = {
	{ "format", NULL, "format: missing" },
	{ "format", "\"other\"", "format: must be \"invbench-boot\"" },
	{ "version", "0", "version: 0 is not from 1 to 2" },
	{ "version", "3", "version: 3 is not from 1 to 2" },
	{ "version", "\"1\"", "version: must be an integer" },
	{ "version", NULL, "version: missing" },
	{ "started", "7", "started: must be a string" },
	{ "suite", "\"\"", "suite: must not be empty" },
	{ "suite", "\"a\\tb\"", "suite: has a control character" },
	{ "boot", "0", "boot: boots are numbered from 1" },
	{ "boot", "-1", "boot: -1 is negative" },
	{ "boot", "1.5", "boot: must be an integer" },
	{ "machine", NULL, "machine: missing" },
	{ "machine", "[]", "machine: must be an object" },
	{ "machine.cpus", "\"2\"", "machine.cpus: must be an integer" },
	{ "machine.host_cpu", "1", "machine.host_cpu: must be a string" },
	{ "bed.name", "\"cloud\"", "bed.name: \"cloud\" is not known" },
	{ "bed.name", "\"metal\"", "bed.clock: bed metal does not count instructions" },
	{ "bed.clock", "\"nanoseconds\"", "bed.clock: bed icount does not count nanoseconds" },
	{ "bed.accel", "null", "bed.accel: must be a string" },
	{ "kernel", NULL, "kernel: missing" },
	{ "kernel.name", "\"\"", "kernel.name: must not be empty" },
	{ "kernel.name", "\"a\\u001b[31m\"", "kernel.name: has a control character" },
	{ "kernel.image_sha256", NULL, "kernel.image_sha256: missing" },
	{ "kernel.build_id", "7", "kernel.build_id: must be a string" },
	{ "kernel.series", "\"lab\"", "kernel.series: must be an array" },
	{ "kernel.series", "[1]", "kernel.series: must be an array of strings" },
	{ "instances", "{}", "instances: must be an array" },
	{ "instances.0", "7", "instances[0].name: missing" },
	{ "instances.0.ril", NULL, "instances[0].ril: missing" },
	{ "instances.0.ats", "1", "instances[0].ats: must be true or false" },
	{ "cases", NULL, "cases: missing" },
	{ "cases.0", "null", "cases[0].name: missing" },
	{ "cases.1.name", "\"dma op=sync\"", "cases[1].name: \"dma op=sync\" is there twice" },
	{ "bed.preset", "7", "bed.preset: must be a string" },
	{ "bed.settings", "\"sync=1us\"", "bed.settings: must be an array" },
	{ "bed.scale", "\"2\"", "bed.scale: must be a number" },
	{ "bed.settings", "[1]", "bed.settings: must be an array of strings" },
	{ "kernel.against", "\"\"", "kernel.against: must not be empty" },
	{ "kernel.against", "1", "kernel.against: must be a string" },
};

static void test_changed_keys(void **state)
{
	assert_changes_refused(changes, sizeof(changes) / sizeof(changes[0]));
}

/* Unknown keys are the future's: they must not disturb. */
static void test_unknown_keys(void **state)
{
	struct sentence why;
	json_t *json = good();
	struct boot *boot;

	json_object_set_new(json, "mood", json_string("fine"));
	json_object_set_new(json_object_get(json_array_get(json_object_get(json, "cases"), 0), "probes"), "later",
			    json_object());
	fake_write_json(path_of("boot.json"), json);
	boot = boot_load(path_of("boot.json"), &why);
	assert_non_null(boot);
	boot_free(boot);
}

/* A file of a kernel that was not the one that ran is of no kernel. Whoever cannot say which ran is believed. */
static void test_builds(void **state)
{
	static const struct {
		const char *built, *booted;
		bool good;
	} files[] = {
		{ "\"0a1b\"", "\"0a1b\"", true }, { "\"0a1b\"", "\"0a1c\"", false }, { "\"0a1b\"", NULL, true },
		{ "\"0a1b\"", "\"\"", true },	  { NULL, "\"0a1b\"", true },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		json_t *json = good(), *kernel = json_object_get(json, "kernel");
		struct sentence why;
		struct boot *boot;

		if (files[i].built)
			json_object_set_new(kernel, "build_id", json_loads(files[i].built, JSON_DECODE_ANY, NULL));
		if (files[i].booted)
			json_object_set_new(kernel, "booted_build_id",
					    json_loads(files[i].booted, JSON_DECODE_ANY, NULL));
		fake_write_json(path_of("boot.json"), json);
		boot = boot_load(path_of("boot.json"), &why);
		assert_int_equal(boot != NULL, files[i].good);
		if (!boot)
			assert_non_null(
				strstr(why.text, "kernel.booted_build_id: \"0a1c\" ran, but \"0a1b\" was built"));
		boot_free(boot);
	}
}

/* Whatever a disturbed byte does, it ends in a boot or in one line. */
static void test_disturbed_bytes(void **state)
{
	char *text;
	struct sentence why;
	json_t *json = good();
	unsigned int seed = 7, round, refused = 0;
	size_t size;

	text = json_dumps(json, JSON_COMPACT);
	size = strlen(text);
	for (round = 0; round < 3000; round++) {
		size_t at = (size_t)rand_r(&seed) % size;
		char was = text[at];
		struct boot *boot;

		/* Mostly characters that leave it JSON, so that the damage gets far. */
		text[at] = round % 4 ? "0123456789-.,:[]{}\"tfn"[rand_r(&seed) % 22] : (char)rand_r(&seed);
		fake_write(path_of("bad.json"), text, size);
		boot = boot_load(path_of("bad.json"), &why);
		if (!boot) {
			assert_null(strchr(why.text, '\n'));
			assert_int_equal(strncmp(why.text, path_of("bad.json"), strlen(path_of("bad.json"))), 0);
			refused++;
		}
		boot_free(boot);
		text[at] = was;
	}
	assert_in_range(refused, 1500, 2999);
	free(text);
	json_decref(json);
}

/* One copy of what two boots say alike, which stays when one of them goes. */
static void test_interned(void **state)
{
	struct sentence why;
	struct boot *a, *b;

	fake_write_json(path_of("boot-001.json"), good());
	a = boot_load(path_of("boot-001.json"), &why);
	b = boot_load(path_of("boot-001.json"), &why);
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_equal(a->kernel.name, b->kernel.name);
	assert_ptr_equal(a->kernel.series, b->kernel.series);
	assert_ptr_equal(a->cases[0].params, b->cases[0].params);
	assert_ptr_equal(a->cases[0].perf.list[0].name, b->cases[0].perf.list[0].name);
	assert_ptr_equal(a->cases[0].probe.symbols, b->cases[0].probe.symbols);
	assert_ptr_not_equal(a->cases[0].params, a->cases[1].params);
	boot_free(a);
	assert_string_equal(b->kernel.name, "list");
	assert_int_equal(json_integer_value(json_object_get(b->cases[0].params, "devices")), 1);
	boot_free(b);
}

/* As many cases as a file may have, and each is found. */
static void test_most_cases(void **state)
{
	json_t *cases = json_array();
	char name[32];
	struct sentence why;
	struct boot *boot;
	int i;

	for (i = 0; i < RESULT_MAX_CASES; i++) {
		snprintf(name, sizeof(name), "case %d", i * 7919 % RESULT_MAX_CASES);
		json_array_append_new(cases, fake_no_pass(name, "skip", "no device"));
	}
	fake_write_json(path_of("most.json"), fake_boot("list", "icount", 1, json_incref(cases)));
	boot = boot_load(path_of("most.json"), &why);
	assert_non_null(boot);
	for (i = 0; i < RESULT_MAX_CASES; i++) {
		snprintf(name, sizeof(name), "case %d", i * 7919 % RESULT_MAX_CASES);
		assert_ptr_equal(boot_case(boot, name), &boot->cases[i]);
	}
	assert_null(boot_case(boot, "case 10000"));
	assert_null(boot_case(boot, ""));
	boot_free(boot);

	/* The second of three is the first that is there twice. */
	for (i = 100; i <= 300; i += 100)
		json_object_set_new(json_array_get(cases, (size_t)i), "name", json_string("case 7919"));
	fake_write_json(path_of("most.json"), fake_boot("list", "icount", 1, cases));
	assert_null(boot_load(path_of("most.json"), &why));
	assert_said(why.text, path_of("most.json"), "cases[100].name: \"case 7919\" is there twice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_good_file),	    TEST(test_changed_keys), TEST(test_unknown_keys), TEST(test_builds),
		TEST(test_disturbed_bytes), TEST(test_interned),     TEST(test_most_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
