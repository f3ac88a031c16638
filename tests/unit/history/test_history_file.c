// SPDX-License-Identifier: GPL-2.0-only
/* test_history_file.c - what lies beside a history, links, locks, and what was left behind. */
#include <dlfcn.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <cmocka.h>

#include "fake_history.h"

/* ---- what the machine says ---- */

static int no_locks; /* the errno of what asks for one, or 0 */
static int64_t slept_ms;

int flock(int fd, int how)
{
	int (*real)(int, int) = (int (*)(int, int))dlsym(RTLD_NEXT, "flock");

	return no_locks ? (errno = no_locks, -1) : real(fd, how);
}

int sqlite3_sleep(int ms)
{
	slept_ms += ms;
	return ms;
}

int usleep(useconds_t us)
{
	slept_ms += us / 1000;
	return 0;
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int (*real)(clockid_t, struct timespec *) =
		(int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int err = real(clock, ts);

	ts->tv_sec += slept_ms / 1000;
	return err;
}

/* ---- journals ---- */

static void put32(unsigned char *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, 4);
}

static const unsigned char magic[] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };

/* A journal that SQLite would play back: page @page of the history as it is, and then @victim as its super-journal. */
static void write_journal(const char *path, uint32_t page, const char *victim)
{
	unsigned char journal[8192] = { 0 }, *record = journal + 512, *end = record + 4 + HISTORY_PAGE_BYTES + 4;
	size_t size, i, length = strlen(victim);
	char *data = read_whole(db, &size), *content = data + (page - 1) * HISTORY_PAGE_BYTES;
	uint32_t sum = 0;

	memcpy(journal, magic, 8);
	put32(journal + 8, 1);
	put32(journal + 16, (uint32_t)(size / HISTORY_PAGE_BYTES));
	put32(journal + 20, 512);
	put32(journal + 24, HISTORY_PAGE_BYTES);
	put32(record, page);
	memcpy(record + 4, content, HISTORY_PAGE_BYTES);
	for (i = HISTORY_PAGE_BYTES - 200; (ssize_t)i > 0; i -= 200)
		sum += (unsigned char)content[i];
	put32(end - 4, sum);
	if (length) {
		put32(end, 0x40000000 / HISTORY_PAGE_BYTES + 1);
		memcpy(end + 4, victim, length);
		for (sum = 0, i = 0; i < length; i++)
			sum += (uint32_t)(signed char)victim[i];
		put32(end + 4 + length, (uint32_t)length);
		put32(end + 8 + length, sum);
		memcpy(end + 12 + length, magic, 8);
		end += 20 + length;
	}
	fake_write(path, journal, (size_t)(end - journal));
	free(data);
}

/* Neither to read nor to write is it opened, for a reason with @what; and nothing in the folder changes. */
static void assert_refused(const char *what)
{
	static const struct history_filter any;
	char *path = path_of("run"), *before, *after;
	struct sentence why = { "" };
	struct history_added added;
	struct history_runs runs;
	size_t size, size_after;
	struct history *h;

	before = read_whole(db, &size);
	h = history_open(db, HISTORY_READ, &why);
	assert_true(!h || history_runs(h, &any, &runs, &why));
	history_close(h);
	if (!strstr(why.text, what))
		fail_msg("\"%s\" has no \"%s\"", why.text, what);
	h = history_open(db, HISTORY_ADD, &why);
	assert_true(!h || history_add(h, &path, 1, tell, &added, &why));
	history_close(h);
	if (!strstr(why.text, what))
		fail_msg("\"%s\" has no \"%s\"", why.text, what);
	after = read_whole(db, &size_after);
	assert_int_equal(size, size_after);
	assert_memory_equal(before, after, size);
	free(before);
	free(after);
}

static bool exists(const char *name)
{
	struct stat st;

	return !lstat(path_of(name), &st);
}

/* SQLite deletes the super-journal that a journal names when it has played it back. */
static void test_journal_deletes_no_other_file(void **state)
{
	fill();
	fake_write_text(path_of("thesis.txt"), "years of work");
	write_journal(path_of("history.db-journal"), 1, path_of("thesis.txt"));
	assert_refused("names another file");
	assert_true(exists("thesis.txt"));
	assert_true(exists("history.db-journal"));
	/* Nor if the name looks like a journal's. */
	fake_write_text(path_of("thesis-journal"), "years of work");
	write_journal(path_of("history.db-journal"), 1, path_of("thesis-journal"));
	assert_refused("names another file");
	assert_true(exists("thesis-journal"));
}

