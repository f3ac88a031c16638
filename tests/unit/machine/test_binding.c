// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_binding.c - devices change hands and come back, whatever was killed
 * where. The kernel that takes the writes is fake_sysfs.h's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "binding.h"
#include "fake_sysfs.h"
#include "hold.h"

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
static const char *snapshot(char *text, size_t size)
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

static int count_journals(void)
{
	struct dirent **names;
	int n = journal_list(&names);

	if (n >= 0)
		sysfs_list_free(names, n);
	return n < 0 ? 0 : n;
}

static int watching_store(const char *path, const char *text)
{
	if (!fake_kernel.writes)
		journal_before_first_write = count_journals() > 0;
	return fake_store(path, text);
}

static void add_device(const char *name, const char *driver, const char *group, const char *class)
{
	fake_device("pci", name, driver, group);
	fake_file(class, "sys/bus/pci/devices/%s/class", name);
}

static int setup(void **state)
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

static int teardown(void **state)
{
	assert_true(journal_before_first_write);
	return fake_teardown(state);
}

static void expect_pristine(void)
{
	char now[sizeof(pristine)];

	assert_string_equal(snapshot(now, sizeof(now)), pristine);
}

static void expect_untouched(void)
{
	expect_pristine();
	assert_int_equal(fake_kernel.writes, 0);
	assert_int_equal(count_journals(), 0);
}

static void expect(const char *name, const char *driver, const char *override, const char *type)
{
	char line[300], now[sizeof(pristine)];

	snprintf(line, sizeof(line), "%s %s %s %s\n", name, driver, override, type);
	if (!strstr(snapshot(now, sizeof(now)), line))
		fail_msg("no line '%s' in:\n%s", line, now);
}

static void must(int err)
{
	if (err)
		fail_msg("%d: %s", err, why.text);
}

static void refused(int err, int expected, const char *text)
{
	if (err != expected || strcmp(why.text, text))
		fail_msg("%d '%s' instead of %d '%s'", err, why.text, expected, text);
}

static int set(const char *name, const char *driver)
{
	return binding_set(name, driver, false, &why);
}

static int set_type(const char *name, const char *type)
{
	return binding_set_type(name, type, false, &why);
}

static unsigned int restore_all(void)
{
	unsigned int count;

	must(binding_restore_all(&count, &why));
	return count;
}

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
	refused(set(NVME, "../nvme"), -EINVAL, "'../nvme' is no name of a driver");
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

