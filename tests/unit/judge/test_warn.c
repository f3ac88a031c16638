// SPDX-License-Identifier: GPL-2.0-only
/* test_warn.c - what should be the same on all sides, and is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "warn.h"

/* A boot of array on @bed, to be changed. */
static json_t *other_boot(const char *bed)
{
	return fake_boot("array", bed, 1, json_pack("[o]", sync_case(1000)));
}

static void load_with(struct side sides[2], struct comparison *c, const char *bed, json_t *other)
{
	char path[450];

	clean();
	write_boot("list", bed, 1, json_pack("[o]", sync_case(1000)));
	snprintf(path, sizeof(path), "%s/boot-001.json", folder_of("array", bed));
	fake_write_json(path, other);
	load(sides, c, bed);
}

/* Of @other, stolen, in place of an array that is like list; NULL: nothing. */
static void check_warning(const char *bed, json_t *other, const char *want)
{
	struct side sides[2];
	struct comparison c;

	load_with(sides, &c, bed, other);
	if (c.nr_warnings != (want ? 1 : 0))
		fail_msg("%zu warnings: %s, and not %s", c.nr_warnings, c.nr_warnings ? c.warnings[0] : "", want);
	if (want)
		assert_string_equal(c.warnings[0], want);
	unload(sides, &c);
}

static json_t *with(const char *bed, const char *section, const char *key, json_t *value)
{
	json_t *boot = other_boot(bed);

	json_object_set_new(*section ? json_object_get(boot, section) : boot, key, value);
	return boot;
}

/* A suite that was edited keeps its name. */
static void test_another_suite_of_that_name(void **state)
{
	json_t *more = fake_boot("array", "icount", 1,
				 json_pack("[o, o]", sync_case(1000), fake_no_pass("dma size=64K", "skip", "no")));

	check_warning(
		"icount", more,
		"suite synthetic is not one suite: a boot of list ran 1 cases, and one of array 2, or others, or in "
		"another order; what ran before a case may have moved its times, though not its counts");
}

static void test_texts(void **state)
{
	check_warning("icount", other_boot("icount"), NULL);
	check_warning("icount", with("icount", "", "suite", json_string("other")),
		      "suite differs: list has synthetic, array has other");
	check_warning("icount", with("icount", "", "invbench", json_string("")),
		      "program version differs: list has synthetic, array has (unknown)");
	check_warning("icount", with("icount", "bed", "cpu", json_string("max")),
		      "emulated CPU model differs: list has synthetic, array has max");
	check_warning("icount", with("icount", "kernel", "config_sha256", json_string("beef")),
		      "kernel configuration differs: list has c0ffee, array has beef");
	check_warning("model", with("model", "bed", "preset", json_string("local")),
		      "preset of the SMMU model differs: list has (unknown), array has local");
	check_warning("model", with("model", "bed", "settings", json_pack("[s]", "sync=1us")),
		      "the settings of the SMMU model differ between list and array");
}

/* A larger kernel leaves a little less memory: 1 % of 1048576 KiB is nothing. */
static void test_numbers(void **state)
{
	check_warning("icount", with("icount", "machine", "cpus", json_integer(4)),
		      "number of CPUs differs: list has 2, array has 4");
	check_warning("icount", with("icount", "machine", "memory_kib", json_integer(1048576 - 10485)), NULL);
	check_warning("icount", with("icount", "machine", "memory_kib", json_integer(1048576 - 10486)),
		      "memory (KiB) differs: list has 1048576, array has 1038090");
}

/* Instructions are as many on any host; times are not. Series and image are what is compared. */
static void test_where_it_matters(void **state)
{
	check_warning("icount", with("icount", "machine", "host_cpu", json_string("a CPU")), NULL);
	check_warning("model", with("model", "machine", "host_cpu", json_string("a CPU")),
		      "host CPU differs: list has (unknown), array has a CPU");
	check_warning("model", with("model", "kernel", "series_sha256", json_string("beef")), NULL);
}

static json_t *with_instance(const char *key, json_t *value)
{
	json_t *boot = other_boot("icount");

	json_object_set_new(json_array_get(json_object_get(boot, "instances"), 0), key, value);
	return boot;
}

