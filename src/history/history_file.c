// SPDX-License-Identifier: GPL-2.0-only
/* history_file.c - the history's file and what lies beside it: looked at, locked, set aside. */
#include <ctype.h>
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "history.h"
#include "history_parts.h"
#include "xalloc.h"

#define REMEDY "make it anew from the result files: invbench history rebuild RESULTS"

/* ---- locks ---- */

static int no_locks(const char *path, int err, struct sentence *why)
{
	return sentence(
		why, -ENOLCK,
		"%s: this file system has no locks (%s), without which two could write at once; keep the history elsewhere "
		"(--db)",
		path, strerror(err));
}

static int open_folder(const char *path, struct sentence *why)
{
	char *copy = xstrdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(copy);
	return fd < 0 ? sentence(why, -errno, "%s: its folder: %s", path, strerror(errno)) : fd;
}

int history_lock(const char *path, int how, unsigned int wait_ms, struct sentence *why)
{
	const uint64_t end = clock_now() + wait_ms * 1000000ULL;
	int folder = open_folder(path, why), err = 0;

	while (folder >= 0 && !err && flock(folder, how | LOCK_NB)) {
		if (errno != EINTR && errno != EWOULDBLOCK)
			err = no_locks(path, errno, why);
		else if (clock_now() > end)
			err = sentence(why, -EBUSY, "%s: others have held its folder for %u s; try again later", path,
				       wait_ms / 1000);
		else
			usleep(5000);
	}
	if (!err)
		return folder;
	close(folder);
	return err;
}

/*
 * SQLite cannot tell a lock that there cannot be from one that another holds. Where others are asked about no lock, as
 * on some of NFS, only taking one tells; this is of a byte that SQLite leaves alone.
 */
static int check_locks(const char *path, int fd, struct sentence *why)
{
	struct flock first = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1 };

	if (!fcntl(fd, F_SETLK, &first) || errno == EAGAIN || errno == EACCES)
		return 0;
	return no_locks(path, errno, why);
}

/* ---- the file ---- */

/* The first of an SQLite file. Numbers are big-endian. */
struct header {
	char magic[16];
	uint16_t page_size;
	uint8_t write_version, read_version; /* 1: a rollback journal, 2: a write-ahead log */
	uint8_t reserved;		     /* bytes at the end of each page */
	uint8_t fractions[3];
	uint32_t changes[9]; /* what changes with the content */
	uint32_t user_version;
	uint32_t incremental_vacuum, application_id;
	uint8_t rest[28];
};

_Static_assert(sizeof(struct header) == 100, "of SQLite's file format");

static int check_header(const char *path, int fd, uint32_t *version, struct sentence *why)
{
	struct header h = { 0 };

	if (pread(fd, &h, sizeof(h), 0) < 0)
		return sentence(why, -errno, "%s: %s", path, strerror(errno));
	if (memcmp(h.magic, "SQLite format 3", sizeof(h.magic)) || be32toh(h.application_id) != HISTORY_APPLICATION_ID)
		return sentence(why, -EUCLEAN, "not a history of invbench");
	*version = be32toh(h.user_version);
	if (*version != HISTORY_VERSION)
		return sentence(why, -EPROTO, "%s: a history of version %u, not %d: %s", path, *version,
				HISTORY_VERSION,
				*version < HISTORY_VERSION ?
					"invbench history rebuild RESULTS makes it anew, and keeps the old one" :
					"use the invbench that made it, or move it away and " REMEDY);
	if (h.write_version != 1 || h.read_version != 1 || h.reserved != HISTORY_CHECKSUM_BYTES)
		return sentence(why, -EUCLEAN, HISTORY_DAMAGED);
	return 0;
}

static int check_kind(const char *path, bool adding, const struct stat *st, struct sentence *why)
{
	if (S_ISLNK(st->st_mode))
		return sentence(why, -ELOOP, "%s: a link; name the file that it leads to", path);
	if (!S_ISREG(st->st_mode))
		return sentence(why, -EINVAL, "%s: not a file; a history is one", path);
	if (adding && st->st_nlink > 1)
		return sentence(why, -EMLINK,
				"%s: has another name as well (a hard link), by which its journal would not be found; "
				"copy it, and add to the copy",
				path);
	return 0;
}

/* What invbench never makes: with one of them SQLite would take the history for another kind of file. */
static int check_beside(const char *path, struct sentence *why)
{
	static const char *const suffixes[] = { "-wal", "-shm" };
	struct stat st;
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *name = xasprintf("%s%s", path, suffixes[i]);
		int err = lstat(name, &st) ? 0 :
					     sentence(why, -EEXIST,
						      "%s: not of invbench, which keeps no such file beside a history; "
						      "end the program whose it is, or move it away",
						      name);

		free(name);
		if (err)
			return err;
	}
	return 0;
}

int history_look(const char *path, bool adding, struct stat *st, uint32_t *version, struct sentence *why)
{
	int fd, err;

	if (lstat(path, st))
		return sentence(why, -errno, "%s: %s%s", path, strerror(errno),
				errno == ENOENT ? "; invbench history add RESULTS makes a history" : "");
	err = check_kind(path, adding, st, why);
	if (err)
		return err;
	/* Closed before SQLite opens it: closing would take the locks that SQLite has by then. */
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return sentence(why, -errno, "%s: %s", path, strerror(errno));
	err = fstat(fd, st) ? sentence(why, -errno, "%s: %s", path, strerror(errno)) :
			      check_kind(path, adding, st, why);
	err = err ?: check_header(path, fd, version, why);
	err = err ?: check_locks(path, fd, why);
	close(fd);
	return err ?: check_beside(path, why);
}