/* One that is whole, and of nobody that still writes: read by nobody, played back by who writes. */
static void test_reader_plays_no_journal_back(void **state)
{
	static const struct history_filter any;
	struct sentence why = { "" };
	struct history_runs runs;
	struct history *h;

	fill();
	write_journal(path_of("history.db-journal"), 1, "");
	h = history_open(db, HISTORY_READ, &why);
	assert_true(!h || history_runs(h, &any, &runs, &why));
	history_close(h);
	assert_non_null(strstr(why.text, "`invbench history add`"));
	assert_true(exists("history.db-journal"));
	assert_added(add(path_of("run")), 0, 0, 3, 0);
	assert_false(exists("history.db-journal"));
	assert_int_equal(count_boots(), 3);
}

/* Its pages have their checksums as well: a date is another one, where SQLite does not look (at each 200th byte). */
static void test_damaged_journal_is_not_played_back(void **state)
{
	char *path, *data, *date, *aside;
	struct sentence why = { "" };
	struct history_added added;
	struct history *h;
	size_t size, at;

	fill();
	data = read_whole(db, &size);
	date = memmem(data, size, "2026-01-01", 10);
	MUST(date);
	at = (size_t)(date - data) + 3;
	free(data);
	path = path_of("history.db-journal");
	write_journal(path, (uint32_t)(at / HISTORY_PAGE_BYTES) + 1, "");
	data = read_whole(path, &size);
	MUST(data[512 + 4 + at % HISTORY_PAGE_BYTES] == '6' && (HISTORY_PAGE_BYTES - at % HISTORY_PAGE_BYTES) % 200);
	data[512 + 4 + at % HISTORY_PAGE_BYTES] = '7';
	fake_write(path, data, size);
	free(data);
	path = path_of("run");
	h = history_open(db, HISTORY_ADD, &why);
	assert_true(!h || history_add(h, &path, 1, tell, &added, &why));
	history_close(h);
	assert_non_null(strstr(why.text, "damaged; set aside"));
	aside = found_aside();
	assert_non_null(aside);
	free(aside);
}

static void test_links_are_refused(void **state)
{
	fill();
	fake_write_text(path_of("precious"), "years of work");
	MUST(!symlink(path_of("precious"), path_of("history.db-journal")));
	assert_refused("a link, or no file");
	MUST(!unlink(path_of("history.db-journal")) && !link(path_of("precious"), path_of("history.db-journal")));
	assert_refused("a link, or no file");
	MUST(!unlink(path_of("history.db-journal")) && !mkfifo(path_of("history.db-journal"), 0600));
	assert_refused("a link, or no file");
	MUST(!unlink(path_of("history.db-journal")) && !symlink(path_of("precious"), path_of("history.db-wal")));
	assert_refused("history.db-wal: not of invbench");
	MUST(!unlink(path_of("history.db-wal")));
	fake_write_text(path_of("history.db-shm"), "");
	assert_refused("history.db-shm: not of invbench");
	MUST(!unlink(path_of("history.db-shm")) && !rename(db, path_of("other.db")) && !symlink("other.db", db));
	assert_refused("a link; name the file");
}

/* A link that leads nowhere is no place to make one. */
static void test_dangling_link_is_not_followed(void **state)
{
	struct sentence why;

	MUST(!symlink("elsewhere.db", db));
	assert_null(history_open(db, HISTORY_ADD, &why));
	assert_non_null(strstr(why.text, "a link"));
	assert_false(exists("elsewhere.db"));
}

/* The folder itself may be one. */
static void test_folder_over_a_link(void **state)
{
	char *over;
	struct sentence why;
	struct history *h;

	fill();
	MUST(!symlink(".", path_of("here")));
	over = path_of("here/history.db");
	h = history_open(over, HISTORY_ADD, &why);
	assert_non_null(h);
	history_close(h);
}

static void test_hard_link_is_only_read(void **state)
{
	struct sentence why;

	fill();
	MUST(!link(db, path_of("backup.db")));
	assert_int_equal(count_boots(), 3);
	assert_null(history_open(db, HISTORY_ADD, &why));
	assert_non_null(strstr(why.text, "hard link"));
}

