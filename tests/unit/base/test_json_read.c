// SPDX-License-Identifier: GPL-2.0-only
/* test_json_read.c - a small file of JSON is read, or it is said what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake.h"
#include "json_read.h"
#include "must.h"

static char *dir;

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void refused(const char *name, const char *text)
{
	char expected[300];
	struct sentence why;

	assert_null(json_read(path_of(name), 20, &why));
	snprintf(expected, sizeof(expected), "%s%s", path_of(name), text);
	if (strncmp(why.text, expected, strlen(expected)))
		fail_msg("'%s' instead of '%s'", why.text, expected);
}

static void it_is_read(void **state)
{
	struct sentence why;
	json_t *json;

	dir = fake_tmpdir();
	fake_write_text(path_of("file"), "{\"a\": 1}\n");
	json = json_read(path_of("file"), 20, &why);
	assert_int_equal(json_integer_value(json_object_get(json, "a")), 1);
	json_decref(json);
	fake_remove(dir);
}

/* Whoever wrote it in another encoding; a control character is no JSON. */
static void bytes_that_are_no_utf8_are_borne(void **state)
{
	struct sentence why;
	json_t *json;

	dir = fake_tmpdir();
	fake_write_text(path_of("latin-1"), "[\"M\xfcnchen\", \"\xd0\"]");
	json = json_read(path_of("latin-1"), 20, &why);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_array_get(json, 0)), "M?nchen");
	assert_string_equal(json_string_value(json_array_get(json, 1)), "?");
	json_decref(json);
	fake_write_text(path_of("control"), "[\"\x1b\"]");
	refused("control", ":1: ");
	fake_remove(dir);
}

static void what_is_wrong_is_told(void **state)
{
	dir = fake_tmpdir();
	fake_write_text(path_of("cut"), "{\n\"a\":");
	fake_write_text(path_of("twice"), "{\"a\":1,\"a\":1}");
	fake_write_text(path_of("long"), "[1,2,3,4,5,6,7,8,9,10]");
	MUST(!mkfifo(path_of("pipe"), 0666));
	refused("cut", ":2: ");
	refused("twice", ":1: ");
	refused("long", ": more than 20 bytes");
	refused("pipe", ": not a regular file");
	refused("gone", ": No such file or directory");
	fake_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_read),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(bytes_that_are_no_utf8_are_borne),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
