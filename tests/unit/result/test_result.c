// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_result.c - files that are not what they should be.
 *
 * Each must give one line that names the file, the key and the trouble, and
 * never a crash: the reader is built with ASan and UBSan here, and the program
 * that is run on some of them as well.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "fake.h"
#include "program.h"
#include "result.h"

static char *dir;

static char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static json_t *good_timeline(void)
{
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR);
	json_t *json = fake_timeline(&h, 64);

	hist_free(&h);
	return json;
}

static json_t *good(void)
{
	json_t *cases = json_pack(
		"[o, o]", fake_case("dma op=sync", json_pack("{s:s, s:i}", "op", "sync", "devices", 1), 12, 1000),
		fake_no_pass("dma ats=1", "skip", "no endpoint with ATS"));

	fake_in_two(json_array_get(cases, 0));
	json_object_set_new(json_array_get(cases, 0), "model", fake_model(FAKE_PROBE_OPS, 5000, true));
	json_object_set_new(json_array_get(cases, 0), "timeline", good_timeline());
	json_object_set_new(json_array_get(cases, 0), "numbers",
			    json_pack("{s:{s:f, s:s}, s:{s:i, s:s}}", "IOPS", "value", 1234.5, "unit", "1/s",
				      "attaches", "value", -7, "unit", ""));
	json_object_set_new(json_array_get(cases, 0), "perf",
			    json_pack("{s:{s:I, s:s, s:f}}", "bus-cycles", "value", (json_int_t)1 << 40, "unit",
				      "cycles", "running", 0.25));
	return fake_boot("list", "icount", 1, cases);
}

static void test_good_file(void **state)
{
	struct sentence why;
	const struct result_case *c;
	struct boot *boot;

	fake_write_json(path_of("boot-001.json"), good());
	boot = boot_load(path_of("boot-001.json"), &why);
	assert_non_null(boot);
	assert_int_equal(boot->nr_cases, 2);
	assert_string_equal(boot->kernel.name, "list");
	assert_string_equal(boot->bed.clock, "instructions");
	assert_int_equal(boot->instances[0].cmdq_entries, 256);
	c = boot_case(boot, "dma op=sync");
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
	assert_true(c->probe.valid);
	assert_int_equal(c->probe.commands, 2 * FAKE_PROBE_OPS);
	assert_string_equal(c->probe.entries[0].name, "iotlb_sync");
	assert_int_equal(c->probe.entries[0].count, 1000);
	assert_true(c->service.present && c->service.valid);
	assert_int_equal(c->service.syncs, FAKE_PROBE_OPS);
	assert_int_equal(c->service.late, 0);
	assert_int_equal(c->service.set_median, 5000);
	assert_int_equal(c->service.took_median, 5000 + FAKE_OVERRUN);
	assert_int_equal(c->service.lateness.sum, FAKE_PROBE_OPS * FAKE_LATENESS);
	assert_true(c->oracle.present);
	assert_int_equal(c->oracle.removals, FAKE_PROBE_OPS);
	assert_int_equal(c->oracle.violations, 0);
	assert_int_equal(c->numbers.count, 2);
	assert_string_equal(c->numbers.list[0].name, "IOPS");
	assert_string_equal(c->numbers.list[0].unit, "1/s");
	assert_true(c->numbers.list[0].value == 1234.5 && c->numbers.list[0].running == 1);
	assert_string_equal(c->numbers.list[1].name, "attaches");
	assert_true(c->numbers.list[1].value == -7);
	assert_int_equal(c->perf.count, 1);
	assert_string_equal(c->perf.list[0].unit, "cycles");
	assert_true(c->perf.list[0].value == 0x1p40 && c->perf.list[0].running == 0.25);
	assert_false(c->late);
	assert_string_equal(boot->bed.preset, "");
	assert_null(boot->bed.settings);
	c = boot_case(boot, "dma ats=1");
	assert_false(c->service.present || c->oracle.present);
	assert_int_equal(c->numbers.count + c->perf.count, 0);
	assert_int_equal(c->status, STATUS_SKIP);
	assert_string_equal(c->reason, "no endpoint with ATS");
	assert_null(c->latency.buckets);
	assert_null(boot_case(boot, "dma"));
	boot_free(boot);
}

/* ---- keys ---- */

