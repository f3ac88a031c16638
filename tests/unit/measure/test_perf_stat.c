// SPDX-License-Identifier: GPL-2.0-only
/* test_perf_stat.c - what perf is to count, and what it counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_perf.h"
#include "must.h"
#include "perf.h"
#include "program.h"
#include "sysfs.h"

/* ---- counts ---- */

/* As perf 6.12 wrote it on bed icount. */
#define REAL_STAT \
	"{\"counter-value\" : \"185923319.000000\", \"unit\" : \"\", \"event\" : \"instructions\", \"event-runtime\" : 273532116, " \
	"\"pcnt-running\" : 100.00, \"metric-value\" : \"0.679741\", \"metric-unit\" : \"insn per cycle\"}\n" \
	"{\"counter-value\" : \"273.528701\", \"unit\" : \"msec\", \"event\" : \"cpu-clock\", \"event-runtime\" : 273529313, " \
	"\"pcnt-running\" : 42.50, \"metric-value\" : \"0.936634\", \"metric-unit\" : \"CPUs utilized\"}\n"

static double part(const json_t *events, const char *event, const char *key)
{
	const json_t *value = json_object_get(json_object_get(events, event), key);

	assert_true(json_is_number(value));
	return json_number_value(value);
}

static void counts_are_read(void **state)
{
	struct sentence why;
	json_t *events = perf_parse_stat(REAL_STAT, &why);

	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_true(part(events, "instructions", "value") == 185923319);
	assert_true(part(events, "instructions", "running") == 1);
	assert_true(part(events, "cpu-clock", "value") == 273.528701);
	assert_true(part(events, "cpu-clock", "running") == 0.425);
	assert_string_equal(json_string_value(json_object_get(json_object_get(events, "cpu-clock"), "unit")), "msec");
	json_decref(events);
}

/* And of how long each was counted, the least. */
static void counters_of_smmus_add_up(void **state)
{
	struct sentence why;
	json_t *events = perf_parse_stat(
		"{\"counter-value\" : \"3.0\", \"unit\" : \"\", \"event\" : \"smmuv3_pmcg_2b442/tlb_miss/\", \"pcnt-running\" : 100.0}\n"
		"{\"counter-value\" : \"4.0\", \"unit\" : \"\", \"event\" : \"smmuv3_pmcg_2b443/tlb_miss/\", \"pcnt-running\" : 50.0}\n"
		"{\"counter-value\" : \"5.0\", \"unit\" : \"\", \"event\" : \"smmuv3_pmcg_2b443/transaction/\", \"pcnt-running\" : 75.0}\n",
		&why);

	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_true(part(events, "smmuv3_pmcg/tlb_miss/", "value") == 7);
	assert_true(part(events, "smmuv3_pmcg/tlb_miss/", "running") == 0.5);
	assert_true(part(events, "smmuv3_pmcg/transaction/", "value") == 5);
	json_decref(events);
}

static void what_is_not_counted_is_told(void **state)
{
	struct sentence why;

	assert_null(perf_parse_stat("{\"counter-value\" : \"<not supported>\", \"unit\" : \"\", \"event\" : "
				    "\"cache-misses\", \"event-runtime\" : 0, \"pcnt-running\" : 100.00}\n",
				    &why));
	assert_string_equal(why.text, "this machine cannot count cache-misses: <not supported>");
	assert_null(perf_parse_stat("Segmentation fault\n", &why));
	assert_string_equal(why.text, "perf wrote no JSON: Segmentation fault");
	assert_null(perf_parse_stat("{\"metric-value\" : \"0.9\", \"metric-unit\" : \"CPUs utilized\"}\n", &why));
	assert_string_equal(why.text, "perf counted nothing");
	assert_null(perf_parse_stat("", &why));
}

/* What cannot be trusted is left out and named; what can is kept. */

static json_t *parse_file(const char *path, struct sentence *why)
{
	FILE *file = fopen(path, "re");
	json_t *events;
	char *text;

	MUST(file);
	text = program_read(file);
	events = perf_parse_stat(text, why);
	free(text);
	return events;
}

