// SPDX-License-Identifier: GPL-2.0-only
/* What files of version 1 leave out, and what of it is read from version 2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"
#include "result.h"
#include "version1.h"

static char dir[] = "/tmp/test_version1.XXXXXX";

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static struct boot *load(json_t *json)
{
	struct sentence why;
	struct boot *boot;

	fake_write_json(path_of("boot-001.json"), json);
	boot = boot_load(path_of("boot-001.json"), &why);
	if (!boot)
		fail_msg("%s", why.text);
	return boot;
}

/* Sentences that programs of that version wrote. */
static void sentences_have_codes(void **state)
{
	static const struct {
		enum status status;
		const char *reason;
		enum reason_code want;
	} cases[] = {
		{ STATUS_PASS, "", REASON_NONE },
		{ STATUS_SKIP, "no endpoint with ATS", REASON_NEEDS },
		{ STATUS_FAIL, "smmu-model served 5 of 9 CMD_SYNCs late: the machine was too busy", REASON_LATE },
		{ STATUS_FAIL, "the oracle caught the driver 2 times in 9 removals (late 2)", REASON_VIOLATION },
		{ STATUS_FAIL, "the oracle could not follow 3 removals", REASON_UNFOLLOWED },
		{ STATUS_FAIL, "the kernel log says: WARNING: something died", REASON_SPLAT },
		{ STATUS_FAIL, "thread 1 died after 7 timed operations", REASON_DIED },
		{ STATUS_FAIL, "process 1 ended by itself, with status 3", REASON_DIED },
		{ STATUS_FAIL, "operation of thread 0: Invalid argument", REASON_OPERATION },
		{ STATUS_FAIL, "9 operations were done and 8 recorded, not 9", REASON_COUNTS },
		{ STATUS_FAIL, "the kernel half: an endpoint in use went away", REASON_HALF },
		{ STATUS_LOST, "hung: no end after 300 s", REASON_HUNG },
		{ STATUS_LOST, "QEMU ended with status 1: abort", REASON_DIED },
		{ STATUS_LOST, "only read", REASON_OTHER },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct result_case c = { .status = cases[i].status, .reason = cases[i].reason };

		if (version1_reason(&c) != cases[i].want)
			fail_msg("%s: %s", cases[i].reason, reason_name(version1_reason(&c)));
	}
}

static void a_late_skip_is_late(void **state)
{
	const struct result_case c = { .status = STATUS_SKIP,
				       .reason = "as other work keeps the CPUs busy",
				       .late = true };

	assert_int_equal(version1_reason(&c), REASON_LATE);
}

static void turns_and_leaps_are_of_icount(void **state)
{
	const struct bed_kind *icount = bed_kind_find("icount"), *metal = bed_kind_find("metal");
	const struct result_case two = { .workload = "dma", .nr_threads = 2 },
				 one = { .workload = "dma", .nr_threads = 1 };
	const struct result_case drive = { .workload = "nvme", .nr_threads = 1 };

	assert_int_equal(version1_untimed(icount, &two), UNTIMED_TURNS);
	assert_int_equal(version1_untimed(icount, &one), UNTIMED_NO);
	assert_int_equal(version1_untimed(icount, &drive), UNTIMED_LEAPS);
	assert_int_equal(version1_untimed(metal, &two), UNTIMED_NO);
	assert_int_equal(version1_untimed(metal, &drive), UNTIMED_NO);
}

static json_t *two_cases(const char *kernel)
{
	return fake_boot(kernel, "icount", 1,
			 json_pack("[o, o]", fake_in_two(fake_case("dma", json_object(), 12, 1000)),
				   fake_no_pass("dma ats=1", "skip", "no endpoint with ATS")));
}

/* The same boot in both versions says the same. */
static void both_versions_read_alike(void **state)
{
	int version;

	for (version = 1; version <= 2; version++) {
		json_t *json = two_cases("array-tuned");
		struct boot *boot = load(version == 1 ? fake_version1(json) : json);

		assert_int_equal(boot->version, version);
		assert_int_equal(boot->cases[0].code, REASON_NONE);
		assert_int_equal(boot->cases[0].untimed, UNTIMED_TURNS);
		assert_int_equal(boot->cases[1].code, REASON_NEEDS);
		if (version == 1)
			assert_null(boot->kernel.against);
		else
			assert_string_equal(boot->kernel.against, "list-tuned");
		boot_free(boot);
	}
}

/* Version 2 says it, whatever its words are. */
static void a_code_counts_and_not_its_sentence(void **state)
{
	json_t *json = two_cases("list");
	struct boot *boot;

	fake_end(json_array_get(json_object_get(json, "cases"), 1), "fail", "splat", "5 CMD_SYNCs late");
	boot = load(json);
	assert_int_equal(boot->cases[1].code, REASON_SPLAT);
	boot_free(boot);
}

static struct side side_of(struct boot **boot, const char *label)
{
	return (struct side){ .label = (char *)label, .boots = boot, .nr_boots = 1 };
}

static void variants_are_found(void **state)
{
	int version;

	for (version = 1; version <= 2; version++) {
		json_t *a = two_cases("list"), *b = two_cases("list-tuned"), *c = two_cases("array-tuned");
		struct boot *boots[3] = { load(version == 1 ? fake_version1(a) : a),
					  load(version == 1 ? fake_version1(b) : b),
					  load(version == 1 ? fake_version1(c) : c) };
		const struct side base = side_of(&boots[0], "list"), tuned = side_of(&boots[1], "list-tuned");
		const struct side other = side_of(&boots[2], "array-tuned");

		assert_true(side_is_against(&base, &other, &tuned));
		assert_false(side_is_against(&base, &other, &base));
		assert_false(side_is_against(&base, &base, &tuned));
		boot_free(boots[0]);
		boot_free(boots[1]);
		boot_free(boots[2]);
	}
}

static int make_dir(void **state)
{
	return !mkdtemp(dir);
}

static int remove_dir(void **state)
{
	return remove(path_of("boot-001.json")) || remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_have_codes),
		cmocka_unit_test(a_late_skip_is_late),
		cmocka_unit_test(turns_and_leaps_are_of_icount),
		cmocka_unit_test(both_versions_read_alike),
		cmocka_unit_test(a_code_counts_and_not_its_sentence),
		cmocka_unit_test(variants_are_found),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