/* ---- locks ---- */

static void test_no_locks_is_told(void **state)
{
	struct sentence why;

	fill();
	no_locks = ENOLCK;
	assert_null(history_open(db, HISTORY_ADD, &why));
	no_locks = 0;
	assert_non_null(strstr(why.text, "this file system has no locks"));
	assert_null(strstr(why.text, "60 s"));
}

static void test_how_long_is_told(void **state)
{
	char *path;
	struct sentence why = { "" };
	struct history_added added;
	struct history *h;
	sqlite3 *raw;

	fill();
	MUST(!unlink(boot_path("run", &(const struct made){ "list", "icount", "", "", 0, 0 }, 3)));
	write_made("run", &(const struct made){ "list", "icount", "2026-01-03T00:00:00Z", "b", 1, 1 });
	path = path_of("run");
	MUST(!sqlite3_open(db, &raw) && !sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL));
	slept_ms = 0;
	h = history_open(db, HISTORY_ADD, &why);
	assert_non_null(h);
	assert_int_equal(history_add(h, &path, 1, tell, &added, &why), -EBUSY);
	history_close(h);
	sqlite3_close(raw);
	assert_non_null(strstr(why.text, "others have been using it for 60 s"));
	assert_true(slept_ms >= 59000);
	slept_ms = 0;
}

/* Who adds has it open: it is not taken away from under him. */
static void test_not_set_aside_while_open(void **state)
{
	struct sentence why, ignored;
	struct history *h;
	struct stat st;
	pid_t child;
	int status;

	fill();
	h = history_open(db, HISTORY_ADD, &ignored);
	assert_non_null(h);
	/* Another process, as a lock of this one would be of the same. */
	child = fork();
	MUST(child >= 0);
	if (!child) {
		slept_ms = 0;
		MUST(!stat(db, &st));
		history_set_aside(db, &st, "corrupt", "is bad", &why);
		_exit(!strstr(why.text, "others are adding to it"));
	}
	MUST(waitpid(child, &status, 0) == child);
	assert_int_equal(status, 0);
	assert_true(exists("history.db"));
	history_close(h);
	MUST(!stat(db, &st));
	history_set_aside(db, &st, "corrupt", "is bad", &why);
	assert_false(exists("history.db"));
}

/* ---- what was left ---- */

static pid_t ended_process(void)
{
	pid_t child = fork();

	MUST(child >= 0);
	if (!child)
		_exit(0);
	MUST(waitpid(child, NULL, 0) == child);
	return child;
}

static void test_leftovers_are_swept(void **state)
{
	const int dead = (int)ended_process();
	char names[7][64];
	int i;

	snprintf(names[0], sizeof(names[0]), "history.db.new-%d", dead);
	snprintf(names[1], sizeof(names[1]), "history.db.new-%d-journal", dead);
	snprintf(names[2], sizeof(names[2]), "history.db.new-%d", (int)getpid());
	snprintf(names[3], sizeof(names[3]), "history.db.new-%d.bak", dead);
	snprintf(names[4], sizeof(names[4]), "other.db.new-%d", dead);
	snprintf(names[5], sizeof(names[5]), "history.db.new-mine");
	for (i = 0; i < 6; i++)
		fake_write_text(path_of(names[i]), "x");
	fill();
	assert_false(exists(names[0]));
	assert_false(exists(names[1]));
	for (i = 2; i < 6; i++)
		assert_true(exists(names[i]));
	/* A link, or a folder, is nobody's leftover. */
	MUST(!symlink(names[3], path_of(names[0])) && !mkdir(path_of(names[1]), 0700));
	fill();
	assert_true(exists(names[0]));
	assert_true(exists(names[1]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(journal_deletes_no_other_file),
		TEST(reader_plays_no_journal_back),
		TEST(damaged_journal_is_not_played_back),
		TEST(links_are_refused),
		TEST(dangling_link_is_not_followed),
		TEST(folder_over_a_link),
		TEST(hard_link_is_only_read),
		TEST(no_locks_is_told),
		TEST(how_long_is_told),
		TEST(not_set_aside_while_open),
		TEST(leftovers_are_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