/* Sets "cases.0.ops" of @json to the JSON text @value, or removes it. */
static void change(json_t *json, const char *path, const char *value)
{
	json_t *to = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
	char part[64];
	size_t n;

	for (;; path += n + 1) {
		n = strcspn(path, ".");
		snprintf(part, sizeof(part), "%.*s", (int)n, path);
		if (!path[n])
			break;
		json = json_is_array(json) ? json_array_get(json, strtoul(part, NULL, 10)) :
					     json_object_get(json, part);
		assert_non_null(json);
	}
	if (json_is_array(json))
		assert_int_equal(json_array_set_new(json, strtoul(part, NULL, 10), to), 0);
	else if (to)
		assert_int_equal(json_object_set_new(json, part, to), 0);
	else
		assert_int_equal(json_object_del(json, part), 0);
}

static const struct {
	const char *path, *value, *want; /* value NULL: the key is missing */
} changes[] = {
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
	{ "kernel.series", "\"lab\"", "kernel.series: must be an array" },
	{ "kernel.series", "[1]", "kernel.series: must be an array of strings" },
	{ "instances", "{}", "instances: must be an array" },
	{ "instances.0", "7", "instances[0].name: missing" },
	{ "instances.0.ril", NULL, "instances[0].ril: missing" },
	{ "instances.0.ats", "1", "instances[0].ats: must be true or false" },
	{ "cases", NULL, "cases: missing" },
	{ "cases.0", "null", "cases[0].name: missing" },
	{ "cases.0.name", "\"a\\nb\"", "cases[0].name: has a control character" },
	{ "cases.1.name", "\"dma op=sync\"", "cases[1].name: \"dma op=sync\" is there twice" },
	{ "cases.0.params", "[]", "cases[0].params: must be an object" },
	{ "cases.0.params.op", "true", "cases[0].params: \"op\" must be an integer or a string" },
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
	{ "cases.0.probes.invlat", "7", "cases[0].probes.invlat: must be an object" },
	{ "cases.0.probes.invlat.lost", "1", "cases[0].probes.invlat.valid: true, but 1 events were lost" },
	{ "cases.0.probes.invlat.ops", "0", "cases[0].probes.invlat.ops: a valid probe pass has operations" },
	{ "cases.0.probes.invlat.entries.iotlb_sync", "7",
	  "cases[0].probes.invlat.entries.iotlb_sync: must be an object" },
	{ "cases.0.probes.invlat.entries.iotlb_sync.sum", "7",
	  "cases[0].probes.invlat.entries.iotlb_sync.sum: 7 does not fit" },
	{ "cases.0.witness", "{}", "cases[0].witness.source: missing" },
	{ "bed.preset", "7", "bed.preset: must be a string" },
	{ "bed.settings", "\"sync=1us\"", "bed.settings: must be an array" },
	{ "bed.scale", "\"2\"", "bed.scale: must be a number" },
	{ "bed.settings", "[1]", "bed.settings: must be an array of strings" },
	{ "cases.0.reason_code", NULL, "cases[0].reason_code: missing" },
	{ "cases.0.reason_code", "7", "cases[0].reason_code: must be a string" },
	{ "cases.0.reason_code", "\"splat\"", "cases[0].reason_code: \"splat\" does not go with status pass" },
	{ "cases.1.reason_code", "\"\"", "cases[1].reason_code: \"\" does not go with status skip" },
	{ "cases.0.untimed", "true", "cases[0].untimed: must be a string" },
	{ "kernel.against", "\"\"", "kernel.against: must not be empty" },
	{ "kernel.against", "1", "kernel.against: must be a string" },
	{ "cases.0.late", "1", "cases[0].late: must be true or false" },
	{ "cases.0.model", "7", "cases[0].model: must be an object" },
	{ "cases.0.model.timing", "7", "cases[0].model.timing.service: missing" },
	{ "cases.0.model.timing.service", "[]", "cases[0].model.timing.service: must be an object" },
	{ "cases.0.model.timing.service.syncs", "1.5", "cases[0].model.timing.service.syncs: must be an integer" },
	{ "cases.0.model.timing.service.late", "1101",
	  "cases[0].model.timing.service.late: 1101 are more than all 1100" },
	{ "cases.0.model.timing.service.valid", "1", "cases[0].model.timing.service.valid: must be true or false" },
	{ "cases.0.model.timing.service.set", NULL, "cases[0].model.timing.service.set: missing" },
	{ "cases.0.model.timing.service.took", "7", "cases[0].model.timing.service.took: must be an object" },
	{ "cases.0.model.timing.service.lateness.count", "7",
	  "cases[0].model.timing.service.lateness.count: 7, but the buckets" },
	{ "cases.0.model.checked", "{}", "cases[0].model.checked.oracle: missing" },
	{ "cases.0.model.checked.oracle.needs", "-1", "cases[0].model.checked.oracle.needs: -1 is negative" },
	{ "cases.0.model.checked.oracle.violations", "\"0\"",
	  "cases[0].model.checked.oracle.violations: must be an integer" },
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

/* One line that begins with the file and @want, and no more. */
static void assert_said(const char *error, const char *path, const char *want)
{
	const size_t n = strlen(path);

	if (strncmp(error, path, n) || strncmp(error + n, ": ", 2) || strncmp(error + n + 2, want, strlen(want)))
		fail_msg("said \"%s\", not \"%s: %s\"", error, path, want);
	assert_null(strchr(error, '\n'));
}

static void test_changed_keys(void **state)
{
	struct sentence why;
	size_t i;

	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		json_t *json = good();

		change(json, changes[i].path, changes[i].value);
		fake_write_json(path_of("bad.json"), json);
		why.text[0] = '\0';
		if (boot_load(path_of("bad.json"), &why))
			fail_msg("%s = %s was taken for good", changes[i].path, changes[i].value);
		assert_said(why.text, path_of("bad.json"), changes[i].want);
	}
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

/* A case may have been lost between two passes, or the kernel tells nothing. */
static void test_passes_may_be_missing(void **state)
{
	static const char *const passes[] = { "cases.0.model.timing", "cases.0.model.checked", "cases.0.model.probe",
					      "cases.0.model" };
	struct sentence why;
	json_t *json = good();
	struct boot *boot;
	size_t i;

	change(json, "bed.preset", "\"local\"");
	change(json, "bed.settings", "[\"sync=1us\"]");
	for (i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		change(json, passes[i], NULL);
		fake_write_json(path_of("boot.json"), json_incref(json));
		boot = boot_load(path_of("boot.json"), &why);
		if (!boot)
			fail_msg("without %s: %s", passes[i], &why);
		assert_false(boot->cases[0].service.present);
		assert_int_equal(boot->cases[0].oracle.present, i < 1);
		assert_string_equal(boot->bed.preset, "local");
		assert_int_equal(json_array_size(boot->bed.settings), 1);
		boot_free(boot);
	}
	json_decref(json);
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

static void test_long_strings(void **state)
{
	char *name = malloc(100002);
	struct sentence why;
	json_t *json = good();

	memset(name, 'x', 100001);
	name[100001] = '\0';
	json_object_set_new(json, "suite", json_string(name));
	fake_write_json(path_of("bad.json"), json);
	assert_null(boot_load(path_of("bad.json"), &why));
	assert_said(why.text, path_of("bad.json"), "suite: is longer than 4096 bytes");
	free(name);
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

/* ---- bytes ---- */

static void assert_bytes_refused(const void *bytes, size_t size, const char *want)
{
	struct sentence why = { "" };

	fake_write(path_of("bad.json"), bytes, size);
	assert_null(boot_load(path_of("bad.json"), &why));
	assert_said(why.text, path_of("bad.json"), want);
}

static void assert_text_refused(const char *text, const char *want)
{
	assert_bytes_refused(text, strlen(text), want);
}

static void test_not_json(void **state)
{
	const size_t deep = 1 << 20;
	char *nested = malloc(deep);

	assert_text_refused("", "empty");
	assert_bytes_refused("\0\0\0\0", 4, "line 1");
	assert_text_refused("{\"format\": \"\xff\xfe\"}", "line 1");
	assert_text_refused("[]", "top level: must be an object");
	assert_text_refused("{} x", "line 1");
	assert_text_refused("{\"format\":1,\"format\":1}", "line 1, column 20: duplicate object key");
	assert_text_refused("{\"format\":99999999999999999999}", "line 1, column 30: too big integer");
	assert_text_refused("{\"format\":1e999}", "line 1, column 15: real number overflow");
	memset(nested, '[', deep);
	assert_bytes_refused(nested, deep, "line 1, column 2049: maximum parsing depth");
	free(nested);
}

static void test_not_a_file(void **state)
{
	struct sentence why;
	int fd;

	assert_null(boot_load(path_of("absent.json"), &why));
	assert_said(why.text, path_of("absent.json"), "No such file");
	assert_null(boot_load(dir, &why));
	assert_said(why.text, dir, "not a regular file");
	assert_int_equal(mkfifo(path_of("fifo.json"), 0600), 0);
	assert_null(boot_load(path_of("fifo.json"), &why)); /* and does not wait for a writer */
	assert_said(why.text, path_of("fifo.json"), "not a regular file");
	fd = open(path_of("huge.json"), O_CREAT | O_WRONLY, 0600);
	assert_int_equal(ftruncate(fd, (off_t)RESULT_MAX_BYTES + 1), 0);
	close(fd);
	assert_null(boot_load(path_of("huge.json"), &why));
	assert_said(why.text, path_of("huge.json"), "33554433 bytes are more than 33554432");
	unlink(path_of("huge.json"));
}

/* A file cut off anywhere is refused: nothing that counts comes after the last brace. */
static void test_truncated(void **state)
{
	char *text;
	struct sentence why;
	json_t *json = good();
	size_t size, n;

	text = json_dumps(json, JSON_INDENT(1));
	size = strlen(text);
	for (n = 1; n < size; n += 7) {
		fake_write(path_of("bad.json"), text, n);
		assert_null(boot_load(path_of("bad.json"), &why));
		assert_said(why.text, path_of("bad.json"), "line ");
	}
	free(text);
	json_decref(json);
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

/* ---- folders ---- */

/* Packs @size bytes as boot-001.json.gz. */
static void write_gzipped(const char *bytes, size_t size)
{
	gzFile out = gzopen(path_of("boot-001.json.gz"), "wb9");

	assert_non_null(out);
	assert_int_equal(gzwrite(out, bytes, (unsigned int)size), (int)size);
	assert_int_equal(gzclose(out), Z_OK);
}

static void test_gzipped(void **state)
{
	const size_t bomb = RESULT_MAX_BYTES + 1;
	json_t *json = good();
	char *text = json_dumps(json, JSON_COMPACT), *spaces = calloc(1, bomb);
	struct sentence why;
	struct boot *boot;
	struct stat st;

	write_gzipped(text, strlen(text));
	boot = boot_load(path_of("boot-001.json.gz"), &why);
	assert_non_null(boot);
	assert_int_equal(boot->nr_cases, 2);
	boot_free(boot);
	assert_int_equal(stat(path_of("boot-001.json.gz"), &st), 0);
	assert_true((size_t)st.st_size < strlen(text));
	assert_int_equal(truncate(path_of("boot-001.json.gz"), st.st_size - 9), 0);
	assert_null(boot_load(path_of("boot-001.json.gz"), &why));
	assert_said(why.text, path_of("boot-001.json.gz"), "not whole, or not gzip");
	memset(spaces, ' ', bomb);
	write_gzipped(spaces, bomb);
	assert_null(boot_load(path_of("boot-001.json.gz"), &why));
	assert_said(why.text, path_of("boot-001.json.gz"), "unpacks to more than a result file may have");
	unlink(path_of("boot-001.json.gz"));
	free(spaces);
	free(text);
	json_decref(json);
}

static void write_boot(const char *name, const char *kernel, const char *bed, int number)
{
	fake_write_json(path_of(name),
			fake_boot(kernel, bed, number, json_pack("[o]", fake_case("a", json_object(), 12, 1000))));
}

static void test_side(void **state)
{
	char folder[512];
	struct sentence why;
	struct side side;

	write_boot("side/boot-10.json", "list", "icount", 10);
	write_boot("side/boot-002.json", "list", "icount", 2);
	fake_write_text(path_of("side/boot-003.json.tmp"), "{");
	fake_write_text(path_of("side/.boot-004.json"), "{");
	fake_write_text(path_of("side/boot-.json"), "{");
	fake_write_text(path_of("side/boot-001.log"), "hello");
	snprintf(folder, sizeof(folder), "%s", path_of("side"));
	assert_int_equal(side_load(folder, &side, &why), 0);
	assert_int_equal(side.nr_boots, 2);
	assert_int_equal(side.boots[0]->number, 2);
	assert_int_equal(side.boots[1]->number, 10);
	assert_string_equal(side.label, "list");
	side_free(&side);

	fake_write_text(path_of("side/boot-003.json"), "{");
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("side/boot-003.json"), "line 1");
	write_boot("side/boot-003.json", "list", "icount", 10);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("side/boot-10.json"), "boot: 10 is also in");
	write_boot("side/boot-003.json", "array", "icount", 3);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("side/boot-003.json"), "kernel.name: not the same as in");
	write_boot("side/boot-003.json", "list", "metal", 3);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("side/boot-003.json"), "bed.name: not the same as in");
	fake_folders(path_of("none/x"));
	snprintf(folder, sizeof(folder), "%s", path_of("none"));
	assert_int_equal(side_load(folder, &side, &why), -ENOENT);
}

