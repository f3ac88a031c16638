/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_bindings.h - a machine with a device of each kind, and what each is bound to. The
 * kernel that takes the writes is fake_sysfs.h's.
 */
#ifndef INVBENCH_TESTS_FAKE_BINDINGS_H
#define INVBENCH_TESTS_FAKE_BINDINGS_H

#include <dirent.h>

#include "binding.h"
#include "fake_sysfs.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define NVME	     "0000:00:1e.0"
#define NET	     "0000:00:1d.0"
#define BRIDGE	     "0000:00:1c.0"
#define LOOSE	     "0000:01:00.0" /* no driver, but an override */
#define TWIN0	     "0000:02:00.0" /* these share a group */
#define TWIN1	     "0000:02:00.1"

static struct sentence why;
static char pristine[2000];
static bool journal_before_first_write;

/* All that may have to be put back. */
static UNUSED const char *snapshot(char *text, size_t size)
{
	struct dirent **names;
	size_t used = 0;
	int n = sysfs_list(&names, "bus/pci/devices");

	MUST(n > 0);
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		char driver[64], override[64], type[16];

		sysfs_link(driver, sizeof(driver), "bus/pci/devices/%s/driver", name);
		MUST(!sysfs_read(override, sizeof(override), "bus/pci/devices/%s/driver_override", name));
		MUST(!sysfs_read(type, sizeof(type), "bus/pci/devices/%s/iommu_group/type", name));
		used += snprintf(text + used, size - used, "%s %s %s %s\n", name, driver, override, type);
		MUST(used < size);
	}
	sysfs_list_free(names, n);
	return text;
}

static UNUSED int count_journals(void)
{
	struct dirent **names;
	int n = journal_list(&names);

	if (n >= 0)
		sysfs_list_free(names, n);
	return n < 0 ? 0 : n;
}

static UNUSED int watching_store(const char *path, const char *text)
{
	if (!fake_kernel.writes)
		journal_before_first_write = count_journals() > 0;
	return fake_store(path, text);
}

static UNUSED void add_device(const char *name, const char *driver, const char *group, const char *class)
{
	fake_device("pci", name, driver, group);
	fake_file(class, "sys/bus/pci/devices/%s/class", name);
}

static UNUSED int setup(void **state)
{
	fake_setup(state);
	memset(&fake_kernel, 0, sizeof(fake_kernel));
	memset(&why, 0, sizeof(why));
	sysfs_store = watching_store;
	journal_before_first_write = true;
	add_device(NVME, "nvme", "3", "0x010802");
	add_device(NET, "e1000", "4", "0xff0000");
	add_device(BRIDGE, "pcieport", "5", "0x060400");
	add_device(LOOSE, "", "6", "0x00ff00");
	fake_file("someone\n", "sys/bus/pci/devices/" LOOSE "/driver_override");
	add_device(TWIN0, "xhci", "7", "0x0c0330");
	add_device(TWIN1, "ehci", "7", "0x0c0320");
	fake_driver("pci", "invbench");
	fake_driver("pci", "vfio-pci");
	snapshot(pristine, sizeof(pristine));
	return 0;
}

static UNUSED int teardown(void **state)
{
	assert_true(journal_before_first_write);
	return fake_teardown(state);
}

static UNUSED void expect_pristine(void)
{
	char now[sizeof(pristine)];

	assert_string_equal(snapshot(now, sizeof(now)), pristine);
}

static UNUSED void expect_untouched(void)
{
	expect_pristine();
	assert_int_equal(fake_kernel.writes, 0);
	assert_int_equal(count_journals(), 0);
}

static UNUSED void expect(const char *name, const char *driver, const char *override, const char *type)
{
	char line[300], now[sizeof(pristine)];

	snprintf(line, sizeof(line), "%s %s %s %s\n", name, driver, override, type);
	if (!strstr(snapshot(now, sizeof(now)), line))
		fail_msg("no line '%s' in:\n%s", line, now);
}

static UNUSED void must(int err)
{
	if (err)
		fail_msg("%d: %s", err, why.text);
}

static UNUSED void refused(int err, int expected, const char *text)
{
	if (err != expected || strcmp(why.text, text))
		fail_msg("%d '%s' instead of %d '%s'", err, why.text, expected, text);
}

static UNUSED int set(const char *name, const char *driver)
{
	return binding_set(name, driver, false, &why);
}

static UNUSED int set_type(const char *name, const char *type)
{
	return binding_set_type(name, type, false, &why);
}

static UNUSED unsigned int restore_all(void)
{
	unsigned int count;

	must(binding_restore_all(&count, &why));
	return count;
}

static UNUSED void give_to_invbench(void)
{
	MUST(!set(NVME, "invbench"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
