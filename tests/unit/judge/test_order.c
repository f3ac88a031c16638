// SPDX-License-Identifier: GPL-2.0-only
/* test_order.c - which cases matter most. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "order.h"

static void check_order(const struct comparison *c, size_t side, const char *const want[])
{
	size_t *order = compare_order(c, side), i;

	for (i = 0; i < c->nr_rows; i++)
		assert_string_equal(c->rows[order[i]].name, want[i]);
	free(order);
}

static void test_order(void **state)
{
	struct side sides[2];
	struct comparison c;

	write_all_fates();
	load(sides, &c, "icount");
	assert_int_equal(c.nr_rows, FATES);
	check_order(&c, 1, by_importance);
	check_order(&c, 0, by_importance);
	assert_int_equal(compare_importance(&c.rows[5], 1), IMPORTANCE_WORSE);
	assert_true(fabs(compare_weight(&c, &c.rows[5], 1) - 0.2 / 0.005) < 1e-9);
	assert_true(compare_weight(&c, &c.rows[0], 1) == 0);
	unload(sides, &c);
}

/* One percent of the commands is more than eight of the median: each is held against its own minimum effect. */
static void test_order_in_minimum_effects(void **state)
{
	static const char *const want[] = { "commands", "median", "p" };
	struct side sides[2];
	struct comparison c;
	int boot;

	clean();
	for (boot = 1; boot <= 8; boot++) {
		write_boot("list", "model", boot,
			   json_pack("[o, o, o]", fake_case("p", json_object(), 12, 1000),
				     fake_case("median", json_object(), 12, 1000),
				     with_probe(fake_case("commands", json_object(), 12, 1000), 50, 1)));
		write_boot("array", "model", boot,
			   json_pack("[o, o, o]", fake_case("p", json_object(), 12, 1000),
				     fake_case("median", json_object(), 12, 1080),
				     with_probe(fake_case("commands", json_object(), 12, 1000), 51, 1)));
	}
	load(sides, &c, "model");
	check_order(&c, 1, want);
	unload(sides, &c);
}

/* A row counts by the side where it matters most. */
static void test_order_of_many_sides(void **state)
{
	static const struct fate second[] = {
		{ "a", { 1000, 1000 }, { 1000, 1000 }, NULL, NULL }, { "b", { 1000, 1000 }, { 1300, 1300 }, NULL, NULL },
	}, third[] = {
		{ "a", { 1000, 1000 }, { 1400, 1400 }, NULL, NULL }, { "b", { 1000, 1000 }, { 900, 900 }, NULL, NULL },
	};
	static const char *const orders[3][2] = { { "a", "b" }, { "b", "a" }, { "a", "b" } };
	struct sentence why;
	struct comparison c;
	struct side sides[3];
	size_t i;

	clean();
	write_fates("list", second, 2, true);
	write_fates("second", second, 2, false);
	write_fates("third", third, 2, false);
	assert_int_equal(side_load(folder_of("list", "icount"), &sides[0], &why), 0);
	assert_int_equal(side_load(folder_of("second", "icount"), &sides[1], &why), 0);
	assert_int_equal(side_load(folder_of("third", "icount"), &sides[2], &why), 0);
	assert_int_equal(compare_sides(sides, 3, &c, &why), 0);
	for (i = 0; i < 3; i++)
		check_order(&c, i, orders[i]);
	compare_free(&c);
	for (i = 0; i < 3; i++)
		side_free(&sides[i]);
}

/* What fails on the base as well fails not only now; with no other side, what fails there is all there is. */
static void test_importance(void **state)
{
	struct cell cells[2] = { 0 };
	const struct row row = { .cells = cells };

	cells[1].status = STATUS_LOST;
	cells[1].verdict = VERDICT_NOT_COMPARED;
	assert_int_equal(compare_importance(&row, 1), IMPORTANCE_FAILS);
	cells[1].status = STATUS_SKIP;
	assert_int_equal(compare_importance(&row, 1), IMPORTANCE_NOT_COMPARED);
	cells[0].status = cells[1].status = STATUS_FAIL;
	assert_int_equal(compare_importance(&row, 1), IMPORTANCE_NOT_COMPARED);
	assert_int_equal(compare_importance(&row, 0), IMPORTANCE_FAILS);
	cells[0].status = cells[1].status = STATUS_PASS;
	assert_int_equal(compare_importance(&row, 0), IMPORTANCE_SAME);
	cells[1].verdict = VERDICT_BETTER;
	assert_int_equal(compare_importance(&row, 1), IMPORTANCE_BETTER);
}

/* From 0 is more than any part. */
static void test_from_0_comes_first(void **state)
{
	static const char *const want[] = { "from 0", "doubled" };
	struct side sides[2];
	struct comparison c;
	int boot;

	clean();
	for (boot = 1; boot <= 2; boot++) {
		write_boot("list", "icount", boot,
			   json_pack("[o, o]", with_probe(fate_case("doubled", 1000, NULL), 2, 1),
				     with_probe(fate_case("from 0", 1000, NULL), 0, 1)));
		write_boot("array", "icount", boot,
			   json_pack("[o, o]", with_probe(fate_case("doubled", 1000, NULL), 4, 1),
				     with_probe(fate_case("from 0", 1000, NULL), 1, 1)));
	}
	load(sides, &c, "icount");
	assert_true(isinf(compare_weight(&c, &c.rows[1], 1)));
	check_order(&c, 1, want);
	unload(sides, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_order_in_minimum_effects),
		cmocka_unit_test(test_order_of_many_sides),
		cmocka_unit_test(test_importance),
		cmocka_unit_test(test_from_0_comes_first),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