/* ---- the journal ---- */

/* With these a journal begins; it ends with them if a super-journal's name stands before. */
static const unsigned char journal_magic[8] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };

/* A journal of several files at once names another one, which is deleted when it was played back. */
static bool has_super_journal(int fd, const struct stat *st)
{
	unsigned char end[sizeof(journal_magic)];

	return st->st_size >= (off_t)sizeof(end) &&
	       pread(fd, end, sizeof(end), st->st_size - (off_t)sizeof(end)) == sizeof(end) &&
	       !memcmp(end, journal_magic, sizeof(end));
}

/* Whoever may write to the history, by its owner's leave, may have left one; in a folder for all, anybody. */
static bool is_trusted(const char *journal, const struct stat *st)
{
	char *history = xasprintf("%.*s", (int)(strlen(journal) - strlen("-journal")), journal);
	struct stat of;
	bool trusted = !st->st_uid || st->st_uid == geteuid() || (!lstat(history, &of) && st->st_uid == of.st_uid);

	free(history);
	return trusted;
}

int history_check_journal(const char *path, struct sentence *why)
{
	struct stat st;
	int fd, err = 0;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : sentence(why, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_nlink > 1)
		return sentence(why, -EUCLEAN, "%s: a link, or no file, and no journal of invbench; move it away",
				path);
	if (!is_trusted(path, &st))
		return sentence(why, -EUCLEAN, "%s: another user's journal; move it away, or let its owner add", path);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return sentence(why, -errno, "%s: %s", path, strerror(errno));
	if (!fstat(fd, &st) && has_super_journal(fd, &st))
		err = sentence(why, -EUCLEAN,
			       "%s: names another file to be deleted, so it is no journal of invbench; move it away",
			       path);
	close(fd);
	return err;
}

/* ---- setting aside ---- */

/* Takes no name that there is. */
static int rename_one(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	/* Not every file system can; the name was free a moment ago. */
	return errno == EINVAL && !rename(from, to) ? 0 : -errno;
}

/* What belongs to the file goes with it: a journal left behind would be played into the next one. */
static int rename_all(const char *from, const char *to)
{
	static const char *const suffixes[] = { "-journal", "-wal", "-shm", "" };
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *old = xasprintf("%s%s", from, suffixes[i]), *new = xasprintf("%s%s", to, suffixes[i]);
		int err = rename_one(old, new);

		free(old);
		free(new);
		if (err && (err != -ENOENT || !*suffixes[i]))
			return err;
	}
	return 0;
}

static bool is_free(const char *name)
{
	struct stat st;

	return lstat(name, &st) && errno == ENOENT;
}

/* A name that is not taken: NAME.AS-DATE, -2, -3, ... */
static char *name_aside(const char *path, const char *as)
{
	const time_t now = time(NULL);
	char date[32], *name;
	struct tm tm;
	int n;

	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", gmtime_r(&now, &tm));
	name = xasprintf("%s.%s-%s", path, as, date);
	for (n = 2; !is_free(name) && n < 1000; n++) {
		free(name);
		name = xasprintf("%s.%s-%s-%d", path, as, date, n);
	}
	return name;
}

int history_set_aside(const char *path, const struct stat *st, const char *as, const char *what, struct sentence *why)
{
	struct sentence busy;
	struct stat now;
	int folder = history_lock(path, LOCK_EX, 5000, &busy), err;
	char *name;

	if (folder == -EBUSY)
		return sentence(why, -EUCLEAN,
				"%s: %s; others are adding to it, so it stays: try again when they have ended", path,
				what);
	if (lstat(path, &now) || now.st_dev != st->st_dev || now.st_ino != st->st_ino) {
		sentence(why, -EUCLEAN, "%s: %s; somebody has replaced it by now, so try again", path, what);
	} else {
		name = name_aside(path, as);
		err = rename_all(path, name);
		if (err)
			sentence(why, -EUCLEAN, "%s: %s; it cannot be set aside (%s): move it away, then " REMEDY, path,
				 what, strerror(-err));
		else
			sentence(why, -EUCLEAN, "%s: %s; set aside as %s; " REMEDY, path, what, name);
		free(name);
	}
	if (folder >= 0)
		close(folder);
	return -EUCLEAN;
}

/* ---- what was left ---- */

/* HISTORY.new-PID, and the journal of it; and nobody is at it any more. */
static bool is_leftover(const char *name, const char *history)
{
	const size_t length = strlen(history);
	char *end;
	long pid;

	if (strncmp(name, history, length) || strncmp(name + length, ".new-", 5) ||
	    !isdigit((unsigned char)name[length + 5]))
		return false;
	pid = strtol(name + length + 5, &end, 10);
	return (!*end || !strcmp(end, "-journal")) && pid > 0 && pid <= INT32_MAX && kill((pid_t)pid, 0) &&
	       errno == ESRCH;
}

void history_sweep(const char *path)
{
	char *copy = xstrdup(path), *history = basename(copy);
	struct sentence why;
	struct dirent *entry;
	struct stat st;
	int folder = open_folder(path, &why);
	DIR *dir = folder < 0 ? NULL : fdopendir(folder);

	while (dir && (entry = readdir(dir)))
		if (is_leftover(entry->d_name, history) && !fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
		    S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink == 1)
			unlinkat(folder, entry->d_name, 0);
	if (dir)
		closedir(dir);
	else if (folder >= 0)
		close(folder);
	free(copy);
}