/* A file that is refused the later, the more lines it has. */
static void write_late_trouble(const char *path, size_t lines)
{
	char *text = malloc(lines);

	assert_non_null(text);
	memset(text, '\n', lines);
	fake_write(path, text, lines);
	free(text);
}

/* What threads load, and many at a time: the first bad one in the order of the folder is named each time. */
static void test_large_side(void **state)
{
	char folder[512], name[64];
	struct sentence why;
	struct side side;
	int i, round;

	for (i = 1; i <= 200; i++) {
		snprintf(name, sizeof(name), "large/boot-%03d.json", i);
		write_boot(name, "list", "icount", i);
	}
	snprintf(folder, sizeof(folder), "%s", path_of("large"));
	assert_int_equal(side_load(folder, &side, &why), 0);
	assert_int_equal(side.nr_boots, 200);
	for (i = 0; i < 200; i++)
		assert_int_equal(side.boots[i]->number, i + 1);
	side_free(&side);

	for (i = 60; i <= 70; i++) {
		snprintf(name, sizeof(name), "large/boot-%03d.json", i);
		fake_write_text(path_of(name), "{");
	}
	for (round = 0; round < 10; round++) {
		write_late_trouble(path_of("large/boot-060.json"), 100000);
		write_late_trouble(path_of("large/boot-061.json"), 1000000);
		assert_int_not_equal(side_load(folder, &side, &why), 0);
		assert_said(why.text, path_of("large/boot-060.json"), "line 100001");
		write_late_trouble(path_of("large/boot-060.json"), 1000000);
		fake_write_text(path_of("large/boot-061.json"), "{");
		assert_int_not_equal(side_load(folder, &side, &why), 0);
		assert_said(why.text, path_of("large/boot-060.json"), "line 1000001");
	}
	write_boot("large/boot-050.json", "list", "icount", 7);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("large/boot-050.json"), "boot: 7 is also in");
	write_boot("large/boot-040.json", "array", "icount", 40);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("large/boot-040.json"), "kernel.name: not the same as in");
	/* Of two boots with two copies each, the copy that comes first. */
	write_boot("large/boot-040.json", "list", "icount", 40);
	write_boot("large/boot-049.json", "list", "icount", 40);
	write_boot("large/boot-048.json", "list", "icount", 9);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("large/boot-048.json"), "boot: 9 is also in");
	assert_non_null(strstr(why.text, path_of("large/boot-009.json")));
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

