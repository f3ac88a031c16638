// SPDX-License-Identifier: GPL-2.0-only
/* Text of others as JSON: any bytes become a string, and nothing of it is more than a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json_text.h"
#include "must.h"

static void any_bytes_are_a_string(void **state)
{
	static const char *const texts[][2] = {
		{ "plain", "plain" }, { "caf\xe9", "caf?" }, { "a\nb\x1b", "a?b?" }, { "\xd0", "?" }, { "", "" },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *json = json_text(texts[i][0]);

		assert_true(json_is_string(json));
		assert_string_equal(json_string_value(json), texts[i][1]);
		json_decref(json);
	}
}

static void all_strings_become_lines(void **state)
{
	json_t *json =
		json_loads("{\"a\": [\"x\\u0007\", {\"b\": \"y\\u202e\"}, 1], \"c\": \"z\\u0000z\", \"d\": null}",
			   JSON_ALLOW_NUL, NULL);
	char *text;

	MUST(json);
	json_make_lines(json);
	text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, "{\"a\":[\"x?\",{\"b\":\"y?\"},1],\"c\":\"z\",\"d\":null}");
	free(text);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_bytes_are_a_string),
		cmocka_unit_test(all_strings_become_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
