// SPDX-License-Identifier: GPL-2.0-only
/* What sysfs says of devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_drive.h"

static void a_device_is_described(void **state)
{
	struct device d = find(NVME);

	assert_string_equal(d.name, NVME);
	assert_string_equal(d.bus, "pci");
	assert_string_equal(d.driver, "nvme");
	assert_string_equal(d.instance, "c000000.smmuv3");
	assert_string_equal(d.group, "3");
	assert_string_equal(d.group_type, "DMA");
	assert_int_equal(d.in_group, 1);
	assert_string_equal(d.what, "NVMe");
	assert_false(d.bridge);
}

static void classes_have_names(void **state)
{
	static const struct {
		const char *class, *what;
		bool bridge;
	} table[] = {
		{ "0x010802", "NVMe", false },
		{ "0x010601", "storage", false },
		{ "0x020000", "network", false },
		{ "0x030000", "display", false },
		{ "0x060400", "bridge", true },
		{ "0x060000", "bridge", true },
		{ "0x0c0330", "USB", false },
		{ "0x120000", "accelerator", false },
		{ "0x00ff00", "class 0x00ff00", false },
		{ "0xff0000", "class 0xff0000", false },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		struct device d;

		fake_file(table[i].class, "sys/bus/pci/devices/" NVME "/class");
		d = find(NVME);
		assert_string_equal(d.what, table[i].what);
		assert_int_equal(d.bridge, table[i].bridge);
	}
}

/* A capability at @at; the next at @next. */
static void put_cap(uint8_t *config, unsigned int at, unsigned int id, unsigned int next)
{
	uint32_t head = id | 1u << 16 | next << 20;

	for (int i = 0; i < 4; i++)
		config[at + i] = head >> 8 * i;
}

static void abilities_are_extended_capabilities(void **state)
{
	uint8_t config[4096] = {};
	struct device d;

	put_cap(config, 0x100, 0x01, 0x200);
	put_cap(config, 0x200, 0x0f, 0x300);
	put_cap(config, 0x300, 0x1b, 0xff0);
	config[0x305] = 17;
	put_cap(config, 0xff0, 0x13, 0);
	fake_bytes(config, sizeof(config), "sys/bus/pci/devices/" NVME "/config");
	d = find(NVME);
	assert_true(d.known && d.ats && d.pri);
	assert_int_equal(d.pasid_bits, 17);

	/* A width that is there without its capability says nothing. */
	put_cap(config, 0x300, 0x1c, 0xff0);
	fake_bytes(config, sizeof(config), "sys/bus/pci/devices/" NVME "/config");
	d = find(NVME);
	assert_true(d.known && d.ats && d.pri);
	assert_int_equal(d.pasid_bits, 0);

	/* In a circle. */
	put_cap(config, 0x200, 0x02, 0x100);
	fake_bytes(config, sizeof(config), "sys/bus/pci/devices/" NVME "/config");
	d = find(NVME);
	assert_true(d.known && !d.ats && !d.pri);

	/* Gone from the bus: all ones. */
	memset(config, 0xff, sizeof(config));
	fake_bytes(config, sizeof(config), "sys/bus/pci/devices/" NVME "/config");
	d = find(NVME);
	assert_true(d.known && !d.ats && !d.pri && !d.pasid_bits);
}

static void what_only_root_sees_is_not_known(void **state)
{
	uint8_t config[4096] = {};
	struct device d;

	put_cap(config, 0x100, 0x0f, 0);
	fake_bytes(config, 64, "sys/bus/pci/devices/" NVME "/config");
	d = find(NVME);
	assert_false(d.known || d.ats);
	/* Conventional PCI has no more, so it can do nothing. */
	fake_bytes(config, 256, "sys/bus/pci/devices/" NVME "/config");
	d = find(NVME);
	assert_true(d.known && !d.ats);
	fake_bytes(config, 4096, "sys/bus/pci/devices/" NVME "/config");
	d = find(NVME);
	assert_true(d.known && d.ats);
}

static void a_virtual_function_shares_pri_and_pasid(void **state)
{
	uint8_t config[4096] = {};
	struct device d;

	put_cap(config, 0x100, 0x0f, 0);
	fake_bytes(config, sizeof(config), "sys/bus/pci/devices/" NVME "/config");
	fake_device("pci", NET, "ixgbe", "4");
	fake_file("0x020000", "sys/bus/pci/devices/" NET "/class");
	put_cap(config, 0x100, 0x1b, 0x120);
	config[0x105] = 20;
	put_cap(config, 0x120, 0x13, 0);
	fake_bytes(config, sizeof(config), "sys/bus/pci/devices/" NET "/config");
	fake_link("sys/bus/pci/devices/" NET, "sys/bus/pci/devices/" NVME "/physfn");
	d = find(NVME);
	assert_true(d.known && d.ats && d.pri);
	assert_int_equal(d.pasid_bits, 20);
	assert_string_equal(d.what, "NVMe, virtual");
	d = find(NET);
	assert_true(d.known && !d.ats && d.pri);
}

