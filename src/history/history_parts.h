/* SPDX-License-Identifier: GPL-2.0-only */
/* history_parts.h - what the parts of history.h share; only its own files need it. */
#ifndef INVBENCH_HISTORY_PARTS_H
#define INVBENCH_HISTORY_PARTS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "sentence.h"

#define HISTORY_WAIT_MS	       60000 /* for another process that adds */
#define HISTORY_PAGE_BYTES     4096  /* of one that is made; those that are read may have others */
#define HISTORY_CHECKSUM_BYTES 4     /* at the end of each page */
/* "invb": what tells a history from other SQLite files. */
#define HISTORY_APPLICATION_ID 0x696e7662
#define HISTORY_DAMAGED	       "the history is damaged"

struct history {
	char *path;	/* as the user has it */
	char *real;	/* the same without links, as SQLite has it */
	sqlite3 *db;	/* NULL once the file was set aside */
	struct stat st; /* which file it is, whatever has the name by now */
	/* Locked (shared) as long as the file is open for adding, so that none is set aside that another writes to; else -1. */
	int folder;
	uint64_t waiting_since, waited_ns; /* for others, by the last statement */
};

/* ---- history.c ---- */

/* What went wrong last in @h->db, as a line; a damaged file is set aside. Returns a negative errno. */
int history_failed(struct history *h, struct sentence *why);
/* Lets go of the file and sets it aside, as it is @what. Always an error, told in @why. */
int history_refuse(struct history *h, const char *what, struct sentence *why);
/* One or more statements without results. */
int history_exec(struct history *h, const char *sql, struct sentence *why);
/* NULL with a sentence in @why. To be finalized. */
sqlite3_stmt *history_prepare(struct history *h, const char *sql, struct sentence *why);
/* 1 with a row, 0 at the end, else a negative errno. */
int history_step(struct history *h, sqlite3_stmt *statement, struct sentence *why);
/* A copy fit for one line of a table; "" if there is none. To be freed. */
char *history_text(sqlite3_stmt *statement, int column);
/* Begins to write; waits for others. All of the file is read for damage before anything is written. */
int history_begin(struct history *h, struct sentence *why);
/* Ends that: keeps it all, or with @err nothing. Returns @err, or why it cannot be kept. */
int history_end(struct history *h, int err, struct sentence *why);

/* ---- history_check.c: damage, noticed ---- */

/* That the file is to the letter what this program makes; a trigger or a view could be anything. */
int history_check_tables(struct history *h, struct sentence *why);
/* All pages, and of a file that is not too long all that they say of each other. */
int history_check_all(struct history *h, struct sentence *why);

/* ---- history_make.c: an empty history ---- */

/* In memory. To be closed. */
sqlite3 *history_empty(void);
/* As a file at @path, if nothing is there. */
int history_make(const char *path, struct sentence *why);

/*
 * Locks the folder of @path against others, LOCK_SH to write to a history in it or LOCK_EX to set one aside; waits
 * for @wait_ms. The folder, to be closed, or a negative errno.
 */
int history_lock(const char *path, int how, unsigned int wait_ms, struct sentence *why);
/* Looks at @path, which may be to be added to, before SQLite does. -EUCLEAN: it is none, or damaged; -EPROTO: of another version, which is in *@version. */
int history_look(const char *path, bool adding, struct stat *st, uint32_t *version, struct sentence *why);
/* Whether @path, a journal, is one that SQLite may open, or is not there. */
int history_check_journal(const char *path, struct sentence *why);
/*
 * Renames the file @st at @path and all that belongs to it to a name that begins with @path.@as; @what is wrong with
 * it. Always an error, which tells that. Nobody may hold the folder.
 */
int history_set_aside(const char *path, const struct stat *st, const char *as, const char *what, struct sentence *why);
/* Removes what earlier versions left when they were killed at making @path anew. */
void history_sweep(const char *path);

/* ---- history_vfs.c: what stands between SQLite and the disk ---- */

/* Its name, for sqlite3_open_v2(). */
const char *history_vfs(void);
/* Puts the checksums into the pages of @image, of @page bytes each. */
void history_seal(unsigned char *image, size_t size, size_t page);

#endif
