// SPDX-License-Identifier: GPL-2.0-only
/* test_model.c - the model's own clock and its oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_report.h"

#define MODEL_LATE "smmu-model served 550 of 1100 CMD_SYNCs late: the machine was too busy"

/* Four sets of times; a CMD_SYNC costs a quarter above its own, and in a second boot 200 more. */
static void add_syncs(json_t *cases, uint64_t base, int boot, bool with_zero, uint64_t syncs_per_op)
{
	static const int times[] = { 0, 1000, 2000, 4000 };
	size_t i;

	for (i = with_zero ? 0 : 1; i < 4; i++) {
		const uint64_t set = (uint64_t)times[i];
		json_t *params = json_pack("{s:s, s:i, s:i}", "op", "sync", "sync", times[i], "warmup", 50), *json;
		char name[64];

		snprintf(name, sizeof(name), "dma op=sync sync=%dns", times[i]);
		json = fake_case(name, params, 12, base + set + set / 4 + (set && boot == 2 ? 200 : 0));
		json_object_set_new(json, "model", fake_model(syncs_per_op * FAKE_PROBE_OPS, set, true));
		json_array_append_new(cases, json);
	}
}

/* Serial syncs: each device adds its set time of 1000, and 500. */
static void add_devices(json_t *cases, uint64_t base)
{
	int devices;

	for (devices = 0; devices <= 4; devices = devices ? devices * 2 : 1) {
		json_t *params = json_pack("{s:s, s:i, s:i}", "op", "munmap", "devices", devices, "instances",
					   devices ? 8 : 1),
		       *json;
		char name[64];

		if (devices)
			json_object_set_new(params, "sync", json_integer(1000));
		snprintf(name, sizeof(name), "sva devices=%d%s", devices, devices ? " instances=8 sync=1us" : "");
		json = fake_case(name, params, 12, base + 1000 + (uint64_t)devices * 1500);
		json_object_set_new(json, "workload", json_string("sva"));
		json_object_set_new(json, "model",
				    fake_model((uint64_t)devices * FAKE_PROBE_OPS, devices ? 1000 : 0, true));
		json_array_append_new(cases, json);
	}
}

static json_t *late_case(const char *kernel)
{
	const bool list = !strcmp(kernel, "list");
	json_t *json = fake_no_pass("dma size=64K", "fail",
				    list ? MODEL_LATE : "smmu-model served 551 of 1102 CMD_SYNCs late: too busy");

	json_object_set_new(json, "reason_code", json_string("late"));
	json_object_set_new(json, "model", fake_model(list ? 1100 : 1102, 3000, false));
	return json;
}

static json_t *cases_of(const char *kernel, int boot, bool with_zero, uint64_t syncs_per_op)
{
	const uint64_t base = strcmp(kernel, "list") ? 900 : 1000;
	json_t *cases = json_array();

	add_syncs(cases, base, boot, with_zero, syncs_per_op);
	add_devices(cases, base);
	json_array_append_new(cases, late_case(kernel));
	return cases;
}

static json_t *plain(const char *kernel, int boot)
{
	return cases_of(kernel, boot, true, 1);
}

static json_t *without_zero(const char *kernel, int boot)
{
	return cases_of(kernel, boot, false, 1);
}

static json_t *two_syncs(const char *kernel, int boot)
{
	return cases_of(kernel, boot, true, 2);
}

static json_t *no_model(const char *kernel, int boot)
{
	return json_pack("[o]", fake_point("sync", "n", 1, 1000));
}

/* The section, with figures that gnuplot drew. */
static char *section(const char *bed, fake_cases of)
{
	struct fake_report r;
	struct sentence why;
	char *text = NULL;
	int err = 0;

	fake_report_start(&r, bed, 2, of);
	fake_report_draw(&r, FAKE_SVG);
	FAKE_TEXT(text, err = report_model(out, &r.report, 0, &why));
	assert_int_equal(err, 0);
	fake_report_stop(&r);
	return text;
}

static void set_times_are_told_as_served(void **state)
{
	char *page = section("model", plain);

	/* In each boot 4 + 7 times 1100, and what the late case had. */
	assert_has(page,
		   "<p>The model served <b>52&#8239;804</b> CMD_SYNCs in 32 timing passes, <b>4.17 %</b> of them late; "
		   "<b>4</b> passes were too late to count. The median was served as set, to a tenth or 2 us");
	assert_has(page, "<td class=\"n\">0 ns</td><td class=\"n\">100 ns</td><td class=\"n\">&ndash;</td>"
			 "<td class=\"n\">0.00 %</td><td class=\"n\">0 of 4</td><td class=\"n less\">4&#8239;400</td>");
	assert_has(page,
		   "<td class=\"n\">1000 ns</td><td class=\"n\">1100 ns</td><td class=\"n\">+10.0 %</td>"
		   "<td class=\"n\">0.00 %</td><td class=\"n\">0 of 16</td><td class=\"n less\">35&#8239;200</td>");
	assert_has(page,
		   "<td class=\"n\">3000 ns</td><td class=\"n\">3100 ns</td><td class=\"n\">+3.3 %</td>"
		   "<td class=\"n\">50.00 %</td><td class=\"n\">4 of 4</td><td class=\"n less\">4&#8239;404</td>");
	free(page);
}

static void the_oracle_is_told_of(void **state)
{
	char *page = section("model", plain);

	assert_has(
		page,
		"<tr><td>list</td><td class=\"n\"><span class=\"verdict same\">0</span></td><td class=\"n\">19&#8239;800</td>"
		"<td class=\"n\">26&#8239;400</td><td class=\"n less\">0</td><td class=\"n less\">18</td></tr>");
	free(page);
}

/* The lateness stands beside the excess, which it is a part of; once. */
static void figures_of_costs_come_first(void **state)
{
	char *page = section("model", plain);
	const char *costs = strstr(page, "<h2>What a CMD_SYNC of set length costs</h2>");

	assert_non_null(costs);
	assert_has(costs, "aria-label=\"dma op=sync: what a CMD_SYNC costs above its set time\"");
	assert_true(strstr(costs, "aria-label=\"The model&#39;s own clock: how late") <
		    strstr(costs, "<h2>The model&#39;s own clock</h2>"));
	assert_int_equal(fake_count(page, "aria-label=\"The model&#39;s own clock: how late it served CMD_SYNCs\""), 1);
	free(page);
}

/* Nothing to measure from, or several CMD_SYNCs in one operation: no figure of what one costs. */
static void without_costs_the_clock_has_its_figure(void **state)
{
	static const fake_cases of[] = { without_zero, two_syncs };
	size_t i;

	for (i = 0; i < 2; i++) {
		char *page = section("model", of[i]);

		assert_null(strstr(page, "What a CMD_SYNC of set length costs"));
		assert_has(strstr(page, "<h2>The model&#39;s own clock</h2>"),
			   "aria-label=\"The model&#39;s own clock: how late it served CMD_SYNCs\"");
		free(page);
	}
}

static void without_a_model_there_is_nothing(void **state)
{
	char *page = section("icount", no_model);

	assert_string_equal(page, "");
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_times_are_told_as_served),
		cmocka_unit_test(the_oracle_is_told_of),
		cmocka_unit_test(figures_of_costs_come_first),
		cmocka_unit_test(without_costs_the_clock_has_its_figure),
		cmocka_unit_test(without_a_model_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
