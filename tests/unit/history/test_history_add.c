// SPDX-License-Identifier: GPL-2.0-only
/* test_history_add.c - boots into the history, and all of it anew. */
#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "fake_history.h"

static void test_add(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };

	write_made("run", &m);
	fake_write_text(path_of("run/list/icount/boot-001.log"), "no boot\n");
	fake_write_text(path_of("run/list/icount/.boot-004/boot-004.json"), "of a bench at work\n");
	assert_added(add(path_of("run")), 3, 0, 0, 0);
	assert_added(add(path_of("run")), 0, 0, 3, 0);
	assert_added(add(boot_path("run", &m, 2)), 0, 0, 1, 0);
	assert_string_equal(told, "");
	assert_int_equal(count_boots(), 3);
}

static void test_changed_file_replaces(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 2 };
	struct history_trend trend;

	write_made("run", &m);
	add(path_of("run"));
	fake_write_json(boot_path("run", &m, 2), made_boot(&m, 2, json_pack("[o]", sync_case(5000))));
	assert_added(add(path_of("run")), 0, 1, 1, 0);
	assert_int_equal(count_boots(), 2);
	trend = trend_of("dma", METRIC_MEDIAN, NULL);
	assert_int_equal(trend.list[0].builds[0].nr_values, 2);
	assert_float_equal(trend.list[0].builds[0].values[1], 5000, 0);
	history_trend_free(&trend);
}

/* A boot whose file is compressed is no other boot. */
static void test_compressed(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 2 };
	char command[700];

	write_made("run", &m);
	add(path_of("run"));
	snprintf(command, sizeof(command), "gzip %s", boot_path("run", &m, 2));
	assert_int_equal(system(command), 0);
	assert_added(add(path_of("run")), 0, 1, 1, 0);
	assert_added(add(path_of("run")), 0, 0, 2, 0);
	assert_int_equal(count_boots(), 2);
}

static void test_unreadable_is_told(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 2 };

	write_made("run", &m);
	fake_write_text(boot_path("run", &m, 7), "{");
	assert_added(add(path_of("run")), 2, 0, 0, 1);
	assert_non_null(strstr(told, "boot-007.json: line 1"));
	told[0] = '\0';
	assert_added(add(path_of("nothing")), 0, 0, 0, 1);
	assert_non_null(strstr(told, "nothing: No such file"));
	told[0] = '\0';
	fake_write_text(path_of("empty/readme"), "");
	assert_added(add(path_of("empty")), 0, 0, 0, 1);
	assert_non_null(strstr(told, "no boot-NNN.json"));
	assert_int_equal(count_boots(), 2);
}

/* ---- rebuilding ---- */

static void test_rebuild(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };
	char *nothing;
	struct sentence why;
	struct history_added added;
	size_t before;

	fill();
	assert_int_equal(unlink(boot_path("run", &m, 3)), 0);
	assert_added(rebuild(path_of("run"), &before), 2, 0, 0, 0);
	assert_int_equal(before, 3);
	assert_int_equal(count_boots(), 2);
	fake_write_text(path_of("empty/readme"), "");
	nothing = path_of("empty");
	assert_int_equal(history_rebuild(db, &nothing, 1, tell, &added, &before, &why), -ENOENT);
	assert_int_equal(count_boots(), 2);
	/* A damaged one goes aside, and is told of. */
	fake_write_text(db, "nonsense");
	told[0] = '\0';
	assert_added(rebuild(path_of("run"), &before), 2, 0, 0, 0);
	assert_non_null(strstr(told, "set aside as"));
	free(found_aside());
	assert_int_equal(count_boots(), 2);
}

/* ---- others at the same time ---- */

/* What happens once, when the next boot file was read, or when its figures are about to be written. */
static void (*when_read)(void), (*when_writing)(void);

static void once(void (**what)(void))
{
	void (*now)(void) = *what;

	*what = NULL;
	if (now)
		now();
}

struct boot *boot_load(const char *path, struct sentence *why)
{
	struct boot *(*real)(const char *, struct sentence *) =
		(struct boot * (*)(const char *, struct sentence *)) dlsym(RTLD_NEXT, "boot_load");
	struct boot *boot = real(path, why);

	once(&when_read);
	return boot;
}

int history_begin(struct history *h, struct sentence *why)
{
	int (*real)(struct history *, struct sentence *) =
		(int (*)(struct history *, struct sentence *))dlsym(RTLD_NEXT, "history_begin");

	once(&when_writing);
	return real(h, why);
}

static const struct made one = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 1 };

/* The file is written anew, and another adds it, before who read the old one comes to add. */
static void overtake(void)
{
	fake_write_json(boot_path("run", &one, 1), made_boot(&one, 1, json_pack("[o]", sync_case(5000))));
	add(path_of("run"));
}

static void assert_newer_stays(void (**when)(void))
{
	struct history_trend trend;

	write_made("run", &one);
	*when = overtake;
	assert_int_equal(add(path_of("run")).refused, 0);
	assert_null(*when);
	assert_int_equal(count_boots(), 1);
	trend = trend_of("dma", METRIC_MEDIAN, NULL);
	assert_float_equal(trend.list[0].builds[0].values[0], 5000, 0);
	history_trend_free(&trend);
	assert_added(add(path_of("run")), 0, 0, 1, 0);
}

static void test_overtaken_while_reading(void **state)
{
	assert_newer_stays(&when_read);
}

static void test_overtaken_while_waiting(void **state)
{
	assert_newer_stays(&when_writing);
}

