// SPDX-License-Identifier: GPL-2.0-only
/* Functions by their addresses, from a System.map. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "must.h"
#include "symbols.h"

static void write_map(const char *text)
{
	FILE *file = fopen("System.map", "w");

	MUST(file);
	fputs(text, file);
	fclose(file);
}

static const char *in(const struct symbols *s, uint64_t address)
{
	return symbols_name(s, symbols_find(s, address));
}

static void an_address_is_in_a_function(void **state)
{
	struct symbols s;
	struct sentence why;

	/* Not in order; of other types too. */
	write_map("ffff800080000100 T first\nffff800080000300 W last\nffff800080000200 t middle.isra.0\n"
		  "ffff800080000180 d data\nffff800080000400 T _etext\n");
	assert_int_equal(symbols_read(&s, "System.map", &why), 0);
	assert_int_equal(s.count, 4);
	assert_string_equal(in(&s, 0), "(a process)");
	assert_string_equal(in(&s, 0xffff8000800000ff), "(a module)");
	assert_string_equal(in(&s, 0xffff800080000100), "first");
	assert_string_equal(in(&s, 0xffff8000800001ff), "first");
	assert_string_equal(in(&s, 0xffff800080000200), "middle.isra.0");
	assert_string_equal(in(&s, 0xffff8000800003ff), "last");
	assert_string_equal(in(&s, 0xffff800080000400), "(a module)");
	assert_string_equal(in(&s, UINT64_MAX), "(a module)");
	symbols_free(&s);
}

static void a_name_stays_in_its_line(void **state)
{
	struct symbols s;
	struct sentence why;

	write_map("10 T a\033[2Jb\n20 T end");
	assert_int_equal(symbols_read(&s, "System.map", &why), 0);
	assert_string_equal(in(&s, 0x10), "a?[2Jb");
	symbols_free(&s);
}

static void what_is_no_map_is_told(void **state)
{
	static const char *const wrong[] = { "",	"\n",	 "T\n",	     "10\n",	   "10 T\n",
					     "10 T \n", "10 \n", "no map\n", "10 d data\n" };
	struct symbols s;
	struct sentence why;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		write_map(wrong[i]);
		assert_int_equal(symbols_read(&s, "System.map", &why), -EINVAL);
		assert_non_null(strstr(why.text, "System.map: "));
		symbols_free(&s);
	}
	assert_int_equal(symbols_read(&s, "nothing", &why), -ENOENT);
	assert_non_null(strstr(why.text, "nothing: "));
	symbols_free(&s);
}

static char folder[] = "/tmp/test_symbols.XXXXXX";

static int enter(void **state)
{
	MUST(mkdtemp(folder) && !chdir(folder));
	return 0;
}

static int leave(void **state)
{
	unlink("System.map");
	return chdir("/") || rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_in_a_function),
		cmocka_unit_test(a_name_stays_in_its_line),
		cmocka_unit_test(what_is_no_map_is_told),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
