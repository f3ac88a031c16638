// SPDX-License-Identifier: GPL-2.0-only
/* A device that comes is udev's first: it is waited for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_bindings.h"
#include "udev.h"

/* A udev with work to do, which has a node of the drive open until it has settled. */
static void udev_has_the_drive(void)
{
	char script[PATH_MAX + 200], path[PATH_MAX];

	fake_file("", "var_run/udev/control");
	fake_file("", "var_run/udev/queue");
	fake_file("1:3\n", "sys/bus/pci/devices/" NVME "/nvme/nvme0/dev");
	fake_file("(udev-worker)\n", "proc/77/comm");
	fake_link("/dev/null", "proc/77/fd/5");
	snprintf(script, sizeof(script),
		 "#!/bin/sh\necho \"$*\" >>%s/settled\nrm -rf %s/proc/77 %s/var_run/udev/queue\n", fake_root, fake_root,
		 fake_root);
	fake_file(script, "bin/udevadm");
	snprintf(path, sizeof(path), "%s/bin/udevadm", fake_root);
	MUST(!chmod(path, 0755));
	snprintf(path, sizeof(path), "%s/bin:/usr/bin:/bin", fake_root);
	MUST(!setenv("PATH", path, 1));
}

static unsigned int settled(void)
{
	char text[1000];
	unsigned int n = 0;

	if (sysfs_read(text, sizeof(text), "../settled"))
		return 0;
	for (const char *at = text; (at = strstr(at, "settle --timeout")); at++)
		n++;
	return n;
}

static void without_udev_nothing_is_waited_for(void **state)
{
	udev_has_the_drive();
	fake_gone("var_run/udev/control");
	assert_false(udev_runs() || udev_is_busy());
	udev_settle();
	must(set(NVME, "") == -EBUSY ? 0 : -EINVAL);
	assert_int_equal(settled(), 0);
}

static void udev_is_asked_itself(void **state)
{
	udev_has_the_drive();
	assert_true(udev_runs() && udev_is_busy());
	udev_settle();
	assert_false(udev_is_busy());
	assert_int_equal(settled(), 1);
}

static void what_udev_has_open_is_not_in_use(void **state)
{
	udev_has_the_drive();
	must(set(NVME, "invbench"));
	expect(NVME, "invbench", "invbench", "DMA");
}

static void an_idle_udev_is_no_excuse(void **state)
{
	udev_has_the_drive();
	fake_gone("var_run/udev/queue");
	refused(set(NVME, "invbench"), -EBUSY, NVME " is in use: process 77 ((udev-worker)) has /dev/nvme0 open");
	assert_int_equal(settled(), 0);
}

static int store_and_open(const char *path, const char *text)
{
	int err = fake_store(path, text);

	if (!err && strstr(path, "/nvme/bind"))
		udev_has_the_drive();
	return err;
}

static void after_a_bind_udev_has_settled(void **state)
{
	must(set(NVME, "invbench"));
	sysfs_store = store_and_open;
	must(binding_restore(NVME, &why));
	assert_int_equal(settled(), 1);
	assert_false(sysfs_exists("../proc/77"));
	expect(NVME, "nvme", "(null)", "DMA");
}

static void after_a_change_of_type_as_well(void **state)
{
	sysfs_store = store_and_open;
	must(set_type(NVME, "identity"));
	assert_int_equal(settled(), 1);
	expect(NVME, "nvme", "(null)", "identity");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_udev_nothing_is_waited_for), TEST(udev_is_asked_itself),
		TEST(what_udev_has_open_is_not_in_use),	  TEST(an_idle_udev_is_no_excuse),
		TEST(after_a_bind_udev_has_settled),	  TEST(after_a_change_of_type_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
