// SPDX-License-Identifier: GPL-2.0-only
/* test_history.c - what is opened, and what is refused and set aside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_history.h"
#include "program.h"

/* Opening refuses what the file now is, saying @what, and has put it aside unchanged. */
static void assert_set_aside(const char *what)
{
	size_t size, size_aside;
	char *before = read_whole(db, &size), *aside, *after;
	struct sentence why;

	assert_null(history_open(db, HISTORY_READ, &why));
	assert_non_null(strstr(why.text, what));
	assert_non_null(strstr(why.text, "invbench history rebuild"));
	assert_int_not_equal(access(db, F_OK), 0);
	aside = found_aside();
	assert_non_null(aside);
	assert_non_null(strstr(why.text, aside));
	after = read_whole(aside, &size_aside);
	assert_int_equal(size, size_aside);
	assert_memory_equal(before, after, size);
	assert_int_equal(unlink(aside), 0);
	free(before);
	free(after);
	free(aside);
}

static void test_foreign_files(void **state)
{
	size_t size;
	char *data;

	fake_write_text(db, "{\"format\": \"invbench-boot\"}");
	assert_set_aside("not a history of invbench");
	fake_write_text(db, "");
	assert_set_aside("not a history of invbench");
	sql(db, "CREATE TABLE bookmarks (url)");
	assert_set_aside("not a history of invbench");
	fill();
	sql(db, "CREATE TRIGGER evil AFTER INSERT ON boots BEGIN DELETE FROM boots; END");
	seal(db);
	assert_set_aside("other tables");
	fill();
	sql(db, "ALTER TABLE results ADD COLUMN more REAL");
	seal(db);
	assert_set_aside("other tables");
	fill();
	data = read_whole(db, &size);
	fake_write(db, data, size / 2);
	free(data);
	assert_set_aside("damaged");
	/* Nobody but invbench writes to it. */
	fill();
	sql(db, "UPDATE results SET median = median + 1");
	assert_set_aside("damaged");
}

/* What SQLite keeps beside a file would be played into the next one. */
static void test_companions_go_along(void **state)
{
	char *aside, *wal;
	struct sentence why;

	fake_write_text(db, "nonsense");
	fake_write_text(path_of("history.db-wal"), "of it");
	assert_null(history_open(db, HISTORY_READ, &why));
	assert_int_not_equal(access(path_of("history.db-wal"), F_OK), 0);
	aside = found_aside();
	MUST(aside && asprintf(&wal, "%s-wal", aside) > 0);
	assert_int_equal(access(wal, F_OK), 0);
	free(wal);
	free(aside);
}

static void test_names_aside_are_not_taken(void **state)
{
	char shell[700], *aside;
	struct sentence why;
	int i;

	/* Three in a second, or over the turn of one; none replaces another. */
	for (i = 0; i < 3; i++) {
		fake_write_text(db, "nonsense");
		assert_null(history_open(db, HISTORY_READ, &why));
	}
	aside = found_aside();
	assert_null(aside);
	snprintf(shell, sizeof(shell), "test $(ls %s | wc -l) -eq 3", path_of("history.db.corrupt-*"));
	assert_int_equal(system(shell), 0);
}

static void test_damage_found_later(void **state)
{
	static const struct history_filter any;
	char *data, *aside;
	struct sentence why = { "" };
	struct history_runs runs;
	struct history *h;
	size_t size, i;

	fill();
	data = read_whole(db, &size);
	/* All but the first page, which says what tables there are. */
	for (i = 4096; i < size; i++)
		data[i] = (char)0xff;
	fake_write(db, data, size);
	h = history_open(db, HISTORY_READ, &why);
	assert_non_null(h);
	assert_int_not_equal(history_runs(h, &any, &runs, &why), 0);
	history_close(h);
	assert_non_null(strstr(why.text, "damaged"));
	aside = found_aside();
	assert_non_null(aside);
	assert_non_null(strstr(why.text, aside));
	free(aside);
	free(data);
	fill();
	assert_int_equal(count_boots(), 3);
}

static void test_other_version_is_refused(void **state)
{
	char *aside;
	struct sentence why;

	fill();
	sql(db, "PRAGMA user_version=3");
	assert_null(history_open(db, HISTORY_ADD, &why));
	assert_non_null(strstr(why.text, "version 3, not 2"));
	assert_int_equal(access(db, F_OK), 0);
	aside = found_aside();
	assert_null(aside);
}

static void test_missing(void **state)
{
	struct sentence why;

	assert_null(history_open(db, HISTORY_READ, &why));
	assert_non_null(strstr(why.text, "invbench history add"));
	assert_int_not_equal(access(db, F_OK), 0);
}

/* ---- the program ---- */

static void test_program(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };
	struct outcome o;

	write_made("run", &m);
	program_run(&o, "history", "--db", db, "add", path_of("run"), path_of("nothing"), NULL);
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_non_null(strstr(o.err, "nothing: No such file"));
	assert_non_null(strstr(o.err, "3 boots added"));
	program_forget(&o);
	program_run(&o, "history", "--db", db, "trend", "dma", NULL);
	assert_int_equal(o.status, 0);
	assert_non_null(strstr(o.out, "dma: median, instructions per sync\n"
				      "bed icount, aarch64 synthetic x2, parameters {\"devices\":1}\n"));
	assert_non_null(strstr(o.out, "         1001    1000     1002      3       -\n"));
	program_forget(&o);
	program_run(&o, "history", "--db", db, "trend", "nope", NULL);
	assert_int_equal(o.status, 2);
	assert_non_null(strstr(o.err, "no boot has the median of case \"nope\""));
	program_forget(&o);
	program_run(&o, "history", "--db", db, "list", "--bed", "metal", NULL);
	assert_int_equal(o.status, 0);
	assert_string_equal(o.out, "");
	program_forget(&o);
	program_run(&o, "history", "--db", db, "add", "--bed", "metal", path_of("run"), NULL);
	assert_int_equal(o.status, 2);
	program_forget(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(foreign_files),
		TEST(companions_go_along),
		TEST(names_aside_are_not_taken),
		TEST(damage_found_later),
		TEST(other_version_is_refused),
		TEST(missing),
		TEST(program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
