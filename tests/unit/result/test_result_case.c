// SPDX-License-Identifier: GPL-2.0-only
/* One case of a boot file: its operations, threads, timeline and numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_result.h"

static void test_good_latency(void **state)
{
	struct boot *boot = loaded(good());
	const struct result_case *c = boot_case(boot, "dma op=sync");

	assert_non_null(c);
	assert_int_equal(c->ops, FAKE_OPS);
	assert_int_equal(hist_quantile(&c->latency, 0.5), 1000 + FAKE_FLOOR);
	assert_int_equal(c->timeline.windows, 64);
	assert_int_equal(c->timeline.sub_bits, WINDOW_SUB_BITS);
	assert_int_equal(c->timeline.count, FAKE_OPS);
	assert_int_equal(c->timeline.list[0].window, 0);
	assert_int_equal(c->timeline.list[0].bucket, hist_index(WINDOW_SUB_BITS, c->latency.min));
	assert_int_equal(c->timeline.list[c->timeline.nr - 1].window, 63);
	assert_int_equal(c->nr_threads, 2);
	assert_false(c->late);
	boot_free(boot);
}

static void test_good_numbers(void **state)
{
	struct boot *boot = loaded(good());
	const struct result_case *c = boot_case(boot, "dma op=sync");

	assert_non_null(c);
	assert_int_equal(c->numbers.count, 2);
	assert_string_equal(c->numbers.list[0].name, "IOPS");
	assert_string_equal(c->numbers.list[0].unit, "1/s");
	assert_true(c->numbers.list[0].value == 1234.5 && c->numbers.list[0].running == 1);
	assert_string_equal(c->numbers.list[1].name, "attaches");
	assert_true(c->numbers.list[1].value == -7);
	assert_int_equal(c->perf.count, 1);
	assert_string_equal(c->perf.list[0].unit, "cycles");
	assert_true(c->perf.list[0].value == 0x1p40 && c->perf.list[0].running == 0.25);
	boot_free(boot);
}

static void test_good_skip(void **state)
{
	struct boot *boot = loaded(good());
	const struct result_case *c = boot_case(boot, "dma ats=1");

	assert_non_null(c);
	assert_false(c->service.present || c->oracle.present);
	assert_int_equal(c->numbers.count + c->perf.count, 0);
	assert_int_equal(c->status, STATUS_SKIP);
	assert_string_equal(c->reason, "no endpoint with ATS");
	assert_null(c->latency.buckets);
	boot_free(boot);
}

static const struct change changes[] = {
	{ "cases.0.name", "\"a\\nb\"", "cases[0].name: has a control character" },
	{ "cases.0.params", "[]", "cases[0].params: must be an object" },
	{ "cases.0.params.op", "true", "cases[0].params: \"op\" must be an integer or a string" },
	{ "cases.0.params", "{\"on\\n!touch pwned\": 1}", "cases[0].params: a name has a control character" },
	{ "cases.0.params", "{\"\": 1}", "cases[0].params: a name must not be empty" },
	{ "cases.0.params.op", "\"on\\n!touch pwned\"", "cases[0].params: \"op\" has a control character" },
	{ "cases.0.params.op", "\"\\u009b2J\"", "cases[0].params: \"op\" has a control character" },
	{ "cases.0.unit", "\"sync\\u2028\"", "cases[0].unit: has a control character" },
	{ "cases.0.workload", "\"\\u202edma\"", "cases[0].workload: has a control character" },
	{ "kernel.series", "[\"a\\nb\"]", "kernel.series: a string has a control character" },
	{ "bed.settings", "[\"sync=1us\\u007f\"]", "bed.settings: a string has a control character" },
	{ "cases.0.numbers.IOPS.unit", "\"1/s\\r\"", "cases[0].numbers.IOPS.unit: has a control character" },
	{ "cases.0.probes.invlat.symbols", "{\"a\\tb\": \"c\"}",
	  "cases[0].probes.invlat.symbols: a name has a control character" },
	{ "cases.0.probes.invlat.symbols", "{\"a\": \"\\u001bc\"}",
	  "cases[0].probes.invlat.symbols: \"a\" has a control character" },
	{ "cases.0.probes.invlat.entries", "{\"a\\nb\": {}}",
	  "cases[0].probes.invlat.entries.: a name has a control character" },
	{ "cases.0.status", "\"passed\"", "cases[0].status: \"passed\" is not known" },
	{ "cases.0.ops", "-5", "cases[0].ops: -5 is negative" },
	{ "cases.0.ops", "0", "cases[0].ops: a case without operations cannot pass" },
	{ "cases.0.clock_floor_ns", "137438953471",
	  "cases[0].clock_floor_ns: 137438953471 is not below 137438953471, the longest" },
	{ "cases.0.ops", "999", "cases[0].latency.count: 1000, but ops is 999" },
	{ "cases.0.clock_floor_ns", "1e3", "cases[0].clock_floor_ns: must be an integer" },
	{ "cases.0.latency", NULL, "cases[0].latency: missing" },
	{ "cases.0.latency.count", "7", "cases[0].latency.count: 7, but the buckets hold 1000" },
	{ "cases.0.latency.out_of_range", "3", "cases[0].latency.out_of_range: a case with samples out of range" },
	{ "cases.0.latency.buckets.1", "[0, 1]", "cases[0].latency.buckets[1]: index 0 does not ascend" },
	{ "cases.0.latency.buckets.0", "[106496, 1]",
	  "cases[0].latency.buckets[0]: index 106496 is outside 0..106495" },
	{ "cases.0.threads", NULL, "cases[0].threads: missing" },
	{ "cases.0.threads.1.ops", "499", "cases[0].threads: have 999 ops together, but ops is 1000" },
	{ "cases.0.threads.1.ops", "9223372036854775807", "cases[0].threads: have " },
	{ "cases.0.threads.1.cpu", "\"0\"", "cases[0].threads[1].cpu: must be an integer" },
	{ "cases.0.reason_code", NULL, "cases[0].reason_code: missing" },
	{ "cases.0.reason_code", "7", "cases[0].reason_code: must be a string" },
	{ "cases.0.reason_code", "\"splat\"", "cases[0].reason_code: \"splat\" does not go with status pass" },
	{ "cases.1.reason_code", "\"\"", "cases[1].reason_code: \"\" does not go with status skip" },
	{ "cases.0.untimed", "true", "cases[0].untimed: must be a string" },
	{ "cases.0.late", "1", "cases[0].late: must be true or false" },
	{ "cases.0.numbers", "[]", "cases[0].numbers: must be an object" },
	{ "cases.0.numbers", "null", "cases[0].numbers: must be an object" },
	{ "cases.0.numbers.IOPS", "7", "cases[0].numbers.IOPS.value: missing: a number is an object" },
	{ "cases.0.numbers.IOPS.value", NULL, "cases[0].numbers.IOPS.value: missing" },
	{ "cases.0.numbers.IOPS.value", "\"7\"", "cases[0].numbers.IOPS.value: must be a number" },
	{ "cases.0.numbers.IOPS.value", "null", "cases[0].numbers.IOPS.value: must be a number" },
	{ "cases.0.numbers.IOPS.unit", NULL, "cases[0].numbers.IOPS.unit: missing" },
	{ "cases.0.numbers.IOPS.unit", "7", "cases[0].numbers.IOPS.unit: must be a string" },
	{ "cases.0.numbers", "{\"\": {\"value\": 1, \"unit\": \"\"}}", "cases[0].numbers.: a name must not be empty" },
	{ "cases.0.numbers", "{\"a\\u001b[2J\": {\"value\": 1, \"unit\": \"\"}}",
	  "cases[0].numbers.: a name has a control character" },
	{ "cases.0.perf", "7", "cases[0].perf: must be an object" },
	{ "cases.0.perf.bus-cycles.running", NULL, "cases[0].perf.bus-cycles.running: missing" },
	{ "cases.0.perf.bus-cycles.running", "1.01", "cases[0].perf.bus-cycles.running: 1.01 is not from 0 to 1" },
	{ "cases.0.perf.bus-cycles.running", "-0.5", "cases[0].perf.bus-cycles.running: -0.5 is not from 0 to 1" },
	{ "cases.0.perf.bus-cycles.value", "true", "cases[0].perf.bus-cycles.value: must be a number" },
	{ "cases.0.timeline", "null", "cases[0].timeline: must be an object" },
	{ "cases.0.timeline.windows", NULL, "cases[0].timeline.windows: missing" },
	{ "cases.0.timeline.windows", "64.0", "cases[0].timeline.windows: must be an integer" },
	{ "cases.0.timeline.windows", "0", "cases[0].timeline.windows: 0 is outside 1..64" },
	{ "cases.0.timeline.windows", "65", "cases[0].timeline.windows: 65 is outside 1..64" },
	{ "cases.0.timeline.windows", "4294967297", "cases[0].timeline.windows: 4294967297 is outside 1..64" },
	{ "cases.0.timeline.sub_bits", "13", "cases[0].timeline.sub_bits: 13 is outside 0..12" },
	{ "cases.0.timeline.sub_bits", "4", "cases[0].timeline.cells: do not reach from the shortest to the longest" },
	{ "cases.0.timeline.cells", NULL, "cases[0].timeline.cells: missing" },
	{ "cases.0.timeline.cells", "{}", "cases[0].timeline.cells: must be an array" },
	{ "cases.0.timeline.cells", "[]", "cases[0].timeline.cells: hold 0 operations, but latency.count is 1000" },
	{ "cases.0.timeline.cells.0", "[0, 64]", "cases[0].timeline.cells[0]: must be three integers" },
	{ "cases.0.timeline.cells.0", "[0, 64, 1.0]", "cases[0].timeline.cells[0]: must be three integers" },
	{ "cases.0.timeline.cells.0", "[-1, 64, 1]", "cases[0].timeline.cells[0]: window -1 is outside 0..63" },
	{ "cases.0.timeline.cells.0", "[64, 64, 1]", "cases[0].timeline.cells[0]: window 64 is outside 0..63" },
	{ "cases.0.timeline.cells.0", "[0, 280, 1]", "cases[0].timeline.cells[0]: bucket 280 is outside 0..279" },
	{ "cases.0.timeline.cells.1", "[0, 64, 1]", "cases[0].timeline.cells[1]: does not ascend" },
	{ "cases.0.timeline.cells.0", "[0, 64, 0]", "cases[0].timeline.cells[0]: count 0 is outside 1..1099511627775" },
	{ "cases.0.timeline.cells.0", "[0, 64, 1099511627776]",
	  "cases[0].timeline.cells[0]: count 1099511627776 is outside" },
	{ "cases.0.timeline.cells.0", "[0, 64, 1]",
	  "cases[0].timeline.cells: hold 985 operations, but latency.count is 1000" },
	{ "cases.0.timeline.cells.0", "[0, 63, 16]",
	  "cases[0].timeline.cells: do not reach from the shortest to the longest" },
};

static void test_changed_keys(void **state)
{
	assert_changes_refused(changes, sizeof(changes) / sizeof(changes[0]));
}

/* So it is in files of programs that did not record it. */
static void test_no_timeline(void **state)
{
	struct sentence why;
	json_t *json = good();
	struct boot *boot;

	change(json, "cases.0.timeline", NULL);
	fake_write_json(path_of("boot.json"), json);
	boot = boot_load(path_of("boot.json"), &why);
	assert_non_null(boot);
	assert_int_equal(boot->cases[0].timeline.windows, 0);
	assert_int_equal(boot->cases[0].timeline.nr, 0);
	boot_free(boot);
}

