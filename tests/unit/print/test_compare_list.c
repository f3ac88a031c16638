// SPDX-License-Identifier: GPL-2.0-only
/* test_compare_list.c - what moved, in the order of what matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "run_compare.h"

static void test_list(void **state)
{
	struct outcome o;
	size_t i;

	run_fates(&o, NULL);
	assert_has(o.out, "\n== fails now, 1 of 12 cases\n  fail on array: it rained\n    fails now\n");
	assert_has(o.out, "\n== worse, 3 of 12 cases\n                        list         array   ratio  range\n"
			  "  worse by 20 %  (sync)\n"
			  "    median              1000          1200   1.200  1.200..1.200    worse\n"
			  "    p99                 1000          1200   1.200  1.200..1.200    worse\n"
			  "  worse by 1 %  (sync)\n");
	assert_has(o.out, "\n== inconclusive, 2 of 12 cases\n");
	assert_has(o.out, "    median              1050          1200   1.143  1.048..1.238    inconclusive\n");
	assert_has(
		o.out,
		"\n== not compared, 3 of 12 cases\n  skip on both: it rained\n    skipped\n  fail on list: it rained\n"
		"    passes now\n  lost on both: it rained\n    lost on both\n");
	assert_has(o.out,
		   "\n== no measurable difference, 1 of 12 cases\n  dma: 1 case, ratio of the medians 1.000..1.000\n");
	assert_has(o.out, "2 better, 3 worse, 1 no measurable difference, 2 inconclusive, 4 not compared\n"
			  "  1 of those not compared fails now, and passed on list\n");
	assert_has_not(o.out, "  same  (sync)");
	for (i = 1; i + 1 < FATES; i++)
		assert_before(o.out, by_importance[i - 1], by_importance[i]);
	assert_narrow(o.out, 120);
	program_forget(&o);
}

static void test_list_all(void **state)
{
	struct outcome o;

	run_fates(&o, "--all");
	assert_has(
		o.out,
		"\n== no measurable difference, 1 of 12 cases\n                        list         array   ratio  range\n"
		"  same  (sync)\n"
		"    median              1000          1000   1.000  1.000..1.000    no measurable difference\n\n");
	program_forget(&o);
}

static void test_list_in_suite_order(void **state)
{
	struct outcome o;

	run_fates(&o, "--order=suite");
	assert_has(o.out, "\n== in suite order\n");
	assert_before(o.out, "  better by 3 %  (sync)", "  worse by 1 %  (sync)");
	assert_before(o.out, "  worse by 1 %  (sync)", "    skipped");
	assert_before(o.out, "    skipped", "  noisy  (sync)");
	assert_before(o.out, "  worse by 1 %, too  (sync)", "  dma: 1 case, ratio of the medians");
	program_forget(&o);
}

/* Five with one reason take five lines less than five cases; --all names them. */
static void test_one_reason_is_told_once(void **state)
{
	json_t *cases = json_pack("[o, o, o, o, o, o]", fake_no_pass("a", "skip", "it rained"),
				  fake_no_pass("b", "skip", "it rained"), fake_no_pass("c", "skip", "it rained"),
				  fake_no_pass("d", "skip", "it snowed"), fake_no_pass("e", "skip", "it rained"),
				  fake_no_pass("f", "skip", "it rained"));
	struct outcome o;

	clean();
	write_boot("list", "icount", 1, json_deep_copy(cases));
	write_boot("array", "icount", 1, cases);
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_has(
		o.out,
		"  skip on both: it rained\n    a\n    b\n    c\n    and 2 more\n  skip on both: it snowed\n    d\n\n");
	program_forget(&o);
	program_run(&o, "compare", "--all", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_has(
		o.out,
		"  skip on both: it rained\n    a\n    b\n    c\n    e\n    f\n  skip on both: it snowed\n    d\n\n");
	program_forget(&o);
}

/* Without enough boots all is inconclusive: what is far apart is shown, and the rest folded. */
static void test_list_of_few_boots(void **state)
{
	static const struct fate few[] = {
		{ "near", { 1000, 1001 }, { 1002, 1003 }, NULL, NULL },
		{ "far", { 1000, 1001 }, { 1300, 1301 }, NULL, NULL },
	};
	struct outcome o;
	char base[450], other[450];

	clean();
	write_fates("list", few, 2, true);
	write_fates("array", few, 2, false);
	snprintf(base, sizeof(base), "%s/boot-001.json", folder_of("list", "icount"));
	snprintf(other, sizeof(other), "%s/boot-001.json", folder_of("array", "icount"));
	compare(&o, base, other);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "\n== inconclusive, 2 of 2 cases: 1 boot a side, a verdict needs 2\n");
	assert_has(o.out,
		   "  far  (sync)\n    median              1000          1300   1.300  1.300..1.300    inconclusive\n");
	assert_has(o.out,
		   "  dma: 1 case with no metric apart by its minimum effect, ratio of the medians 1.002..1.002\n");
	assert_has_not(o.out, "  near  (sync)");
	assert_has_not(o.out, "\n    commands "); /* of the far case these are as near as can be */
	program_forget(&o);
}

/* The interval is one, and headed so. */
static void test_list_on_times(void **state)
{
	const uint64_t base[] = { 1000, 1010, 1020, 1030, 1040, 1050, 1060, 1070, 0 };
	const uint64_t other[] = { 1100, 1110, 1120, 1130, 1140, 1150, 1160, 1170, 0 };
	struct outcome o;

	clean();
	write_medians("list", "model", base);
	write_medians("array", "model", other);
	compare(&o, folder_of("list", "model"), folder_of("array", "model"));
	assert_has(o.out, "ratio  99 % interval\n");
	assert_has(o.out, "    median              1035          1135   1.097  1.058..1.135    worse\n");
	assert_has(o.out, "ratio   to the base, of a typical pair of boots; 99 % interval: ");
	assert_has_not(o.out, "; range: ");
	program_forget(&o);
}

