// SPDX-License-Identifier: GPL-2.0-only
/* Devices change hands and come back, whatever was killed where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "fake_bindings.h"
#include "hold.h"

static void a_device_changes_hands_and_comes_back(void **state)
{
	must(set(NVME, "invbench"));
	expect(NVME, "invbench", "invbench", "DMA");
	assert_true(binding_journaled(NVME));
	must(set(NET, ""));
	expect(NET, "", "(null)", "DMA");
	must(set(LOOSE, "vfio-pci"));
	expect(LOOSE, "vfio-pci", "vfio-pci", "DMA");
	must(binding_restore(NVME, &why));
	assert_false(binding_journaled(NVME));
	expect(NVME, "nvme", "(null)", "DMA");
	expect(NET, "", "(null)", "DMA");
	assert_int_equal(restore_all(), 2);
	expect_pristine();
	assert_int_equal(count_journals(), 0);
	assert_int_equal(restore_all(), 0);
}

static void the_first_state_is_what_comes_back(void **state)
{
	must(set(NVME, "vfio-pci"));
	must(set(NVME, "invbench"));
	must(set_type(NVME, "identity"));
	must(set(NVME, ""));
	must(set(NVME, "vfio-pci"));
	must(set_type(NVME, "DMA-FQ"));
	expect(NVME, "vfio-pci", "vfio-pci", "DMA-FQ");
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

static void what_is_so_already_is_left_alone(void **state)
{
	must(set(NVME, "nvme"));
	must(set(LOOSE, ""));
	must(set_type(NVME, "DMA"));
	expect_untouched();
}

static void strict_becomes_lazy_under_its_driver(void **state)
{
	must(set_type(NVME, "DMA-FQ"));
	assert_int_equal(fake_kernel.writes, 1);
	expect(NVME, "nvme", "(null)", "DMA-FQ");
	assert_int_equal(restore_all(), 1);
	assert_true(fake_kernel.writes > 2); /* the way back is not that easy */
	expect_pristine();
}

static void other_types_take_the_driver_away_for_a_while(void **state)
{
	must(set_type(NVME, "identity"));
	expect(NVME, "nvme", "(null)", "identity");
	must(set_type(LOOSE, "identity"));
	expect(LOOSE, "", "someone", "identity");
	assert_int_equal(restore_all(), 2);
	expect_pristine();
}

static void what_is_in_use_is_refused_unless_forced(void **state)
{
	fake_file("1\n", "sys/bus/pci/devices/" NVME "/boot_vga");
	refused(set(NVME, "invbench"), -EBUSY, NVME " is in use: it is the boot display");
	refused(set_type(NVME, "DMA-FQ"), -EBUSY, NVME " is in use: it is the boot display");
	refused(binding_check(NVME, "invbench", NULL, &why), -EBUSY, NVME " is in use: it is the boot display");
	expect_untouched();
	must(binding_set(NVME, "invbench", true, &why));
	expect(NVME, "invbench", "invbench", "DMA");
}

static int open_at_unbind, open_at_bind;

/* Is a disk of the drive, here /dev/zero, open in this process? */
static int has_disk(void)
{
	struct stat st;
	int found = 0;

	for (int fd = 3; fd < 64; fd++)
		found += !fstat(fd, &st) && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 5);
	return found;
}

static int disk_watching_store(const char *path, const char *text)
{
	if (strstr(path, "/unbind"))
		open_at_unbind = has_disk();
	else if (strstr(path, "/bind"))
		open_at_bind = has_disk();
	return watching_store(path, text);
}

/* From the look whether somebody uses it; its next driver finds its name free. */
static void none_can_mount_it_before_it_is_unbound(void **state)
{
	fake_link("sys/class/nvme", "sys/devices/pci/" NVME "/nvme/nvme0/subsystem");
	fake_block("devices/pci/" NVME "/nvme/nvme0", "nvme0n1", "1:5", "/dev/zero");
	sysfs_store = disk_watching_store;
	must(set(NVME, "invbench"));
	assert_int_equal(open_at_unbind, 1);
	assert_int_equal(open_at_bind, 0);
	must(binding_restore(NVME, &why));
	open_at_unbind = 0;
	must(set_type(NVME, "identity"));
	assert_int_equal(open_at_unbind, 1);
	assert_int_equal(has_disk(), 0);
	assert_int_equal(restore_all(), 1);
	open_at_unbind = 1;
	must(binding_set(NVME, "invbench", true, &why)); /* whoever has it loses it */
	assert_int_equal(open_at_unbind, 0);
}

static void what_cannot_be_checked_is_refused_unless_forced(void **state)
{
	fake_gone("proc/self/mountinfo");
	refused(set(NVME, "invbench"), -ENOENT,
		NVME " may be in use: /proc/self/mountinfo cannot be read: No such file or directory");
	expect_untouched();
	must(binding_set_type(NVME, "identity", true, &why));
}

