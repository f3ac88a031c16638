// SPDX-License-Identifier: GPL-2.0-only
/* test_subcommand.c - subcommands are found and in order, and main hands over to the right one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "program.h"
#include "subcommand.h"

static void all_are_there_once_and_in_order(void **state)
{
	const struct subcommand *c, *before = NULL;
	size_t n;

	for (n = 0; (c = subcommand_nth(n)); n++) {
		assert_ptr_equal(subcommand_find(c->name), c);
		assert_non_null(c->argp);
		assert_non_null(c->run);
		assert_true(!before || strcmp(before->name, c->name) < 0);
		before = c;
	}
	assert_true(n >= 15);
	assert_null(subcommand_nth(n + 1));
}

static void a_name_is_the_whole_name(void **state)
{
	assert_string_equal(subcommand_find("run")->name, "run");
	assert_null(subcommand_find("ru"));
	assert_null(subcommand_find("runs"));
	assert_null(subcommand_find(""));
}

static void main_finds_them(void **state)
{
	struct outcome outcome;

	program_run(&outcome, "restore", "--help", NULL);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(strncmp(outcome.out, "Usage: invbench restore ", 24), 0);
	program_forget(&outcome);
	program_run(&outcome, "restor", NULL);
	assert_int_equal(outcome.status, 2);
	assert_string_equal(outcome.err, "invbench: no command 'restor'; try: invbench --help\n");
	program_forget(&outcome);
	program_run(&outcome, NULL);
	assert_int_equal(outcome.status, 2);
	assert_string_equal(outcome.err, "invbench: no command; try: invbench --help\n");
	program_forget(&outcome);
}

static void main_lists_them(void **state)
{
	const struct subcommand *c;
	struct outcome outcome;
	char line[256];
	size_t n;

	program_run(&outcome, "--help", NULL);
	assert_int_equal(outcome.status, 0);
	for (n = 0; (c = subcommand_nth(n)); n++) {
		snprintf(line, sizeof(line), "\n  %-10s %s\n", c->name, c->summary);
		if (!strstr(outcome.out, line))
			fail_msg("no line '%s'", line);
	}
	program_forget(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_there_once_and_in_order),
		cmocka_unit_test(a_name_is_the_whole_name),
		cmocka_unit_test(main_finds_them),
		cmocka_unit_test(main_lists_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
