// SPDX-License-Identifier: GPL-2.0-only
/* history.c - the history's file: made, opened, checked, set aside. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "history.h"
#include "history_parts.h"
#include "text.h"
#include "xalloc.h"

/* "invb": what tells a history from other SQLite files. */
#define APPLICATION_ID 0x696e7662

#define REMEDY	       "make it anew from the result files: invbench history rebuild RESULTS"

static const char tables[] =
	"CREATE TABLE folders (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE) STRICT;"
	"CREATE TABLE beds (id INTEGER PRIMARY KEY, name TEXT NOT NULL, accel TEXT NOT NULL, preset TEXT NOT NULL,"
	" settings TEXT NOT NULL, scale REAL NOT NULL, UNIQUE (name, accel, preset, settings, scale)) STRICT;"
	"CREATE TABLE machines (id INTEGER PRIMARY KEY, arch TEXT NOT NULL, cpu TEXT NOT NULL, cpus INTEGER NOT NULL,"
	" host_cpu TEXT NOT NULL, host_cpus INTEGER NOT NULL, UNIQUE (arch, cpu, cpus, host_cpu, host_cpus)) STRICT;"
	"CREATE TABLE kernels (id INTEGER PRIMARY KEY, name TEXT NOT NULL, release TEXT NOT NULL, design TEXT NOT NULL,"
	" series_sha256 TEXT NOT NULL, config_sha256 TEXT NOT NULL, image_sha256 TEXT NOT NULL,"
	" UNIQUE (name, release, design, series_sha256, config_sha256, image_sha256)) STRICT;"
	"CREATE TABLE boots (id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL REFERENCES folders, file TEXT NOT NULL,"
	" size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, started TEXT NOT NULL, number INTEGER NOT NULL,"
	" suite TEXT NOT NULL, invbench TEXT NOT NULL, bed_id INTEGER NOT NULL REFERENCES beds,"
	" machine_id INTEGER NOT NULL REFERENCES machines, kernel_id INTEGER NOT NULL REFERENCES kernels,"
	" UNIQUE (folder_id, file)) STRICT;"
	"CREATE TABLE cases (id INTEGER PRIMARY KEY, name TEXT NOT NULL, workload TEXT NOT NULL, unit TEXT NOT NULL,"
	" params TEXT NOT NULL, UNIQUE (name, workload, unit, params)) STRICT;";

/* ---- the tables ---- */

/* The results have a column for each metric. */
static char *schema(void)
{
	size_t size;
	char *text;
	FILE *out = xmemstream(&text, &size);
	int id;

	fprintf(out, "PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN; %s", APPLICATION_ID, HISTORY_VERSION,
		tables);
	fputs("CREATE TABLE results (boot_id INTEGER NOT NULL REFERENCES boots ON DELETE CASCADE,"
	      " case_id INTEGER NOT NULL REFERENCES cases, status TEXT NOT NULL,",
	      out);
	for (id = 0; id < METRICS; id++)
		fprintf(out, " %s REAL,", metric_infos[id].key);
	fputs(" PRIMARY KEY (boot_id, case_id)) STRICT, WITHOUT ROWID;"
	      "CREATE INDEX results_of_case ON results (case_id);"
	      "COMMIT;",
	      out);
	if (fclose(out))
		abort();
	return text;
}

static sqlite3 *empty_history(void)
{
	char *sql = schema();
	sqlite3 *db;

	/* In memory; it fails where there is none. */
	if (sqlite3_open(":memory:", &db) || sqlite3_exec(db, sql, NULL, NULL, NULL))
		abort();
	free(sql);
	return db;
}

/* All that was created, and how, in one text. */
static const char schema_query[] =
	"SELECT coalesce(group_concat(type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, ''), ';' ORDER BY name), '')"
	" FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/* ---- errors ---- */

static bool same_file(const struct history *h, const struct stat *st)
{
	return st->st_dev == h->dev && st->st_ino == h->ino;
}

bool history_is_there(const struct history *h)
{
	struct stat st;

	return !stat(h->path, &st) && same_file(h, &st);
}

int history_lock_folder(const char *path)
{
	char *copy = xstrdup(path);
	int fd;

	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	/* A file system without locks has this one risk: that two set aside at once. */
	if (fd >= 0)
		while (flock(fd, LOCK_EX) && errno == EINTR)
			;
	return fd;
}

