// SPDX-License-Identifier: GPL-2.0-only
/* test_numbers.c - numbers that only some cases have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "numbers.h"

/* IOPS in all boots of list, and in two of array: one in another unit. */
static void load_numbers(struct side sides[2], struct comparison *c)
{
	clean();
	write_boot("list", "icount", 1, json_pack("[o]", with_numbers(100, 7, 0.5)));
	write_boot("list", "icount", 2, json_pack("[o]", with_numbers(300, 9, 0.75)));
	write_boot("list", "icount", 3, json_pack("[o]", with_numbers(110, 8, 1)));
	write_boot("array", "icount", 1, json_pack("[o]", fake_number(sync_case(1000), "IOPS", 50, "1/s", -1)));
	write_boot("array", "icount", 2, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 3, json_pack("[o]", fake_number(sync_case(1000), "IOPS", 7, "1/min", -1)));
	load(sides, c, "icount");
}

/* Each name once a unit, in the order in which boots tell them. */
static void test_names(void **state)
{
	struct side sides[2];
	struct comparison c;
	struct extra *extras;

	load_numbers(sides, &c);
	assert_int_equal(compare_extras(&c, &c.rows[0], EXTRA_NUMBERS, &extras), 2);
	assert_string_equal(extras[0].name, "IOPS");
	assert_string_equal(extras[0].unit, "1/s");
	assert_string_equal(extras[1].name, "IOPS");
	assert_string_equal(extras[1].unit, "1/min");
	free(extras);
	assert_int_equal(compare_extras(&c, &c.rows[0], EXTRA_PERF, &extras), 1);
	assert_string_equal(extras[0].name, "cache-misses");
	free(extras);
	unload(sides, &c);
}

static void check_values(const struct comparison *c, size_t side, enum extra_kind kind, const char *name,
			 const char *unit, size_t n, double value, double running)
{
	struct extra extra = { .name = name, .unit = unit };

	compare_extra_values(c, &c->rows[0], side, kind, &extra);
	assert_int_equal(extra.nr_values, n);
	if (n) {
		assert_true(extra.value == value);
		assert_true(extra.running == running);
	}
	free(extra.values);
}

/* The median over the boots that have it, and of how long perf counted. */
static void test_values(void **state)
{
	struct side sides[2];
	struct comparison c;

	load_numbers(sides, &c);
	check_values(&c, 0, EXTRA_NUMBERS, "IOPS", "1/s", 3, 110, 1);
	check_values(&c, 0, EXTRA_PERF, "cache-misses", "", 3, 8, 0.75);
	check_values(&c, 1, EXTRA_NUMBERS, "IOPS", "1/s", 1, 50, 1);
	check_values(&c, 1, EXTRA_NUMBERS, "IOPS", "1/min", 1, 7, 1);
	check_values(&c, 1, EXTRA_PERF, "cache-misses", "", 0, 0, 0);
	check_values(&c, 0, EXTRA_PERF, "IOPS", "1/s", 0, 0, 0); /* it is of the other kind */
	unload(sides, &c);
}

static json_t *probed(int flushes, int bytes)
{
	json_t *json = sync_case(1000);

	json_object_set_new(json, "probes",
			    json_pack("{s:{s:i, s:b, s:{s:i, s:{s:i}, s:{s:i}}}}", "cmdq", "ops", 100, "valid", 1,
				      "all", "batches", 100, "opcodes", "TLBI_NH_ASID", flushes, "tlbi", "bytes",
				      bytes));
	return json;
}

/* More than 1 % apart, or there at all; a side that was not probed is held against none. */
static void test_probed(void **state)
{
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", probed(0, 1000)));
	write_boot("array", "icount", 1, json_pack("[o]", probed(0, 1010)));
	load(sides, &c, "icount");
	check_values(&c, 1, EXTRA_PROBED, "cmdq TLBI bytes", "an operation", 1, 10.1, 1);
	assert_false(compare_row_probed_apart(&c, &c.rows[0], 1));
	unload(sides, &c);

	write_boot("array", "icount", 1, json_pack("[o]", probed(1, 1010)));
	load(sides, &c, "icount");
	assert_true(compare_row_probed_apart(&c, &c.rows[0], 1));
	unload(sides, &c);

	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	load(sides, &c, "icount");
	assert_false(compare_row_probed_apart(&c, &c.rows[0], 1));
	unload(sides, &c);
}

/* A side on which the case failed in one boot says nothing by the others. */
static void test_only_of_what_passed(void **state)
{
	struct side sides[2];
	struct comparison c;
	struct extra *extras;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", with_numbers(1, 2, 1)));
	write_boot("array", "icount", 2, json_pack("[o]", fake_no_pass("dma", "fail", "it rained")));
	load(sides, &c, "icount");
	assert_int_equal(compare_extras(&c, &c.rows[0], EXTRA_NUMBERS, &extras), 0);
	free(extras);
	check_values(&c, 1, EXTRA_NUMBERS, "IOPS", "1/s", 0, 0, 0);
	unload(sides, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_probed),
		cmocka_unit_test(test_only_of_what_passed),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