/* Restored from elsewhere, with the time that it had: what is on the disk is what counts, not what is younger. */
static void test_older_file_replaces(void **state)
{
	const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

	write_made("run", &one);
	add(path_of("run"));
	MUST(!utimensat(AT_FDCWD, boot_path("run", &one, 1), old, 0));
	assert_added(add(path_of("run")), 0, 1, 0, 0);
}

/* Whether SQLite finds nothing wrong with it. */
static bool is_whole(void)
{
	sqlite3_stmt *check;
	sqlite3 *raw;
	bool whole;

	MUST(!sqlite3_open_v2(db, &raw, SQLITE_OPEN_READONLY, NULL));
	MUST(!sqlite3_prepare_v2(raw, "PRAGMA integrity_check", -1, &check, NULL));
	whole = sqlite3_step(check) == SQLITE_ROW && !strcmp((const char *)sqlite3_column_text(check, 0), "ok");
	sqlite3_finalize(check);
	sqlite3_close(raw);
	return whole;
}

static int writes_left;
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

static ssize_t dying_pwrite(int fd, const void *data, size_t size, off_t at)
{
	if (!writes_left--)
		raise(SIGKILL);
	return real_pwrite(fd, data, size, at);
}

/* A process that adds @run, or makes all anew of it, and is killed when it would write the n-th time. True if it was. */
static bool killed_at(int n, const char *run, bool anew)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
	size_t before;
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	MUST(child >= 0);
	if (!child) {
		writes_left = n;
		real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))vfs->xGetSystemCall(vfs, "pwrite64");
		MUST(!vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)dying_pwrite));
		if (anew)
			rebuild(path_of(run), &before);
		else
			add(path_of(run));
		_exit(0);
	}
	MUST(waitpid(child, &status, 0) == child);
	MUST(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : !WEXITSTATUS(status));
	return WIFSIGNALED(status);
}

struct image {
	char *data;
	size_t size;
};

/*
 * Somebody has the history open, it is made anew, and then one who adds, or makes it anew, is killed at his n-th write:
 * who had it open adds nevertheless, to the same file, and all is there.
 */
static bool killed_beside_an_open_one(const struct image *first, int n, bool anew)
{
	struct history_added added;
	struct sentence why;
	size_t before;
	char *late = path_of("late");
	struct history *h;
	bool killed;

	fake_write(db, first->data, first->size);
	h = history_open(db, HISTORY_ADD, &why);
	MUST(h);
	rebuild(path_of("past"), &before);
	killed = killed_at(n, anew ? "past" : "more", anew);
	if (history_add(h, &late, 1, tell, &added, &why))
		fail_msg("write %d: %s", n, why.text);
	history_close(h);
	assert_true(is_whole());
	assert_int_equal(count_boots(), killed || anew ? 6 : 8);
	assert_false(!access(path_of("history.db-journal"), F_OK));
	return killed;
}

static void test_killed_at_each_write(void **state)
{
	const struct made past = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 4 };
	const struct made more = { "list", "icount", "2026-01-02T00:00:00Z", "b", 1000, 2 };
	const struct made late = { "list", "icount", "2026-01-03T00:00:00Z", "c", 1000, 2 };
	char *aside, shell[1500];
	struct image first;
	int n;

	write_made("past", &past);
	write_made("more", &more);
	write_made("late", &late);
	add(path_of("past"));
	first.data = read_whole(db, &first.size);
	for (n = 0; killed_beside_an_open_one(&first, n, false); n++)
		;
	assert_true(n > 5);
	for (n = 0; killed_beside_an_open_one(&first, n, true); n += 3)
		;
	assert_true(n > 5);
	aside = found_aside();
	assert_null(aside);
	/* And nothing beside it. */
	free(first.data);
	snprintf(shell, sizeof(shell), "test -z \"$(ls %s* | grep -vx %s)\"", db, db);
	assert_int_equal(system(shell), 0);
}

/* Who had the file open before it was made anew adds to it as it is then. */
static void test_made_anew_while_open(void **state)
{
	const struct made other = { "array", "icount", "2026-01-02T00:00:00Z", "b", 900, 2 };
	char *folder;
	struct sentence why;
	struct history_added added;
	struct history *h;
	size_t before;

	fill();
	h = history_open(db, HISTORY_ADD, &why);
	assert_non_null(h);
	rebuild(path_of("run"), &before);
	write_made("late", &other);
	folder = path_of("late");
	assert_int_equal(history_add(h, &folder, 1, tell, &added, &why), 0);
	history_close(h);
	assert_added(added, 2, 0, 0, 0);
	assert_int_equal(count_boots(), 5);
}

/* Of the version before there is nothing that is read; its file is not lost. */
static void test_older_version_is_kept(void **state)
{
	struct sentence why;
	size_t before;
	char shell[700];

	fill();
	sql(db, "PRAGMA user_version=1");
	assert_null(history_open(db, HISTORY_READ, &why));
	assert_non_null(strstr(why.text, "version 1, not 2: invbench history rebuild"));
	assert_added(rebuild(path_of("run"), &before), 3, 0, 0, 0);
	assert_int_equal(before, 0);
	assert_non_null(strstr(told, "a history of version 1; set aside as"));
	snprintf(shell, sizeof(shell), "test $(ls %s | wc -l) -eq 1", path_of("history.db.version-1-*"));
	assert_int_equal(system(shell), 0);
	assert_int_equal(count_boots(), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(add),
		TEST(changed_file_replaces),
		TEST(compressed),
		TEST(unreadable_is_told),
		TEST(rebuild),
		TEST(overtaken_while_reading),
		TEST(overtaken_while_waiting),
		TEST(older_file_replaces),
		TEST(killed_at_each_write),
		TEST(made_anew_while_open),
		TEST(older_version_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