/* benchkit#68 */
static void decimal_commas_are_read(void **state)
{
	struct sentence why;
	json_t *events = parse_file("tests/data/benchkit-68.perf-stat.txt", &why);

	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_true(part(events, "instructions", "value") == 25450311);
	assert_true(part(events, "instructions", "running") == 1);
	assert_true(part(events, "cpu-clock", "value") == 8.1234);
	assert_string_equal(why.text, "");
	json_decref(events);
}

/* pmu-tools#429 */
static void what_was_counted_is_kept(void **state)
{
	struct sentence why;
	json_t *events = parse_file("tests/data/pmu-tools-429.perf-stat.txt", &why);

	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_true(part(events, "smmuv3_pmcg/transaction/", "value") == 2084);
	assert_true(part(events, "smmuv3_pmcg/tlb_miss/", "value") == 17);
	assert_string_equal(why.text, "smmuv3_pmcg/config_cache_miss/: <not counted>; "
				      "smmuv3_pmcg/pcie_ats_trans_rq/: <not counted>");
	json_decref(events);
}

/* A sum without one of its parts is none. */
static void sums_are_whole(void **state)
{
	struct sentence why;
	json_t *events = perf_parse_stat(
		REAL_STAT
		"{\"counter-value\" : \"3.0\", \"event\" : \"smmuv3_pmcg_2b442/tlb_miss/\", \"pcnt-running\" : 100.0}\n"
		"{\"counter-value\" : \"<not counted>\", \"event\" : \"smmuv3_pmcg_2b443/tlb_miss/\", \"pcnt-running\" : 0.0}\n",
		&why);

	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_string_equal(why.text, "smmuv3_pmcg/tlb_miss/: <not counted>");
	json_decref(events);
}

/* usage: with a counter-value, a pcnt-running, an event-runtime */
static void expect_left_out(const char *value, const char *percent, const char *runtime, const char *reason)
{
	char *text, *named;
	struct sentence why;
	json_t *events;

	MUST(asprintf(
		     &text,
		     "{\"counter-value\" : %s, \"event\" : \"odd\", \"event-runtime\" : %s, \"pcnt-running\" : %s}\n" REAL_STAT,
		     value, runtime, percent) > 0);
	MUST(asprintf(&named, "odd: %s", reason) > 0);
	events = perf_parse_stat(text, &why);
	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_string_equal(why.text, named);
	json_decref(events);
	free(named);
	free(text);
}

static void what_cannot_be_true_is_left_out(void **state)
{
	static const char *const part_unknown = "perf does not say how much of the time it was counted";
	static const char *const never = "it was counted at no time";

	expect_left_out("\"-5.000000\"", "100.00", "9", "-5.000000 is no count");
	expect_left_out("\"18446744073709551615.000000\"", "100.00", "9", "18446744073709551615.000000 is no count");
	expect_left_out("\"nan\"", "100.00", "9", "nan is no count");
	expect_left_out("\"0x10\"", "100.00", "9", "0x10 is no count");
	expect_left_out("\"1,234\"", "100.00", "9", "1,234 is no count"); /* thousands? */
	expect_left_out("\"1.234.567,00\"", "100.00", "9", "1.234.567,00 is no count");
	expect_left_out("\"\"", "100.00", "9", " is no count");
	expect_left_out("null", "100.00", "9", "its value is no count");
	expect_left_out("nan", "100.00", "9", "its value is no count");
	expect_left_out("\"<not\xa0supported\x1b>\"", "100.00", "9", "<not?supported?>");
	expect_left_out("\"5.0\"", "100.01", "9", part_unknown);
	expect_left_out("\"5.0\"", "-1.00", "9", part_unknown);
	expect_left_out("\"5.0\"", "\"much\"", "9", part_unknown);
	expect_left_out("\"5.0\"", "-nan", "9", part_unknown);
	expect_left_out("\"5.0\"", "0.00", "9", never);
	expect_left_out("\"5.0\"", "100.00", "0", never);
	expect_left_out("\"5.0\"", "100.00", "-1", never);
}

