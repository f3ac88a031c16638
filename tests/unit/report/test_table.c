// SPDX-License-Identifier: GPL-2.0-only
/* test_table.c - the numbers of each case: columns, threads, what only some cases tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_report.h"

static json_t *odd_case(const char *op, int devices, uint64_t median)
{
	return fake_point(op, "devices", devices, median);
}

static json_t *whole(const char *kernel, int boot)
{
	return json_pack("[o, o]", odd_case("few", 1, 1000), odd_case("few", 2, strcmp(kernel, "list") ? 900 : 1000));
}

static json_t *few(const char *kernel, int boot)
{
	return json_pack("[o]", fake_fewer(odd_case("few", 1, 1000), 12, 1000));
}

static char *table_of(const char *bed, int boots, fake_cases cases)
{
	struct fake_report r;
	char *text = NULL;

	fake_report_start(&r, bed, boots, cases);
	FAKE_TEXT(text, report_table(out, &r.bed, "dma"));
	fake_report_stop(&r);
	return text;
}

/* A column that nothing has is not there: neither p99.9 of too few operations, nor throughput. */
static void empty_columns_are_left_out(void **state)
{
	char *page = table_of("icount", 2, whole), *less = table_of("icount", 2, few),
	     *times = table_of("model", 2, whole);

	assert_has(page, "<th class=\"n less\">p99.9</th>");
	assert_has(page, "<th class=\"case\" colspan=\"12\">dma op=few devices=1");
	assert_has(page, "<tbody id=\"icount-case-2\"><tr><th class=\"case\" colspan=\"12\">dma op=few devices=2 ");
	assert_null(strstr(page, "ops/s"));
	assert_null(strstr(less, "p99.9"));
	assert_has(less, "<th class=\"case\" colspan=\"11\">dma op=few devices=1");
	assert_has(times, "<th class=\"n less\">ops/s</th>");
	free(page);
	free(less);
	free(times);
}

static json_t *unlike(const char *kernel, int boot)
{
	return json_pack("[o, o]", fake_no_pass("dma n=1", "skip", "no <device>"),
			 strcmp(kernel, "list") ? fake_no_pass("dma n=2", "fail", "broken") :
						  fake_case("dma n=2", json_object(), 12, 1000));
}

/* One line if all kernels say the same, else one each. */
static void reasons_are_told(void **state)
{
	char *page = table_of("icount", 2, unlike);

	assert_int_equal(fake_count(page, "no &lt;device&gt;"), 1);
	assert_int_equal(fake_count(page, "broken"), 1);
	free(page);
}

/* Each thread has half of the operations: 500 in 1 ms (2 ms in the second boot), 500 in 0.5 ms. */
static json_t *two_threads(const char *kernel, int boot)
{
	json_t *json = fake_in_two(fake_point("sync", "threads", 2, 900)), *list = json_object_get(json, "threads");

	json_object_set_new(json_array_get(list, 0), "elapsed_ns", json_integer(1000000 * boot));
	json_object_set_new(json_array_get(list, 1), "elapsed_ns", json_integer(500000));
	return json_pack("[o]", json);
}

/* The fake's first thread needs 11 parts of the time, the second 9. */
static void threads_are_told_apart(void **state)
{
	struct histogram h = fake_histogram(12, 900 + FAKE_FLOOR);
	const double half = FAKE_OPS / 2.0, sum = (double)h.sum;
	const double fastest = sum * 9 / 20 / half - FAKE_FLOOR, slowest = sum * 11 / 20 / half - FAKE_FLOOR;
	struct fake_report r;
	char *page = NULL, want[200];

	fake_report_start(&r, "model", 2, two_threads);
	FAKE_TEXT(page, report_threads(out, &r.bed, "dma"));
	snprintf(
		want, sizeof(want),
		"<td class=\"n\">%.1f</td><td class=\"n less\">%.1f</td><td class=\"n\">1&#8239;%05.1f</td><td class=\"n\">%.3f</td>",
		fastest, (fastest + slowest) / 2, slowest - 1000, slowest / fastest);
	assert_has(page, want);
	/* The median of 500 in 1 ms and in 2 ms; 500 in 0.5 ms in both boots. */
	assert_has(
		page,
		"<td class=\"n\">375&#8239;000</td><td class=\"n less\">687&#8239;500</td><td class=\"n\">1&#8239;000&#8239;000</td>");
	assert_has(page, "operations/s of a thread");
	hist_free(&h);
	free(page);
	page = NULL;
	FAKE_TEXT(page, report_threads(out, &r.bed, "other"));
	assert_string_equal(page, "");
	free(page);
	fake_report_stop(&r);
}

static json_t *numbers(const char *kernel, int boot)
{
	json_t *json = fake_point("sync", "n", 1, 3000);

	fake_number(json, "attaches <b>", 400.5 + boot, "1/s \"", -1);
	fake_number(json, "cache-misses", 1e6 * boot, "", 0.5);
	fake_number(json, "cycles", 7, "", 1);
	return json_pack("[o]", json);
}

/* With their units, escaped, and how much of the time perf counted; nothing where there are none. */
static void what_only_some_tell(void **state)
{
	struct fake_report r;
	char *page = NULL;

	fake_report_start(&r, "icount", 2, numbers);
	FAKE_TEXT(page, report_numbers(out, &r.bed, "dma"));
	assert_int_equal(fake_count(page, "<h3>Further numbers</h3>"), 1);
	assert_int_equal(fake_count(page, "<h3>What perf counted</h3>"), 1);
	assert_int_equal(fake_count(page, "A nanosecond of theirs is an instruction on this bed"), 1);
	assert_has(page,
		   "<tr><td>attaches &lt;b&gt; <span class=\"soft\">1/s &quot;</span></td><td class=\"n\">402</td>"
		   "<td class=\"n\">402</td></tr>");
	assert_has(
		page,
		"<tr><td>cache-misses</td><td class=\"n\">1&#8239;500&#8239;000 <span class=\"soft\">(50 %)</span></td>");
	assert_has(page, "<tr><td>cycles</td><td class=\"n\">7</td><td class=\"n\">7</td></tr>");
	free(page);
	fake_report_stop(&r);
	page = NULL;
	fake_report_start(&r, "icount", 2, whole);
	FAKE_TEXT(page, report_numbers(out, &r.bed, "dma"));
	assert_string_equal(page, "");
	free(page);
	fake_report_stop(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_columns_are_left_out),
		cmocka_unit_test(reasons_are_told),
		cmocka_unit_test(threads_are_told_apart),
		cmocka_unit_test(what_only_some_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
