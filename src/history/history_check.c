// SPDX-License-Identifier: GPL-2.0-only
/* history_check.c - damage, noticed before anything is written, and other tables than a history's. */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "history_parts.h"
#include "xalloc.h"

/* Up to here all that pages say of each other is looked at as well, which takes 10 ms a MiB; a page alone takes 1. */
#define CHECK_BYTES (16 << 20)

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

/* ---- tables ---- */

/* All that was created, and how, in one text. */
static const char schema_query[] =
	"SELECT coalesce(group_concat(type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, ''), ';' ORDER BY name), '')"
	" FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

int history_check_tables(struct history *h, struct sentence *why)
{
	struct history fresh = { .path = h->path, .db = history_empty(), .folder = -1 };
	char *want = NULL, *have = NULL;
	int err = ask(&fresh, schema_query, &want, why);

	sqlite3_close(fresh.db);
	err = err ?: ask(h, schema_query, &have, why);
	if (!err && (!want || !have || strcmp(want, have)))
		err = history_refuse(h, "has other tables than a history of invbench", why);
	free(want);
	free(have);
	return err;
}

/* ---- pages ---- */

/* A page is held against its checksum as it is read (history_vfs.c). */
static bool pages_are_whole(sqlite3_file *file, sqlite3_int64 size, int page)
{
	unsigned char *buffer = xcalloc(1, (size_t)page);
	sqlite3_int64 at;
	uint32_t pages = 0;
	int err = SQLITE_OK;

	for (at = 0; at < size && !err; at += page) {
		err = file->pMethods->xRead(file, buffer, page, at);
		/* How many there are stands in the first. */
		if (!at)
			memcpy(&pages, buffer + 28, sizeof(pages));
	}
	free(buffer);
	return !err && size >= (sqlite3_int64)be32toh(pages) * page;
}

static int check_pages(struct history *h, sqlite3_int64 *size, struct sentence *why)
{
	sqlite3_file *file = NULL;
	char *page;
	int err = ask(h, "PRAGMA page_size", &page, why);

	if (err)
		return err;
	if (sqlite3_file_control(h->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) ||
	    file->pMethods->xFileSize(file, size))
		err = history_failed(h, why);
	else if (!pages_are_whole(file, *size, atoi(page)))
		err = history_refuse(h, HISTORY_DAMAGED, why);
	free(page);
	return err;
}

int history_check_all(struct history *h, struct sentence *why)
{
	sqlite3_int64 size = 0;
	char *answer = NULL;
	int err = check_pages(h, &size, why);

	if (err || size > CHECK_BYTES)
		return err;
	err = ask(h, "PRAGMA integrity_check(1)", &answer, why);
	if (!err && (!answer || strcmp(answer, "ok")))
		err = history_refuse(h, HISTORY_DAMAGED, why);
	free(answer);
	return err;
}
