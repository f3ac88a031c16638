// SPDX-License-Identifier: GPL-2.0-only
/* test_compare.c - which rows and sides a comparison has. */
#include <errno.h>
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

static void test_beds_do_not_mix(void **state)
{
	const uint64_t medians[] = { 1000, 1001, 0 };
	struct side sides[2];
	struct comparison c;
	struct sentence why;

	clean();
	write_medians("list", "icount", medians);
	write_medians("array", "metal", medians);
	assert_int_equal(side_load(folder_of("list", "icount"), &sides[0], &why), 0);
	assert_int_equal(side_load(folder_of("array", "metal"), &sides[1], &why), 0);
	assert_int_equal(compare_sides(sides, 2, &c, &why), -EINVAL);
	assert_non_null(strstr(why.text, "array/metal/boot-001.json: bed.name: metal, but "));
	assert_int_equal(c.nr_rows, 0);
	side_free(&sides[0]);
	side_free(&sides[1]);
}

/* By patterns of a shell; each has to match a case. */
static void test_cases_are_kept(void **state)
{
	char *globs[] = { (char *)"worse*", (char *)"s?me", (char *)"sync" };
	struct side sides[2];
	struct comparison c;
	struct sentence why;

	write_all_fates();
	load(sides, &c, "icount");
	assert_int_equal(compare_keep_cases(&c, globs, 3, &why), -ENOENT);
	assert_string_equal(why.text, "no case matches 'sync'; a case is called, for example, 'same'");
	assert_int_equal(c.nr_rows, FATES);
	assert_int_equal(compare_keep_cases(&c, globs, 2, &why), 0);
	assert_int_equal(c.nr_rows, 4);
	assert_string_equal(c.rows[0].name, "same");
	assert_string_equal(c.rows[1].name, "worse by 1 %");
	assert_string_equal(c.rows[3].name, "worse by 1 %, too");
	unload(sides, &c);
}

/* A run's bed whose kernels are all lost has no comparison; one that is lost is a failure, and told. */
static void test_lost_kernels(void **state)
{
	char *lost[] = { (char *)"gone" };
	struct run_bed bed = { .bed = (char *)"icount", .run_path = (char *)"results/run", .lost = lost, .nr_lost = 1 };
	struct side sides[2];
	struct comparison c;
	struct sentence why;

	assert_int_equal(compare_run_bed(&bed, &c, &why), -EINVAL);
	assert_string_equal(why.text, "results/run: no kernel has a boot on bed icount; run the bench again");
	write_all_fates();
	load(sides, &c, "icount");
	compare_free(&c);
	bed.sides = sides;
	bed.nr_sides = 2;
	assert_int_equal(compare_run_bed(&bed, &c, &why), 0);
	assert_true(c.lost_kernels);
	assert_string_equal(c.warnings[0], "kernel gone of the plan has no boot on this bed; the base is list");
	unload(sides, &c);
}

static const char *const variant_kernels[] = { "list", "array", "list-tuned", "array-tuned" };

static void load_variants(struct side sides[4], struct comparison *c)
{
	struct sentence why;
	int i;

	clean();
	for (i = 0; i < 4; i++) {
		write_boot(variant_kernels[i], "icount", 1,
			   json_pack("[o, o]", fate_case("a", 1000, NULL), fate_case("b", 1000, NULL)));
		if (side_load(folder_of(variant_kernels[i], "icount"), &sides[i], &why))
			fail_msg("%s", why.text);
	}
	assert_int_equal(compare_sides(sides, 4, c, &why), 0);
}

/* Only array-tuned has a counterpart beside the base; the pair is compared as all are. */
static void test_variants(void **state)
{
	char *globs[] = { (char *)"b" };
	struct side sides[4], pair[2];
	struct comparison c, variant;
	struct sentence why;
	size_t i;

	load_variants(sides, &c);
	for (i = 0; i < 3; i++)
		assert_false(compare_variant(&c, i, pair));
	assert_true(compare_variant(&c, 3, pair));
	assert_string_equal(pair[0].label, "list-tuned");
	assert_string_equal(pair[1].label, "array-tuned");
	c.options.chosen[METRIC_P99] = true;
	assert_int_equal(compare_keep_cases(&c, globs, 1, &why), 0);
	assert_int_equal(compare_pair(&c, pair, &variant, &why), 0);
	assert_int_equal(variant.nr_rows, 1);
	assert_string_equal(variant.rows[0].name, "b");
	assert_true(variant.options.chosen[METRIC_P99]);
	compare_free(&variant);
	compare_free(&c);
	for (i = 0; i < 4; i++)
		side_free(&sides[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),	       cmocka_unit_test(test_beds_do_not_mix),
		cmocka_unit_test(test_cases_are_kept), cmocka_unit_test(test_lost_kernels),
		cmocka_unit_test(test_variants),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
