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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
