// SPDX-License-Identifier: GPL-2.0-only
/* A virtual machine is told from a machine, and by whom it is run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_sysfs.h"
#include "hypervisor.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

static void expect(const char *expected)
{
	char name[64];

	assert_int_equal(hypervisor_name(name, sizeof(name)), *expected != '\0');
	assert_string_equal(name, expected);
}

static void dmi(const char *vendor, const char *product)
{
	fake_file(vendor, "sys/class/dmi/id/sys_vendor");
	fake_file(product, "sys/class/dmi/id/product_name");
}

static void a_machine_is_none(void **state)
{
	const uint8_t bios[0x18] = { [0x13] = 0x0f };
	const char fadt[276] = "FACP";

	expect("");
	dmi("Dell Inc.\n", "PowerEdge R7525\n");
	expect("");
	dmi("GIGABYTE\n", "R272-P30-JG\n");
	fake_bytes(bios, sizeof(bios), "sys/firmware/dmi/entries/0-0/raw");
	fake_bytes(fadt, sizeof(fadt), "sys/firmware/acpi/tables/FACP");
	expect("");
	fake_bytes("vendor,board\0vendor,soc", 23, "sys/firmware/devicetree/base/compatible");
	expect("");
}

static void dmi_tells(void **state)
{
	dmi("QEMU\n", "QEMU Virtual Machine\n");
	expect("QEMU");
	dmi("Red Hat\n", "KVM\n");
	expect("KVM");
	dmi("VMware, Inc.\n", "VMware20,1\n");
	expect("VMware");
	dmi("Microsoft Corporation\n", "Virtual Machine\n");
	expect("Hyper-V");
	dmi("Google\n", "Google Compute Engine\n");
	expect("Google Compute Engine");
}

static void a_whole_machine_of_amazon_is_one(void **state)
{
	dmi("Amazon EC2\n", "c7g.4xlarge\n");
	expect("Amazon EC2 c7g.4xlarge");
	dmi("Amazon EC2\n", "c7g.metal\n");
	expect("");
	dmi("Amazon EC2\n", "m7g.metal-48xl\n");
	expect("");
}

static void a_device_tree_tells(void **state)
{
	fake_bytes("linux,dummy-virt", 17, "sys/firmware/devicetree/base/compatible");
	expect("QEMU");
	fake_bytes("linux,kvm\0other", 16, "sys/firmware/devicetree/base/hypervisor/compatible");
	expect("linux,kvm");
}

static void qemu_has_a_device_of_its_own(void **state)
{
	fake_bytes("vendor,board", 13, "sys/firmware/devicetree/base/compatible");
	fake_file("", "sys/firmware/devicetree/base/fw-cfg@9020000/reg");
	expect("QEMU");
}

static void other_tables_tell(void **state)
{
	uint8_t bios[0x18] = { [0x13] = 0x1f };
	char fadt[276] = "FACP";

	fake_bytes(bios, sizeof(bios), "sys/firmware/dmi/entries/0-0/raw");
	expect("a hypervisor");
	fake_file("xen\n", "sys/hypervisor/type");
	expect("xen");
	memcpy(fadt + 268, "QEMU", 4);
	fake_bytes(fadt, sizeof(fadt), "sys/firmware/acpi/tables/FACP");
	expect("QEMU");
	memcpy(fadt + 268, "EIGHTLET", 8);
	fake_bytes(fadt, sizeof(fadt), "sys/firmware/acpi/tables/FACP");
	expect("EIGHTLET");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_machine_is_none),
		TEST(dmi_tells),
		TEST(a_whole_machine_of_amazon_is_one),
		TEST(a_device_tree_tells),
		TEST(qemu_has_a_device_of_its_own),
		TEST(other_tables_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