static void bad_input_is_refused(void **state)
{
	static const char *const no_device = "there is no device '0000:99:00.0' behind an SMMU; see: invbench devices";
	static const char *const bridge = BRIDGE " is a bridge; what is behind it would go with it";

	refused(set("0000:99:00.0", "invbench"), -ENOENT, no_device);
	refused(set_type("0000:99:00.0", "DMA"), -ENOENT, no_device);
	refused(binding_check("0000:99:00.0", "", NULL, &why), -ENOENT, no_device);
	assert_int_equal(set(NVME "/.", "invbench"), -ENOENT);
	assert_int_equal(set("../devices/" NVME, "invbench"), -ENOENT);
	assert_int_equal(set("", "invbench"), -ENOENT);
	refused(set(NVME, "../nvme"), -EINVAL, "'../nvme' is no name of a driver");
	refused(set(NVME, ".."), -EINVAL, "'..' is no name of a driver");
	refused(binding_set(NVME, ".", true, &why), -EINVAL, "'.' is no name of a driver");
	refused(binding_check(NVME, "..", NULL, &why), -EINVAL, "'..' is no name of a driver");
	refused(set(NVME, "igb"), -ENODEV, NVME ": bus pci has no driver 'igb'; load it, as with: modprobe igb");
	refused(set_type(NVME, "DMA-fq"), -EINVAL,
		"'DMA-fq' is no type of an IOMMU group; there are: DMA, DMA-FQ, identity");
	refused(binding_set(BRIDGE, "invbench", true, &why), -EBUSY, bridge);
	refused(binding_set_type(BRIDGE, "identity", true, &why), -EBUSY, bridge);
	fake_gone("sys/bus/pci/drivers/invbench/bind");
	fake_gone("sys/bus/pci/drivers/invbench/unbind");
	MUST(!rmdir(strcat(strcpy(why.text, fake_sys), "/bus/pci/drivers/invbench")));
	refused(set(NVME, "invbench"), -ENODEV, NVME ": driver invbench is not there; load the module invbench.ko");
	expect_untouched();
}

static void a_group_is_had_whole_or_not(void **state)
{
	static const char *const shared =
		TWIN0 " cannot be had alone: it shares IOMMU group 7 with " TWIN1 ", which has driver ehci";

	refused(set(TWIN0, "invbench"), -EBUSY, shared);
	refused(set_type(TWIN0, "identity"), -EBUSY, shared);
	expect_untouched();
	must(set(TWIN1, ""));
	must(set(TWIN0, "invbench"));
	must(set(TWIN1, "invbench"));
	assert_int_equal(restore_all(), 2);
	expect_pristine();
}

/* What the second device finds is not what was: its group has been changed through the first. */
static void a_group_has_one_type_to_come_back_to(void **state)
{
	static const char *const twins[] = { TWIN0, TWIN1, TWIN0 };

	for (int i = 0; i < 2; i++) {
		must(binding_set_type(twins[i], "DMA-FQ", true, &why));
		must(set(twins[i + 1], ""));
		/* Not while the first has its driver; which of them comes first by name must not matter. */
		assert_int_equal(binding_restore(twins[i + 1], &why), -EIO);
		assert_int_equal(restore_all(), 2);
		expect_pristine();
		assert_int_equal(count_journals(), 0);
	}
}

