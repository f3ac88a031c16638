/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_drive.h - a machine with one NVMe drive behind its SMMU. */
#ifndef INVBENCH_TESTS_FAKE_DRIVE_H
#define INVBENCH_TESTS_FAKE_DRIVE_H

#include "device.h"
#include "fake_sysfs.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NVME	     "0000:00:1e.0"
#define NET	     "0000:00:1d.0"

static struct sentence why;

static UNUSED int setup(void **state)
{
	fake_setup(state);
	memset(&why, 0, sizeof(why));
	fake_device("pci", NVME, "nvme", "3");
	fake_file("0x010802\n", "sys/bus/pci/devices/" NVME "/class");
	return 0;
}

static UNUSED struct device find(const char *name)
{
	struct device device;

	assert_int_equal(device_find(name, &device), 0);
	return device;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fake_teardown)

#endif