static void test_units_do_not_mix(void **state)
{
	json_t *json = sync_case(1000);
	struct outcome o;

	clean();
	json_object_set_new(json, "unit", json_string("unmap"));
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", json));
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, "== not compared, 1 of 1 case\n  another unit: unmap\n    dma\n");
	program_forget(&o);
}

/* A case whose threads took turns has no latency to show, nor a distribution or a spread over threads. */
static void test_threads_in_turn(void **state)
{
	struct outcome o;
	int boot;

	clean();
	for (boot = 1; boot <= 2; boot++) {
		write_boot("list", "icount", boot, json_pack("[o]", with_probe(fake_in_two(sync_case(1000)), 4, 2)));
		write_boot("array", "icount", boot, json_pack("[o]", with_probe(fake_in_two(sync_case(500)), 5, 2)));
	}
	program_run(&o, "compare", "--all", "--distribution", "--threads", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_null(strstr(o.out, "median  "));
	assert_null(strstr(o.out, "mean, lowest"));
	assert_non_null(strstr(o.out, "1.250"));
	program_forget(&o);
}

/* No ratio, and no interval of one. */
static void test_from_0(void **state)
{
	struct outcome o;

	write_from_0();
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, "\n== worse, 1 of 1 case\n");
	assert_has(o.out, "    commands            0.00          3.00       -  -               worse\n");
	assert_has(o.out,
		   "    median              1000          1000   1.000  1.000..1.000    no measurable difference\n");
	assert_has_not(o.out, "inf");
	assert_has_not(o.out, "nan");
	program_forget(&o);
}

/* A line says which side's counts are missing. */
static void test_lost_counts(void **state)
{
	json_t *json = sync_case(900), *probe = json_object_get(json_object_get(json, "probes"), "invlat");
	struct outcome o;

	clean();
	json_object_set_new(probe, "lost", json_integer(3));
	json_object_set_new(probe, "valid", json_false());
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", json));
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_has(o.out, "    no counts: the probe pass lost events on array\n");
	program_forget(&o);
	compare(&o, folder_of("array", "icount"), folder_of("list", "icount"));
	assert_has(o.out, "    no counts: the probe pass lost events on array\n");
	program_forget(&o);
}

/* Of one kernel there are no pairs. */
static void test_one_kernel_is_a_table(void **state)
{
	struct outcome o;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_plan("{\"kernels\": [\"list\"], \"beds\": [\"icount\"]}");
	program_run(&o, "compare", "--list", dir, NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "\n  kernel ");
	assert_has_not(o.out, "\n== ");
	program_forget(&o);
}

static json_t *with_functions(int tlb, int sync)
{
	json_t *json = sync_case(1000);

	json_object_set_new(json, "model", fake_model(FAKE_PROBE_OPS, 5000, true));
	json_object_set_new(json_object_get(json_object_get(json, "model"), "timing"), "functions",
			    json_pack("{s:i, s:i, s:i}", "tlb_inv", tlb, "sync.isra.0", sync, "same", 7000));
	return json;
}

/* Biggest first, those that fit into the line; --functions has a line for each. */
static void test_functions(void **state)
{
	struct outcome o;

	clean();
	write_boot("list", "virtual", 1, json_pack("[o]", with_functions(0, 90000)));
	write_boot("array", "virtual", 1, json_pack("[o]", with_functions(30000, 10000)));
	program_run(&o, "compare", "--all", folder_of("list", "virtual"), folder_of("array", "virtual"), NULL);
	assert_has(o.out, "\n        functions: in which the kernels differ");
	assert_has(o.out, "\n    functions  sync -80.0, tlb_inv +30.0\n");
	program_forget(&o);
	program_run(&o, "compare", "--all", "--functions", folder_of("list", "virtual"), folder_of("array", "virtual"),
		    NULL);
	assert_has(o.out,
		   "\n    functions, instructions an operation                   list        array   difference\n"
		   "      sync                                                 90.0         10.0        -80.0\n"
		   "      tlb_inv                                               0.0         30.0        +30.0\n");
	assert_has_not(o.out, "    functions  sync");
	program_forget(&o);
	program_run(&o, "compare", "--json", "--functions", folder_of("list", "virtual"), folder_of("array", "virtual"),
		    NULL);
	assert_has(o.out, "\"functions\": {\n        \"sync\": {\n         \"base\": 90.0,\n         \"value\": 10.0");
	program_forget(&o);
}

/* Different reasons on either side are both told. */
static void test_two_reasons(void **state)
{
	struct outcome o;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", fake_no_pass("dma", "skip", "it rained")));
	write_boot("array", "icount", 1, json_pack("[o]", fake_no_pass("dma", "fail", "it snowed")));
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 1);
	assert_has(o.out, "  skip on list: it rained; fail on array: it snowed\n    dma\n");
	program_forget(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_all),
		cmocka_unit_test(test_list_in_suite_order),
		cmocka_unit_test(test_one_reason_is_told_once),
		cmocka_unit_test(test_list_of_few_boots),
		cmocka_unit_test(test_list_on_times),
		cmocka_unit_test(test_units_do_not_mix),
		cmocka_unit_test(test_threads_in_turn),
		cmocka_unit_test(test_from_0),
		cmocka_unit_test(test_lost_counts),
		cmocka_unit_test(test_one_kernel_is_a_table),
		cmocka_unit_test(test_two_reasons),
		cmocka_unit_test(test_functions),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
