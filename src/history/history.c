// SPDX-License-Identifier: GPL-2.0-only
/* history.c - the history as SQLite has it open: statements, and what goes wrong with them. */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "history.h"
#include "history_parts.h"
#include "text.h"
#include "xalloc.h"

/* ---- errors ---- */

/* Lets go of the file, whatever statements there still are. */
static void let_go(struct history *h)
{
	sqlite3_stmt *statement = NULL;

	while (h->db && (statement = sqlite3_next_stmt(h->db, statement)))
		sqlite3_reset(statement);
	if (h->db)
		sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close_v2(h->db);
	h->db = NULL;
	if (h->folder >= 0)
		close(h->folder);
	h->folder = -1;
}

int history_refuse(struct history *h, const char *what, struct sentence *why)
{
	let_go(h);
	return history_set_aside(h->path, &h->st, "corrupt", what, why);
}

static int tell_busy(const struct history *h, struct sentence *why)
{
	const unsigned int seconds = (unsigned int)(h->waited_ns / 1000000000);

	if (!seconds)
		return sentence(why, -EBUSY, "%s: another is writing to it; try again", h->path);
	return sentence(why, -EBUSY, "%s: others have been using it for %u s; try again later", h->path, seconds);
}

/* A journal that nobody writes to any more: what it has must be put back, by one who may write. */
static int tell_journal(const struct history *h, struct sentence *why)
{
	char *journal = xasprintf("%s-journal", h->real);
	int err = history_check_journal(journal, why);

	free(journal);
	return err   ?:
		       sentence(
			       why, -EUCLEAN,
			       "%s: who wrote to it last was killed in the middle; the next `invbench history add` puts that right",
			       h->path);
}

int history_failed(struct history *h, struct sentence *why)
{
	const int code = h->db ? sqlite3_extended_errcode(h->db) : SQLITE_OK;

	if (!h->db)
		return -EUCLEAN; /* told already */
	if (code == SQLITE_IOERR_DATA)
		return history_refuse(h, HISTORY_DAMAGED, why);
	if (code == SQLITE_READONLY_ROLLBACK)
		return tell_journal(h, why);
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
		return history_refuse(h, HISTORY_DAMAGED, why);
	case SQLITE_NOTADB:
		return history_refuse(h, "not a history of invbench", why);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return tell_busy(h, why);
	case SQLITE_CANTOPEN:
		return tell_journal(h, why);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return sentence(why, -EACCES,
				"%s: cannot be written to; is it another user's? Choose another with --db", h->path);
	case SQLITE_FULL:
		return sentence(why, -ENOSPC, "%s: no room left; nothing was added", h->path);
	default:
		return sentence(why, -EIO, "%s: %s", h->path, sqlite3_errmsg(h->db));
	}
}

/* ---- statements ---- */

int history_exec(struct history *h, const char *sql, struct sentence *why)
{
	h->waited_ns = 0;
	return sqlite3_exec(h->db, sql, NULL, NULL, NULL) ? history_failed(h, why) : 0;
}

sqlite3_stmt *history_prepare(struct history *h, const char *sql, struct sentence *why)
{
	sqlite3_stmt *statement;

	h->waited_ns = 0;
	if (!sqlite3_prepare_v2(h->db, sql, -1, &statement, NULL))
		return statement;
	history_failed(h, why);
	return NULL;
}

int history_step(struct history *h, sqlite3_stmt *statement, struct sentence *why)
{
	h->waited_ns = 0;
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return history_failed(h, why);
	}
}

char *history_text(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	char *copy = xstrdup(text ? text : "");

	text_make_line(copy);
	return copy;
}

/* ---- opening ---- */

/* bed_counts(NAME) for queries: what has counted is the same on any host. */
static void bed_counts(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *name = (const char *)sqlite3_value_text(values[0]);

	sqlite3_result_int(context, name && bed_name_counts(name));
}

/* Asks again and again, ever more rarely; for how long is what is told in the end. */
static int wait_for_others(void *context, int waits)
{
	struct history *h = context;
	const uint64_t now = clock_now();

	if (!waits)
		h->waiting_since = now;
	h->waited_ns = now - h->waiting_since;
	if (h->waited_ns >= HISTORY_WAIT_MS * 1000000ULL)
		return 0;
	sqlite3_sleep(waits < 20 ? 1 + waits : 20);
	return 1;
}

static int prepare_file(struct history *h, struct sentence *why)
{
	sqlite3_busy_handler(h->db, wait_for_others, h);
	sqlite3_create_function(h->db, "bed_counts", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, bed_counts, NULL,
				NULL);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return history_check_tables(h, why) ?:
		       history_exec(h, "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA cache_size=-32768",
				    why);
}

static bool is_there(const struct history *h)
{
	struct stat st;

	return !lstat(h->path, &st) && st.st_dev == h->st.st_dev && st.st_ino == h->st.st_ino;
}

static int tell_replaced(const struct history *h, struct sentence *why)
{
	return sentence(why, -EAGAIN, "%s: somebody has replaced it by now; try again", h->path);
}

static int look(struct history *h, enum history_use use, struct sentence *why)
{
	uint32_t version;
	int err = history_look(h->path, use == HISTORY_ADD, &h->st, &version, why);
	char *what;

	if (err != -EUCLEAN)
		return err;
	what = xstrdup(why->text);
	err = history_refuse(h, what, why);
	free(what);
	return err;
}

/* The folder may be reached over links; the file itself is none. */
static char *real_path(const char *path)
{
	char *folder = xstrdup(path), *file = xstrdup(path), *real = realpath(dirname(folder), NULL), *joined;

	joined = xasprintf("%s/%s", real && strcmp(real, "/") ? real : "", basename(file));
	free(real);
	free(file);
	free(folder);
	return joined;
}

static int open_file(struct history *h, enum history_use use, struct sentence *why)
{
	const int flags = use == HISTORY_ADD ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int err = look(h, use, why);

	if (err)
		return err;
	if (sqlite3_open_v2(h->real, &h->db, flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX, history_vfs()))
		return history_failed(h, why);
	if (!is_there(h))
		return tell_replaced(h, why);
	return prepare_file(h, why);
}

struct history *history_open(const char *path, enum history_use use, struct sentence *why)
{
	struct history *h = xcalloc(1, sizeof(*h));
	int err = 0;

	h->path = xstrdup(path);
	h->real = real_path(path);
	h->folder = -1;
	if (use == HISTORY_ADD) {
		history_sweep(path);
		err = history_make(path, why);
		h->folder = err ? -1 : history_lock(path, LOCK_SH, HISTORY_WAIT_MS, why);
		err = h->folder < 0 ? -1 : 0;
	}
	if (!err && !open_file(h, use, why))
		return h;
	history_close(h);
	return NULL;
}

int history_begin(struct history *h, struct sentence *why)
{
	int err = history_exec(h, "BEGIN IMMEDIATE", why);

	if (!err && !is_there(h))
		err = tell_replaced(h, why);
	return err ?: history_check_all(h, why);
}

int history_end(struct history *h, int err, struct sentence *why)
{
	if (!h->db || sqlite3_get_autocommit(h->db))
		return err;
	err = err ?: history_exec(h, "COMMIT", why);
	if (err && h->db)
		sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

void history_close(struct history *h)
{
	if (!h)
		return;
	let_go(h);
	free(h->path);
	free(h->real);
	free(h);
}
