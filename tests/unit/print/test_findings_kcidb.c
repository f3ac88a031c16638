// SPDX-License-Identifier: GPL-2.0-only
/* test_findings_kcidb.c - findings as a KCIDB report. tests/meta/check holds it against the schema. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "checked.h"
#include "made_up.h"

static json_t *report_of(const struct findings *f)
{
	char *text = printed("kcidb", f, 1);
	json_t *report = json_loads(text, 0, NULL);

	assert_non_null(report);
	free(text);
	return report;
}

static const json_t *test_of(const json_t *report, const char *path)
{
	const json_t *test;
	size_t i;

	json_array_foreach (json_object_get(report, "tests"), i, test)
		if (!strcmp(json_string_value(json_object_get(test, "path")), path) &&
		    !strcmp(json_string_value(json_object_get(json_object_get(test, "misc"), "case")), "dma"))
			return test;
	fail_msg("no test %s", path);
	return NULL;
}

static void assert_test(const char *base, const char *new, const char *path, const char *status, double value)
{
	const json_t *test, *number;
	struct checked k;
	json_t *report;

	clean();
	write_side("base", base, base);
	write_side("new", new, new);
	check(&k, "icount", NULL);
	report = report_of(&k.f);
	test = test_of(report, path);
	assert_string_equal(json_string_value(json_object_get(test, "status")), status);
	number = json_object_get(test, "number");
	if (isnan(value)) {
		assert_null(number);
	} else {
		assert_true(json_number_value(json_object_get(number, "value")) == value);
		assert_string_equal(json_string_value(json_object_get(number, "unit")), "instructions");
	}
	assert_int_equal(strncmp(json_string_value(json_object_get(test, "id")), "someone:", 8), 0);
	json_decref(report);
	forget(&k);
}

static void test_kcidb(void **state)
{
	assert_test("1000", "1000", "invbench.icount.new.dma.median", "PASS", 1000);
	assert_test("1000", "900", "invbench.icount.new.dma.p99", "PASS", 900);
	assert_test("1000", "1100", "invbench.icount.new.dma.median", "FAIL", 1100);
	assert_test("fail", "1100", "invbench.icount.new.dma.median", "DONE", 1100);
	assert_test(NULL, "1100", "invbench.icount.new.dma.median", "DONE", 1100);
	assert_test("1000", "fail", "invbench.icount.new.dma", "FAIL", NAN);
	assert_test("1000", "lost", "invbench.icount.new.dma", "FAIL", NAN);
	assert_test("1000", "skip", "invbench.icount.new.dma", "SKIP", NAN);
	assert_test("1000", NULL, "invbench.icount.new.dma", "MISS", NAN);
}

/* Of no build that is known there is nothing to report. */
static void test_no_build(void **state)
{
	struct findings f;
	json_t *report;

	make_up(&f, &worse_median);
	report = report_of(&f);
	assert_int_equal(json_array_size(json_object_get(report, "tests")), 0);
	json_decref(report);
	findings_free(&f);
}

static void assert_path(const char *name, const char *want)
{
	struct findings f;
	json_t *report, *tests;

	findings_init(&f, "6.12", "base", "icount", json_object());
	findings_add(&f, name, "dma", FINDING_SKIPPED, OUTCOME_SKIP, "");
	report = report_of(&f);
	tests = json_object_get(report, "tests");
	assert_string_equal(json_string_value(json_object_get(json_array_get(tests, 0), "path")), want);
	json_decref(report);
	findings_free(&f);
}

/* No two names have one path, and each path is one that the schema takes. */
static void test_paths(void **state)
{
	assert_path("dma", "invbench.icount.6__2e12.dma");
	assert_path("dma op=map+unmap devices=2", "invbench.icount.6__2e12.dma.op_map__2bunmap.devices_2");
	assert_path("a_b", "invbench.icount.6__2e12.a__5fb");
	assert_path("a=b", "invbench.icount.6__2e12.a_b");
	assert_path("a==2b", "invbench.icount.6__2e12.a__3d_2b");
	assert_path("a+", "invbench.icount.6__2e12.a__2b");
	assert_path(" a  b ", "invbench.icount.6__2e12.__20a__20__20b__20");
	assert_path("a.b", "invbench.icount.6__2e12.a__2eb");
	assert_path("", "invbench.icount.6__2e12.__");
}

/* JSON has no infinity: the comment says it, and the change is left out. */
static void test_from_0(void **state)
{
	const json_t *test, *misc;
	struct findings f;
	json_t *report;

	findings_init(&f, "new", "base", "icount", json_object());
	finding_add_figure(findings_add(&f, "dma", "dma", FINDING_FINE, OUTCOME_PASS, ""), &from_0);
	report = report_of(&f);
	test = test_of(report, "invbench.icount.new.dma.commands_per_op");
	misc = json_object_get(test, "misc");
	assert_string_equal(json_string_value(json_object_get(test, "status")), "FAIL");
	assert_string_equal(json_string_value(json_object_get(test, "comment")), "dma: commands from 0 to 1.00 per op");
	assert_null(json_object_get(misc, "change"));
	assert_non_null(json_object_get(misc, "limit"));
	json_decref(report);
	findings_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kcidb),
		cmocka_unit_test(test_no_build),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_from_0),
	};

	return cmocka_run_group_tests(tests, start_checks, stop_checks);
}
