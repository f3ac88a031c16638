// SPDX-License-Identifier: GPL-2.0-only
/* Files, links and folders of sysfs, cut, missing, and written in one go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_sysfs.h"

/* Only the folders: what a write does here is sysfs.c's own. */
static int setup(void **state)
{
	fake_setup(state);
	fake_file("12345\n", "sys/dir/five");
	return 0;
}

static void text_comes_without_its_newline(void **state)
{
	char text[8];

	assert_int_equal(sysfs_read(text, sizeof(text), "dir/%s", "five"), 0);
	assert_string_equal(text, "12345");
	fake_file("a\nb\n\n", "sys/dir/lines");
	assert_int_equal(sysfs_read(text, sizeof(text), "dir/lines"), 0);
	assert_string_equal(text, "a\nb\n");
	fake_file("", "sys/dir/empty");
	assert_int_equal(sysfs_read(text, sizeof(text), "dir/empty"), 0);
	assert_string_equal(text, "");
}

static void text_is_cut_to_fit(void **state)
{
	char text[8] = "xxxxxxx";

	assert_int_equal(sysfs_read(text, 7, "dir/five"), 0);
	assert_string_equal(text, "12345");
	assert_int_equal(sysfs_read(text, 6, "dir/five"), -EFBIG);
	assert_string_equal(text, "12345");
	assert_int_equal(sysfs_read(text, 3, "dir/five"), -EFBIG);
	assert_string_equal(text, "12");
}

static void what_is_not_there_has_its_errno(void **state)
{
	char text[8] = "xxxxxxx", deep[PATH_MAX];
	struct dirent **list;

	assert_int_equal(sysfs_read(text, sizeof(text), "dir/six"), -ENOENT);
	assert_string_equal(text, "");
	assert_int_equal(sysfs_read(text, sizeof(text), "dir"), -EISDIR);
	assert_int_equal(sysfs_bytes(text, sizeof(text), "dir/five/more"), -ENOTDIR);
	assert_int_equal(sysfs_list(&list, "other"), -ENOENT);
	assert_int_equal(sysfs_write("1", "dir/six"), -ENOENT);
	assert_false(sysfs_exists("dir/six"));
	memset(deep, 'x', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(sysfs_read(text, sizeof(text), "%s", deep), -ENAMETOOLONG);
	assert_int_equal(sysfs_write("1", "%s", deep), -ENAMETOOLONG);
	assert_false(sysfs_exists("%s", deep));
}

static void bytes_are_as_many_as_there_are(void **state)
{
	static const char data[] = { 1, 0, 2, '\n' };
	char got[8];

	fake_bytes(data, sizeof(data), "sys/dir/bytes");
	assert_int_equal(sysfs_bytes(got, sizeof(got), "dir/bytes"), 4);
	assert_memory_equal(got, data, 4);
	got[3] = 'x';
	assert_int_equal(sysfs_bytes(got, 3, "dir/bytes"), 3);
	assert_int_equal(got[3], 'x');
}

static void a_link_has_a_last_part(void **state)
{
	char name[6];

	fake_link("sys/bus/pci/drivers/nvme", "sys/dir/driver");
	assert_int_equal(sysfs_link(name, sizeof(name), "dir/driver"), 0);
	assert_string_equal(name, "nvme");
	fake_link("sys/bus/pci/drivers/e10000", "sys/dir/driver");
	assert_int_equal(sysfs_link(name, sizeof(name), "dir/driver"), -EFBIG);
	assert_string_equal(name, "");
	assert_int_equal(sysfs_link(name, sizeof(name), "dir/five"), -EINVAL);
	assert_int_equal(sysfs_link(name, sizeof(name), "dir/nothing"), -ENOENT);
}

static void a_folder_is_listed_in_order(void **state)
{
	struct dirent **list;

	fake_file("", "sys/dir/B");
	fake_file("", "sys/dir/a");
	fake_file("", "sys/dir/.hidden");
	assert_int_equal(sysfs_list(&list, "dir"), 4);
	/* By their bytes, whatever the language. */
	assert_string_equal(list[0]->d_name, ".hidden");
	assert_string_equal(list[1]->d_name, "B");
	assert_string_equal(list[2]->d_name, "a");
	assert_string_equal(list[3]->d_name, "five");
	sysfs_list_free(list, 4);
	assert_true(sysfs_exists("dir/%s", "a"));
}

/* The kernel takes what stands at the beginning; nothing is made that is not there. */
static void a_write_is_one_write(void **state)
{
	char text[8];

	assert_int_equal(sysfs_write("678", "dir/five"), 0);
	assert_int_equal(sysfs_read(text, sizeof(text), "dir/five"), 0);
	assert_string_equal(text, "67845");
	fake_link("/dev/full", "sys/dir/refuses");
	assert_int_equal(sysfs_write("1", "dir/refuses"), -ENOSPC);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_comes_without_its_newline),
		TEST(text_is_cut_to_fit),
		TEST(what_is_not_there_has_its_errno),
		TEST(bytes_are_as_many_as_there_are),
		TEST(a_link_has_a_last_part),
		TEST(a_folder_is_listed_in_order),
		TEST(a_write_is_one_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
