/* SPDX-License-Identifier: GPL-2.0-only */
/* run_compare.h - what `invbench compare` says of invented boots. */
#ifndef INVBENCH_TESTS_RUN_COMPARE_H
#define INVBENCH_TESTS_RUN_COMPARE_H

#include "assert_text.h"
#include "compared.h"
#include "program.h"

static UNUSED void assert_narrow(const char *text, size_t width)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > width)
			fail_msg("wider than %zu: %.*s", width, (int)strcspn(text, "\n"), text);
}

/* @first stands above @second. */
static UNUSED void assert_before(const char *text, const char *first, const char *second)
{
	assert_has(text, first);
	assert_has(text, second);
	if (strstr(text, first) > strstr(text, second))
		fail_msg("\"%s\" is below \"%s\" in: %s", first, second, text);
}

static UNUSED void compare(struct outcome *o, const char *a, const char *b)
{
	program_run(o, "compare", a, b, NULL);
}

static UNUSED void compare_table(struct outcome *o, const char *a, const char *b)
{
	program_run(o, "compare", "--table", a, b, NULL);
}

static UNUSED void run_fates(struct outcome *o, const char *option)
{
	write_all_fates();
	if (option)
		program_run(o, "compare", option, folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	else
		compare(o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o->status, 1);
	assert_string_equal(o->err, "");
}

static UNUSED void write_plan(const char *text)
{
	char path[450];

	snprintf(path, sizeof(path), "%s/plan.json", dir);
	fake_write_text(path, text);
}

#endif