/* A boot that was lost does not know its release or design, and belongs to its side all the same. */
static void test_side_with_lost_boot(void **state)
{
	json_t *lost = fake_boot("list", "icount", 2, json_pack("[o]", fake_no_pass("a", "lost", "guest hung")));
	char folder[512];
	struct sentence why;
	struct side side;

	json_object_set_new(json_object_get(lost, "kernel"), "release", json_string(""));
	json_object_set_new(json_object_get(lost, "kernel"), "design", json_string("unknown"));
	fake_write_json(path_of("lost/boot-001.json"), lost);
	write_boot("lost/boot-002.json", "list", "icount", 3);
	snprintf(folder, sizeof(folder), "%s", path_of("lost"));
	assert_int_equal(side_load(folder, &side, &why), 0);
	assert_int_equal(side.nr_boots, 2);
	assert_string_equal(side_speaker(&side)->kernel.release, "6.12.0-synthetic");
	side_free(&side);
}

static void assert_plan(const char *plan, const char *want)
{
	char folder[512];
	struct sentence why;
	struct run_folder run;

	fake_write_text(path_of("run/plan.json"), plan);
	snprintf(folder, sizeof(folder), "%s", path_of("run"));
	assert_int_not_equal(run_load(folder, NULL, &run, &why), 0);
	assert_said(why.text, path_of("run/plan.json"), want);
}