/* What is shown in tables must not break their lines. */
static void test_control_characters_in_reason(void **state)
{
	struct sentence why;
	json_t *json = good();
	struct boot *boot;

	change(json, "cases.1.reason", "\"line\\nbreak \\u001b[2J\"");
	fake_write_json(path_of("boot.json"), json);
	boot = boot_load(path_of("boot.json"), &why);
	assert_non_null(boot);
	assert_string_equal(boot->cases[1].reason, "line?break ?[2J");
	boot_free(boot);
}

static json_t *many_numbers(int count)
{
	json_t *json = json_object();
	char name[32];

	while (count--) {
		snprintf(name, sizeof(name), "number %d", count);
		json_object_set_new(json, name, json_pack("{s:i, s:s}", "value", count, "unit", "1"));
	}
	return json;
}

/* 64 of each kind, and no more; names as long as other strings, and no longer. */
static void test_many_numbers(void **state)
{
	static const char *const sections[] = { "numbers", "perf" };
	char name[RESULT_MAX_STRING + 2], want[100];
	struct sentence why;
	struct boot *boot;
	json_t *json = good();
	size_t i;

	json_object_set_new(json_array_get(json_object_get(json, "cases"), 0), "numbers",
			    many_numbers(RESULT_MAX_NUMBERS));
	fake_write_json(path_of("boot.json"), json);
	boot = boot_load(path_of("boot.json"), &why);
	assert_non_null(boot);
	assert_int_equal(boot->cases[0].numbers.count, 64);
	boot_free(boot);
	for (i = 0; i < 2; i++) {
		json = good();
		json_object_set_new(json_array_get(json_object_get(json, "cases"), 0), sections[i],
				    many_numbers(RESULT_MAX_NUMBERS + 1));
		fake_write_json(path_of("bad.json"), json);
		assert_null(boot_load(path_of("bad.json"), &why));
		snprintf(want, sizeof(want), "cases[0].%s: 65 are more than 64", sections[i]);
		assert_said(why.text, path_of("bad.json"), want);
	}
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	json = good();
	json_object_set_new(json_array_get(json_object_get(json, "cases"), 0), "numbers", json_pack("{s:{}}", name));
	fake_write_json(path_of("bad.json"), json);
	assert_null(boot_load(path_of("bad.json"), &why));
	assert_said(why.text, path_of("bad.json"), "cases[0].numbers.: a name is longer than 4096 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_good_latency), TEST(test_good_numbers), TEST(test_good_skip),
		TEST(test_changed_keys), TEST(test_no_timeline),  TEST(test_control_characters_in_reason),
		TEST(test_many_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
