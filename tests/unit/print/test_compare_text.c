// SPDX-License-Identifier: GPL-2.0-only
/* test_compare_text.c - what the list and the table have in common, and which of them is the default. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compare_text.h"
#include "run_compare.h"

/* Percentiles and threads are below each case that is shown. The fake threads have 11 and 9 twentieths of the sum. */
static void test_details(void **state)
{
	const uint64_t base[] = { 1000, 1000, 0 }, other[] = { 900, 920, 0 };
	struct histogram h = fake_histogram(12, 10000 + FAKE_FLOOR);
	char line[128];
	struct outcome o;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	program_run(&o, "compare", "--distribution", "--threads", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "    distribution           list (boots)                  array (boots)            ratio\n");
	assert_has(o.out, "    p25                    1000 1000..1000                 900 900..920           0.900\n");
	assert_has(o.out, "    p75                    1000 1000..1000                 920 900..920           0.920\n");
	assert_has(o.out, "    samples                2000                           2000\n");
	assert_has_not(o.out, "mean, highest"); /* one thread has no spread */
	program_forget(&o);
	program_run(&o, "compare", "--table", "--distribution", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_has(o.out, "    p25                    1000 1000..1000                 900 900..920           0.900\n");
	program_forget(&o);
	clean();
	write_times("list", "model", 8, 1000000, 500000);
	write_times("array", "model", 8, 500000, 500000);
	program_run(&o, "compare", "--threads", folder_of("list", "model"), folder_of("array", "model"), NULL);
	snprintf(line, sizeof(line), "    mean, highest  %12.1f  ", 1.1 * (double)h.sum / FAKE_OPS - FAKE_FLOOR);
	assert_has(o.out, line);
	assert_has(o.out, "    ops/s, highest");
	program_forget(&o);
	hist_free(&h);
}

/* More than two are a table; a list has a part for each, and either order is at hand. */
static void test_forms(void **state)
{
	const uint64_t medians[3][3] = { { 1000, 1001, 0 }, { 930, 931, 0 }, { 1200, 1201, 0 } };
	struct outcome o;

	clean();
	write_medians("list", "icount", medians[0]);
	write_medians("array", "icount", medians[1]);
	write_medians("third", "icount", medians[2]);
	program_run(&o, "compare", folder_of("list", "icount"), folder_of("array", "icount"),
		    folder_of("third", "icount"), NULL);
	assert_has(o.out, "\n  kernel ");
	assert_has(
		o.out,
		"\nthird against list, 1 case: 0 better, 1 worse, 0 no measurable difference, 0 inconclusive, 0 not compared\n"
		"  dma: worse: median +20.0 %, p99 +20.0 %\n");
	program_forget(&o);
	program_run(&o, "compare", "--list", folder_of("list", "icount"), folder_of("array", "icount"),
		    folder_of("third", "icount"), NULL);
	assert_before(o.out, "\n==== array against list\n\n== better, 1 of 1 case\n",
		      "\n==== third against list\n\n== worse, 1 of 1 case\n");
	program_forget(&o);
	write_all_fates();
	program_run(&o, "compare", "--table", "--order=importance", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_before(o.out, "\nworse by 20 %  (sync)\n", "\nworse by 1 %  (sync)\n");
	assert_before(o.out, "\nworse by 1 %  (sync)\n", "\nsame  (sync)\n");
	program_forget(&o);
	program_run(&o, "compare", "--table", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_before(o.out, "\nsame  (sync)\n", "\nworse by 1 %  (sync)\n");
	program_forget(&o);
}

static void test_warnings(void **state)
{
	json_t *boot = fake_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	struct outcome o;
	char path[450];

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", 2), 12, 1000)));
	json_object_set_new(boot, "suite", json_string("other"));
	json_object_set_new(json_object_get(boot, "machine"), "cpus", json_integer(4));
	json_object_set_new(json_object_get(boot, "bed"), "cpu", json_string("max"));
	json_object_set_new(json_object_get(boot, "kernel"), "config_sha256", json_string("beef"));
	snprintf(path, sizeof(path), "%s/boot-001.json", folder_of("array", "icount"));
	fake_write_json(path, boot);
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, "warning suite differs: list has synthetic, array has other\n");
	assert_has(o.out, "warning number of CPUs differs: list has 2, array has 4\n");
	assert_has(o.out, "warning emulated CPU model differs: list has synthetic, array has max\n");
	assert_has(o.out, "warning kernel configuration differs: list has c0ffee, array has beef\n");
	assert_has(o.out, "warning dma: array has other parameters than list; not compared\n");
	assert_has(o.out, "== not compared, 1 of 1 case\n  the parameters differ\n    dma\n");
	program_forget(&o);
}

static void test_witness(void **state)
{
	struct outcome o;

	clean();
	write_boot("list", "icount", 1,
		   json_pack("[o]", with_witness(sync_case(1000), 2 * FAKE_PROBE_OPS, FAKE_PROBE_OPS)));
	write_boot("array", "icount", 1, json_pack("[o]", with_witness(sync_case(1000), 2 * FAKE_PROBE_OPS, 7)));
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_has(o.out,
		   "warning dma on array: the probe counted 2200 commands and 1100 syncs, qemu-trace 2200 and 7\n");
	assert_has_not(o.out, "dma on list");
	program_forget(&o);
}

/* What is printed to @out, which @text is; free() it. */
#define PRINTED(text, call) \
	do { \
		size_t size; \
		FILE *out = open_memstream(&(text), &size); \
\
		MUST(out); \
		call; \
		MUST(!fclose(out)); \
	} while (0)

/* Those that there are, worse ones behind better ones. */
static void test_verdicts(void **state)
{
	const size_t some[VERDICTS] = { [VERDICT_NONE] = 9, [VERDICT_BETTER] = 3, [VERDICT_NOT_COMPARED] = 1 };
	const size_t none[VERDICTS] = { 0 };
	char *text = NULL;

	PRINTED(text, compare_print_verdicts(out, some));
	assert_string_equal(text, "3 better, 1 not compared");
	free(text);
	text = NULL;
	PRINTED(text, compare_print_verdicts(out, none));
	assert_string_equal(text, "");
	free(text);
}

/* One fails, two fail. */
static void test_tally(void **state)
{
	static const struct fate two[] = {
		{ "a", { 1000, 1000 }, { 0 }, NULL, "fail" },
		{ "b", { 1000, 1000 }, { 0 }, NULL, "lost" },
		{ "c", { 1000, 1000 }, { 900, 900 }, NULL, NULL },
	};
	struct side sides[2];
	struct comparison c;
	char *text = NULL;

	clean();
	write_fates("list", two, 3, true);
	write_fates("array", two, 3, false);
	load(sides, &c, "icount");
	PRINTED(text, compare_print_tally(out, &c, 1));
	assert_string_equal(text,
			    "array against list, 3 cases: 1 better, 0 worse, 0 no measurable difference, "
			    "0 inconclusive, 2 not compared\n  2 of those not compared fail now, and passed on list\n");
	free(text);
	unload(sides, &c);
}

static void test_sides(void **state)
{
	const uint64_t base[] = { 1000, 1001, 0 }, other[] = { 930, 0 };
	char *text = NULL, *want;
	struct side sides[2];
	struct comparison c;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	load(sides, &c, "icount");
	PRINTED(text, compare_print_sides(out, &c));
	MUST(asprintf(&want,
		      "bed     icount, emulator synthetic, suite synthetic\n"
		      "base    list: Linux 6.12.0-synthetic, design list, 2 boots, %s\n"
		      "        array: Linux 6.12.0-synthetic, design array, 1 boot, %s\n",
		      sides[0].path, sides[1].path) > 0);
	assert_string_equal(text, want);
	free(text);
	free(want);
	unload(sides, &c);
}

/* Boots of unlike resolution make no distribution, and that is told. */
static void test_no_distribution(void **state)
{
	const size_t both[] = { 0, 1 };
	char *text = NULL;
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 2,
		   json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", 1), 10, 1000)));
	load(sides, &c, "icount");
	PRINTED(text, compare_print_distribution(out, &c, &c.rows[0], both, 2));
	assert_string_equal(text, "    no distribution: the boots of array have histograms of unlike resolution\n");
	free(text);
	unload(sides, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_details), cmocka_unit_test(test_forms),		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_witness), cmocka_unit_test(test_verdicts),	cmocka_unit_test(test_tally),
		cmocka_unit_test(test_sides),	cmocka_unit_test(test_no_distribution),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
