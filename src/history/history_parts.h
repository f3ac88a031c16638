/* SPDX-License-Identifier: GPL-2.0-only */
/* history_parts.h - what the parts of history.h share; only its own files need it. */
#ifndef INVBENCH_HISTORY_PARTS_H
#define INVBENCH_HISTORY_PARTS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/types.h>

#define HISTORY_WAIT_MS 60000 /* for another process that adds */

struct history {
	char *path;
	sqlite3 *db; /* NULL once the file was set aside */
	dev_t dev;   /* which file it is, */
	ino_t ino;   /* whatever has the name by now */
};

/* What went wrong last in @h->db, as a line; a damaged file is set aside. Returns a negative errno. */
int history_failed(struct history *h, struct sentence *why);
/* One or more statements without results. */
int history_exec(struct history *h, const char *sql, struct sentence *why);
/* NULL with a sentence in @why. To be finalized. */
sqlite3_stmt *history_prepare(struct history *h, const char *sql, struct sentence *why);
/* 1 with a row, 0 at the end, else a negative errno. */
int history_step(struct history *h, sqlite3_stmt *statement, struct sentence *why);
/* A copy fit for one line of a table; "" if there is none. To be freed. */
char *history_text(sqlite3_stmt *statement, int column);

/* An empty history at @path that is not there yet. */
int history_make(const char *path, struct sentence *why);
/* Opens what is there. */
struct history *history_open_file(const char *path, struct sentence *why);
/* The folder of @path, locked against others who make, replace or set aside a history in it; close() it. -1: it cannot be. */
int history_lock_folder(const char *path);
/* True while @h->path is still the name of the file that is open. */
bool history_is_there(const struct history *h);
/* Begins to write; waits for others. Opens the file anew if it was replaced meanwhile. */
int history_begin(struct history *h, struct sentence *why);

#endif
