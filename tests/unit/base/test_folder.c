// SPDX-License-Identifier: GPL-2.0-only
/* test_folder.c - what is made in a folder, whoever else may write there and whatever links he left. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake.h"
#include "file.h"
#include "folder.h"
#include "must.h"

#define MINE  "what nobody may touch"
#define OWNER 1001 /* anybody but root */

static char *root;
static struct folder folder;
static struct sentence why;

static int start(void **state)
{
	root = fake_tmpdir();
	MUST(!folder_open(&folder, root, &why));
	return 0;
}

static int stop(void **state)
{
	folder_close(&folder);
	fake_remove(root);
	return 0;
}

static const char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

static void expect_text(const char *name, const char *expected)
{
	struct sentence unread;
	size_t size;
	char *text;

	assert_int_equal(file_read(path_of(name), 1 << 20, &text, &size, &unread), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void mine(const char *name)
{
	fake_write_text(path_of(name), MINE);
}

static void link_to(const char *target, const char *name)
{
	MUST(!symlink(target, path_of(name)));
}

static int entries;

static int count_one(const char *name)
{
	entries++;
	return 0;
}

static int count(const struct folder *f)
{
	entries = 0;
	folder_remove(f, count_one);
	return entries;
}

static void expect_regular(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(path_of(name), &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void a_link_gives_way_and_what_it_leads_to_stays(void **state)
{
	mine("mine");
	link_to("mine", "result");
	assert_int_equal(folder_write(&folder, "result", "one", 3), 0);
	expect_text("mine", MINE);
	expect_regular("result");
	expect_text("result", "one");
	MUST(!unlink(path_of("result")));
	link_to("mine", "result");
	assert_int_equal(write_whole(path_of("result"), "two", 3), 0);
	expect_text("mine", MINE);
	expect_text("result", "two");
}

static void a_log_is_no_way_out_either(void **state)
{
	int fd;

	mine("mine");
	link_to("mine", "log");
	fd = folder_create(&folder, "log");
	assert_true(fd >= 0);
	assert_int_equal(file_write_to(fd, "line\n", 5), 0);
	close(fd);
	expect_text("mine", MINE);
	expect_regular("log");
	expect_text("log", "line\n");
}

static void a_link_to_nowhere_makes_nothing_there(void **state)
{
	link_to("nowhere", "result");
	assert_int_equal(folder_write(&folder, "result", "one", 3), 0);
	assert_false(folder_has(&folder, "nowhere"));
	expect_text("result", "one");
}

static void a_name_that_is_taken_stays(void **state)
{
	assert_int_equal(folder_write_new(&folder, "a", "one", 3), 0);
	assert_int_equal(folder_write_new(&folder, "a", "two", 3), -EEXIST);
	expect_text("a", "one");
	link_to("nowhere", "b");
	assert_int_equal(folder_write_new(&folder, "b", "two", 3), -EEXIST);
	assert_false(folder_has(&folder, "nowhere"));
	assert_int_equal(count(&folder), 2);
}

/* What would be lost: /dev/null for all, if root wrote there. */
static void no_device_becomes_a_file(void **state)
{
	link_to("/dev/null", "null");
	MUST(!mkfifo(path_of("pipe"), 0666) && !mkdir(path_of("in"), 0777));
	assert_int_equal(folder_write(&folder, "null", "x", 1), -EEXIST);
	assert_int_equal(folder_write(&folder, "pipe", "x", 1), -EEXIST);
	assert_int_equal(folder_create(&folder, "pipe"), -EEXIST);
	assert_int_equal(folder_write(&folder, "in", "x", 1), -EISDIR);
	assert_int_equal(count(&folder), 3);
}

/* The names that files have before they have their own, as openat() is given them. */
static char seen[4][NAME_MAX + 1];
static int nr_seen;

int openat(int fd, const char *name, int flags, ...)
{
	static int (*real)(int, const char *, int, ...);
	mode_t mode = 0;
	va_list args;

	if (flags & (O_CREAT | O_TMPFILE)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	if (!real)
		real = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat");
	if (flags & O_CREAT && nr_seen < 4) {
		assert_true(flags & O_EXCL && flags & O_NOFOLLOW);
		snprintf(seen[nr_seen++], sizeof(seen[0]), "%s", name);
	}
	return real(fd, name, flags, mode);
}

static void no_name_can_be_foreseen(void **state)
{
	nr_seen = 0;
	assert_int_equal(folder_write(&folder, "a", "x", 1), 0);
	assert_int_equal(folder_write(&folder, "a", "x", 1), 0);
	assert_int_equal(folder_room(&folder, "a", 4096), 0);
	assert_int_equal(nr_seen, 3);
	assert_string_not_equal(seen[0], seen[1]);
	assert_int_equal(strlen(seen[0]), strlen("a.tmp-") + 16);
	assert_int_equal(count(&folder), 1);
}

static void room_is_given_back(void **state)
{
	assert_int_equal(folder_room(&folder, NULL, 1 << 20), 0);
	assert_int_equal(folder_room(&folder, "a", 1 << 20), 0);
	assert_int_equal(count(&folder), 0);
	MUST(!mkdir(path_of("in"), 0777));
	assert_int_equal(folder_room(&folder, "in", 1 << 20), -EISDIR);
}

static void no_folder_is_entered_through_a_link(void **state)
{
	struct folder in;
	char expected[600];

	MUST(!mkdir(path_of("other"), 0777));
	mine("other/mine");
	link_to("other", "figures");
	assert_int_equal(folder_make(&folder, "figures", &in, &why), -ELOOP);
	snprintf(expected, sizeof(expected), "%s: a link, and what it leads to is left alone; remove the link",
		 path_of("figures"));
	assert_string_equal(why.text, expected);
	folder_close(&in);
	assert_int_equal(folder_make(&folder, "new", &in, &why), 0);
	assert_int_equal(folder_write(&in, "a", "x", 1), 0);
	folder_close(&in);
	expect_text("new/a", "x");
	expect_text("other/mine", MINE);
	mine("file");
	assert_int_equal(folder_enter(&folder, "file", &in, &why), -ENOTDIR);
	folder_close(&in);
}

/* Where he says that it shall go. */
static void a_users_own_path_may_have_links(void **state)
{
	struct folder in;

	MUST(!mkdir(path_of("real"), 0777));
	link_to("real", "shown");
	assert_int_equal(folder_make_path(&in, path_of("shown/a/b"), &why), 0);
	assert_int_equal(folder_write(&in, "c", "x", 1), 0);
	assert_string_equal(in.path, path_of("shown/a/b"));
	folder_close(&in);
	expect_text("real/a/b/c", "x");
	link_to("gone", "broken");
	assert_int_equal(folder_make_path(&in, path_of("broken/a"), &why), -ENOENT);
	folder_close(&in);
}

static int is_svg(const char *name)
{
	return !!strstr(name, ".svg");
}

static void names_are_removed_and_not_what_they_lead_to(void **state)
{
	mine("mine");
	mine("a.svg");
	mine("notes");
	link_to("mine", "b.svg");
	MUST(!mkdir(path_of("c.svg"), 0777));
	folder_remove(&folder, is_svg);
	assert_false(folder_has(&folder, "a.svg") || folder_has(&folder, "b.svg"));
	assert_int_equal(count(&folder), 3);
	expect_text("mine", MINE);
}

static void a_private_folder_goes_without_a_trace(void **state)
{
	struct folder in, figures;
	struct stat st;

	MUST(!mkdir(path_of("other"), 0777));
	mine("other/mine");
	assert_int_equal(folder_private(&folder, &in, &why), 0);
	assert_int_equal(folder_make(&in, "figures", &figures, &why), 0);
	assert_false(fstat(in.fd, &st) || st.st_mode & 077);
	assert_int_equal(folder_write(&figures, "a", "one", 3), 0);
	assert_int_equal(folder_write(&figures, "b", "two", 3), 0);
	MUST(!symlinkat(path_of("other"), in.fd, "link") && !symlinkat(path_of("other"), figures.fd, "link"));
	assert_int_equal(folder_move(&figures, "a", &folder, "moved"), 0);
	assert_int_equal(folder_move(&figures, "gone", &folder, "moved"), -ENOENT);
	folder_close(&figures);
	folder_discard(&folder, &in);
	expect_text("moved", "one");
	expect_text("other/mine", MINE);
	assert_int_equal(count(&folder), 2);
}

/* As a process that was killed leaves one; @age in seconds. */
static void leave_private(struct folder *in, bool held, bool empty, long age)
{
	const struct timespec then = { .tv_sec = time(NULL) - age }, times[2] = { then, then };

	assert_int_equal(folder_private(&folder, in, &why), 0);
	if (!empty)
		assert_int_equal(folder_write(in, "a", "one", 3), 0);
	MUST(!futimens(in->fd, times));
	if (!held)
		folder_close(in);
}

static void what_a_killed_process_had_is_removed(void **state)
{
	struct folder dead, held, young, mine;

	leave_private(&held, true, false, 1000);
	leave_private(&young, false, true, 0); /* who has just made it may not have locked it yet */
	leave_private(&dead, false, false, 0);
	leave_private(&dead, false, true, 1000);
	MUST(!mkdir(path_of("other"), 0700) && !symlink("other", path_of("invbench.tmp-link")));
	MUST(!mkdir(path_of("invbench.tmp-open"), 0755));
	assert_int_equal(count(&folder), 6);
	assert_int_equal(folder_private(&folder, &mine, &why), 0);
	folder_discard(&folder, &mine);
	assert_int_equal(count(&folder), 5);
	assert_true(folder_has(&held, "a"));
	folder_discard(&folder, &held);
	assert_int_equal(count(&folder), 4);
}

static void what_is_moved_takes_the_place_of_links(void **state)
{
	struct folder in;

	mine("mine");
	link_to("mine", "x-a");
	assert_int_equal(folder_private(&folder, &in, &why), 0);
	assert_int_equal(folder_write(&in, "a", "one", 3), 0);
	assert_int_equal(folder_write(&in, "b", "two", 3), 0);
	assert_int_equal(folder_move_all(&in, &folder, "x-"), 0);
	folder_discard(&folder, &in);
	expect_text("mine", MINE);
	expect_text("x-a", "one");
	expect_text("x-b", "two");
	assert_int_equal(count(&folder), 3);
}

static void expect_owner(const char *name, uid_t owner, mode_t mode)
{
	struct stat st;

	assert_int_equal(lstat(path_of(name), &st), 0);
	assert_int_equal(st.st_uid, owner);
	assert_int_equal(st.st_mode & 0777, mode);
}

static void what_root_makes_for_a_user_is_his(void **state)
{
	const mode_t before = umask(027);
	struct folder in, deeper;
	int fd;

	if (geteuid() || chown(root, OWNER, OWNER)) {
		print_message("files can be given away by root alone\n");
		umask(before);
		skip();
	}
	assert_int_equal(folder_write(&folder, "a", "x", 1), 0);
	fd = folder_create(&folder, "log");
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(folder_make(&folder, "in", &in, &why), 0);
	assert_int_equal(folder_make_path(&deeper, path_of("in/deeper"), &why), 0);
	assert_int_equal(folder_write_new(&deeper, "b", "x", 1), 0);
	folder_close(&deeper);
	folder_close(&in);
	assert_int_equal(folder_private(&folder, &in, &why), 0);
	assert_int_equal(folder_write(&in, "drawn", "x", 1), 0);
	assert_int_equal(folder_move(&in, "drawn", &folder, "drawn"), 0);
	folder_discard(&folder, &in);
	umask(before);
	expect_owner("a", OWNER, 0640);
	expect_owner("log", OWNER, 0640);
	expect_owner("in", OWNER, 0750);
	expect_owner("in/deeper", OWNER, 0750);
	expect_owner("in/deeper/b", OWNER, 0640);
	expect_owner("drawn", OWNER, 0640);
}

/* Many at once: as many files as there were writers, each whole. */
static void none_takes_anothers_number(void **state)
{
	char name[32];
	int status, left = 8, lost = 0;

	for (int writer = 0; writer < 8; writer++) {
		if (fork())
			continue;
		for (int written = 0, number = 0; written < 5 && number < 100; number++) {
			int err;

			snprintf(name, sizeof(name), "boot-%03d", number);
			err = folder_write_new(&folder, name, "whole", 5);
			if (err && err != -EEXIST)
				_exit(1);
			written += !err;
		}
		_exit(0);
	}
	while (left--) {
		MUST(wait(&status) > 0);
		lost += status != 0;
	}
	assert_int_equal(lost, 0);
	assert_int_equal(count(&folder), 40);
	for (int number = 0; number < 40; number++) {
		snprintf(name, sizeof(name), "boot-%03d", number);
		expect_text(name, "whole");
	}
}

static void expect_parts(const char *path, int err, const char *folder_path, const char *name)
{
	struct folder f;
	const char *last;

	assert_int_equal(folder_of(&f, path, &last), err);
	if (!err) {
		assert_string_equal(f.path, folder_path);
		assert_string_equal(last, name);
	}
	folder_close(&f);
}

static void a_path_is_a_folder_and_a_name(void **state)
{
	expect_parts("file", 0, ".", "file");
	expect_parts("/file", 0, "/", "file");
	expect_parts("/usr/file", 0, "/usr", "file");
	expect_parts("/usr//file", 0, "/usr/", "file");
	expect_parts("/usr/", -EISDIR, NULL, NULL);
	expect_parts("/usr/..", -EISDIR, NULL, NULL);
	expect_parts("", -ENOENT, NULL, NULL);
	expect_parts("/nowhere/file", -ENOENT, NULL, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_link_gives_way_and_what_it_leads_to_stays),
		TEST(a_log_is_no_way_out_either),
		TEST(a_link_to_nowhere_makes_nothing_there),
		TEST(a_name_that_is_taken_stays),
		TEST(no_device_becomes_a_file),
		TEST(no_name_can_be_foreseen),
		TEST(room_is_given_back),
		TEST(no_folder_is_entered_through_a_link),
		TEST(a_users_own_path_may_have_links),
		TEST(names_are_removed_and_not_what_they_lead_to),
		TEST(a_private_folder_goes_without_a_trace),
		TEST(what_a_killed_process_had_is_removed),
		TEST(what_is_moved_takes_the_place_of_links),
		TEST(what_root_makes_for_a_user_is_his),
		TEST(none_takes_anothers_number),
		TEST(a_path_is_a_folder_and_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
