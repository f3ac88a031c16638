// SPDX-License-Identifier: GPL-2.0-only
/* What the passes after the first saw of a case: probe, witness and the SMMU model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_result.h"

static void test_good_probe(void **state)
{
	struct boot *boot = loaded(good());
	const struct result_case *c = boot_case(boot, "dma op=sync");

	assert_non_null(c);
	assert_true(c->probe.valid);
	assert_int_equal(c->probe.commands, 2 * FAKE_PROBE_OPS);
	assert_string_equal(c->probe.entries[0].name, "iotlb_sync");
	assert_int_equal(c->probe.entries[0].count, 1000);
	boot_free(boot);
}

static void test_good_model(void **state)
{
	struct boot *boot = loaded(good());
	const struct result_case *c = boot_case(boot, "dma op=sync");

	assert_non_null(c);
	assert_true(c->service.present && c->service.valid);
	assert_int_equal(c->service.syncs, FAKE_PROBE_OPS);
	assert_int_equal(c->service.late, 0);
	assert_int_equal(c->service.set_median, 5000);
	assert_int_equal(c->service.took_median, 5000 + FAKE_OVERRUN);
	assert_int_equal(c->service.lateness.sum, FAKE_PROBE_OPS * FAKE_LATENESS);
	assert_true(c->oracle.present);
	assert_int_equal(c->oracle.removals, FAKE_PROBE_OPS);
	assert_int_equal(c->oracle.violations, 0);
	boot_free(boot);
}

/* What the compiler made of a function is the function. */
static void test_functions(void **state)
{
	json_t *json = good(), *timing;
	const struct result_case *c;
	struct boot *boot;

	timing = json_object_get(json_object_get(json_array_get(json_object_get(json, "cases"), 0), "model"), "timing");
	json_object_set_new(timing, "functions", json_pack("{s:i, s:i, s:i}", "f.isra.0", 7, "g", 8, "(a process)", 9));
	boot = loaded(json);
	c = boot_case(boot, "dma op=sync");
	assert_non_null(c);
	assert_int_equal(c->functions.count, 3);
	assert_string_equal(c->functions.list[0].name, "f");
	assert_int_equal(c->functions.list[0].instructions, 7);
	assert_string_equal(c->functions.list[1].name, "g");
	assert_string_equal(c->functions.list[2].name, "(a process)");
	boot_free(boot);
}

static const struct change changes[] = {
	{ "cases.0.probes.invlat", "7", "cases[0].probes.invlat: must be an object" },
	{ "cases.0.probes.invlat.lost", "1", "cases[0].probes.invlat.valid: true, but 1 events were lost" },
	{ "cases.0.probes.invlat.ops", "0", "cases[0].probes.invlat.ops: a valid probe pass has operations" },
	{ "cases.0.probes.invlat.entries.iotlb_sync", "7",
	  "cases[0].probes.invlat.entries.iotlb_sync: must be an object" },
	{ "cases.0.probes.invlat.entries.iotlb_sync.sum", "7",
	  "cases[0].probes.invlat.entries.iotlb_sync.sum: 7 does not fit" },
	{ "cases.0.probes.invlat.others", "7", "cases[0].probes.invlat.other_syncs: missing" },
	{ "cases.0.probes.invlat.others", "-7", "cases[0].probes.invlat.others: -7 is negative" },
	{ "cases.0.witness", "{}", "cases[0].witness.source: missing" },
	{ "cases.0.model", "7", "cases[0].model: must be an object" },
	{ "cases.0.model.timing", "7", "cases[0].model.timing.service: missing" },
	{ "cases.0.model.timing.service", "[]", "cases[0].model.timing.service: must be an object" },
	{ "cases.0.model.timing.service.syncs", "1.5", "cases[0].model.timing.service.syncs: must be an integer" },
	{ "cases.0.model.timing.service.late", "1101",
	  "cases[0].model.timing.service.late: 1101 are more than all 1100" },
	{ "cases.0.model.timing.service.valid", "1", "cases[0].model.timing.service.valid: must be true or false" },
	{ "cases.0.model.timing.service.set", NULL, "cases[0].model.timing.service.set: missing" },
	{ "cases.0.model.timing.service.took", "7", "cases[0].model.timing.service.took: must be an object" },
	{ "cases.0.model.timing.service.lateness.count", "7",
	  "cases[0].model.timing.service.lateness.count: 7, but the buckets" },
	{ "cases.0.model.timing.functions", "[]", "cases[0].model.timing.functions: must be an object" },
	{ "cases.0.model.timing.functions", "{\"f\": -1}", "cases[0].model.timing.f: -1 is negative" },
	{ "cases.0.model.timing.functions", "{\"f\\n\": 1}", "cases[0].model.timing.functions: " },
	{ "cases.0.model.checked", "{}", "cases[0].model.checked.oracle: missing" },
	{ "cases.0.model.checked.oracle.needs", "-1", "cases[0].model.checked.oracle.needs: -1 is negative" },
	{ "cases.0.model.checked.oracle.violations", "\"0\"",
	  "cases[0].model.checked.oracle.violations: must be an integer" },
};

static void test_changed_keys(void **state)
{
	assert_changes_refused(changes, sizeof(changes) / sizeof(changes[0]));
}

/* A case may have been lost between two passes, or the kernel tells nothing. */
static void test_passes_may_be_missing(void **state)
{
	static const char *const passes[] = { "cases.0.model.timing", "cases.0.model.checked", "cases.0.model.probe",
					      "cases.0.model" };
	struct sentence why;
	json_t *json = good();
	struct boot *boot;
	size_t i;

	change(json, "bed.preset", "\"local\"");
	change(json, "bed.settings", "[\"sync=1us\"]");
	for (i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		change(json, passes[i], NULL);
		fake_write_json(path_of("boot.json"), json_incref(json));
		boot = boot_load(path_of("boot.json"), &why);
		if (!boot)
			fail_msg("without %s: %s", passes[i], &why);
		assert_false(boot->cases[0].service.present);
		assert_int_equal(boot->cases[0].oracle.present, i < 1);
		assert_string_equal(boot->bed.preset, "local");
		assert_int_equal(json_array_size(boot->bed.settings), 1);
		boot_free(boot);
	}
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_good_probe),
		TEST(test_good_model),
		TEST(test_functions),
		TEST(test_changed_keys),
		TEST(test_passes_may_be_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
