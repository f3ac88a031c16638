// SPDX-License-Identifier: GPL-2.0-only
/* test_extra.c - cases that are run once more, with something around them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extra.h"
#include "fake.h"
#include "must.h"

#define BITS 12

/* What was called, a letter each, of all cases. */
static char calls[64];
static const char *fails_at = "", *marks;

static int called(struct extra_pass *x, const char *letter)
{
	strcat(calls, letter);
	if (strcmp(letter, fails_at))
		return 0;
	extra_error(x, "%s went wrong", letter);
	return extra_error(x, "and more");
}

static bool marked(const char *edge)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/mark.%s.0", marks ? marks : "/nowhere", edge);
	return !access(path, F_OK);
}

static int on_begin(struct extra_pass *x)
{
	assert_int_equal(marked("begin"), marks != NULL);
	assert_false(marked("end"));
	return called(x, "b");
}

static int on_end(struct extra_pass *x)
{
	assert_int_equal(marked("end"), marks != NULL);
	return called(x, "e");
}

static int on_record(struct extra_pass *x, const struct run_case *c, json_t *json)
{
	assert_int_equal(c->pass_ops, 5 + x->number);
	return called(x, "r");
}

static void on_forget(struct extra_pass *x)
{
	called(x, "f");
}

/* Runs as many cases as there are words in @statuses, each of which is one's in the first pass. */
static enum status run(json_t **cases, const char *first, const char *second)
{
	struct extra_pass x = {
		.name = "test",
		.unmarked = true,
		.marks = marks,
		.begin = on_begin,
		.end = on_end,
		.record = on_record,
		.forget = on_forget,
	};
	struct suite suite = {};
	struct sentence why;
	enum status status;

	calls[0] = '\0';
	MUST(!suite_add_line(&suite, "noop ops=5 warmup=0", "test", 1, &why));
	MUST(!suite_add_line(&suite, "noop ops=6 warmup=0", "test", 2, &why));
	*cases = json_pack("[{s:s, s:s, s:{}}]", "name", "first", "status", first, "latency");
	if (second)
		json_array_append_new(*cases,
				      json_pack("{s:s, s:s, s:{}}", "name", "second", "status", second, "latency"));
	status = extra_cases(&x, &suite, BITS, *cases);
	suite_free(&suite);
	return status;
}

static const char *text_of(json_t *cases, size_t number, const char *key)
{
	return json_string_value(json_object_get(json_array_get(cases, number), key));
}

static void each_case_has_something_around_it(void **state)
{
	json_t *cases;

	assert_int_equal(run(&cases, "pass", "pass"), STATUS_PASS);
	assert_string_equal(calls, "berfberf");
	assert_string_equal(text_of(cases, 0, "status"), "pass");
	json_decref(cases);
}

static void what_did_not_pass_is_left_alone(void **state)
{
	json_t *cases;

	assert_int_equal(run(&cases, "skip", "pass"), STATUS_PASS);
	assert_string_equal(calls, "berf");
	assert_string_equal(text_of(cases, 0, "status"), "skip");
	json_decref(cases);
}

/* The first reason is told, with the pass that it was in; the case has no latencies then. */
static void what_goes_wrong_spoils_the_case(void **state)
{
	static const struct {
		const char *at, *calls, *reason;
	} faults[] = {
		{ "b", "bf", "in the pass with test: b went wrong" },
		{ "e", "bef", "in the pass with test: e went wrong" },
		{ "r", "berf", "in the pass with test: r went wrong" },
	};
	json_t *cases;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		fails_at = faults[i].at;
		assert_int_equal(run(&cases, "pass", NULL), STATUS_FAIL);
		assert_string_equal(calls, faults[i].calls);
		assert_string_equal(text_of(cases, 0, "status"), "fail");
		assert_string_equal(text_of(cases, 0, "reason"), faults[i].reason);
		assert_null(json_object_get(json_array_get(cases, 0), "latency"));
		json_decref(cases);
	}
	fails_at = "";
}

static void marks_are_made_and_taken_away(void **state)
{
	char *folder = fake_tmpdir();
	json_t *cases;

	marks = folder;
	assert_int_equal(run(&cases, "pass", NULL), STATUS_PASS);
	assert_string_equal(calls, "berf");
	json_decref(cases);
	assert_int_equal(rmdir(folder), 0); /* nothing is left in it */
	assert_int_equal(run(&cases, "skip", NULL), STATUS_PASS);
	json_decref(cases);
	MUST(!mkdir(folder, 0777));
	fake_remove(folder);
	marks = NULL;
}

static void marks_that_cannot_be_made_spoil_the_case(void **state)
{
	struct suite suite = {};
	struct extra_pass x = { .name = "test", .unmarked = true, .marks = "/nowhere" };
	json_t *cases = json_pack("[{s:s, s:s}]", "name", "first", "status", "pass");
	struct sentence why;

	MUST(!suite_add_line(&suite, "noop ops=5", "test", 1, &why));
	assert_int_equal(extra_cases(&x, &suite, BITS, cases), STATUS_FAIL);
	assert_string_equal(text_of(cases, 0, "reason"),
			    "in the pass with test: cannot make a mark: No such file or directory");
	json_decref(cases);
	suite_free(&suite);
}

static void an_object_is_made_once(void **state)
{
	json_t *object = json_object(), *inner = extra_object(object, "probes");

	json_object_set_new(inner, "x", json_true());
	assert_ptr_equal(extra_object(object, "probes"), inner);
	assert_int_equal(json_object_size(object), 1);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_has_something_around_it),
		cmocka_unit_test(what_did_not_pass_is_left_alone),
		cmocka_unit_test(what_goes_wrong_spoils_the_case),
		cmocka_unit_test(marks_are_made_and_taken_away),
		cmocka_unit_test(marks_that_cannot_be_made_spoil_the_case),
		cmocka_unit_test(an_object_is_made_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