static void unlock_folder(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* A name that is not taken: NAME.corrupt-DATE, -2, -3, ... */
static char *name_aside(const char *path)
{
	const time_t now = time(NULL);
	char date[32], *name;
	struct tm tm;
	int n;

	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", gmtime_r(&now, &tm));
	name = xasprintf("%s.corrupt-%s", path, date);
	for (n = 2; !access(name, F_OK); n++) {
		free(name);
		name = xasprintf("%s.corrupt-%s-%d", path, date, n);
	}
	return name;
}

/* What belongs to the file goes with it: a journal left behind would be played into the next one. */
static int rename_all(const char *from, const char *to)
{
	static const char *const suffixes[] = { "-journal", "-wal", "-shm", "" };
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *old, *new;
		int err;

		old = xasprintf("%s%s", from, suffixes[i]);
		new = xasprintf("%s%s", to, suffixes[i]);
		err = rename(old, new) && (errno != ENOENT || !*suffixes[i]) ? -errno : 0;
		free(old);
		free(new);
		if (err)
			return err;
	}
	return 0;
}

/* Lets go of the file, whatever statements there still are. */
static void let_go(struct history *h)
{
	sqlite3_stmt *statement = NULL;

	while ((statement = sqlite3_next_stmt(h->db, statement)))
		sqlite3_reset(statement);
	sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close_v2(h->db);
	h->db = NULL;
}

static int set_aside(struct history *h, const char *what, struct sentence *why)
{
	int err = 0, folder = history_lock_folder(h->path);
	char *reason = strdup(what), *name;

	let_go(h);
	if (!history_is_there(h)) {
		unlock_folder(folder);
		sentence(why, -EINVAL, "%s: %s; somebody has replaced it by now, so try again", h->path,
			 reason ? reason : "");
		free(reason);
		return -EINVAL;
	}
	name = name_aside(h->path);
	err = rename_all(h->path, name);
	unlock_folder(folder);
	if (err)
		sentence(why, -EINVAL, "%s: %s; it cannot be set aside (%s): move it away, then " REMEDY, h->path,
			 reason ? reason : "", strerror(-err));
	else
		sentence(why, -EINVAL, "%s: %s; set aside as %s; " REMEDY, h->path, reason ? reason : "", name);
	free(name);
	free(reason);
	return -EINVAL;
}