static void give_to_invbench(void)
{
	MUST(!set(NVME, "invbench"));
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

static void nobody_else_may_look_into_the_journal(void **state)
{
	struct stat st;

	must(set(NVME, "invbench"));
	MUST(!stat(fake_journal, &st));
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void without_a_journal_nothing_is_changed(void **state)
{
	char text[200];

	fake_file("", "run");
	snprintf(text, sizeof(text), "cannot lock %s/lock: Not a directory", fake_journal);
	refused(set(NVME, "invbench"), -ENOTDIR, text);
	refused(set_type(NVME, "DMA-FQ"), -ENOTDIR, text);
	expect_untouched();
	fake_gone("run");
	/* It cannot be written: a folder has its name. */
	fake_file("", "run/" NVME ".json/x");
	assert_int_equal(set(NVME, "invbench"), -EINVAL);
	expect_pristine();
	assert_int_equal(fake_kernel.writes, 0);
}

static const struct {
	const char *text, *what;
} bad_journals[] = {
	{ "", "'[' or '{' expected near end of file" },
	{ "{\"format\": \"inv", "premature end of input near '\"inv'" },
	{ "[]", "not a journal of this program" },
	{ "{}", "not a journal of this program" },
	{ "{\"format\": \"invbench-binding\", \"version\": 2}", "not a journal of this program" },
	{ "{\"format\": \"invbench-binding\", \"version\": 1}", "a key is missing" },
	{ "DRIVER../../x", "a value makes no sense" },
	{ "DRIVERa name that is longer than any driver may have, by some letters more", "a value makes no sense" },
	{ "NAME0000:00:1f.0", "it is of another device" },
	{ "BUSusb", "its bus is not known" },
};

/* @text is a whole file, or what is put in place of one field of a good one. */
static void write_bad_journal(const char *text)
{
	const char *driver = strncmp(text, "DRIVER", 6) ? "nvme" : text + 6;
	const char *name = strncmp(text, "NAME", 4) ? NVME : text + 4;
	const char *bus = strncmp(text, "BUS", 3) ? "pci" : text + 3;
	char file[1000];

	snprintf(file, sizeof(file),
		 "{\"format\": \"invbench-binding\", \"version\": 1, \"owner\": 0, \"owner_start\": 0, "
		 "\"name\": \"%s\", \"bus\": \"%s\", \"driver\": \"%s\", \"override\": \"\", \"group\": \"3\", "
		 "\"type\": \"DMA\", \"modalias\": \"" NVME "\"}",
		 name, bus, driver);
	fake_file(text[0] >= 'A' && text[0] <= 'Z' ? file : text, "run/" NVME ".json");
}

static void a_bad_journal_does_not_stop_the_others(void **state)
{
	for (size_t i = 0; i < COUNT(bad_journals); i++) {
		unsigned int count;
		char expected[300];

		must(set(NET, "invbench"));
		must(set(LOOSE, "invbench"));
		write_bad_journal(bad_journals[i].text);
		snprintf(expected, sizeof(expected),
			 "%s/" NVME ".json: %s; what this device was bound to is not known: bind it by "
			 "hand, then remove the file",
			 fake_journal, bad_journals[i].what);
		/* It is not trusted to take the device either. */
		refused(set(NVME, "invbench"), -EINVAL, expected);
		refused(binding_restore(NVME, &why), -EINVAL, expected);
		refused(binding_restore_all(&count, &why), -EINVAL, expected);
		assert_int_equal(count, 2);
		expect_pristine();
		fake_gone("run/" NVME ".json");
	}
	assert_int_equal(restore_all(), 0);
}

static void what_was_half_written_is_swept(void **state)
{
	must(set(NVME, "invbench"));
	fake_file("{\"for", "run/" NVME ".json.tmp-123");
	assert_int_equal(restore_all(), 1);
	fake_gone("run/lock");
	MUST(!rmdir(fake_journal)); /* nothing else is in it */
}

static void a_device_that_is_gone_is_forgotten(void **state)
{
	must(set(NVME, "invbench"));
	must(set(NET, "invbench"));
	fake_gone("sys/bus/pci/devices/" NVME);
	fake_file("another card", "sys/devices/pci/" NET "/modalias");
	fake_kernel.writes = 0;
	assert_int_equal(restore_all(), 0);
	assert_int_equal(fake_kernel.writes, 0);
	assert_int_equal(count_journals(), 0);
	expect(NET, "invbench", "invbench", "DMA");
}

/* A process that does @what and then waits to be killed. */
static pid_t linger_after(void (*what)(void))
{
	int done[2];
	pid_t child;
	char byte;

	MUST(!pipe(done));
	child = fork();
	MUST(child >= 0);
	if (!child) {
		what();
		MUST(write(done[1], "", 1) == 1);
		for (;;)
			pause();
	}
	MUST(read(done[0], &byte, 1) == 1);
	close(done[0]);
	close(done[1]);
	return child;
}

static void end(pid_t child)
{
	MUST(!kill(child, SIGKILL) && waitpid(child, NULL, 0) == child);
}

static void nobody_takes_a_device_from_a_run(void **state)
{
	pid_t child = linger_after(give_to_invbench);
	unsigned int count;
	char held[200];

	snprintf(held, sizeof(held), NVME " is held by another invbench that still runs, process %d", child);
	refused(set(NVME, "vfio-pci"), -EBUSY, held);
	refused(set(NVME, "invbench"), -EBUSY, held);
	refused(binding_set(NVME, "", true, &why), -EBUSY, held);
	refused(set_type(NVME, "DMA-FQ"), -EBUSY, held);
	refused(binding_restore(NVME, &why), -EBUSY, held);
	must(set(NET, "invbench"));
	refused(binding_restore_all(&count, &why), -EBUSY, held);
	assert_int_equal(count, 1);
	expect(NVME, "invbench", "invbench", "DMA");
	end(child);
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

static void lock(void)
{
	MUST(journal_lock(&why) >= 0);
}

/* Nothing is written while another has the lock; when that is killed, it is free. */
static void one_at_a_time(void **state)
{
	pid_t holder = linger_after(lock), child = fork();
	int status;

	MUST(child >= 0);
	if (!child)
		_exit(set(NVME, "invbench") ? 1 : 0);
	usleep(300000);
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	expect_pristine();
	end(holder);
	MUST(waitpid(child, &status, 0) == child);
	assert_int_equal(status, 0);
	assert_int_equal(restore_all(), 1);
}

static void several_are_taken_or_none(void **state)
{
	static const char *const names[] = { NVME, NET, BRIDGE, NULL };
	static const char *const unknown[] = { NVME, "0000:99:00.0", NULL };
	static const char *const twice[] = { NVME, NVME, NULL };
	struct hold hold;

	refused(hold_take(&hold, names, "invbench", NULL, false, &why), -EBUSY,
		BRIDGE " is a bridge; what is behind it would go with it");
	hold_free(&hold);
	refused(hold_take(&hold, twice, "invbench", "lazy", false, &why), -EINVAL,
		"'lazy' is no type of an IOMMU group; there are: DMA, DMA-FQ, identity");
	hold_free(&hold);
	assert_int_equal(hold_take(&hold, unknown, "invbench", NULL, false, &why), -ENOENT);
	hold_free(&hold);
	expect_untouched();
	/* Forced, it shows only on the way. */
	assert_int_equal(hold_take(&hold, names, "invbench", NULL, true, &why), -EBUSY);
	hold_free(&hold);
	expect_pristine();
	assert_int_equal(count_journals(), 0);
	must(hold_take(&hold, twice, "invbench", NULL, false, &why));
	expect(NVME, "invbench", "invbench", "DMA");
	must(hold_give_back(&hold, &why));
	hold_free(&hold);
	expect_pristine();
}

static void one_that_does_not_work_gives_all_back(void **state)
{
	static const char *const names[] = { NVME, NET, NULL };
	struct hold hold;

	must(set(NVME, "vfio-pci"));
	fake_file("3\n", "sys/bus/pci/devices/" NET "/sriov_numvfs");
	fake_kernel.broken_driver = "invbench";
	assert_int_equal(hold_take(&hold, names, "invbench", NULL, true, &why), -EIO);
	hold_free(&hold);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA");
	expect(NET, "e1000", "(null)", "DMA");
	assert_false(binding_journaled(NET));
}

static void those_of_a_group_help_each_other(void **state)
{
	static const char *const twins[] = { TWIN0, TWIN1, NULL }, *const one[] = { TWIN0, NULL };
	struct hold hold;

	assert_int_equal(hold_take(&hold, one, "invbench", NULL, false, &why), -EBUSY);
	hold_free(&hold);
	expect_untouched();
	must(hold_take(&hold, twins, "invbench", NULL, false, &why));
	expect(TWIN0, "invbench", "invbench", "DMA");
	expect(TWIN1, "invbench", "invbench", "DMA");
	must(hold_give_back(&hold, &why));
	hold_free(&hold);
	expect_pristine();
}

static void types_are_set_for_all_or_none(void **state)
{
	static const char *const names[] = { NVME, LOOSE, NULL }, *const worse[] = { NVME, TWIN0, NULL };
	struct hold hold;

	must(set(NVME, "vfio-pci"));
	must(set_type(NVME, "DMA-FQ"));
	must(hold_take(&hold, names, NULL, "identity", false, &why));
	expect(NVME, "vfio-pci", "vfio-pci", "identity");
	expect(LOOSE, "", "someone", "identity");
	must(hold_give_back(&hold, &why));
	hold_free(&hold);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA-FQ");
	expect(LOOSE, "", "someone", "DMA");
	assert_int_equal(hold_take(&hold, worse, NULL, "identity", false, &why), -EBUSY);
	hold_free(&hold);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA-FQ");
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

/* A run gives back what it was given, not what somebody had before. */
static void a_hold_goes_back_one_step(void **state)
{
	static const char *const names[] = { NVME, NET, NULL };
	struct hold hold;

	must(set(NVME, "vfio-pci"));
	must(hold_take(&hold, names, "invbench", NULL, false, &why));
	must(hold_give_back(&hold, &why));
	hold_free(&hold);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA");
	expect(NET, "e1000", "(null)", "DMA");
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_changes_hands_and_comes_back),
		TEST(the_first_state_is_what_comes_back),
		TEST(what_is_so_already_is_left_alone),
		TEST(strict_becomes_lazy_under_its_driver),
		TEST(other_types_take_the_driver_away_for_a_while),
		TEST(what_is_in_use_is_refused_unless_forced),
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
		TEST(nobody_else_may_look_into_the_journal),
		TEST(without_a_journal_nothing_is_changed),
		TEST(a_bad_journal_does_not_stop_the_others),
		TEST(what_was_half_written_is_swept),
		TEST(a_device_that_is_gone_is_forgotten),
		TEST(nobody_takes_a_device_from_a_run),
		TEST(one_at_a_time),
		TEST(several_are_taken_or_none),
		TEST(one_that_does_not_work_gives_all_back),
		TEST(those_of_a_group_help_each_other),
		TEST(types_are_set_for_all_or_none),
		TEST(a_hold_goes_back_one_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