static void a_driver_that_does_not_want_it_leaves_all_as_it_was(void **state)
{
	fake_kernel.broken_driver = "invbench";
	refused(set(NVME, "invbench"), -EIO, "driver invbench does not take " NVME ": Invalid argument (see dmesg)");
	expect_pristine();
	assert_int_equal(count_journals(), 0);
	must(set(NVME, "vfio-pci"));
	refused(set(NVME, "invbench"), -EIO, "driver invbench does not take " NVME ": Invalid argument (see dmesg)");
	expect(NVME, "vfio-pci", "vfio-pci", "DMA");
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

static void a_driver_that_is_gone_can_come_later(void **state)
{
	unsigned int count;

	must(set(NVME, "invbench"));
	must(set(NET, "invbench"));
	fake_kernel.broken_driver = "e1000";
	refused(binding_restore_all(&count, &why), -EIO,
		"driver e1000 does not take " NET ": Invalid argument (see dmesg)");
	assert_int_equal(count, 1);
	expect(NVME, "nvme", "(null)", "DMA");
	assert_true(binding_journaled(NET));
	fake_kernel.broken_driver = NULL;
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

static void who_uses_it_by_now_keeps_it(void **state)
{
	static const char *const in_use = NVME " is in use: it has 3 virtual functions";
	unsigned int count;

	must(set(NVME, "vfio-pci"));
	fake_file("3\n", "sys/bus/pci/devices/" NVME "/sriov_numvfs");
	refused(binding_restore(NVME, &why), -EBUSY, in_use);
	refused(binding_restore_all(&count, &why), -EBUSY, in_use);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA");
	fake_file("0\n", "sys/bus/pci/devices/" NVME "/sriov_numvfs");
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

/* Runs @what in a process of its own, which dies at a write. False if it came to its end before. */
static bool dies(void (*what)(void), unsigned int at, bool after)
{
	pid_t child = fork();
	int status;

	MUST(child >= 0);
	if (!child) {
		fake_kernel.writes = 0;
		fake_kernel.die_at = at;
		fake_kernel.die_after = after;
		what();
		_exit(0);
	}
	MUST(waitpid(child, &status, 0) == child && WIFEXITED(status));
	MUST(!WEXITSTATUS(status) || WEXITSTATUS(status) == FAKE_DEATH);
	return WEXITSTATUS(status);
}

static void give_through_hands(void)
{
	MUST(!set(NVME, "vfio-pci") && !set(NVME, "") && !set(NVME, "invbench"));
}

static void make_lazy(void)
{
	MUST(!set_type(NVME, "DMA-FQ"));
}

static void make_identity_and_give(void)
{
	MUST(!set_type(NVME, "identity") && !set(NVME, "vfio-pci"));
}

static void give_two(void)
{
	MUST(!set(NET, "vfio-pci") && !set(LOOSE, "invbench"));
}

static void give_twins(void)
{
	static const char *const twins[] = { TWIN0, TWIN1, NULL };
	struct hold hold;

	MUST(!hold_take(&hold, twins, "vfio-pci", NULL, false, &why));
	MUST(!set_type(TWIN0, "identity"));
}

static void find_no_taker(void)
{
	fake_kernel.broken_driver = "invbench";
	MUST(set(NVME, "invbench") == -EIO);
}

static void put_back(void)
{
	unsigned int count;

	MUST(!binding_restore_all(&count, &why));
}

/* The first two touch all that there is to put back. */
static void (*const deeds[])(void) = { make_identity_and_give, give_twins, give_to_invbench,
				       give_through_hands,     make_lazy,  give_two,
				       find_no_taker };

static void death_at_any_write_can_be_put_back(void **state)
{
	unsigned int deaths = 0;

	for (size_t i = 0; i < COUNT(deeds); i++) {
		for (unsigned int at = 1;; at++) {
			bool died = dies(deeds[i], at, false);

			restore_all();
			expect_pristine();
			assert_int_equal(count_journals(), 0);
			if (!died)
				break;
			assert_true(dies(deeds[i], at, true));
			restore_all();
			expect_pristine();
			assert_int_equal(count_journals(), 0);
			deaths++;
		}
	}
	assert_true(deaths > 30);
}

static void death_while_putting_back_can_be_put_back(void **state)
{
	unsigned int deaths = 0;

	for (size_t i = 0; i < 2; i++) {
		for (unsigned int stop = 1; dies(deeds[i], stop, true); stop++) {
			for (unsigned int at = 1; dies(put_back, at, at % 2); at++) {
				assert_true(count_journals() > 0);
				deaths++;
				restore_all();
				expect_pristine();
				dies(deeds[i], stop, true);
			}
			expect_pristine();
		}
		restore_all();
	}
	assert_true(deaths > 50);
}

/* And nobody has to be asked twice. */
static void putting_back_twice_changes_nothing(void **state)
{
	must(set(NVME, "invbench"));
	assert_int_equal(restore_all(), 1);
	fake_kernel.writes = 0;
	assert_int_equal(restore_all(), 0);
	must(binding_restore(NVME, &why));
	must(binding_restore("../" NVME, &why));
	must(binding_restore("nothing", &why));
	expect_untouched();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_changes_hands_and_comes_back),
		TEST(the_first_state_is_what_comes_back),
		TEST(what_is_so_already_is_left_alone),
		TEST(strict_becomes_lazy_under_its_driver),
		TEST(other_types_take_the_driver_away_for_a_while),
		TEST(what_is_in_use_is_refused_unless_forced),
		TEST(none_can_mount_it_before_it_is_unbound),
		TEST(what_cannot_be_checked_is_refused_unless_forced),
		TEST(bad_input_is_refused),
		TEST(a_group_is_had_whole_or_not),
		TEST(a_group_has_one_type_to_come_back_to),
		TEST(a_driver_that_does_not_want_it_leaves_all_as_it_was),
		TEST(a_driver_that_is_gone_can_come_later),
		TEST(who_uses_it_by_now_keeps_it),
		TEST(death_at_any_write_can_be_put_back),
		TEST(death_while_putting_back_can_be_put_back),
		TEST(putting_back_twice_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
