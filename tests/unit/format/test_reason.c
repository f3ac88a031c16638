// SPDX-License-Identifier: GPL-2.0-only
/* Codes of reasons: each has a word of its own, and results/README.md has them all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "must.h"
#include "reason.h"

static void a_word_is_its_code_again(void **state)
{
	int code;

	for (code = REASON_NONE; code < REASONS; code++) {
		assert_non_null(reason_name((enum reason_code)code));
		assert_int_equal(reason_find(reason_name((enum reason_code)code)), code);
	}
}

/* A newer program may have more. */
static void an_unknown_word_is_other(void **state)
{
	assert_int_equal(reason_find("not yet thought of"), REASON_OTHER);
	assert_int_equal(reason_find("Late"), REASON_OTHER);
}

static void the_format_is_told_of_all(void **state)
{
	static char text[1 << 17];
	char line[256];
	FILE *file = fopen("results/README.md", "r");
	int code;

	MUST(file && fread(text, 1, sizeof(text) - 1, file) > 0 && !fclose(file));
	for (code = REASON_OTHER; code < REASONS; code++) {
		snprintf(line, sizeof(line), "| `%s` | %s |\n", reason_name((enum reason_code)code),
			 reason_summary((enum reason_code)code));
		if (!strstr(text, line))
			fail_msg("results/README.md lacks: %s", line);
	}
}

static void what_is_untimed_has_a_word_and_a_sentence(void **state)
{
	assert_int_equal(untimed_find(untimed_name(UNTIMED_TURNS)), UNTIMED_TURNS);
	assert_int_equal(untimed_find(untimed_name(UNTIMED_LEAPS)), UNTIMED_LEAPS);
	assert_string_equal(untimed_sentence(UNTIMED_TURNS), "threads took turns");
	assert_null(untimed_name(UNTIMED_NO));
	assert_null(untimed_sentence(UNTIMED_NO));
	assert_int_equal(untimed_find("sideways"), UNTIMED_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_its_code_again),
		cmocka_unit_test(an_unknown_word_is_other),
		cmocka_unit_test(the_format_is_told_of_all),
		cmocka_unit_test(what_is_untimed_has_a_word_and_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
