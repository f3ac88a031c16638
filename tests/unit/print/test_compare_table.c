// SPDX-License-Identifier: GPL-2.0-only
/* test_compare_table.c - `invbench compare --table`: cases with and without values, workloads, loads, and models that were late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "run_compare.h"

static char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

typedef json_t *(*boot_cases)(const char *kernel, int boot);

/* Of kernels list and array, two boots each. */
static void write_run(const char *run, const char *bed, boot_cases cases)
{
	static const char *const kernels[] = { "list", "array" };
	char name[128], plan[128];
	int boot, i;

	for (i = 0; i < 2; i++)
		for (boot = 1; boot <= 2; boot++) {
			snprintf(name, sizeof(name), "%s/%s/%s/boot-%03d.json", run, kernels[i], bed, boot);
			fake_write_json(path_of(name), fake_boot(kernels[i], bed, boot, cases(kernels[i], boot)));
		}
	snprintf(name, sizeof(name), "%s/plan.json", run);
	snprintf(plan, sizeof(plan), "{\"kernels\": [\"list\", \"array\"], \"beds\": [\"%s\"]}", bed);
	fake_write_text(path_of(name), plan);
}

static json_t *named(const char *name, const char *workload, uint64_t median)
{
	json_t *json = fake_case(name, json_object(), 12, median);

	json_object_set_new(json, "workload", json_string(workload));
	return json;
}

/* Workloads take turns. */
static json_t *mixed(const char *kernel, int boot)
{
	const uint64_t base = strcmp(kernel, "list") ? 900 : 1000;

	return json_pack("[o, o, o, o, o, o]", named("dma op=sync devices=1 ops=501", "dma", base + 100),
			 named("churn tenants=1", "churn", 3000),
			 named("dma op=sync devices=2 ops=502", "dma", base + 200),
			 named("dma op=sync devices=1 ats=on ops=501", "dma", base + 500),
			 named("churn tenants=2", "churn", 3000),
			 named("dma op=sync devices=4 ats=on ops=504", "dma", base + 800));
}

static void test_mixed_compared(void **state)
{
	const char *dma, *churn;
	struct outcome o;

	write_run("mixed", "icount", mixed);
	program_run(&o, "compare", "--table", path_of("mixed"), NULL);
	assert_int_equal(o.status, 0);
	dma = strstr(o.out, "\n== dma, 4 cases\n     array: 4 better\ndma op=sync devices=1 ops=501  (sync)\n");
	churn = strstr(o.out, "\n== churn, 2 cases\n     array: 2 no measurable difference\nchurn tenants=1  (sync)\n");
	assert_non_null(dma);
	assert_true(churn > strstr(o.out, "dma op=sync devices=4 ats=on ops=504  (sync)\n"));
	assert_null(strstr(o.out, "ops/s"));
	program_forget(&o);
}

#define MODEL_LATE "smmu-model served 550 of 1100 CMD_SYNCs late: the machine was too busy"

static json_t *late_case(const char *kernel)
{
	const bool list = !strcmp(kernel, "list");
	json_t *json = fake_no_pass("dma size=64K", "fail",
				    list ? MODEL_LATE : "smmu-model served 551 of 1102 CMD_SYNCs late: too busy");

	json_object_set_new(json, "reason_code", json_string("late"));
	json_object_set_new(json, "model", fake_model(list ? 1100 : 1102, 3000, false));
	return json;
}

static json_t *late(const char *kernel, int boot)
{
	return json_pack("[o, o]", late_case(kernel), named("dma op=sync", "dma", 1000));
}

/* Each kernel was late in its own way, and a line says so of both. */
static void test_model_compared(void **state)
{
	struct outcome o;

	write_run("clock", "model", late);
	program_run(&o, "compare", "--table", path_of("clock"), NULL);
	assert_int_equal(o.status, 1);
	assert_has(o.out,
		   "dma size=64K  (sync)\n  all     fail: the SMMU model was too busy to serve CMD_SYNCs in time: "
		   "550 of 1100 late on list, 551 of 1102 late on array\n");
	assert_has(o.out, "it says nothing about nanoseconds of hardware");
	program_forget(&o);
	/* How late it was keeps no two cases apart in the list. */
	program_run(&o, "compare", path_of("clock"), NULL);
	assert_int_equal(o.status, 1);
	assert_has(o.out, "  fail on both: the SMMU model was too busy to serve CMD_SYNCs in time\n    dma size=64K\n");
	program_forget(&o);
}

