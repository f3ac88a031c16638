// SPDX-License-Identifier: GPL-2.0-only
/* What is refused, and by which sentence; and a card that has a group with its first driver alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_bindings.h"

#define CARD "0000:41:00.0"

/* As before 6.15: the firmware is asked when a driver comes, and what it said stays. */
static const char *group_with_driver;

static int store_with_group(const char *path, const char *text)
{
	char driver[64];
	int err = fake_store(path, text);

	if (err || !group_with_driver || strcmp(text, CARD) || !strstr(path, "/bind"))
		return err;
	sysfs_link(driver, sizeof(driver), "bus/pci/devices/" CARD "/driver");
	fake_device("pci", CARD, "", group_with_driver);
	fake_file(driver, "sys/bus/pci/devices/" CARD "/driver_override");
	return 0;
}

static void put_card(const char *group)
{
	fake_file("0x120000\n", "sys/devices/pci/" CARD "/class");
	fake_link("sys/devices/pci/" CARD, "sys/bus/pci/devices/" CARD);
	fake_file("(null)\n", "sys/devices/pci/" CARD "/driver_override");
	fake_file(CARD, "sys/devices/pci/" CARD "/modalias");
	group_with_driver = group;
	sysfs_store = store_with_group;
}

static void an_idle_card_without_a_driver_is_bound_and_comes_back(void **state)
{
	char override[64];

	put_card("41");
	must(binding_check(CARD, "invbench", NULL, &why));
	must(set(CARD, "invbench"));
	expect(CARD, "invbench", "invbench", "DMA");
	assert_int_equal(restore_all(), 1);
	assert_false(sysfs_exists("bus/pci/devices/" CARD "/driver"));
	assert_int_equal(sysfs_read(override, sizeof(override), "bus/pci/devices/" CARD "/driver_override"), 0);
	assert_string_equal(override, "(null)");
	assert_int_equal(count_journals(), 0);
}

static void a_card_that_turns_out_to_be_behind_no_smmu_is_put_back(void **state)
{
	put_card(NULL);
	refused(set(CARD, "invbench"), -EIO, CARD " has a driver now and no IOMMU group: it is behind no SMMU");
	assert_false(sysfs_exists("bus/pci/devices/" CARD "/driver"));
	assert_int_equal(count_journals(), 0);
}

static void a_card_that_turns_out_to_share_a_group_is_put_back(void **state)
{
	put_card("7");
	refused(set(CARD, "invbench"), -EIO,
		CARD " cannot be had alone: it shares IOMMU group 7 with " TWIN0 ", which has driver xhci");
	assert_false(sysfs_exists("bus/pci/devices/" CARD "/driver"));
	assert_int_equal(count_journals(), 0);
}

static void a_type_has_no_group_to_be_of(void **state)
{
	put_card("41");
	refused(set_type(CARD, "identity"), -EINVAL,
		CARD " had no driver yet, and has an IOMMU group with the first; name one with --driver");
}

static void what_is_behind_an_smmuv2_is_not_taken_by_force_either(void **state)
{
	fake_link("sys/devices/platform/5000000.iommu/iommu/smmu.0", "sys/devices/pci/" NVME "/iommu");
	fake_link("sys/devices/platform/5000000.iommu", "sys/devices/platform/5000000.iommu/iommu/smmu.0/device");
	fake_link("sys/bus/platform/drivers/arm-smmu", "sys/devices/platform/5000000.iommu/driver");
	refused(binding_set(NVME, "invbench", true, &why), -ENODEV,
		NVME " cannot be taken: it is behind an SMMUv2 (driver arm-smmu), and invbench measures SMMUv3s");
	expect_untouched();
}

static void what_is_on_another_bus_is_not_taken(void **state)
{
	fake_device("fsl-mc", "dpni.0", "fsl_dpaa2_eth", "12");
	refused(set("dpni.0", "invbench"), -ENODEV,
		"dpni.0 cannot be taken: it is on bus fsl-mc, from which invbench takes no devices");
	expect_untouched();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_idle_card_without_a_driver_is_bound_and_comes_back),
		TEST(a_card_that_turns_out_to_be_behind_no_smmu_is_put_back),
		TEST(a_card_that_turns_out_to_share_a_group_is_put_back),
		TEST(a_type_has_no_group_to_be_of),
		TEST(what_is_behind_an_smmuv2_is_not_taken_by_force_either),
		TEST(what_is_on_another_bus_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