static void a_stand_in_has_its_tree(void **state)
{
	struct device d;

	fake_device("platform", "endpoints:endpoint00", "invbench", "9");
	fake_bytes("invbench,endpoint", 18, "sys/bus/platform/devices/endpoints:endpoint00/of_node/compatible");
	fake_bytes("\0\0\0\x10", 4, "sys/bus/platform/devices/endpoints:endpoint00/of_node/pasid-num-bits");
	d = find("endpoints:endpoint00");
	assert_string_equal(d.what, "stand-in");
	assert_string_equal(d.bus, "platform");
	assert_int_equal(d.pasid_bits, 16);
	assert_true(d.known && !d.ats);
	fake_file("", "sys/bus/platform/devices/endpoints:endpoint00/of_node/invbench,claim-ats");
	assert_true(find("endpoints:endpoint00").ats);
	fake_bytes("vendor,dma-330\0arm,pl330", 25, "sys/bus/platform/devices/endpoints:endpoint00/of_node/compatible");
	assert_string_equal(find("endpoints:endpoint00").what, "vendor,dma-330");
}

static void all_are_listed_in_order(void **state)
{
	struct device *list;

	fake_device("platform", "endpoints:endpoint00", "invbench", "9");
	fake_device("pci", NET, "virtio-pci", "3");
	fake_file("0x060400", "sys/bus/pci/devices/0000:00:00.0/class"); /* behind no SMMU */
	fake_file("", "sys/bus/platform/devices/serial8250/uevent");
	assert_int_equal(devices_list(&list), 3);
	assert_string_equal(list[0].name, NET);
	assert_string_equal(list[1].name, NVME);
	assert_string_equal(list[2].name, "endpoints:endpoint00");
	assert_int_equal(list[0].in_group, 2);
	free(list);
}

static void none_is_a_list_as_well(void **state)
{
	struct device *list;

	fake_teardown(state);
	fake_setup(state);
	assert_int_equal(devices_list(&list), 0);
	free(list);
}

static void what_is_not_there_is_not_found(void **state)
{
	struct device d;

	fake_file("0x060400", "sys/bus/pci/devices/0000:00:00.0/class");
	assert_int_equal(device_find("0000:00:00.0", &d), -ENOENT);
	assert_int_equal(device_find("0000:99:00.0", &d), -ENOENT);
	assert_int_equal(device_find("", &d), -ENOENT);
	assert_int_equal(device_find(".", &d), -ENOENT);
	assert_int_equal(device_find("../devices/" NVME, &d), -ENOENT);
	assert_int_equal(device_find("a name that is longer than any that a device may have in this program", &d),
			 -ENOENT);
}

static bool fits(const char *name)
{
	struct device d = find(name);

	return device_is_fit(&d, &why);
}

static void behind_another_iommu(const char *node, const char *driver)
{
	char folder[100], link[200];

	snprintf(folder, sizeof(folder), "sys/devices/platform/other.iommu");
	snprintf(link, sizeof(link), "%s/iommu/%s", folder, node);
	fake_link(link, "sys/devices/pci/" NVME "/iommu");
	fake_link(folder, "%s/device", link);
	snprintf(folder, sizeof(folder), "sys/bus/platform/drivers/%s", driver);
	if (driver[0])
		fake_link(folder, "sys/devices/platform/other.iommu/driver");
}

static void a_device_behind_an_smmuv2_is_listed_and_does_not_fit(void **state)
{
	struct device *list;

	assert_true(fits(NVME));
	behind_another_iommu("smmu.0x0000000005000000", "arm-smmu");
	assert_int_equal(devices_list(&list), 1);
	assert_string_equal(list[0].instance, "other.iommu");
	assert_false(device_is_fit(&list[0], &why));
	assert_string_equal(why.text, "it is behind an SMMUv2 (driver arm-smmu), and invbench measures SMMUv3s");
	free(list);
}

static void an_iommu_that_is_no_smmu_is_named(void **state)
{
	behind_another_iommu("virtio-iommu.0", "virtio_iommu");
	assert_false(fits(NVME));
	assert_string_equal(why.text, "its IOMMU is no SMMUv3 (virtio_iommu), and invbench measures those alone");
	fake_gone("sys/devices/platform/other.iommu/driver");
	behind_another_iommu("dmar0", "");
	assert_false(fits(NVME));
	assert_string_equal(why.text, "its IOMMU is no SMMUv3 (other.iommu), and invbench measures those alone");
	/* The driver says more than a name. */
	behind_another_iommu("smmu3.0x0000000005000000", "arm-smmu-v3");
	assert_true(fits(NVME));
	fake_gone("sys/devices/platform/other.iommu/driver");
	assert_true(fits(NVME));
}

