// SPDX-License-Identifier: GPL-2.0-only
/*
 * By what the commands for an IOMMU group are known: what a BPF program found of
 * it, which the test finds in its place, and what is said if that is too little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "fake_probe.h"
#include "fake_sysfs.h"
#include "group.h"
#include "target.h"

static struct {
	const char *function;  /* of the driver, that has the structure; or NULL: none has */
	const char *no_member; /* that the structure does not have; or NULL */
	bool no_teller;
	struct group_layout layout; /* as it was loaded */
	struct group_ids found;	    /* when the file has been read */
} kernel;

/* ---- what stands in for common.c, libbpf and the kernel ---- */

const char *probe_complaint(void)
{
	return "the test says so";
}

int target_find(const char *function, const char *const *family, struct target *target)
{
	const bool teller = !strcmp(function, "iommu_group_show_type");

	*target = (struct target){ .fentry = true };
	snprintf(target->symbol, sizeof(target->symbol), "%s", function);
	if (teller)
		return kernel.no_teller ? -ENOENT : 0;
	return kernel.function && !strcmp(function, kernel.function) ? 0 : -ENOENT;
}

int target_argument(const struct target *target, const char *name)
{
	return strcmp(name, "group") ? -ENOENT : 0;
}

int target_member(const struct target *target, const char *parameter, const char *path)
{
	if (strcmp(parameter, "smmu_domain") || (kernel.no_member && !strcmp(path, kernel.no_member)))
		return -ENOENT;
	return !strcmp(path, "domain") ? 100 : !strcmp(path, "stage") ? 40 : !strcmp(path, "cd.asid") ? 48 : -ENOENT;
}

/* ---- the machine ---- */

static int setup(void **state)
{
	static char folder[PATH_MAX];

	fake_setup(state);
	memset(&kernel, 0, sizeof(kernel));
	memset(&fake_probe, 0, sizeof(fake_probe));
	fake_probe.layout = &kernel.layout;
	fake_probe.layout_size = sizeof(kernel.layout);
	fake_probe.found = &kernel.found;
	fake_probe.found_size = sizeof(kernel.found);
	kernel.function = "arm_smmu_make_s1_cd";
	kernel.found = (struct group_ids){ .domain = GROUP_ASID, .asid = 7, .streams = 1, .stream = { 0x108 } };
	snprintf(folder, sizeof(folder), "%s/kernel/iommu_groups", fake_sys);
	group_sysfs = folder;
	fake_file("DMA\n", "sys/kernel/iommu_groups/5/type");
	return 0;
}

static void expect_found(void)
{
	struct group_ids ids;
	char why[256] = "";

	assert_int_equal(group_read("5", &ids, why, sizeof(why)), 0);
	assert_memory_equal(&ids, &kernel.found, sizeof(ids));
	assert_string_equal(why, "");
	assert_int_equal(fake_probe.links, 0);
}

static void expect_nothing(const char *group, int err, const char *sentence)
{
	struct group_ids ids;
	char why[256] = "";

	assert_int_equal(group_read(group, &ids, why, sizeof(why)), err);
	if (!strstr(why, sentence))
		fail_msg("it said '%s' instead of '%s'", why, sentence);
	assert_int_equal(fake_probe.links, 0);
}

static void what_was_found_is_told(void **state)
{
	expect_found();
	assert_int_equal(kernel.layout.domain, 100);
	assert_int_equal(kernel.layout.stage, 40);
	assert_int_equal(kernel.layout.asid, 48);
	kernel.found = (struct group_ids){ .domain = GROUP_BARE, .streams = 1, .stream = { 0x108 } };
	expect_found();
}

static void any_function_of_the_driver_will_do(void **state)
{
	kernel.function = "arm_smmu_atc_inv_domain";
	expect_found();
	kernel.function = "arm_smmu_domain_inv_range";
	expect_found();
}

static void what_this_kernel_does_not_tell_is_said(void **state)
{
	kernel.no_member = "cd.asid";
	expect_nothing("5", -EOPNOTSUPP, "BTF does not say where the ASID");
	kernel.no_member = NULL;
	kernel.function = NULL;
	expect_nothing("5", -EOPNOTSUPP, "BTF does not say where the ASID");
	kernel.function = "arm_smmu_make_s1_cd";
	kernel.no_teller = true;
	expect_nothing("5", -EOPNOTSUPP, "BTF does not say where the ASID");
	kernel.no_teller = false;
	fake_probe.cannot_attach = true;
	expect_nothing("5", -EOPNOTSUPP, "iommu_group_show_type cannot be probed (the test says so)");
}

static void what_would_tell_too_little_is_refused(void **state)
{
	expect_nothing("6", -ENOENT, "IOMMU group 6 cannot be read");
	kernel.found.domain = GROUP_STAGE2;
	expect_nothing("5", -EOPNOTSUPP, "second stage");
	kernel.found.domain = GROUP_UNSEEN;
	expect_nothing("5", -EOPNOTSUPP, "did not show its IOMMU group 5");
	kernel.found.domain = GROUP_ASID;
	kernel.found.too_many = 1;
	expect_nothing("5", -EOPNOTSUPP, "too many StreamIDs");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_found_is_told),
		TEST(any_function_of_the_driver_will_do),
		TEST(what_this_kernel_does_not_tell_is_said),
		TEST(what_would_tell_too_little_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
