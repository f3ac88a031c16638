// SPDX-License-Identifier: GPL-2.0-only
/* test_history_check.c - a changed byte is noticed, or changes nothing; and nothing is written into what is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_history.h"

static const struct made past = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 40 };
static const struct made more = { "list", "icount", "2026-01-02T00:00:00Z", "b", 1000, 2 };

/* A history of forty boots, and two that could be added. */
static char *filled(size_t *size)
{
	write_made("past", &past);
	write_made("more", &more);
	add(path_of("past"));
	return read_whole(db, size);
}

/* All that can be asked, as one text; NULL if there was an error, which is in @why. */
static char *all_that_it_says(struct sentence *why)
{
	static const struct history_filter any;
	struct history *h = history_open(db, HISTORY_READ, why);
	struct history_cases cases = { 0 };
	struct history_trend trend = { 0 };
	struct history_runs runs = { 0 };
	char *text = NULL;
	size_t i, size;
	FILE *out;

	if (h && !history_runs(h, &any, &runs, why) && !history_cases(h, &any, &cases, why) &&
	    !history_trend(h, "dma", METRIC_P99, &any, &trend, why)) {
		out = open_memstream(&text, &size);
		for (i = 0; i < runs.count; i++)
			fprintf(out, "%s %s %s %s %s %s %d %d\n", runs.list[i].started, runs.list[i].bed,
				runs.list[i].machine, runs.list[i].suite, runs.list[i].folder, runs.list[i].kernel.name,
				(int)runs.list[i].boots, (int)runs.list[i].cases);
		for (i = 0; i < cases.count; i++)
			fprintf(out, "%s %s %s %s %s %d\n", cases.list[i].name, cases.list[i].workload,
				cases.list[i].unit, cases.list[i].params, cases.list[i].last, (int)cases.list[i].boots);
		for (i = 0; i < trend.list[0].builds[0].nr_values; i++)
			fprintf(out, "%.17g\n", trend.list[0].builds[0].values[i]);
		fclose(out);
	}
	history_trend_free(&trend);
	history_cases_free(&cases);
	history_runs_free(&runs);
	history_close(h);
	return text;
}

/* Tries to add to @data, which must be refused, and kept as it is under its name or another. */
static void assert_not_written(const char *data, size_t size)
{
	char *path = path_of("more"), *aside, *now;
	struct sentence why = { "" };
	struct history_added added;
	struct history *h;
	size_t now_size;

	fake_write(db, data, size);
	h = history_open(db, HISTORY_ADD, &why);
	assert_true(!h || history_add(h, &path, 1, tell, &added, &why));
	history_close(h);
	assert_non_null(strstr(why.text, "history.db"));
	aside = found_aside();
	now = read_whole(aside ? aside : db, &now_size);
	assert_int_equal(now_size, size);
	assert_memory_equal(now, data, size);
	assert_int_equal(unlink(aside ? aside : db), 0);
	free(now);
	free(aside);
}

/* What is asked of @data is refused, or answered with @truth. */
static void assert_no_other_answer(const char *data, size_t size, const char *truth)
{
	struct sentence why = { "" };
	char *said, *aside;

	fake_write(db, data, size);
	said = all_that_it_says(&why);
	if (said)
		assert_string_equal(said, truth);
	else
		assert_non_null(strstr(why.text, "history.db"));
	free(said);
	aside = found_aside();
	if (aside)
		assert_int_equal(unlink(aside), 0);
	free(aside);
}

/* Everywhere, also where nothing is stored: what follows the last cell, the checksums, the header. */
static void test_each_flipped_byte_is_noticed(void **state)
{
	struct sentence why;
	size_t size, i;
	char *data = filled(&size), *truth = all_that_it_says(&why);

	assert_non_null(truth);
	srandom(1);
	for (i = 0; i < 200; i++) {
		/* The first half of the header's bytes one by one, as each means something else. */
		const size_t at = i < 50 ? i : (size_t)random() % size;
		const char flip = (char)(1 + random() % 255);

		data[at] ^= flip;
		assert_not_written(data, size);
		assert_no_other_answer(data, size, truth);
		data[at] ^= flip;
	}
	fake_write(db, data, size);
	assert_added(add(path_of("more")), 2, 0, 0, 0);
	free(data);
	free(truth);
}

static void test_each_cut_is_noticed(void **state)
{
	struct sentence why;
	size_t size, i;
	char *data = filled(&size), *truth = all_that_it_says(&why);
	const size_t cuts[] = {
		0, 1, 15, 100, 511, 4095, 4096, 4097, 8192, size / 2, size - 4096, size - 2500, size - 1
	};

	for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		assert_not_written(data, cuts[i]);
		assert_no_other_answer(data, cuts[i], truth);
	}
	/* Through the last pages. */
	for (i = 0; i < 4 * HISTORY_PAGE_BYTES; i += 333)
		assert_no_other_answer(data, size - i, truth);
	free(data);
	free(truth);
}

/* A page that is whole, but another's. */
static void test_page_in_another_place_is_noticed(void **state)
{
	size_t size;
	char *data = filled(&size);

	memcpy(data + 2 * HISTORY_PAGE_BYTES, data + 3 * HISTORY_PAGE_BYTES, HISTORY_PAGE_BYTES);
	assert_not_written(data, size);
	free(data);
}

/* All pages have their checksums, but do not agree with each other: an index lacks what its table has. */
static void test_pages_that_disagree_are_noticed(void **state)
{
	size_t size;
	char *data = filled(&size);

	free(data);
	/* Its pages as those of a table, of which a row can be deleted. */
	sql(db, "PRAGMA writable_schema=ON; INSERT INTO sqlite_schema SELECT 'table', 'other', 'other', rootpage,"
		" 'CREATE TABLE other (case_id, boot_id, PRIMARY KEY (case_id, boot_id)) WITHOUT ROWID'"
		" FROM sqlite_schema WHERE name = 'results_of_case'");
	sql(db, "DELETE FROM other WHERE boot_id = 7");
	sql(db, "PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE name = 'other'");
	seal(db);
	assert_int_equal(count_boots(), 40);
	data = read_whole(db, &size);
	assert_not_written(data, size);
	free(data);
}

/* Where no table is. */
static void test_free_page_is_looked_at(void **state)
{
	size_t size, before;
	char *data = filled(&size);

	free(data);
	sql(db, "CREATE TABLE much AS SELECT zeroblob(40000); DROP TABLE much");
	seal(db);
	data = read_whole(db, &before);
	assert_true(before > size);
	data[before - HISTORY_PAGE_BYTES / 2] ^= 1;
	assert_not_written(data, before);
	free(data);
}

/* Rebuilding sets aside what is damaged where no query would have looked. */
static void test_rebuild_keeps_the_damaged(void **state)
{
	size_t size, size_aside, before;
	char *data = filled(&size), *aside, *kept;

	data[size - HISTORY_PAGE_BYTES / 2] ^= 1;
	fake_write(db, data, size);
	assert_added(rebuild(path_of("past"), &before), 40, 0, 0, 0);
	assert_non_null(strstr(told, "damaged; set aside as"));
	aside = found_aside();
	assert_non_null(aside);
	kept = read_whole(aside, &size_aside);
	assert_int_equal(size_aside, size);
	assert_memory_equal(kept, data, size);
	free(kept);
	free(aside);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_flipped_byte_is_noticed),	TEST(each_cut_is_noticed),
		TEST(page_in_another_place_is_noticed), TEST(pages_that_disagree_are_noticed),
		TEST(free_page_is_looked_at),		TEST(rebuild_keeps_the_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
