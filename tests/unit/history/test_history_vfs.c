// SPDX-License-Identifier: GPL-2.0-only
/* test_history_vfs.c - what SQLite may open and delete, and what it gets to read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_history.h"

static sqlite3_vfs *vfs(void)
{
	return sqlite3_vfs_find(history_vfs());
}

/* SQLite wants two 0 bytes behind the name of a file, for parameters of its own. */
static const char *name_of(const char *name)
{
	static char path[520];

	memset(path, 0, sizeof(path));
	snprintf(path, sizeof(path) - 3, "%s/%s", dir, name);
	return path;
}

static int open_as(const char *name, int kind, sqlite3_file **file)
{
	*file = calloc(1, (size_t)vfs()->szOsFile);
	MUST(*file);
	return vfs()->xOpen(vfs(), name_of(name), *file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | kind, NULL);
}

static void test_only_a_history_and_its_journal(void **state)
{
	static const int kinds[] = { SQLITE_OPEN_SUPER_JOURNAL, SQLITE_OPEN_WAL };
	sqlite3_file *file;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_int_equal(open_as("x", kinds[i], &file), SQLITE_CANTOPEN);
		assert_null(file->pMethods);
		assert_int_not_equal(access(name_of("x"), F_OK), 0);
		free(file);
	}
	fake_write_text(path_of("thesis.txt"), "years of work");
	fake_write_text(path_of("x-journal"), "");
	assert_int_not_equal(vfs()->xDelete(vfs(), name_of("thesis.txt"), 0), SQLITE_OK);
	assert_int_equal(access(name_of("thesis.txt"), F_OK), 0);
	assert_int_equal(vfs()->xDelete(vfs(), name_of("x-journal"), 0), SQLITE_OK);
	assert_int_not_equal(access(name_of("x-journal"), F_OK), 0);
}

static void test_pages_are_checked(void **state)
{
	unsigned char page[HISTORY_PAGE_BYTES], got[HISTORY_PAGE_BYTES];
	sqlite3_file *file;

	memset(page, 7, sizeof(page));
	assert_int_equal(open_as("x", SQLITE_OPEN_MAIN_DB, &file), SQLITE_OK);
	assert_int_equal(file->pMethods->xWrite(file, page, sizeof(page), sizeof(page)), SQLITE_OK);
	assert_int_equal(file->pMethods->xRead(file, got, sizeof(got), sizeof(got)), SQLITE_OK);
	assert_memory_equal(got, page, sizeof(got));
	/* A hole is no damage; nor is what was never written. */
	assert_int_equal(file->pMethods->xRead(file, got, sizeof(got), 0), SQLITE_OK);
	assert_int_equal(file->pMethods->xRead(file, got, sizeof(got), 2 * sizeof(got)), SQLITE_IOERR_SHORT_READ);
	/* One bit, one place too far, and cut. */
	assert_int_equal(file->pMethods->xWrite(file, "\6", 1, sizeof(page) + 100), SQLITE_OK);
	assert_int_equal(file->pMethods->xRead(file, got, sizeof(got), sizeof(got)), SQLITE_IOERR_DATA);
	assert_int_equal(file->pMethods->xWrite(file, "\7", 1, sizeof(page) + 100), SQLITE_OK);
	assert_int_equal(file->pMethods->xRead(file, got, sizeof(got), sizeof(got)), SQLITE_OK);
	assert_int_equal(file->pMethods->xTruncate(file, 2 * sizeof(got) - 1), SQLITE_OK);
	assert_int_equal(file->pMethods->xRead(file, got, sizeof(got), sizeof(got)), SQLITE_IOERR_DATA);
	/* No shared memory, so no write-ahead log; no mapping, which would not be looked at. */
	assert_int_equal(file->pMethods->iVersion, 1);
	file->pMethods->xClose(file);
	free(file);
}

/* As history_make() does it, all at once. */
static void test_seal_is_what_is_written(void **state)
{
	unsigned char pages[2 * HISTORY_PAGE_BYTES], got[HISTORY_PAGE_BYTES];
	sqlite3_file *file;

	memset(pages, 9, sizeof(pages));
	history_seal(pages, sizeof(pages), HISTORY_PAGE_BYTES);
	fake_write(path_of("x"), pages, sizeof(pages));
	assert_int_equal(open_as("x", SQLITE_OPEN_MAIN_DB, &file), SQLITE_OK);
	assert_int_equal(file->pMethods->xRead(file, got, sizeof(got), 0), SQLITE_OK);
	assert_int_equal(file->pMethods->xRead(file, got, sizeof(got), sizeof(got)), SQLITE_OK);
	assert_memory_not_equal(pages, got, sizeof(got));
	file->pMethods->xClose(file);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_a_history_and_its_journal),
		TEST(pages_are_checked),
		TEST(seal_is_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
