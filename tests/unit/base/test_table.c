// SPDX-License-Identifier: GPL-2.0-only
/* test_table.c - columns as wide as what is in them, in characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "table.h"

static void assert_printed(struct table *t, const char *want)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	table_print(t, out);
	fclose(out);
	assert_string_equal(text, want);
	assert_int_equal(t->count, 0);
	free(text);
}

/* A heading may be the widest or the narrowest; the last column ends its line. */
static void test_widths(void **state)
{
	static const char *const heads[] = { "kernel", "n", "why" };
	struct table t = { .alignment = "lrl" };

	table_put_line(&t, heads);
	table_put(&t, "list");
	table_put(&t, "%d", 1234);
	table_put(&t, "it rained");
	table_put(&t, "array-tuned");
	table_put(&t, "%d", 5);
	table_put(&t, "%s", "");
	assert_printed(&t, "kernel          n  why\n"
			   "list         1234  it rained\n"
			   "array-tuned     5  \n");
}

static void test_right_at_the_end(void **state)
{
	struct table t = { .alignment = "lr" };

	table_put(&t, "a");
	table_put(&t, "1");
	table_put(&t, "bb");
	table_put(&t, "100");
	assert_printed(&t, "a     1\nbb  100\n");
}

/* Two bytes of one character take the room of one, three of one as well. */
static void test_characters(void **state)
{
	struct table t = { .alignment = "lrl" };

	table_put(&t, "\xc3\xa9t\xc3\xa9");
	table_put(&t, "\xe2\x88\x92"
		      "5");
	table_put(&t, "|");
	table_put(&t, "four");
	table_put(&t, "100");
	table_put(&t, "|");
	assert_printed(&t, "\xc3\xa9t\xc3\xa9    \xe2\x88\x92"
			   "5  |\nfour  100  |\n");
}

/* It can be filled again. */
static void test_again(void **state)
{
	struct table t = { .alignment = "l" };

	assert_printed(&t, "");
	table_put(&t, "much wider than what follows");
	assert_printed(&t, "much wider than what follows\n");
	table_put(&t, "a");
	assert_printed(&t, "a\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_right_at_the_end),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
