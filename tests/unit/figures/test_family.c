// SPDX-License-Identifier: GPL-2.0-only
/* test_family.c - which cases form a family: axes, gaps, choices, controls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_run.h"

/* @params is stolen, and the name made of it. */
static json_t *with_params(json_t *params)
{
	char name[256] = "dma";
	const char *key;
	json_t *value, *json;

	MUST(params);
	json_object_foreach (params, key, value) {
		const size_t n = strlen(name);

		if (json_is_string(value))
			snprintf(name + n, sizeof(name) - n, " %s=%s", key, json_string_value(value));
		else
			snprintf(name + n, sizeof(name) - n, " %s=%d", key, (int)json_integer_value(value));
	}
	json = fake_case(name, params, 12, 1000);
	return json;
}

static void add(json_t *cases, json_t *params)
{
	json_array_append_new(cases, with_params(params));
}

struct found {
	struct fake_run run;
	struct families families;
};

static void find(struct found *found, const char *bed, fake_cases cases)
{
	fake_run_start(&found->run, bed, 1, 1, cases);
	families_find(&found->run.c, &found->families);
}

static void forget(struct found *found)
{
	families_free(&found->families);
	fake_run_stop(&found->run);
}

/* Rows are numbered as the cases are; @expected ends with -2, a gap is -1. */
static void expect_rows(const size_t *rows, size_t count, const int *expected)
{
	size_t i;

	for (i = 0; i < count; i++)
		assert_int_equal(rows[i], expected[i] == -1 ? FIGURE_NO_ROW : (size_t)expected[i]);
	assert_int_equal(expected[count], -2);
}

#define ROWS(...) ((const int[]){ __VA_ARGS__, -2 })

/* ---- axes ---- */

/* 4 stands before 1, and the second 1, which differs in ops alone, is none. */
static json_t *unsorted(const char *kernel, int boot)
{
	json_t *cases = json_array();

	add(cases, json_pack("{s:s, s:i}", "op", "a", "devices", 4));
	add(cases, json_pack("{s:s, s:i, s:i}", "op", "a", "devices", 1, "ops", 7));
	add(cases, json_pack("{s:s, s:i}", "op", "b", "devices", 2));
	add(cases, json_pack("{s:s, s:i, s:i}", "op", "a", "devices", 1, "ops", 9));
	add(cases, json_pack("{s:s, s:i, s:i}", "op", "a", "devices", 2, "warmup", 3));
	return cases;
}

static void rows_ascend_on_the_axis(void **state)
{
	struct found f;

	find(&f, "icount", unsorted);
	assert_int_equal(f.families.count, 1);
	assert_string_equal(f.families.list[0].param, "devices");
	assert_null(f.families.list[0].choice);
	assert_null(f.families.list[0].others);
	expect_rows(f.families.list[0].rows, f.families.list[0].count, ROWS(1, 4, 0));
	assert_int_equal(family_place(&f.run.c, 0, "devices"), 4);
	assert_ptr_equal(family_first(&f.run.c, &f.families.list[0]), &f.run.c.rows[1]);
	forget(&f);
}

/* Each pair differs in something that is no axis; size and devices of one case are two axes. */
static json_t *no_axes(const char *kernel, int boot)
{
	json_t *cases = json_array();

	add(cases, json_pack("{s:s, s:i}", "op", "ops", "ops", 1));
	add(cases, json_pack("{s:s, s:i}", "op", "ops", "ops", 2));
	add(cases, json_pack("{s:s, s:i}", "op", "switch", "strict", 0));
	add(cases, json_pack("{s:s, s:i}", "op", "switch", "strict", 1));
	add(cases, json_pack("{s:s, s:i}", "op", "control", "devices", 0));
	add(cases, json_pack("{s:s, s:i}", "op", "control", "devices", 8));
	add(cases, json_pack("{s:s, s:i, s:i}", "op", "two", "devices", 1, "size", 4));
	add(cases, json_pack("{s:s, s:i, s:i}", "op", "two", "devices", 2, "size", 8));
	add(cases, json_pack("{s:s, s:i}", "op", "threads", "threads", 1));
	add(cases, json_pack("{s:s, s:i}", "op", "threads", "threads", 2));
	add(cases, json_pack("{s:s, s:s}", "op", "words", "mode", "x"));
	add(cases, json_pack("{s:s, s:s}", "op", "words", "mode", "y"));
	return cases;
}

/* CPUs that run in turn make no curve over threads; on a bed of times they do. */
static void what_is_no_axis_makes_no_family(void **state)
{
	struct found f;

	find(&f, "icount", no_axes);
	assert_int_equal(f.families.count, 0);
	forget(&f);
	find(&f, "model", no_axes);
	assert_int_equal(f.families.count, 1);
	assert_string_equal(f.families.list[0].param, "threads");
	expect_rows(f.families.list[0].rows, f.families.list[0].count, ROWS(8, 9));
	forget(&f);
}

