// SPDX-License-Identifier: GPL-2.0-only
/* Which boot of a session is due, by those that there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "session_plan.h"

/* The letters of the kernels as they become due. */
static void expect_order(size_t kernels, size_t boots, const char *expected)
{
	static const char *const names[] = { "A", "B", "C" };
	struct session s = { .nr_kernels = kernels, .boots = boots };
	char order[64] = "";

	for (size_t i = 0; i < kernels; i++)
		s.kernels[i] = names[i];
	while (session_due(&s)) {
		assert_int_equal(session_done(&s), strlen(order));
		strcat(order, session_due(&s));
		s.have[*session_due(&s) - 'A']++;
	}
	assert_string_equal(order, expected);
	assert_int_equal(session_done(&s), session_total(&s));
}

static void rounds_go_there_and_back(void **state)
{
	expect_order(2, 4, "ABBAABBA");
	expect_order(3, 3, "ABCCBAABC");
	expect_order(1, 3, "AAA");
	expect_order(2, 1, "AB");
}

/* Boots that were there before, by hand or of a longer plan, count. */
static void what_is_there_is_not_due(void **state)
{
	struct session s = { .nr_kernels = 2, .boots = 3, .kernels = { "A", "B" }, .have = { 2, 0 } };

	assert_string_equal(session_due(&s), "B");
	s.have[1] = 2;
	assert_string_equal(session_due(&s), "A");
	s.have[0] = 5;
	assert_string_equal(session_due(&s), "B");
	assert_int_equal(session_done(&s), 5);
	s.have[1] = 3;
	assert_null(session_due(&s));
}

static void a_release_is_one_plain_word(void **state)
{
	assert_true(session_is_release("6.12.117+deb13-arm64"));
	assert_true(session_is_release("6.12.117-list~rc1"));
	assert_false(session_is_release(""));
	assert_false(session_is_release("."));
	assert_false(session_is_release("../etc"));
	assert_false(session_is_release("-rf"));
	assert_false(session_is_release("6.12 list"));
	assert_false(session_is_release("6.12/list"));
	assert_false(session_is_release("$(id)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds_go_there_and_back),
		cmocka_unit_test(what_is_there_is_not_due),
		cmocka_unit_test(a_release_is_one_plain_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
