// SPDX-License-Identifier: GPL-2.0-only
/* test_history_make.c - an empty history, of one form however it comes about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_history.h"

static void test_empty(void **state)
{
	struct sentence why;
	struct history *h;
	size_t size;
	char *data;

	assert_int_equal(history_make(db, &why), 0);
	data = read_whole(db, &size);
	assert_int_equal(size % HISTORY_PAGE_BYTES, 0);
	assert_int_equal(data[20], HISTORY_CHECKSUM_BYTES);
	free(data);
	h = history_open(db, HISTORY_ADD, &why);
	assert_non_null(h);
	assert_int_equal(history_begin(h, &why), 0);
	assert_int_equal(history_end(h, 0, &why), 0);
	history_close(h);
	assert_int_equal(count_boots(), 0);
}

static void test_what_is_there_stays(void **state)
{
	struct sentence why;
	size_t size;
	char *data;

	fake_write_text(db, "somebody's");
	assert_int_equal(history_make(db, &why), 0);
	data = read_whole(db, &size);
	assert_int_equal(size, strlen("somebody's"));
	free(data);
}

static void test_no_folder(void **state)
{
	struct sentence why;

	assert_int_equal(history_make(path_of("nowhere/history.db"), &why), -ENOENT);
	assert_non_null(strstr(why.text, "nowhere/history.db: cannot be made: No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(empty),
		TEST(what_is_there_stays),
		TEST(no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
