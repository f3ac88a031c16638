// SPDX-License-Identifier: GPL-2.0-only
/* What devices were: written and read, broken, half-written, locked, and of another process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>

#include "fake_bindings.h"

static struct bound some_device(void)
{
	return (struct bound){ .name = NVME,
			       .bus = "pci",
			       .driver = "nvme",
			       .group = "3",
			       .type = "DMA",
			       .modalias = "pci:v00001D0F/d0000\"8061" };
}

/* When this process began: field 22 of its stat, where the 20th follows the ')' of its name. */
static unsigned long long own_start(void)
{
	FILE *stat = fopen("/proc/self/stat", "re");
	char text[1024], *at;
	size_t n;

	MUST(stat);
	n = fread(text, 1, sizeof(text) - 1, stat);
	fclose(stat);
	text[n] = '\0';
	at = strrchr(text, ')');
	for (int field = 0; field < 20; field++) {
		MUST(at);
		at = strchr(at + 1, ' ');
	}
	MUST(at);
	return strtoull(at, NULL, 10);
}

/* All of it, with who wrote it: a name may have what JSON has to escape. */
static void what_is_written_is_read(void **state)
{
	struct bound in = some_device(), out;

	assert_int_equal(journal_read(NVME, &out, &why), -ENOENT);
	MUST(!mkdir(fake_journal, 0700));
	must(journal_write(&in, &why));
	assert_true(journal_has(NVME));
	must(journal_read(NVME, &out, &why));
	assert_string_equal(out.name, NVME);
	assert_string_equal(out.bus, "pci");
	assert_string_equal(out.driver, "nvme");
	assert_string_equal(out.override, "");
	assert_string_equal(out.group, "3");
	assert_string_equal(out.type, "DMA");
	assert_string_equal(out.modalias, in.modalias);
	assert_int_equal(out.owner, getpid());
	assert_true(out.owner_start == own_start());
	must(journal_remove(NVME, &why));
	must(journal_remove(NVME, &why));
	assert_false(journal_has(NVME));
}

static void names_are_listed_in_order(void **state)
{
	static const char *const names[] = { NVME, LOOSE, NET };
	struct bound b = some_device();
	struct dirent **list;

	assert_int_equal(journal_list(&list), -ENOENT);
	MUST(!mkdir(fake_journal, 0700));
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(b.name, sizeof(b.name), "%s", names[i]);
		must(journal_write(&b, &why));
	}
	fake_file("", "run/lock");
	fake_file("", "run/" BRIDGE ".json.tmp-1");
	assert_int_equal(journal_list(&list), 3);
	assert_string_equal(list[0]->d_name, NET);
	assert_string_equal(list[1]->d_name, NVME);
	assert_string_equal(list[2]->d_name, LOOSE);
	sysfs_list_free(list, 3);
}

/* Ourselves, our parent that holds devices for us, and who ended or is another by now. */
static void only_others_that_run_own_it(void **state)
{
	struct bound b = some_device();
	pid_t child = fork();

	MUST(child >= 0);
	if (!child) {
		MUST(!mkdir(fake_journal, 0700));
		MUST(!journal_write(&b, &why));
		for (;;)
			pause();
	}
	while (!journal_has(NVME))
		usleep(1000);
	must(journal_read(NVME, &b, &why));
	assert_int_equal(b.owner, child);
	assert_true(journal_owned(&b));
	b.owner_start++;
	assert_false(journal_owned(&b));
	b.owner_start--;
	MUST(!kill(child, SIGKILL) && !waitid(P_PID, child, &(siginfo_t){}, WEXITED | WNOWAIT));
	assert_false(journal_owned(&b)); /* ended, and nobody has asked how */
	MUST(waitpid(child, NULL, 0) == child);
	b.owner = 0;
	assert_false(journal_owned(&b));
	must(journal_write(&b, &why));
	assert_false(journal_owned(&b));
	b.owner = getppid();
	assert_false(journal_owned(&b));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(names_are_listed_in_order),
		TEST(only_others_that_run_own_it),
		TEST(nobody_else_may_look_into_the_journal),
		TEST(without_a_journal_nothing_is_changed),
		TEST(a_bad_journal_does_not_stop_the_others),
		TEST(what_was_half_written_is_swept),
		TEST(a_device_that_is_gone_is_forgotten),
		TEST(nobody_takes_a_device_from_a_run),
		TEST(one_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
