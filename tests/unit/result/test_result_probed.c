// SPDX-License-Identifier: GPL-2.0-only
/* What probes other than invlat saw of a case, as numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_result.h"

static json_t *with(json_t *probe, const char *name)
{
	json_t *json = good();

	json_object_set_new(json_object_get(json_array_get(json_object_get(json, "cases"), 0), "probes"), name, probe);
	return json;
}

static void assert_number(const struct result_case *c, const char *name, const char *unit, double value)
{
	size_t i;

	for (i = 0; i < c->probed.count; i++)
		if (!strcmp(c->probed.list[i].name, name)) {
			assert_string_equal(c->probed.list[i].unit, unit);
			assert_true(c->probed.list[i].value == value);
			return;
		}
	fail_msg("no number '%s' among %zu", name, c->probed.count);
}

static void test_cmdq(void **state)
{
	struct boot *boot =
		loaded(with(json_pack("{s:i, s:b, s:{s:i, s:s, s:{s:i}, s:{s:i, s:{s:i}, s:[]}}}", "ops", 50, "valid",
				      1, "all", "batches", 100, "occupancy", "not available: nothing is", "opcodes",
				      "TLBI_NH_VA", 200, "tlbi", "by_tag", 25, "granule", "64K", 5, "range_granules"),
			    "cmdq"));
	const struct result_case *c = boot_case(boot, "dma op=sync");

	assert_int_equal(c->probed.count, 4);
	assert_number(c, "cmdq batches", "an operation", 2);
	assert_number(c, "cmdq TLBI_NH_VA", "an operation", 4);
	assert_number(c, "cmdq TLBI by_tag", "an operation", 0.5);
	assert_number(c, "cmdq TLBI by granule 64K", "an operation", 0.1);
	boot_free(boot);
}

static void test_split(void **state)
{
	struct boot *boot = loaded(with(json_pack("{s:i, s:b, s:{s:{s:i, s:i, s:s}, s:{s:i, s:i}}}", "ops", 50, "valid",
						  1, "entries", "f", "count", 20, "sync_ns", 3000, "lock_ns",
						  "not available: no tracepoint", "g", "count", 0, "sync_ns", 0),
					"split"));
	const struct result_case *c = boot_case(boot, "dma op=sync");

	assert_int_equal(c->probed.count, 1);
	assert_number(c, "split f sync_ns", "ns a call", 150);
	boot_free(boot);
}

static void test_anomalies(void **state)
{
	struct boot *boot = loaded(
		with(json_pack("{s:i, s:b, s:{s:{s:i}, s:s, s:[]}}", "ops", 50, "valid", 1, "anomalies", "full_flush",
			       "count", 50, "atc_blocked", "not available: no function", "slow_smmu"),
		     "anomalies"));
	const struct result_case *c = boot_case(boot, "dma op=sync");

	assert_int_equal(c->probed.count, 1);
	assert_number(c, "anomalies full_flush", "an operation", 1);
	boot_free(boot);
}

static const char attach_pass[] =
	"{\"ops\": 50, \"valid\": true, \"entries\": {\"attach_dev\": {\"count\": 100, \"sum\": 300000}, \"odd\": 7},"
	" \"array\": {\"merge\": {\"count\": 25, \"length\": {\"count\": 25, \"sum\": 100}}, \"purge\": \"not available: no function\"},"
	" \"list\": \"not available: an array\", \"rcu\": {\"waits\": 5, \"ns\": {\"count\": 5, \"sum\": 50000}, \"within\": {}},"
	" \"atc_fences\": {\"count\": 0, \"ns\": {\"count\": 0, \"sum\": 0}}}";

static void test_attach(void **state)
{
	struct boot *boot = loaded(with(json_loads(attach_pass, 0, NULL), "attach"));
	const struct result_case *c = boot_case(boot, "dma op=sync");

	assert_number(c, "attach attach_dev", "an operation", 2);
	assert_number(c, "attach mean attach_dev", "ns a call", 3000);
	assert_number(c, "attach odd", "an operation", 0);
	assert_number(c, "attach array merge", "an operation", 0.5);
	assert_number(c, "attach array merge length", "entries", 4);
	assert_number(c, "attach grace periods", "an operation", 0.1);
	assert_number(c, "attach grace periods ns", "ns a wait", 10000);
	assert_number(c, "attach fences", "an operation", 0);
	assert_int_equal(c->probed.count, 8);
	boot_free(boot);
}

/* Nor is a pass without operations, or one that is unlike what this program writes. */
static void test_what_was_lost_is_no_number(void **state)
{
	static const char *const passes[] = { "{\"ops\": 5, \"valid\": false, \"all\": {\"batches\": 5}}",
					      "{\"ops\": 0, \"valid\": true, \"all\": {\"batches\": 5}}",
					      "{\"valid\": true, \"all\": {\"batches\": 5}}",
					      "{\"ops\": 5, \"valid\": true, \"all\": 7}",
					      "{\"ops\": 5, \"valid\": true, \"all\": {\"batches\": -5}}",
					      "[]" };
	struct boot *boot;
	size_t i;

	for (i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		boot = loaded(with(json_loads(passes[i], 0, NULL), "cmdq"));
		assert_int_equal(boot_case(boot, "dma op=sync")->probed.count, 0);
		boot_free(boot);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cmdq),
		TEST(test_split),
		TEST(test_anomalies),
		TEST(test_attach),
		TEST(test_what_was_lost_is_no_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
