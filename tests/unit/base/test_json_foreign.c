// SPDX-License-Identifier: GPL-2.0-only
/* JSON that another program wrote: what is meant is read, and nothing is guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json_foreign.h"
#include "must.h"

static const char *const needed[] = { "a", "list.b", "deep.*", NULL };

static void expect(const char *text, const char *compact)
{
	struct sentence why = { "" };
	json_t *json = json_foreign(text, needed, &why);
	char *read;

	if (!json)
		fail_msg("%s: %s", text, why.text);
	read = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(read, compact);
	free(read);
	json_decref(json);
}

static void refuse(const char *text, const char *said)
{
	struct sentence why = { "" };

	assert_null(json_foreign(text, needed, &why));
	if (!strstr(why.text, said))
		fail_msg("%s: '%s' is not in '%s'", text, said, why.text);
}

static void notes_are_borne(void **state)
{
	expect("{\"a\":1}", "{\"a\":1}");
	expect("a note { of sorts\n  {\"a\":1}\nand }{ another", "{\"a\":1}");
	expect("note {\"a\":1} end", "{\"a\":1}");
	refuse("", "no JSON");
	refuse("a note\n", "no JSON");
}

static void other_locales_are_read(void **state)
{
	expect("{\"a\": 100,00, \"b\": -1,5}", "{\"a\":100.0,\"b\":-1.5}");
	expect("{\"a\": [1, 2], \"b\": 1,25e3}", "{\"a\":[1,2],\"b\":1250.0}");
	expect("{\"a\": \"1,5\"}", "{\"a\":\"1,5\"}");
	expect("{\"a\": [1,2]}", "{\"a\":[1,2]}"); /* is JSON as it stands */
	refuse("{\"a\": 1,234,567}", "line 1");
}

static void what_is_no_number_is_null(void **state)
{
	expect("{\"a\": nan, \"b\": -NaN, \"c\": [inf, -Infinity], \"d\": 18446744073709551615}",
	       "{\"a\":null,\"b\":null,\"c\":[null,null],\"d\":null}");
	expect("{\"a\": nan, \"b\": 999999999999999999, \"c\": 1e300}",
	       "{\"a\":null,\"b\":999999999999999999,\"c\":1.0000000000000001e300}");
}

static void commas_at_the_end_are_borne(void **state)
{
	expect("{\"a\": [1, 2, ], \"b\": {\"c\": 3,\n},\n}", "{\"a\":[1,2],\"b\":{\"c\":3}}");
	refuse("{\"a\": 1,, \"b\": 2}", "line 1");
}

static void other_encodings_are_read(void **state)
{
	expect("{\"a\": \"caf\xe9\", \"b\xff\": \"x\ty\x1b\", \"c\": \"\xd0\"}",
	       "{\"a\":\"caf?\",\"b?\":\"x?y?\",\"c\":\"?\"}");
	expect("{\"a\": \"q\\\"\xe9\\\\\", \"b\": nan}", "{\"a\":\"q\\\"?\\\\\",\"b\":null}");
}

static void what_is_cut_is_refused(void **state)
{
	static const char text[] = "{\"a\": [1, {\"b\": \"x\\\"y\"}], \"c\": 1,5}";
	struct sentence why;
	size_t n;

	expect(text, "{\"a\":[1,{\"b\":\"x\\\"y\"}],\"c\":1.5}");
	for (n = 0; n + 1 < sizeof(text) - 1; n++) {
		char *cut = strndup(text, n);

		MUST(cut);
		assert_null(json_foreign(cut, needed, &why));
		assert_true(*why.text);
		free(cut);
	}
}

/* Only those that are needed are asked for to be there once. */
static void keys_may_be_there_twice(void **state)
{
	expect("{\"b\": 1, \"b\": 2}", "{\"b\":2}");
	expect("{\"x\": {\"a\": 1, \"a\": 2}, \"list\": [{\"c\": 1, \"c\": 2, \"b\": 3}, {\"b\": 4}]}",
	       "{\"list\":[{\"b\":3,\"c\":2},{\"b\":4}],\"x\":{\"a\":2}}");
	expect("{\"deep\": {\"x\": {\"1\": 1}, \"y\": {\"1\": 1}}}", "{\"deep\":{\"x\":{\"1\":1},\"y\":{\"1\":1}}}");
	refuse("{\"a\": 1, \"a\": 1}", "'a' is there twice");
	refuse("{\"a\": 1, \"b\": \"}\", \"\\u0061\": 1}", "'a' is there twice");
	refuse("{\"list\": [{\"b\": 1}, {\"b\": 1, \"b\": 1}]}", "'list.b' is there twice");
	refuse("{\"deep\": {\"x\": {\"1\": 1, \"1\": 1}}}", "'deep.x.1' is there twice");
	refuse("{\"a\": nan, \"a\": 1}", "'a' is there twice");
}

/* As deep as jansson goes; keys of any length. */
static void depth_and_length_are_borne(void **state)
{
	char *text = calloc(1, 100000), *at = text;
	struct sentence why;
	json_t *json;
	int i;

	MUST(text);
	for (i = 0; i < 2000; i++)
		at += sprintf(at, "{\"k%d\":", i);
	*at++ = '1';
	memset(at, '}', 2000);
	json = json_foreign(text, needed, &why);
	assert_non_null(json);
	json_decref(json);
	strcpy(text, "{\"a\":1,\"");
	memset(text + strlen(text), 'k', 50000);
	strcat(text, "\":{\"b\":1,\"b\":2}}");
	json = json_foreign(text, needed, &why);
	assert_non_null(json);
	json_decref(json);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notes_are_borne),	     cmocka_unit_test(other_locales_are_read),
		cmocka_unit_test(what_is_no_number_is_null), cmocka_unit_test(commas_at_the_end_are_borne),
		cmocka_unit_test(other_encodings_are_read),  cmocka_unit_test(what_is_cut_is_refused),
		cmocka_unit_test(keys_may_be_there_twice),   cmocka_unit_test(depth_and_length_are_borne),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