static void test_run(void **state)
{
	char folder[512];
	struct sentence why;
	struct run_folder run;

	write_boot("run/list/icount/boot-001.json", "list", "icount", 1);
	write_boot("run/array/icount/boot-001.json", "array", "icount", 1);
	snprintf(folder, sizeof(folder), "%s", path_of("run"));
	assert_int_equal(run_load(folder, NULL, &run, &why), 0);
	assert_false(run.planned);
	assert_string_equal(run.beds[0].sides[0].label, "array");
	run_free(&run);
	assert_int_equal(run_load(folder, "list", &run, &why), 0);
	assert_string_equal(run.beds[0].sides[0].label, "list");
	run_free(&run);
	assert_int_not_equal(run_load(folder, "share", &run, &why), 0);
	assert_said(why.text, folder, "kernel share is not part of this run");

	fake_write_text(path_of("run/plan.json"), "{\"kernels\":[\"list\",\"gone\",\"array\"],\"beds\":[\"icount\"]}");
	assert_int_equal(run_load(folder, NULL, &run, &why), 0);
	assert_true(run.planned);
	assert_int_equal(run.beds[0].nr_sides, 2);
	assert_string_equal(run.beds[0].sides[0].label, "list");
	assert_int_equal(run.beds[0].nr_lost, 1);
	assert_string_equal(run.beds[0].lost[0], "gone");
	run_free(&run);

	assert_plan("{}", "kernels: must be an array");
	assert_plan("{\"kernels\":[]}", "kernels: must be an array");
	assert_plan("{\"kernels\":[\"../../etc\"],\"beds\":[\"icount\"]}", "kernels[0]: must be the name of a folder");
	assert_plan("{\"kernels\":[\"list\"],\"beds\":[\"..\"]}", "beds[0]: must be the name of a folder");
	assert_plan("{\"kernels\":[\"list\", 7],\"beds\":[\"icount\"]}", "kernels[1]: must be the name of a folder");
	assert_plan("{\"kernels\"", "line 1");

	write_boot("run/list/model/boot-001.json", "list", "icount", 1);
	fake_write_text(path_of("run/plan.json"), "{\"kernels\":[\"list\"],\"beds\":[\"model\"]}");
	assert_int_not_equal(run_load(folder, NULL, &run, &why), 0);
	assert_said(why.text, path_of("run/list/model/boot-001.json"),
		    "bed.name: icount, but the folder is of bed model");
}