static void a_device_on_fsl_mc_is_listed_and_does_not_fit(void **state)
{
	struct device *list;

	fake_device("fsl-mc", "dpni.0", "fsl_dpaa2_eth", "12");
	assert_int_equal(devices_list(&list), 2);
	assert_string_equal(list[1].name, "dpni.0");
	assert_string_equal(list[1].bus, "fsl-mc");
	assert_string_equal(list[1].what, "on bus fsl-mc");
	assert_string_equal(list[1].driver, "fsl_dpaa2_eth");
	assert_false(list[1].known);
	free(list);
	assert_false(fits("dpni.0"));
	assert_string_equal(why.text, "it is on bus fsl-mc, from which invbench takes no devices");
}

static void a_segment_is_part_of_the_name(void **state)
{
	struct device *list;

	fake_device("pci", "0009:01:00.0", "nvme", "40");
	fake_device("pci", "10000:e1:00.0", "nvme", "41");
	assert_int_equal(devices_list(&list), 3);
	assert_string_equal(list[1].name, "0009:01:00.0");
	assert_string_equal(list[2].name, "10000:e1:00.0");
	free(list);
	assert_true(fits("0009:01:00.0"));
	assert_true(fits("10000:e1:00.0"));
}

/* As 6.12 has a card that no driver was ever bound to: no group, no iommu. */
static void put_idle_card(const char *name)
{
	fake_link("sys/devices/pci", "sys/bus/pci/devices/%s/subsystem", name);
	fake_file("0x120000\n", "sys/bus/pci/devices/%s/class", name);
	fake_file("(null)\n", "sys/bus/pci/devices/%s/driver_override", name);
}

static void an_idle_card_that_never_had_a_driver_is_listed(void **state)
{
	struct device *list;

	put_idle_card("0000:41:00.0");
	assert_int_equal(devices_list(&list), 2);
	assert_string_equal(list[1].name, "0000:41:00.0");
	assert_string_equal(list[1].what, "accelerator");
	assert_string_equal(list[1].instance, "c000000.smmuv3");
	assert_string_equal(list[1].group, "");
	assert_string_equal(list[1].group_type, "");
	assert_int_equal(list[1].in_group, 0);
	assert_true(list[1].smmuv3);
	assert_int_equal(device_in_use(&list[1], &why), 0);
	assert_int_equal(device_group_in_use(&list[1], NULL, &why), 0);
	free(list);
}

static void what_has_a_driver_and_no_group_is_behind_no_smmu(void **state)
{
	struct device d;

	put_idle_card("0000:41:00.0");
	fake_driver("pci", "mlx5_core");
	fake_link("sys/bus/pci/drivers/mlx5_core", "sys/bus/pci/devices/0000:41:00.0/driver");
	assert_int_equal(device_find("0000:41:00.0", &d), -ENOENT);
	/* Another segment, where nothing is behind an SMMU. */
	put_idle_card("0003:41:00.0");
	assert_int_equal(device_find("0003:41:00.0", &d), -ENOENT);
	/* A bridge is never bound, and nobody has to know of it. */
	put_idle_card("0000:42:00.0");
	fake_file("0x060400\n", "sys/bus/pci/devices/0000:42:00.0/class");
	assert_int_equal(device_find("0000:42:00.0", &d), -ENOENT);
}

static void ats_that_the_firmware_does_not_let_is_none(void **state)
{
	const uint8_t config_with_ats[4096] = { [0x100] = 0x0f, [0x102] = 1 };
	uint8_t iort[128] = { [36] = 1, [40] = 48, [48] = 2, [49] = 36, [72] = 0, [76] = 0 };
	struct device d;

	fake_bytes(config_with_ats, sizeof(config_with_ats), "sys/bus/pci/devices/" NVME "/config");
	fake_bytes(iort, sizeof(iort), "sys/firmware/acpi/tables/IORT");
	d = find(NVME);
	assert_true(d.known && !d.ats);
	assert_string_equal(d.no_ats, "the firmware says that its root complex has no ATS");
	iort[72] = 1;
	fake_bytes(iort, sizeof(iort), "sys/firmware/acpi/tables/IORT");
	d = find(NVME);
	assert_true(d.ats);
	assert_string_equal(d.no_ats, "");
	fake_bytes("", 0, "sys/bus/pci/devices/" NVME "/config");
	assert_string_equal(find(NVME).no_ats, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_is_described),
		TEST(classes_have_names),
		TEST(abilities_are_extended_capabilities),
		TEST(what_only_root_sees_is_not_known),
		TEST(a_virtual_function_shares_pri_and_pasid),
		TEST(a_stand_in_has_its_tree),
		TEST(all_are_listed_in_order),
		TEST(none_is_a_list_as_well),
		TEST(what_is_not_there_is_not_found),
		TEST(a_device_behind_an_smmuv2_is_listed_and_does_not_fit),
		TEST(an_iommu_that_is_no_smmu_is_named),
		TEST(a_device_on_fsl_mc_is_listed_and_does_not_fit),
		TEST(a_segment_is_part_of_the_name),
		TEST(an_idle_card_that_never_had_a_driver_is_listed),
		TEST(what_has_a_driver_and_no_group_is_behind_no_smmu),
		TEST(ats_that_the_firmware_does_not_let_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