int history_failed(struct history *h, struct sentence *why)
{
	if (!h->db)
		return -EINVAL; /* told already */
	switch (sqlite3_errcode(h->db) & 0xff) {
	case SQLITE_CORRUPT:
		return set_aside(h, "the history is damaged", why);
	case SQLITE_NOTADB:
		return set_aside(h, "not a history of invbench", why);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return sentence(why, -EBUSY, "%s: others have been using it for %d s; try again later", h->path,
				HISTORY_WAIT_MS / 1000);
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
	return sqlite3_exec(h->db, sql, NULL, NULL, NULL) ? history_failed(h, why) : 0;
}

sqlite3_stmt *history_prepare(struct history *h, const char *sql, struct sentence *why)
{
	sqlite3_stmt *statement;

	if (!sqlite3_prepare_v2(h->db, sql, -1, &statement, NULL))
		return statement;
	history_failed(h, why);
	return NULL;
}

int history_step(struct history *h, sqlite3_stmt *statement, struct sentence *why)
{
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

int history_make(const char *path, struct sentence *why)
{
	sqlite3 *db = empty_history();
	sqlite3_int64 size;
	unsigned char *image = sqlite3_serialize(db, "main", &size, 0);
	int err;

	if (!image)
		abort();
	err = write_whole(path, image, (size_t)size);
	sqlite3_free(image);
	sqlite3_close(db);
	if (err)
		return sentence(why, err, "%s: cannot be made: %s; choose another with --db", path, strerror(-err));
	return 0;
}

/* One value of @sql; "" if there is none. */
static int ask(struct history *h, const char *sql, char **answer, struct sentence *why)
{
	sqlite3_stmt *statement = history_prepare(h, sql, why);
	int err = statement ? history_step(h, statement, why) : -EINVAL;

	*answer = NULL;
	if (err >= 0) {
		const char *text = err ? (const char *)sqlite3_column_text(statement, 0) : NULL;

		*answer = strdup(text ? text : "");
	}
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

static int check_version(struct history *h, struct sentence *why)
{
	char *id, *version;
	int err = ask(h, "PRAGMA application_id", &id, why);

	if (err)
		return err;
	err = strtol(id, NULL, 10) == APPLICATION_ID ? 0 : set_aside(h, "not a history of invbench", why);
	free(id);
	err = err ?: ask(h, "PRAGMA user_version", &version, why);
	if (err)
		return err;
	if (strtol(version, NULL, 10) != HISTORY_VERSION)
		err = sentence(why, -EPROTO,
			       "%s: a history of version %.20s, not %d: use the invbench that made it, "
			       "or move it away and " REMEDY,
			       h->path, version, HISTORY_VERSION);
	free(version);
	return err;
}

/* That it is to the letter what this program makes; a trigger or a view could be anything. */
static int check_schema(struct history *h, struct sentence *why)
{
	struct history fresh = { .path = h->path, .db = empty_history() };
	char *want = NULL, *have = NULL;
	int err = ask(&fresh, schema_query, &want, why);

	sqlite3_close(fresh.db);
	err = err ?: ask(h, schema_query, &have, why);
	if (!err && (!want || !have || strcmp(want, have)))
		err = set_aside(h, "has other tables than a history of invbench", why);
	free(want);
	free(have);
	return err;
}

/* bed_counts(NAME) for queries: what has counted is the same on any host. */
static void bed_counts(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *name = (const char *)sqlite3_value_text(values[0]);

	sqlite3_result_int(context, name && bed_name_counts(name));
}

/* Reading all of it to look for damage would take seconds; what is read is checked then. */
static int prepare_file(struct history *h, struct sentence *why)
{
	int err;

	sqlite3_busy_timeout(h->db, HISTORY_WAIT_MS);
	sqlite3_create_function(h->db, "bed_counts", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, bed_counts, NULL,
				NULL);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	err = check_version(h, why);
	err = err ?: check_schema(h, why);
	return err   ?:
		       history_exec(h, "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA cache_size=-32768",
				    why);
}

struct history *history_open_file(const char *path, struct sentence *why)
{
	struct history *h = xcalloc(1, sizeof(*h));
	struct stat st;

	h->path = xstrdup(path);
	if (stat(path, &st)) {
		sentence(why, -errno, "%s: %s%s", path, strerror(errno),
			 errno == ENOENT ? "; invbench history add RESULTS makes a history" : "");
	} else if (!S_ISREG(st.st_mode)) {
		sentence(why, -EINVAL, "%s: not a file; a history is one", path);
	} else {
		h->dev = st.st_dev;
		h->ino = st.st_ino;
		/* Read only if it may not be written to. */
		if (sqlite3_open_v2(path, &h->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL))
			history_failed(h, why);
		else if (!prepare_file(h, why))
			return h;
	}
	history_close(h);
	return NULL;
}

static int make_if_missing(const char *path, struct sentence *why)
{
	int folder = history_lock_folder(path), err = 0;

	if (access(path, F_OK) && errno == ENOENT)
		err = history_make(path, why);
	unlock_folder(folder);
	return err;
}

struct history *history_open(const char *path, enum history_use use, struct sentence *why)
{
	if (use == HISTORY_ADD && make_if_missing(path, why))
		return NULL;
	return history_open_file(path, why);
}

int history_begin(struct history *h, struct sentence *why)
{
	struct history *again;
	int err;

	for (;;) {
		err = history_exec(h, "BEGIN IMMEDIATE", why);
		if (err || history_is_there(h))
			return err;
		/* Replaced while we waited: what is in the old file is seen by nobody. */
		again = history_open(h->path, HISTORY_ADD, why);
		if (!again)
			return -EINVAL;
		let_go(h);
		h->db = again->db;
		h->dev = again->dev;
		h->ino = again->ino;
		again->db = NULL;
		history_close(again);
	}
}

void history_close(struct history *h)
{
	if (!h)
		return;
	if (h->db)
		let_go(h);
	free(h->path);
	free(h);
}