/* A size of 0 is a value like others; so two points are a line. A load's is its control: it takes a third. */
static json_t *from_zero(const char *kernel, int boot)
{
	json_t *cases = json_array();

	add(cases, json_pack("{s:s, s:i}", "op", "sizes", "size", 0));
	add(cases, json_pack("{s:s, s:i}", "op", "sizes", "size", 8));
	add(cases, json_pack("{s:s, s:i}", "op", "loads", "tenants", 0));
	add(cases, json_pack("{s:s, s:i}", "op", "loads", "tenants", 1));
	add(cases, json_pack("{s:s, s:i}", "op", "loads", "tenants", 2));
	return cases;
}

static void a_control_is_no_point_of_a_line(void **state)
{
	struct found f;

	find(&f, "icount", from_zero);
	assert_int_equal(f.families.count, 2);
	expect_rows(f.families.list[0].rows, f.families.list[0].count, ROWS(0, 1));
	expect_rows(f.families.list[1].rows, f.families.list[1].count, ROWS(2, 3, 4));
	forget(&f);
	assert_true(family_is_load("tenants") && family_is_load("devices") && family_is_load("threads"));
	assert_true(family_is_load("instances") && !family_is_load("size") && !family_is_load("sync"));
}

static json_t *broken(const char *kernel, int boot)
{
	json_t *cases = json_array(), *failed = fake_no_pass("dma devices=2", "fail", "broken");

	add(cases, json_pack("{s:i}", "devices", 1));
	json_object_set_new(failed, "params", json_pack("{s:i}", "devices", 2));
	json_array_append_new(cases, failed);
	add(cases, json_pack("{s:i}", "devices", 4));
	return cases;
}

static void what_passed_nowhere_is_not_there(void **state)
{
	struct found f;

	find(&f, "icount", broken);
	assert_int_equal(f.families.count, 1);
	expect_rows(f.families.list[0].rows, f.families.list[0].count, ROWS(0, 2));
	assert_true(family_has_line(&f.run.c, &f.families.list[0], METRIC_MEDIAN));
	assert_true(family_has_line(&f.run.c, &f.families.list[0], METRIC_COMMANDS));
	/* On bed icount there is none. */
	assert_false(family_has_line(&f.run.c, &f.families.list[0], METRIC_THROUGHPUT));
	forget(&f);
}

/* ---- choices ---- */

static json_t *choices(const char *kernel, int boot)
{
	json_t *cases = json_array();

	add(cases, json_pack("{s:s, s:i, s:s}", "op", "a", "devices", 1, "ats", "off"));
	add(cases, json_pack("{s:s, s:i, s:s}", "op", "a", "devices", 2, "ats", "off"));
	add(cases, json_pack("{s:s, s:i, s:s}", "op", "a", "devices", 2, "ats", "on"));
	add(cases, json_pack("{s:s, s:i, s:s}", "op", "a", "devices", 4, "ats", "on"));
	return cases;
}

static void two_values_are_one_family_with_gaps(void **state)
{
	struct found f;

	find(&f, "icount", choices);
	assert_int_equal(f.families.count, 1);
	assert_string_equal(f.families.list[0].choice, "ats");
	expect_rows(f.families.list[0].rows, f.families.list[0].count, ROWS(0, 1, -1));
	expect_rows(f.families.list[0].others, f.families.list[0].count, ROWS(-1, 2, 3));
	assert_true(family_has_line(&f.run.c, &f.families.list[0], METRIC_SYNCS));
	assert_int_equal(family_control(&f.run.c, &f.families.list[0]), FIGURE_NO_ROW);
	forget(&f);
}

/* The others may begin first; then they speak for the family. */
static json_t *late_choices(const char *kernel, int boot)
{
	json_t *cases = json_array();

	add(cases, json_pack("{s:i, s:s}", "devices", 2, "mode", "x"));
	add(cases, json_pack("{s:i, s:s}", "devices", 4, "mode", "x"));
	add(cases, json_pack("{s:i, s:s}", "devices", 1, "mode", "y"));
	add(cases, json_pack("{s:i, s:s}", "devices", 4, "mode", "y"));
	return cases;
}

static void a_family_may_begin_with_a_gap(void **state)
{
	struct found f;

	find(&f, "icount", late_choices);
	assert_int_equal(f.families.count, 1);
	expect_rows(f.families.list[0].rows, f.families.list[0].count, ROWS(-1, 0, 1));
	expect_rows(f.families.list[0].others, f.families.list[0].count, ROWS(2, -1, 3));
	assert_ptr_equal(family_first(&f.run.c, &f.families.list[0]), &f.run.c.rows[2]);
	forget(&f);
}

