// SPDX-License-Identifier: GPL-2.0-only
/* test_sentence.c - why something did not work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "sentence.h"

static void a_sentence_is_kept_and_the_error_returned(void **state)
{
	struct sentence why;

	assert_int_equal(sentence(&why, -EINVAL, "%s: line %d: %s", "file", 3, "no number"), -EINVAL);
	assert_string_equal(why.text, "file: line 3: no number");
	assert_int_equal(sentence(&why, 0, "%s", ""), 0);
	assert_string_equal(why.text, "");
}

static void a_long_one_is_cut(void **state)
{
	char longer[2 * SENTENCE_BYTES];
	struct sentence why;

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(sentence(&why, -EIO, "%s", longer), -EIO);
	assert_int_equal(strlen(why.text), SENTENCE_BYTES - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_is_kept_and_the_error_returned),
		cmocka_unit_test(a_long_one_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
