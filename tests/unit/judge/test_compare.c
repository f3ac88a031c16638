// SPDX-License-Identifier: GPL-2.0-only
/* test_compare.c - which rows and sides a comparison has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"

/* The base's cases, then the others' own, each once, whichever boots have it. */
static void test_rows(void **state)
{
	static const char *const want[] = { "a", "b", "c", "d" };
	struct side sides[2];
	struct comparison c;
	size_t i;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", fate_case("a", 1000, NULL)));
	write_boot("list", "icount", 2, json_pack("[o, o]", fate_case("b", 1000, NULL), fate_case("a", 1000, NULL)));
	write_boot("array", "icount", 1,
		   json_pack("[o, o, o]", fate_case("c", 1000, NULL), fate_case("b", 1000, NULL),
			     fate_case("d", 1000, NULL)));
	load(sides, &c, "icount");
	assert_int_equal(c.nr_rows, 4);
	for (i = 0; i < 4; i++)
		assert_string_equal(c.rows[i].name, want[i]);
	assert_int_equal(c.rows[1].cells[0].status, STATUS_LOST); /* not in boot 1 */
	unload(sides, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