/* What an SMMU is called is no feature. */
static void test_instances(void **state)
{
	static const char want[] = "SMMU instances or their features differ between list and array";
	json_t *boot = other_boot("icount");

	check_warning("icount", with_instance("name", json_string("smmu1")), NULL);
	check_warning("icount", with_instance("ril", json_false()), want);
	check_warning("icount", with_instance("ats", json_true()), want);
	check_warning("icount", with_instance("msi_polling", json_true()), want);
	check_warning("icount", with_instance("ssid_bits", json_integer(1)), want);
	check_warning("icount", with_instance("cmdq_entries", json_integer(128)), want);
	check_warning("icount", with_instance("features_known", json_false()), want);
	json_array_append(json_object_get(boot, "instances"), json_array_get(json_object_get(boot, "instances"), 0));
	check_warning("icount", boot, want);
}

/* Twice as many operations, of which half have been left out of one case of three. */
static void test_operations(void **state)
{
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1,
		   json_pack("[o, o, o]", fate_case("a", 1000, NULL), fate_case("b", 1000, NULL),
			     fate_case("c", 0, "skip")));
	write_boot("array", "icount", 1,
		   json_pack("[o, o, o]", fate_case("a", 1000, NULL), fake_fewer(fate_case("b", 1000, NULL), 12, 1000),
			     fate_case("c", 1000, NULL)));
	load(sides, &c, "icount");
	assert_int_equal(c.nr_warnings, 1);
	assert_string_equal(c.warnings[0],
			    "array ran another number of operations than list in 1 case, the first being b");
	unload(sides, &c);
}

static void test_params(void **state)
{
	json_t *boot = fake_boot("array", "icount", 1,
				 json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", 2), 12, 1000)));

	check_warning("icount", boot, "dma: array has other parameters than list; not compared");
}

/* A case that took a device: of what the probe saw @commands and @syncs were of others. */
static json_t *with_others(json_t *json, int commands, int syncs)
{
	json_object_update_new(json_object_get(json_object_get(json, "probes"), "invlat"),
			       json_pack("{s:s, s:i, s:i}", "group", "5", "others", commands, "other_syncs", syncs));
	return json;
}

/* The first boot of a side that disagrees is told; where all agree nothing is, and how many have is known. */
static void test_witness(void **state)
{
	const int commands = 2 * FAKE_PROBE_OPS, syncs = FAKE_PROBE_OPS;
	struct witnessed w;
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", with_witness(sync_case(1000), commands, syncs)));
	write_boot("list", "icount", 2, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1,
		   json_pack("[o]", with_others(with_witness(sync_case(1000), commands + 30, syncs + 20), 30, 20)));
	write_boot("array", "icount", 2, json_pack("[o]", with_witness(sync_case(1000), commands, 7)));
	write_boot("array", "icount", 3, json_pack("[o]", with_witness(sync_case(1000), 8, syncs)));
	load(sides, &c, "icount");
	assert_int_equal(c.nr_warnings, 1);
	assert_string_equal(c.warnings[0],
			    "dma on array: the probe counted 2200 commands and 1100 syncs, qemu-trace 2200 and 7");
	w = compare_witness(&c);
	assert_string_equal(w.source, "qemu-trace");
	assert_int_equal(w.passes, 4);
	assert_int_equal(w.agree, 2);
	unload(sides, &c);
}

/* A probe that lost events is no other count. */
static void test_no_witness(void **state)
{
	json_t *lossy = with_witness(sync_case(1000), 1, 1), *probe;
	struct side sides[2];
	struct comparison c;

	probe = json_object_get(json_object_get(lossy, "probes"), "invlat");
	json_object_set_new(probe, "lost", json_integer(1));
	json_object_set_new(probe, "valid", json_false());
	clean();
	write_boot("list", "icount", 1, json_pack("[o]", lossy));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	load(sides, &c, "icount");
	assert_int_equal(c.nr_warnings, 0);
	assert_null(compare_witness(&c).source);
	assert_int_equal(compare_witness(&c).passes, 0);
	unload(sides, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_another_suite_of_that_name),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_where_it_matters),
		cmocka_unit_test(test_instances),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_witness),
		cmocka_unit_test(test_no_witness),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
