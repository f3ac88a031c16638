// SPDX-License-Identifier: GPL-2.0-only
/* history_make.c - an empty history. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "history.h"
#include "history_parts.h"
#include "xalloc.h"

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

/* The results have a column for each metric. */
static char *schema(void)
{
	size_t size;
	char *text;
	FILE *out = xmemstream(&text, &size);
	int id;

	fprintf(out, "PRAGMA page_size=%d; PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN; %s",
		HISTORY_PAGE_BYTES, HISTORY_APPLICATION_ID, HISTORY_VERSION, tables);
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

sqlite3 *history_empty(void)
{
	int reserved = HISTORY_CHECKSUM_BYTES;
	char *sql = schema();
	sqlite3 *db;

	/* In memory; it fails where there is none. */
	if (sqlite3_open(":memory:", &db) || sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) ||
	    sqlite3_exec(db, sql, NULL, NULL, NULL))
		abort();
	free(sql);
	return db;
}

static int write_empty(const struct folder *folder, const char *name)
{
	sqlite3 *db = history_empty();
	sqlite3_int64 size;
	unsigned char *image = sqlite3_serialize(db, "main", &size, 0);
	int err;

	if (!image)
		abort();
	history_seal(image, (size_t)size, HISTORY_PAGE_BYTES);
	err = folder_write_new(folder, name, image, (size_t)size);
	sqlite3_free(image);
	sqlite3_close(db);
	return err;
}

int history_make(const char *path, struct sentence *why)
{
	struct folder folder = FOLDER_NONE;
	const char *name;
	struct stat st;
	int err;

	if (!lstat(path, &st) || errno != ENOENT)
		return 0;
	err = folder_of(&folder, path, &name);
	err = err ?: write_empty(&folder, name);
	folder_close(&folder);
	/* Somebody else may have made it since. */
	if (!err || err == -EEXIST)
		return 0;
	return sentence(why, err, "%s: cannot be made: %s; choose another with --db", path, strerror(-err));
}
