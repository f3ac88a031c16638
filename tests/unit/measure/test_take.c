// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device that a case takes is as it was afterwards, whatever ends the case.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "binding.h"
#include "case.h"
#include "device.h"
#include "fake_sysfs.h"
#include "suite.h"
#include "take.h"

#define NVME  "0000:01:00.0"
#define NET   "0000:02:00.0"
#define TRIES 2000 /* of 5 ms, for a process that has to be scheduled first */

static const struct device_want drive = {
	.what = "an NVMe drive", .driver = "nvme", .type = "identity", .as = "invbench"
};
static struct suite suite;
static struct run_case c;

static int setup(void **state)
{
	struct sentence why;

	fake_setup(state);
	memset(&fake_kernel, 0, sizeof(fake_kernel));
	sysfs_store = fake_store;
	fake_device("pci", NVME, "nvme", "3");
	fake_file("0x010802", "sys/bus/pci/devices/%s/class", NVME);
	fake_device("pci", NET, "e1000", "4");
	fake_file("0xff0000", "sys/bus/pci/devices/%s/class", NET);
	fake_driver("pci", "invbench");
	fake_driver("pci", "vfio-pci");
	MUST(!suite_add_line(&suite, "noop", "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
	return 0;
}

static int teardown(void **state)
{
	take_named(NULL);
	case_free(&c);
	suite_free(&suite);
	return fake_teardown(state);
}

static bool is(const char *name, const char *driver, const char *type)
{
	struct device d;

	return !device_find(name, &d) && !strcmp(d.driver, driver) && !strcmp(d.group_type, type);
}

static void a_free_one_is_taken_and_given_back(void **state)
{
	const char *name = NULL;

	assert_int_equal(case_take(&c, &drive, &name), 0);
	assert_string_equal(name, NVME);
	assert_true(is(NVME, "invbench", "identity"));
	take_back(&c);
	assert_true(is(NVME, "nvme", "DMA"));
	assert_false(binding_journaled(NVME));
	assert_int_equal(c.status, STATUS_PASS);
	/* Nor is there a process left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void where_there_is_none_it_is_a_skip(void **state)
{
	const struct device_want want = { .what = "a widget", .driver = "widget" };
	const char *name;

	assert_int_equal(case_take(&c, &want, &name), SKIP);
	assert_string_equal(c.reason, "a widget that nobody uses is needed behind an SMMU: there is none");
	take_back(&c);
	assert_int_equal(fake_kernel.writes, 0);
}

static void the_named_one_must_fit(void **state)
{
	const char *name;

	take_named(NET);
	assert_string_equal(case_device(&c), NET);
	assert_int_equal(case_take(&c, &drive, &name), -EIO);
	assert_non_null(strstr(c.reason, "--device=" NET ": an NVMe drive is needed"));
	take_back(&c);
	assert_int_equal(fake_kernel.writes, 0);
}

static void without_its_driver_it_is_a_skip(void **state)
{
	const struct device_want want = { .what = "an NVMe drive", .driver = "nvme", .as = "no-such" };
	const char *name;

	assert_int_equal(case_take(&c, &want, &name), SKIP);
	assert_non_null(strstr(c.reason, "has no driver 'no-such'"));
	take_back(&c);
	assert_true(is(NVME, "nvme", "DMA"));
}

/* It goes back to him, and not to the driver before that. */
static void what_somebody_had_bound_stays_so(void **state)
{
	const struct device_want want = { .what = "an endpoint", .driver = "invbench", .as = "vfio-pci" };
	struct sentence why;
	const char *name;

	MUST(!binding_set(NVME, "invbench", false, &why));
	assert_int_equal(case_take(&c, &want, &name), 0);
	assert_true(is(NVME, "vfio-pci", "DMA"));
	take_back(&c);
	assert_true(is(NVME, "invbench", "DMA"));
	assert_true(binding_journaled(NVME));
	MUST(!binding_restore(NVME, &why));
	assert_true(is(NVME, "nvme", "DMA"));
}

/* Nobody can catch SIGKILL: another process puts it back. */
static void a_case_that_is_killed_gives_it_back(void **state)
{
	int status = 0, tries = 0;
	pid_t child = fork();

	MUST(child >= 0);
	if (!child) {
		const char *name;

		MUST(!case_take(&c, &drive, &name) && is(NVME, "invbench", "identity"));
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	while (binding_journaled(NVME) && tries++ < TRIES)
		usleep(5000);
	assert_false(binding_journaled(NVME));
	assert_true(is(NVME, "nvme", "DMA"));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_free_one_is_taken_and_given_back),
		TEST(where_there_is_none_it_is_a_skip),
		TEST(the_named_one_must_fit),
		TEST(without_its_driver_it_is_a_skip),
		TEST(what_somebody_had_bound_stays_so),
		TEST(a_case_that_is_killed_gives_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
