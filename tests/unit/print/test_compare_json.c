// SPDX-License-Identifier: GPL-2.0-only
/* test_compare_json.c - a comparison as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "run_compare.h"

static void assert_json(const json_t *json, const char *want)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

static void test_json(void **state)
{
	const uint64_t base[] = { 1000, 1001, 0 }, other[] = { 930, 931, 0 };
	const json_t *comparison, *cell;
	struct outcome o;
	json_t *json;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	program_run(&o, "compare", "--json", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 0);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "format")), "invbench-compare");
	comparison = json_array_get(json_object_get(json, "comparisons"), 0);
	assert_string_equal(json_string_value(json_object_get(comparison, "unit")), "instructions");
	cell = json_array_get(json_object_get(json_array_get(json_object_get(comparison, "cases"), 0), "kernels"), 1);
	assert_string_equal(json_string_value(json_object_get(cell, "verdict")), "better");
	cell = json_object_get(json_object_get(cell, "metrics"), "median");
	assert_true(json_real_value(json_object_get(cell, "value")) == 930.5);
	assert_int_equal(json_array_size(json_object_get(cell, "boots")), 2);
	assert_string_equal(json_string_value(json_object_get(cell, "interval")), "range");
	assert_close(json_number_value(json_object_get(cell, "ratio_low")),
		     round((1 + (930 - 1001) / 1000.5) * 1e9) / 1e9);
	assert_close(json_number_value(json_object_get(cell, "min_effect")), 0.005);
	assert_true(json_number_value(json_object_get(cell, "alike")) == 1);
	assert_int_equal(json_integer_value(json_object_get(comparison, "boots_needed")), 2);
	json_decref(json);
	program_forget(&o);
}

static const json_t *first_cells(const json_t *json)
{
	const json_t *comparison = json_array_get(json_object_get(json, "comparisons"), 0);

	return json_object_get(json_array_get(json_object_get(comparison, "cases"), 0), "kernels");
}

/* Only if asked for: they make the document some times as long. */
static void test_json_details(void **state)
{
	const uint64_t base[] = { 1000, 1000, 0 }, other[] = { 900, 920, 0 };
	const json_t *cell;
	struct outcome o;
	json_t *json;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	program_run(&o, "compare", "--json", "--distribution", "--threads", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cell = json_array_get(first_cells(json), 1);
	assert_json(json_object_get(json_object_get(json_object_get(cell, "distribution"), "percentiles"), "p25"),
		    "{\"boots_high\":920.0,\"boots_low\":900.0,\"value\":900.0}");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(cell, "distribution"), "samples")),
			 2 * FAKE_OPS);
	assert_int_equal(json_object_size(json_object_get(json_object_get(cell, "threads"), "mean")), 3);
	assert_int_equal(json_integer_value(json_object_get(cell, "rank")), 1);
	json_decref(json);
	program_forget(&o);
	program_run(&o, "compare", "--json", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cell = json_array_get(first_cells(json), 1);
	assert_null(json_object_get(cell, "distribution"));
	assert_null(json_object_get(cell, "threads"));
	json_decref(json);
	program_forget(&o);
}

static void test_json_ranks(void **state)
{
	struct outcome o;
	const json_t *cases;
	json_t *json;
	size_t i, rank;

	run_fates(&o, "--json");
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cases = json_object_get(json_array_get(json_object_get(json, "comparisons"), 0), "cases");
	assert_int_equal(json_array_size(cases), FATES);
	for (i = 0; i < FATES; i++) {
		const json_t *kernels = json_object_get(json_array_get(cases, i), "kernels");

		rank = (size_t)json_integer_value(json_object_get(json_array_get(kernels, 1), "rank"));
		assert_true(rank >= 1 && rank <= FATES);
		assert_string_equal(by_importance[rank - 1], fates[i].name); /* JSON is in suite order */
		assert_null(json_object_get(json_array_get(kernels, 0), "rank"));
	}
	json_decref(json);
	program_forget(&o);
}

