// SPDX-License-Identifier: GPL-2.0-only
/* Values taken out of a file that is not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_result.h"
#include "intern.h"
#include "reader.h"

static struct sentence why;

/* What is read is interned for as long as somebody holds it. */
static int hold(void **state)
{
	intern_hold();
	return start(state);
}

static int put(void **state)
{
	intern_put();
	return stop(state);
}

/* A reader of the file "f" that stands in "kernel.". */
static struct reader reader(void)
{
	why.text[0] = '\0';
	return (struct reader){ .path = "f", .why = &why, .where = "kernel." };
}

static json_t *object(void)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:f, s:b, s:n, s:[s,s], s:[s,i], s:{}}", "text", "a\tb", "name",
			 "list", "empty", "", "most", (json_int_t)INT64_MAX, "less", (json_int_t)-1, "half", 0.5, "yes",
			 1, "null", "texts", "a", "b", "mixed", "a", 1, "inner");
}

static void values_are_what_the_file_has(void **state)
{
	static const char *const words[] = { "array", "list", NULL };
	struct reader r = reader();
	json_t *o = object();

	assert_string_equal(reader_string(&r, o, "text"), "a?b");
	assert_string_equal(reader_string(&r, o, "empty"), "");
	assert_string_equal(reader_name(&r, o, "name"), "list");
	assert_int_equal(reader_word(&r, o, "name", words), 1);
	assert_true(reader_uint(&r, o, "most") == INT64_MAX);
	assert_true(reader_number(&r, o, "half") == 0.5);
	assert_true(reader_number(&r, o, "less") == -1);
	assert_true(reader_bool(&r, o, "yes"));
	assert_int_equal(json_array_size(reader_strings(&r, o, "texts")), 2);
	assert_int_equal(json_array_size(reader_array(&r, o, "mixed")), 2);
	assert_non_null(reader_object(&r, o, "inner"));
	assert_false(r.failed);
	assert_string_equal(why.text, "");
	json_decref(o);
}

static const char *refused_string(struct reader *r, const json_t *o)
{
	return reader_string(r, o, "half");
}

static const char *refused_name(struct reader *r, const json_t *o)
{
	return reader_name(r, o, "empty");
}

static const char *refused_control(struct reader *r, const json_t *o)
{
	reader_name(r, o, "text");
	return "";
}

static const char *refused_word(struct reader *r, const json_t *o)
{
	static const char *const words[] = { "array", "share", NULL };

	return reader_word(r, o, "name", words) ? "a word" : "";
}

static const char *refused_uint(struct reader *r, const json_t *o)
{
	return reader_uint(r, o, "less") ? "a number" : "";
}

static const char *refused_bool(struct reader *r, const json_t *o)
{
	return reader_bool(r, o, "most") ? "true" : "";
}

static const char *refused_strings(struct reader *r, const json_t *o)
{
	reader_strings(r, o, "mixed");
	return "";
}

static const char *refused_object(struct reader *r, const json_t *o)
{
	return reader_object(r, o, "texts") ? "an object" : "";
}

static const char *refused_array(struct reader *r, const json_t *o)
{
	return reader_array(r, o, "inner") ? "an array" : "";
}

static const char *refused_missing(struct reader *r, const json_t *o)
{
	return reader_get(r, o, "nothing") ? "a value" : "";
}

static const struct {
	const char *(*get)(struct reader *r, const json_t *o); /* what it gets must be harmless */
	const char *says;
} refused[] = {
	{ refused_string, "half: must be a string" },
	{ refused_name, "empty: must not be empty" },
	{ refused_control, "text: has a control character" },
	{ refused_word, "name: \"list\" is not known; is the file from a newer invbench?" },
	{ refused_uint, "less: -1 is negative" },
	{ refused_bool, "most: must be true or false" },
	{ refused_strings, "mixed: must be an array of strings" },
	{ refused_object, "texts: must be an object" },
	{ refused_array, "inner: must be an array" },
	{ refused_missing, "nothing: missing" },
};

static void what_is_not_as_it_should_be_is_told(void **state)
{
	json_t *o = object();
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct reader r = reader();
		char want[200];

		assert_string_equal(refused[i].get(&r, o), "");
		assert_true(r.failed);
		snprintf(want, sizeof(want), "f: kernel.%s%s", refused[i].says,
			 strchr(refused[i].says, '?') ? "" : REMEDY);
		assert_string_equal(why.text, want);
	}
	json_decref(o);
}

static void the_first_error_sticks(void **state)
{
	struct reader r = reader();

	reader_bad(&r, "one", "is %d", 1);
	reader_enter(&r, "bed.");
	reader_bad(&r, "two", "is %d", 2);
	assert_string_equal(why.text, "f: kernel.one: is 1");
	assert_string_equal(r.where, "bed.");
}

/* Neither key nor place: of the file as a whole; and no line breaks, whoever wrote them. */
static void an_error_is_one_line(void **state)
{
	struct reader r = reader();

	reader_enter(&r, "");
	reader_bad(&r, "", "a\nb\x7f");
	assert_string_equal(why.text, "f: a?b?");
}

static void a_histogram_is_read_with_its_place(void **state)
{
	json_t *o = json_object(), *h = fake_times(3, 7);
	struct histogram into = { 0 };
	struct reader r = reader();

	json_object_set_new(o, "latency", h);
	reader_histogram(&r, o, "latency", &into);
	assert_false(r.failed);
	assert_int_equal(into.count, 3);
	assert_int_equal(into.max, 7);
	hist_free(&into);
	json_object_set_new(h, "count", json_integer(4));
	reader_histogram(&r, o, "latency", &into);
	assert_true(r.failed);
	assert_string_equal(why.text, "f: kernel.latency.count: 4, but the buckets hold 3" REMEDY);
	hist_free(&into);
	json_decref(o);
}

static void test_long_strings(void **state)
{
	char *name = malloc(100002);
	json_t *json = good();

	memset(name, 'x', 100001);
	name[100001] = '\0';
	json_object_set_new(json, "suite", json_string(name));
	fake_write_json(path_of("bad.json"), json);
	assert_null(boot_load(path_of("bad.json"), &why));
	assert_said(why.text, path_of("bad.json"), "suite: is longer than 4096 bytes");
	free(name);
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, hold, put)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_are_what_the_file_has),
		TEST(what_is_not_as_it_should_be_is_told),
		TEST(the_first_error_sticks),
		TEST(an_error_is_one_line),
		TEST(a_histogram_is_read_with_its_place),
		TEST(test_long_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