/* Three values of a choice, and two operations, stay apart. */
static json_t *unpaired(const char *kernel, int boot)
{
	static const char *const modes[] = { "x", "y", "z" }, *const ops[] = { "map", "unmap" };
	json_t *cases = json_array();
	int i, devices;

	for (devices = 1; devices <= 2; devices++) {
		for (i = 0; i < 3; i++)
			add(cases, json_pack("{s:s, s:s, s:i}", "op", "sync", "mode", modes[i], "devices", devices));
		for (i = 0; i < 2; i++)
			add(cases, json_pack("{s:s, s:i}", "op", ops[i], "devices", devices));
	}
	return cases;
}

static void others_stay_apart(void **state)
{
	struct found f;
	size_t i;

	find(&f, "icount", unpaired);
	assert_int_equal(f.families.count, 5);
	for (i = 0; i < f.families.count; i++) {
		assert_null(f.families.list[i].choice);
		expect_rows(f.families.list[i].rows, f.families.list[i].count, ROWS((int)i, (int)i + 5));
	}
	forget(&f);
}

/* A family that could be paired by its mode or by ATS: by ATS, wherever that stands. */
static json_t *either(const char *kernel, int boot)
{
	json_t *cases = json_array();
	int devices;

	for (devices = 1; devices <= 2; devices++) {
		add(cases, json_pack("{s:s, s:s, s:i}", "mode", "x", "ats", "off", "devices", devices));
		add(cases, json_pack("{s:s, s:s, s:i}", "mode", "y", "ats", "off", "devices", devices));
		add(cases, json_pack("{s:s, s:s, s:i}", "mode", "x", "ats", "on", "devices", devices));
	}
	return cases;
}

static void ats_comes_first(void **state)
{
	struct found f;

	find(&f, "icount", either);
	assert_int_equal(f.families.count, 2);
	assert_string_equal(f.families.list[0].choice, "ats");
	expect_rows(f.families.list[0].rows, f.families.list[0].count, ROWS(0, 3));
	expect_rows(f.families.list[0].others, f.families.list[0].count, ROWS(2, 5));
	assert_null(f.families.list[1].choice);
	expect_rows(f.families.list[1].rows, f.families.list[1].count, ROWS(1, 4));
	forget(&f);
}

/* ---- the guide ---- */

/* Devices behind an SMMU each, with set times; the control has neither. Those of b share SMMUs, those of c have no control. */
static json_t *serial(const char *kernel, int boot)
{
	json_t *cases = json_array();
	int devices;

	for (devices = 1; devices <= 4; devices *= 2) {
		add(cases,
		    json_pack("{s:s, s:i, s:i, s:i}", "op", "a", "devices", devices, "instances", 4, "sync", 500));
		add(cases,
		    json_pack("{s:s, s:i, s:i, s:i}", "op", "b", "devices", devices, "instances", 2, "sync", 500));
		add(cases,
		    json_pack("{s:s, s:i, s:i, s:i}", "op", "c", "devices", devices, "instances", 4, "sync", 500));
	}
	add(cases, json_pack("{s:s, s:i}", "op", "a", "devices", 0));
	add(cases, json_pack("{s:s, s:i}", "op", "b", "devices", 0));
	return cases;
}

static void a_control_is_found_for_serial_devices(void **state)
{
	struct found f;

	find(&f, "model", serial);
	assert_int_equal(f.families.count, 3);
	expect_rows(f.families.list[0].rows, f.families.list[0].count, ROWS(0, 3, 6));
	assert_int_equal(family_control(&f.run.c, &f.families.list[0]), 9);
	assert_int_equal(family_control(&f.run.c, &f.families.list[1]), FIGURE_NO_ROW);
	assert_int_equal(family_control(&f.run.c, &f.families.list[2]), FIGURE_NO_ROW);
	forget(&f);
}

/* ---- names ---- */

static void expect_name(const char *name, const char *param, const char *choice, const char *expected)
{
	char *got = family_name(name, param, choice);

	assert_string_equal(got, expected);
	free(got);
}

static void names_lose_what_differs(void **state)
{
	expect_name("dma op=sync devices=2", "devices", NULL, "dma op=sync");
	expect_name("dma devices=2 op=sync ops=9 warmup=1", "devices", NULL, "dma op=sync");
	expect_name("dma op=sync devices=2 ats=on size=4K", "devices", "ats", "dma op=sync size=4K");
	/* A parameter that is part of another's name stays. */
	expect_name("dma more-size=1 size=4K", "size", NULL, "dma more-size=1");
	expect_name("dma op=sync", "devices", NULL, "dma op=sync");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_ascend_on_the_axis),
		cmocka_unit_test(what_is_no_axis_makes_no_family),
		cmocka_unit_test(a_control_is_no_point_of_a_line),
		cmocka_unit_test(what_passed_nowhere_is_not_there),
		cmocka_unit_test(two_values_are_one_family_with_gaps),
		cmocka_unit_test(a_family_may_begin_with_a_gap),
		cmocka_unit_test(others_stay_apart),
		cmocka_unit_test(ats_comes_first),
		cmocka_unit_test(a_control_is_found_for_serial_devices),
		cmocka_unit_test(names_lose_what_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
