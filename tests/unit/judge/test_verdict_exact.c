// SPDX-License-Identifier: GPL-2.0-only
/* Where boots are equal in every byte: one a side is enough, and no difference is too small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "verdict.h"

static void assert_verdict(const uint64_t *base, const uint64_t *other, enum verdict want, const char *why)
{
	struct side sides[2];
	struct comparison c;
	const struct cell *cell;

	clean();
	write_medians("list", "virtual", base);
	write_medians("array", "virtual", other);
	load(sides, &c, "virtual");
	cell = &c.rows[0].cells[1];
	assert_string_equal(verdict_name(cell->verdict), verdict_name(want));
	assert_memory_equal(cell->why, why, strlen(why));
	unload(sides, &c);
}

static void what_is_equal_is_the_same(void **state)
{
	const uint64_t base[] = { 1000, 0 };

	assert_verdict(base, base, VERDICT_SAME, "");
}

static void a_nanosecond_is_a_difference(void **state)
{
	const uint64_t base[] = { 1000, 0 }, more[] = { 1001, 0 }, less[] = { 999, 0 };

	assert_verdict(base, more, VERDICT_WORSE, "median +0.1 %");
	assert_verdict(base, less, VERDICT_BETTER, "median -0.1 %");
}

/* Two kernels of one name, perhaps: then nothing is sure. */
static void boots_that_differ_decide_nothing(void **state)
{
	const uint64_t base[] = { 1000, 1002, 0 }, other[] = { 1001, 1003, 0 };

	assert_verdict(base, other, VERDICT_INCONCLUSIVE, "median -0.1");
}

/* Of more than 8191 ns a histogram's buckets are wider than one: here the lowest has 19668 to 19671. */
static void write_least(const char *kernel, int least)
{
	json_t *json = sync_case(20001);

	json_object_set_new(json_object_get(json, "latency"), "min", json_integer(least));
	write_boot(kernel, "virtual", 1, json_pack("[o]", json));
}

static void the_least_time_is_not_rounded(void **state)
{
	struct side sides[2];
	struct comparison c;

	clean();
	write_least("list", 19670);
	write_least("array", 19671);
	load(sides, &c, "virtual");
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].change == 0);
	assert_string_equal(verdict_name(c.rows[0].cells[1].verdict), verdict_name(VERDICT_WORSE));
	assert_string_equal(c.rows[0].cells[1].why, "minimum +0.0 %");
	unload(sides, &c);
}

/* It is moved by ticks, which fall elsewhere when anything before them takes another time. */
static void a_tail_has_the_limit_of_other_counts(void **state)
{
	struct side sides[2];
	struct comparison c;
	const uint64_t base[] = { 1000, 0 };

	clean();
	write_medians("list", "virtual", base);
	write_medians("array", "virtual", base);
	load(sides, &c, "virtual");
	assert_true(compare_min_effect(&c, METRIC_P99) == metric_infos[METRIC_P99].min_effect_counted);
	assert_true(compare_min_effect(&c, METRIC_MEDIAN) < 1e-6);
	unload(sides, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_equal_is_the_same),
		cmocka_unit_test(a_nanosecond_is_a_difference),
		cmocka_unit_test(boots_that_differ_decide_nothing),
		cmocka_unit_test(the_least_time_is_not_rounded),
		cmocka_unit_test(a_tail_has_the_limit_of_other_counts),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
