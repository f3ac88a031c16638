// SPDX-License-Identifier: GPL-2.0-only
/* test_distribution.c - percentiles of all boots together, and over the boots. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "distribution.h"

static const struct percentile_value *percentile(const struct distribution *d, const char *name)
{
	size_t i;

	for (i = 0; i < COMPARE_PERCENTILES; i++)
		if (!strcmp(compare_percentiles[i].name, name))
			return &d->percentiles[i];
	fail_msg("no percentile %s", name);
	return NULL;
}

static void check_percentile(const struct distribution *d, const char *name, double value, double low, double high)
{
	const struct percentile_value *p = percentile(d, name);

	assert_true(p->present && p->spread);
	if (p->value != value || p->low != low || p->high != high)
		fail_msg("%s: %g, boots %g..%g", name, p->value, p->low, p->high);
}

static void test_distribution(void **state)
{
	const uint64_t medians[] = { 1000, 1200, 0 };
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR), k = fake_histogram(12, 1200 + FAKE_FLOOR);
	struct distribution d;
	struct side sides[2];
	struct comparison c;

	clean();
	write_medians("list", "icount", medians);
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 2,
		   json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", 1), 10, 1000)));
	load(sides, &c, "icount");
	assert_int_equal(compare_distribution(&sides[0], &c.rows[0].cells[0], &d), 0);
	assert_int_equal(d.samples, 2 * FAKE_OPS);
	/* Half of all samples are of either boot. */
	check_percentile(&d, "p25", 1000, 1000, 1200);
	check_percentile(&d, "p75", 1200, 1000, 1200);
	check_percentile(&d, "min", (double)h.min - FAKE_FLOOR, (double)h.min - FAKE_FLOOR, (double)k.min - FAKE_FLOOR);
	check_percentile(&d, "max", (double)k.max - FAKE_FLOOR, (double)h.max - FAKE_FLOOR, (double)k.max - FAKE_FLOOR);
	check_percentile(&d, "p99.9", percentile(&d, "p99.9")->value, (double)hist_quantile(&h, 0.999) - FAKE_FLOOR,
			 (double)hist_quantile(&k, 0.999) - FAKE_FLOOR);
	assert_int_equal(compare_distribution(&sides[1], &c.rows[0].cells[1], &d), -EINVAL);
	unload(sides, &c);
	hist_free(&h);
	hist_free(&k);
}

/* Less the mean of the floors, 40, the lower half would be 1030: below what it is in either boot. */
static void test_distribution_of_unlike_floors(void **state)
{
	struct distribution d;
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", with_floor(sync_case(1000), 10)));
	write_boot("list", "icount", 2, json_pack("[o]", with_floor(sync_case(1200), 70)));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	load(sides, &c, "icount");
	assert_int_equal(compare_distribution(&sides[0], &c.rows[0].cells[0], &d), 0);
	check_percentile(&d, "p25", 1060, 1060, 1200);
	unload(sides, &c);
}

/* Each of two boots with 999 samples knows no p99.9, and both together do. */
static void test_distribution_of_few(void **state)
{
	struct distribution d;
	struct side sides[2];
	struct comparison c;
	int boot;

	clean();
	for (boot = 1; boot <= 2; boot++)
		write_boot("list", "icount", boot, json_pack("[o]", fake_fewer(sync_case(1000), 12, 1000)));
	write_boot("array", "icount", 1, json_pack("[o]", fake_fewer(sync_case(1000), 12, 1000)));
	load(sides, &c, "icount");
	assert_int_equal(compare_distribution(&sides[0], &c.rows[0].cells[0], &d), 0);
	assert_true(percentile(&d, "p99.9")->present && !percentile(&d, "p99.9")->spread);
	assert_true(percentile(&d, "p99")->spread && percentile(&d, "max")->spread);
	assert_int_equal(compare_distribution(&sides[1], &c.rows[0].cells[1], &d), 0);
	assert_false(percentile(&d, "p99.9")->present);
	unload(sides, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distribution),
		cmocka_unit_test(test_distribution_of_unlike_floors),
		cmocka_unit_test(test_distribution_of_few),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