/* Notes, a line that was cut, keys that are there twice; numbers without quotes, and a percentage with. */
static void other_dialects_are_read(void **state)
{
	struct sentence why;
	json_t *events = perf_parse_stat(
		"# started on Mon Jan  1\n\nSome events weren't counted. Try disabling the NMI watchdog:\n"
		"  {\"counter-value\" : 5, \"event\" : \"plain\", \"event-runtime\" : 9, \"pcnt-running\" : \"50,00\"} \r\n"
		"note {\"counter-value\" : \"6\", \"event\" : \"noted\", \"pcnt-running\" : 100, \"cpu\" : 1, \"cpu\" : 2}, end\n"
		"{\"counter-value\" : \"7\", \"counter-value\" : \"8\", \"event\" : \"twice\", \"pcnt-running\" : 100}\n",
		&why);

	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_true(part(events, "plain", "value") == 5 && part(events, "plain", "running") == 0.5);
	assert_true(part(events, "noted", "value") == 6);
	assert_int_equal(strncmp(why.text, "a line that is no JSON: {\"counter-value\" : \"7\"", 45), 0);
	json_decref(events);
}

/* ---- events ---- */

static void make_file(const char *folder, const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		MUST(!mkdir(path, 0777) || errno == EEXIST);
		*at = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT, 0666);
	MUST(fd >= 0);
	close(fd);
}

static void smmu_stands_for_what_there_is(void **state)
{
	static const char *const files[] = {
		"bus/event_source/devices/smmuv3_pmcg_2b442/events/tlb_miss",
		"bus/event_source/devices/smmuv3_pmcg_2b442/events/cycles",
		"bus/event_source/devices/smmuv3_pmcg_2b442/events/config_cache_miss",
		"bus/event_source/devices/smmuv3_pmcg_2b443/events/pcie_ats_trans_rq",
		"bus/event_source/devices/armv8_pmuv3_0/events/tlb_miss",
	};
	char folder[] = "/tmp/test-perf-XXXXXX", *events = NULL;
	const char *before = sysfs_root;
	struct sentence why;

	MUST(mkdtemp(folder));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		make_file(folder, files[i]);
	sysfs_root = folder;
	assert_int_equal(perf_add_events(&events, "cycles,instructions", &why), 0);
	assert_int_equal(perf_add_events(&events, "smmu", &why), 0);
	sysfs_root = "/nowhere";
	assert_int_equal(perf_add_events(&events, "smmu", &why), -ENODEV);
	sysfs_root = before;
	assert_string_equal(events,
			    "cycles,instructions,smmuv3_pmcg_2b442/tlb_miss/,smmuv3_pmcg_2b442/config_cache_miss/,"
			    "smmuv3_pmcg_2b443/pcie_ats_trans_rq/");
	free(events);
}

/* ---- with a perf ---- */

static void events_are_tried_before_anything_is_run(void **state)
{
	struct sentence why;

	fake_perf("echo \"{\\\"counter-value\\\" : \\\"3\\\", \\\"event\\\" : \\\"cycles\\\"}\"; exit 130", ANSWERS);
	assert_int_equal(perf_stat_check("cycles", &why), 0);
	fake_perf(
		"echo \"{\\\"counter-value\\\" : \\\"<not supported>\\\", \\\"event\\\" : \\\"cycles\\\"}\"; exit 130",
		ANSWERS);
	assert_true(perf_stat_check("cycles", &why) < 0);
	assert_string_equal(why.text, "this machine cannot count cycles: <not supported>");
	/* Whatever the user has set. */
	fake_perf(
		"[ \"$PERF_CONFIG $LC_ALL\" = '/dev/null C.UTF-8' ] || echo \"{\\\"counter-value\\\" : 1, \\\"event\\\" : \\\"x\\\"}\"; exit 130",
		ANSWERS);
	assert_true(perf_stat_check("x", &why) < 0);
	fake_perf("exit 130", ANSWERS);
	assert_true(perf_stat_check("cycles", &why) < 0);
	assert_string_equal(why.text, "perf counted nothing");
	fake_perf_gone();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_read),
		cmocka_unit_test(counters_of_smmus_add_up),
		cmocka_unit_test(what_is_not_counted_is_told),
		cmocka_unit_test(decimal_commas_are_read),
		cmocka_unit_test(what_was_counted_is_kept),
		cmocka_unit_test(sums_are_whole),
		cmocka_unit_test(what_cannot_be_true_is_left_out),
		cmocka_unit_test(other_dialects_are_read),
		cmocka_unit_test(smmu_stands_for_what_there_is),
		cmocka_unit_test(events_are_tried_before_anything_is_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
