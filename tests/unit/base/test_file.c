// SPDX-License-Identifier: GPL-2.0-only
/* test_file.c - files, whole: read up to a limit, written all or not at all. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake.h"
#include "file.h"
#include "folder.h"
#include "must.h"

static char *folder;

static int make_folder(void **state)
{
	folder = fake_tmpdir();
	return 0;
}

static int remove_folder(void **state)
{
	fake_remove(folder);
	return 0;
}

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void a_file_is_read_whole(void **state)
{
	static const char data[] = "one\0two\n";
	struct sentence why;
	size_t size;
	char *text;

	assert_int_equal(write_whole(path_of("file"), data, sizeof(data) - 1), 0);
	assert_int_equal(file_read(path_of("file"), 100, &text, &size, &why), 0);
	assert_int_equal(size, sizeof(data) - 1);
	assert_memory_equal(text, data, sizeof(data)); /* and the 0 behind it */
	free(text);
	assert_int_equal(write_whole(path_of("empty"), "", 0), 0);
	assert_int_equal(file_read(path_of("empty"), 100, &text, &size, &why), 0);
	assert_int_equal(size, 0);
	assert_string_equal(text, "");
	free(text);
}

static void a_limit_is_one(void **state)
{
	char expected[300];
	struct sentence why;
	size_t size;
	char *text;

	assert_int_equal(write_whole(path_of("five"), "12345", 5), 0);
	assert_int_equal(file_read(path_of("five"), 5, &text, &size, &why), 0);
	assert_int_equal(size, 5);
	free(text);
	assert_int_equal(file_read(path_of("five"), 4, &text, &size, &why), -EFBIG);
	assert_null(text);
	snprintf(expected, sizeof(expected), "%s: more than 4 bytes", path_of("five"));
	assert_string_equal(why.text, expected);
	assert_int_equal(file_read("/proc/self/maps", 100, &text, &size, &why), -EFBIG);
	assert_int_equal(file_read("/proc/self/maps", 0, &text, &size, &why), -EFBIG);
}

/* At once: a pipe would be waited for, a device may have no end, and a watchdog wants to be fed from then on. */
static void only_regular_files_are_read(void **state)
{
	char expected[300];
	struct sentence why;
	size_t size;
	char *text;

	MUST(!mkfifo(path_of("pipe"), 0666) && !symlink("/dev/zero", path_of("link")));
	assert_int_equal(file_read(path_of("pipe"), 100, &text, &size, &why), -EINVAL);
	snprintf(expected, sizeof(expected), "%s: not a regular file", path_of("pipe"));
	assert_string_equal(why.text, expected);
	assert_int_equal(file_read(path_of("link"), 100, &text, &size, &why), -EINVAL);
	assert_int_equal(file_read("/dev/null", 100, &text, &size, &why), -EINVAL);
	assert_null(text);
	MUST(!unlink(path_of("pipe")) && !unlink(path_of("link")));
}

static void what_cannot_be_read_is_told(void **state)
{
	char expected[300];
	struct sentence why;
	size_t size;
	char *text;

	assert_int_equal(file_read(path_of("nowhere"), 100, &text, &size, &why), -ENOENT);
	snprintf(expected, sizeof(expected), "%s: No such file or directory", path_of("nowhere"));
	assert_string_equal(why.text, expected);
	assert_null(text);
	assert_int_equal(file_read(folder, 100, &text, &size, &why), -EISDIR);
	assert_null(text);
}

/* They say that they have no size, and a pipe has no places. */
static void files_without_a_size_are_read(void **state)
{
	int ends[2];
	struct sentence why;
	size_t size;
	char *text;

	assert_int_equal(file_read("/proc/self/maps", 1 << 20, &text, &size, &why), 0);
	assert_true(size > 4096 && strlen(text) == size && text[size - 1] == '\n');
	free(text);
	MUST(!pipe2(ends, O_CLOEXEC) && write(ends[1], "abc", 3) == 3 && !close(ends[1]));
	assert_int_equal(file_read_from(ends[0], "pipe", 3, &text, &size, &why), 0);
	assert_string_equal(text, "abc");
	free(text);
	close(ends[0]);
}

static void an_open_file_stays_where_it_is(void **state)
{
	struct sentence why;
	size_t size;
	char *text;
	int fd;

	assert_int_equal(write_whole(path_of("file"), "12345", 5), 0);
	fd = open(path_of("file"), O_RDONLY | O_CLOEXEC);
	MUST(fd >= 0 && lseek(fd, 2, SEEK_SET) == 2);
	assert_int_equal(file_read_from(fd, "file", 5, &text, &size, &why), 0);
	assert_string_equal(text, "12345");
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 2);
	free(text);
	close(fd);
}

static int is_temporary(const struct dirent *entry)
{
	return !!strstr(entry->d_name, ".tmp-");
}

static int temporary_files(void)
{
	struct dirent **names;
	int n = scandir(folder, &names, is_temporary, NULL);

	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return n;
}

/* A file that is there stays as it is until another can take its place. */
static void a_file_is_there_whole_or_not_at_all(void **state)
{
	struct sentence why;
	size_t size;
	char *text;

	assert_int_equal(write_whole(path_of("file"), "before", 6), 0);
	assert_int_equal(write_whole(path_of("nowhere/file"), "x", 1), -ENOENT);
	MUST(!mkdir(path_of("taken"), 0777) && !mkdir(path_of("taken/in"), 0777));
	assert_int_equal(write_whole(path_of("taken"), "x", 1), -EISDIR);
	assert_int_equal(write_whole(path_of("file"), "after", 5), 0);
	assert_int_equal(file_read(path_of("file"), 100, &text, &size, &why), 0);
	assert_string_equal(text, "after");
	free(text);
	MUST(!rmdir(path_of("taken/in")) && !rmdir(path_of("taken")));
	assert_int_equal(temporary_files(), 0);
}

static void files_near_the_program_are_found(void **state)
{
	static const char *const folders[] = { "nowhere", ".", NULL }, *const none[] = { "nowhere", NULL };
	char *found = find_near_program(folders, "test_file");

	assert_non_null(found);
	assert_int_equal(access(found, X_OK), 0);
	free(found);
	assert_null(find_near_program(none, "test_file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_whole),
		cmocka_unit_test(a_limit_is_one),
		cmocka_unit_test(only_regular_files_are_read),
		cmocka_unit_test(what_cannot_be_read_is_told),
		cmocka_unit_test(files_without_a_size_are_read),
		cmocka_unit_test(an_open_file_stays_where_it_is),
		cmocka_unit_test(a_file_is_there_whole_or_not_at_all),
		cmocka_unit_test(files_near_the_program_are_found),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