static json_t *threads_case(int threads, uint64_t median, int boot)
{
	json_t *params = json_pack("{s:s, s:i}", "op", "sync", "threads", threads), *json, *list;
	char name[64];

	snprintf(name, sizeof(name), "dma op=sync threads=%d", threads);
	json = fake_in_two(fake_case(name, params, 12, median));
	list = json_object_get(json, "threads");
	json_object_set_new(json_array_get(list, 0), "elapsed_ns", json_integer(1000000 * boot));
	json_object_set_new(json_array_get(list, 1), "elapsed_ns", json_integer(500000 * threads));
	return json;
}

static json_t *loads(const char *kernel, int boot)
{
	const uint64_t base = strcmp(kernel, "list") ? 900 : 1000;

	return json_pack("[o, o]", threads_case(1, base, boot), threads_case(4, 2 * base, boot));
}

static void test_load_compared(void **state)
{
	struct outcome o;

	write_run("load", "model", loads);
	program_run(&o, "compare", "--table", path_of("load"), NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "       mean     ops/s  ratio");
	assert_has(o.out, "   1375000   base");
	assert_null(strstr(o.out, "== dma")); /* a single workload */
	program_forget(&o);
}

static void test_table(void **state)
{
	const uint64_t base[] = { 1000, 1001, 0 }, other[] = { 930, 931, 0 };
	struct outcome o;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_string_equal(o.err, "");
	assert_has(o.out, "instructions per operation, less the clock's own cost (clock_floor_ns)");
	assert_has(o.out, "\ndma  (sync)\n");
	assert_has(o.out, "  array        930");
	assert_has(o.out, " 0.930 ");
	assert_has(o.out, "better: median -7.0 %");
	assert_has(o.out, "array against list, 1 case: 1 better, 0 worse");
	assert_narrow(o.out, 120);
	program_forget(&o);
}

/* Cases without a value are told, never numbers; skip is no failure, the others are. */
static void test_cases_without_value(void **state)
{
	static const struct {
		const char *status;
		int want;
	} statuses[] = { { "skip", 0 }, { "fail", 1 }, { "lost", 1 } };
	struct outcome o;
	size_t i;
	int boot;

	for (i = 0; i < 3; i++) {
		char line[64];

		clean();
		for (boot = 1; boot <= 2; boot++) {
			write_boot("list", "icount", boot, json_pack("[o]", sync_case(1000)));
			write_boot("array", "icount", boot,
				   json_pack("[o]", fake_no_pass("dma", statuses[i].status, "it rained")));
		}
		snprintf(line, sizeof(line), "  array   %s: it rained\n", statuses[i].status);
		compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
		assert_int_equal(o.status, statuses[i].want);
		assert_has(o.out, line);
		assert_has(o.out, "0 better, 0 worse, 0 no measurable difference, 0 inconclusive, 1 not compared");
		program_forget(&o);
		compare_table(&o, folder_of("array", "icount"), folder_of("list", "icount"));
		assert_int_equal(o.status, statuses[i].want);
		assert_has(o.out, line);
		assert_has(o.out, "not compared: array has no value");
		program_forget(&o);
	}
}

/* One lost boot among good ones spoils the case: the other boots do not speak for it. */
static void test_one_boot_lost(void **state)
{
	struct outcome o;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("list", "icount", 2, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 2, json_pack("[o]", fake_no_pass("dma", "lost", "guest hung")));
	write_boot("array", "icount", 3, json_pack("[]"));
	compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 1);
	assert_has(o.out, "  array   lost: in 2 of 3 boots: guest hung\n");
	program_forget(&o);
}

static void test_lossy_probe_is_invalid(void **state)
{
	json_t *lossy = fake_probe(2, 1), *json;
	struct outcome o;

	clean();
	json_object_set_new(lossy, "lost", json_integer(3));
	json_object_set_new(lossy, "valid", json_false());
	json = sync_case(900);
	json_object_set_new(json_object_get(json, "probes"), "invlat", lossy);
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("list", "icount", 2, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(900)));
	write_boot("array", "icount", 2, json_pack("[o]", json));
	compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, " invalid invalid invalid  better: median -10.0 %");
	program_forget(&o);
}

static void test_from_0(void **state)
{
	struct outcome o;

	write_from_0();
	compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_has(o.out, "  worse: commands from 0 to 3.00\n");
	assert_has_not(o.out, "inf");
	program_forget(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),	       cmocka_unit_test(test_cases_without_value),
		cmocka_unit_test(test_one_boot_lost),  cmocka_unit_test(test_lossy_probe_is_invalid),
		cmocka_unit_test(test_mixed_compared), cmocka_unit_test(test_model_compared),
		cmocka_unit_test(test_load_compared),  cmocka_unit_test(test_from_0),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
