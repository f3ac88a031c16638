// SPDX-License-Identifier: GPL-2.0-only
/* What a PCI device has of its root complex: neighbours, and whether the firmware lets it use ATS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_drive.h"
#include "root_complex.h"

#define TREE "sys/devices/platform/40000000.pcie"

/* As sysfs really has them: a device lies in the bridge above it, and that in its root complex. */
static void put(const char *place, const char *name, bool iommu)
{
	char folder[200];

	snprintf(folder, sizeof(folder), TREE "/%s/%s", place, name);
	fake_file("", "%s/vendor", folder);
	fake_link(folder, "sys/bus/pci/devices/%s", name);
	if (iommu)
		fake_file("", "%s/iommu/.keep", folder);
}

static void the_bridge_above_comes_before_what_lies_beside(void **state)
{
	char other[64];

	put("pci0002:00", "0002:00:00.0", true);
	put("pci0002:00", "0002:00:01.0", true);
	put("pci0002:00/0002:00:01.0", "0002:01:00.0", false);
	assert_int_equal(root_complex_neighbour("0002:01:00.0", other, sizeof(other)), 0);
	assert_string_equal(other, "0002:00:01.0");
	put("pci0002:00", "0002:00:05.0", false);
	assert_int_equal(root_complex_neighbour("0002:00:05.0", other, sizeof(other)), 0);
	assert_string_equal(other, "0002:00:00.0");
}

static void another_root_complex_is_no_neighbour(void **state)
{
	char other[64];

	put("pci0002:00", "0002:00:00.0", true);
	put("pci0002:80", "0002:80:05.0", false);
	assert_int_equal(root_complex_neighbour("0002:80:05.0", other, sizeof(other)), -ENOENT);
}

static void what_the_map_of_the_device_tree_leaves_out_has_no_neighbour(void **state)
{
	const uint8_t map[] = { 0, 0, 1, 0, 0, 0, 0, 7, 0, 0, 1, 0, 0, 0, 0, 0x80 }; /* 128 from bus 1 on */
	const uint8_t mask[] = { 0, 0, 0xff, 0xf8 };
	char other[64];

	put("pci0002:00", "0002:00:00.0", true);
	put("pci0002:00", "0002:01:00.0", false);
	put("pci0002:00", "0002:01:0f.7", false);
	put("pci0002:00", "0002:01:10.0", false);
	put("pci0002:00", "0002:00:1f.0", false);
	fake_bytes(map, sizeof(map), TREE "/of_node/iommu-map");
	assert_int_equal(root_complex_neighbour("0002:01:00.0", other, sizeof(other)), 0);
	assert_int_equal(root_complex_neighbour("0002:01:0f.7", other, sizeof(other)), 0);
	assert_int_equal(root_complex_neighbour("0002:01:10.0", other, sizeof(other)), -ENOENT);
	assert_int_equal(root_complex_neighbour("0002:00:1f.0", other, sizeof(other)), -ENOENT);
	fake_bytes(mask, sizeof(mask), TREE "/of_node/iommu-map-mask");
	assert_int_equal(root_complex_neighbour("0002:01:0f.7", other, sizeof(other)), 0);
	fake_gone(TREE "/of_node/iommu-map");
	assert_int_equal(root_complex_neighbour("0002:01:00.0", other, sizeof(other)), -ENOENT);
}

static void a_device_tree_says_so_at_the_root_complex(void **state)
{
	put("pci0002:00", "0002:00:00.0", true);
	assert_int_equal(root_complex_ats("0002:00:00.0"), ROOT_COMPLEX_UNKNOWN);
	fake_file("", TREE "/of_node/compatible");
	assert_int_equal(root_complex_ats("0002:00:00.0"), ROOT_COMPLEX_NO);
	fake_file("", TREE "/of_node/ats-supported");
	assert_int_equal(root_complex_ats("0002:00:00.0"), ROOT_COMPLEX_YES);
}

/* One node of a table: type, its length, and of a root complex attribute and segment. */
static size_t put_node(uint8_t *table, size_t at, uint8_t type, uint16_t length, uint8_t ats, uint8_t segment)
{
	table[at] = type;
	table[at + 1] = length & 0xff;
	table[at + 2] = length >> 8;
	table[at + 24] = ats;
	table[at + 28] = segment;
	return at + length;
}

static void put_table(const uint8_t *table, size_t size)
{
	fake_bytes(table, size, "sys/firmware/acpi/tables/IORT");
}

static void acpi_says_so_by_segment(void **state)
{
	uint8_t table[400] = { [36] = 4, [40] = 48 };
	size_t at = 48;

	at = put_node(table, at, 4, 80, 1, 9); /* an SMMUv3, whose bytes mean something else */
	at = put_node(table, at, 2, 40, 0, 0);
	at = put_node(table, at, 2, 260 - 168, 1, 9);
	put_node(table, at, 2, 36, 0, 9);
	put_table(table, sizeof(table));
	assert_int_equal(root_complex_ats("0000:00:1e.0"), ROOT_COMPLEX_NO);
	assert_int_equal(root_complex_ats("0009:01:00.0"), ROOT_COMPLEX_YES);
	assert_int_equal(root_complex_ats("0003:01:00.0"), ROOT_COMPLEX_UNKNOWN);
}

static void a_table_that_makes_no_sense_says_nothing(void **state)
{
	uint8_t table[100] = { [36] = 0xff, [37] = 0xff, [38] = 0xff, [39] = 0xff, [40] = 48 };

	assert_int_equal(root_complex_ats("0000:00:1e.0"), ROOT_COMPLEX_UNKNOWN);
	put_table(table, 20);
	assert_int_equal(root_complex_ats("0000:00:1e.0"), ROOT_COMPLEX_UNKNOWN);
	put_table(table, sizeof(table)); /* nodes without a length */
	assert_int_equal(root_complex_ats("0000:00:1e.0"), ROOT_COMPLEX_UNKNOWN);
	put_node(table, 48, 2, 30, 0, 0); /* the second one is cut */
	put_table(table, sizeof(table));
	assert_int_equal(root_complex_ats("0000:00:1e.0"), ROOT_COMPLEX_NO);
	table[40] = 0xf0; /* beyond the end */
	table[43] = 0xff;
	put_table(table, sizeof(table));
	assert_int_equal(root_complex_ats("0000:00:1e.0"), ROOT_COMPLEX_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_bridge_above_comes_before_what_lies_beside),
		TEST(another_root_complex_is_no_neighbour),
		TEST(what_the_map_of_the_device_tree_leaves_out_has_no_neighbour),
		TEST(a_device_tree_says_so_at_the_root_complex),
		TEST(acpi_says_so_by_segment),
		TEST(a_table_that_makes_no_sense_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