/* Of each the median of the boots that have it, side by side under the names the workload gave. */
static void test_numbers(void **state)
{
	const json_t *cells;
	struct outcome o;
	json_t *json;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", with_numbers(100, 7, 0.5)));
	write_boot("list", "icount", 2, json_pack("[o]", with_numbers(300, 9, 0.75)));
	write_boot("list", "icount", 3, json_pack("[o]", with_numbers(110, 8, 1)));
	write_boot("array", "icount", 1, json_pack("[o]", fake_number(sync_case(1000), "IOPS", 50, "1/s", -1)));
	write_boot("array", "icount", 2, json_pack("[o]", sync_case(1000)));
	/* Of another unit: another number. */
	write_boot("array", "icount", 3, json_pack("[o]", fake_number(sync_case(1000), "IOPS", 7, "1/min", -1)));
	program_run(&o, "compare", "--json", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 0);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cells = json_array_get(json_object_get(json, "comparisons"), 0);
	cells = json_object_get(json_array_get(json_object_get(cells, "cases"), 0), "kernels");
	assert_json(json_object_get(json_array_get(cells, 0), "numbers"),
		    "{\"IOPS\":{\"boots\":[100.0,300.0,110.0],\"unit\":\"1/s\",\"value\":110.0}}");
	assert_json(json_object_get(json_array_get(cells, 0), "perf"),
		    "{\"cache-misses\":{\"boots\":[7.0,9.0,8.0],\"running\":0.75,\"unit\":\"\",\"value\":8.0}}");
	assert_json(json_object_get(json_array_get(cells, 1), "numbers"),
		    "{\"IOPS\":{\"boots\":[50.0],\"unit\":\"1/s\",\"value\":50.0}}");
	assert_null(json_object_get(json_array_get(cells, 1), "perf"));
	json_decref(json);
	program_forget(&o);
}

/* JSON has no infinity: what is no part of 0 is null. */
static void test_from_0(void **state)
{
	static const char *const null[] = { "ratio",	  "ratio_low",	 "ratio_high", "change",
					    "change_low", "change_high", "p" };
	const json_t *cell, *metric;
	struct outcome o;
	json_t *json;
	size_t i;

	write_from_0();
	program_run(&o, "compare", "--json", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cell = json_array_get(first_cells(json), 1);
	assert_string_equal(json_string_value(json_object_get(cell, "why")), "commands from 0 to 3.00");
	metric = json_object_get(json_object_get(cell, "metrics"), "commands_per_op");
	assert_true(json_real_value(json_object_get(metric, "value")) == 3);
	assert_string_equal(json_string_value(json_object_get(metric, "verdict")), "worse");
	for (i = 0; i < sizeof(null) / sizeof(null[0]); i++)
		assert_true(json_is_null(json_object_get(metric, null[i])));
	json_decref(json);
	program_forget(&o);
}

/* A metric that is not judged has neither a verdict nor a corrected p; one without a value is not there. */
static void test_json_of_metrics(void **state)
{
	const json_t *metrics;
	struct outcome o;
	json_t *json;

	write_from_0();
	program_run(&o, "compare", "--json", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	metrics = json_object_get(json_array_get(first_cells(json), 1), "metrics");
	assert_int_equal(json_object_size(metrics), METRICS - 1);
	assert_null(json_object_get(metrics, "ops_per_second"));
	assert_null(json_object_get(json_object_get(metrics, "mean"), "verdict"));
	assert_null(json_object_get(json_object_get(metrics, "mean"), "min_effect"));
	assert_true(json_is_null(json_object_get(json_object_get(metrics, "mean"), "p_holm")));
	metrics = json_object_get(json_array_get(first_cells(json), 0), "metrics"); /* the base's have only values */
	assert_int_equal(json_object_size(json_object_get(metrics, "median")), 2);
	json_decref(json);
	program_forget(&o);
}

/* Warnings, kernels and their verdicts. */
static void test_json_of_sides(void **state)
{
	const json_t *comparison, *kernels;
	struct outcome o;
	json_t *json;

	run_fates(&o, "--json");
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	comparison = json_array_get(json_object_get(json, "comparisons"), 0);
	kernels = json_object_get(comparison, "kernels");
	assert_int_equal(json_array_size(kernels), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(kernels, 1), "kernel")), "array");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(kernels, 1), "boots")), 2);
	assert_json(json_object_get(json_array_get(kernels, 0), "verdicts"), "{}");
	assert_json(json_object_get(json_array_get(kernels, 1), "verdicts"),
		    "{\"better\":2,\"inconclusive\":2,\"no measurable difference\":1,\"not compared\":4,\"worse\":3}");
	assert_json(json_object_get(comparison, "warnings"), "[]");
	assert_json(json_object_get(comparison, "variants"), "[]");
	json_decref(json);
	program_forget(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),	      cmocka_unit_test(test_json_details),
		cmocka_unit_test(test_json_ranks),    cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_from_0),	      cmocka_unit_test(test_json_of_metrics),
		cmocka_unit_test(test_json_of_sides),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