/* ---- the program ---- */

/* Status 2, nothing on stdout, one line on stderr with the file and the key. */
static void assert_program_refuses(const char *file, const char *want)
{
	struct outcome o;
	char *other = strdup(path_of("good.json"));

	program_run(&o, "compare", other, file, NULL);
	if (o.status != 2 || strncmp(o.err, "invbench: ", 10))
		fail_msg("status %d, said \"%s\"", o.status, o.err);
	assert_string_equal(o.out, "");
	assert_ptr_equal(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
	o.err[strlen(o.err) - 1] = '\0';
	assert_said(o.err + 10, file, want);
	program_forget(&o);
	free(other);
}

static void test_program_refuses(void **state)
{
	static const char *const bytes[] = { "", "{", "{\"format\": \"\xff\"}", "[[[[", "7" };
	char *bad = strdup(path_of("bad.json"));
	size_t i;

	fake_write_json(path_of("good.json"), good());
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i += 6) {
		json_t *json = good();

		change(json, changes[i].path, changes[i].value);
		fake_write_json(bad, json);
		assert_program_refuses(bad, changes[i].want);
	}
	for (i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		fake_write_text(bad, bytes[i]);
		assert_program_refuses(bad, i ? "" : "empty");
	}
	assert_program_refuses("/dev/zero", "not a regular file");
	assert_program_refuses("/nonexistent", "No such file");
	free(bad);
}

static int start(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static int stop(void **state)
{
	fake_remove(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_file),    cmocka_unit_test(test_changed_keys),
		cmocka_unit_test(test_unknown_keys), cmocka_unit_test(test_passes_may_be_missing),
		cmocka_unit_test(test_no_timeline),  cmocka_unit_test(test_control_characters_in_reason),
		cmocka_unit_test(test_long_strings), cmocka_unit_test(test_many_numbers),
		cmocka_unit_test(test_not_json),     cmocka_unit_test(test_not_a_file),
		cmocka_unit_test(test_truncated),    cmocka_unit_test(test_disturbed_bytes),
		cmocka_unit_test(test_gzipped),	     cmocka_unit_test(test_side),
		cmocka_unit_test(test_large_side),   cmocka_unit_test(test_interned),
		cmocka_unit_test(test_most_cases),   cmocka_unit_test(test_side_with_lost_boot),
		cmocka_unit_test(test_run),	     cmocka_unit_test(test_program_refuses),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
