// SPDX-License-Identifier: GPL-2.0-only
/*
 * folder.c - a folder that was opened once, and what is made in it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "folder.h"

#define NAME_KEPT   200 /* of a name, in that of a temporary file */
#define PRIVATE	    "invbench"
#define ABANDONED_S 60

/* ---- opening ---- */

static int out_of_memory(struct sentence *why)
{
	return sentence(why, -ENOMEM, "out of memory");
}

static int open_at(int at, const char *name, int flags)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);

	return fd < 0 ? -errno : fd;
}

static bool is_link(int at, const char *name)
{
	struct stat st;

	return !fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode);
}

int folder_open(struct folder *f, const char *path, struct sentence *why)
{
	*f = FOLDER_NONE;
	f->path = strdup(path);
	if (!f->path)
		return out_of_memory(why);
	f->fd = open_at(AT_FDCWD, path, 0);
	if (f->fd >= 0)
		return 0;
	sentence(why, f->fd, "%s: %s", path, strerror(-f->fd));
	return f->fd;
}

char *folder_path(const struct folder *f, const char *name)
{
	const char *path = f->path ?: ".";
	char *joined;
	int length;

	if (!strcmp(path, "."))
		return strdup(name);
	length = asprintf(&joined, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", name);
	return length < 0 ? NULL : joined;
}

static int enter(const struct folder *f, const char *name, int flags, struct folder *in, struct sentence *why)
{
	*in = FOLDER_NONE;
	in->path = folder_path(f, name);
	if (!in->path)
		return out_of_memory(why);
	in->fd = open_at(f->fd, name, flags);
	return in->fd < 0 ? sentence(why, in->fd, "%s: %s", in->path, strerror(-in->fd)) : 0;
}

int folder_enter(const struct folder *f, const char *name, struct folder *in, struct sentence *why)
{
	int err = enter(f, name, O_NOFOLLOW, in, why);

	if (!err || !is_link(f->fd, name))
		return err;
	return sentence(why, -ELOOP, "%s: a link, and what it leads to is left alone; remove the link", in->path);
}

void folder_close(struct folder *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	*f = FOLDER_NONE;
}

/* ---- making ---- */

/* What root makes is the folder's owner's. A file system without owners leaves it as it is. */
static void give(const struct folder *f, int fd)
{
	struct stat st;

	if (geteuid() || fstat(f->fd, &st) || !st.st_uid)
		return;
	if (fchown(fd, st.st_uid, st.st_gid))
		return;
}

static int cannot_make(const struct folder *f, const char *name, int err, struct sentence *why)
{
	char *path = folder_path(f, name);

	sentence(why, err, "cannot make the folder %s: %s", path ?: name, strerror(-err));
	free(path);
	return err;
}

int folder_make(const struct folder *f, const char *name, struct folder *in, struct sentence *why)
{
	bool made = !mkdirat(f->fd, name, 0777);
	int err = made || errno == EEXIST ? 0 : -errno;

	*in = FOLDER_NONE;
	if (err)
		return cannot_make(f, name, err, why);
	err = folder_enter(f, name, in, why);
	if (!err && made)
		give(f, in->fd);
	return err;
}

/* One more folder of a path that the user named: links in it are his. */
static int step(struct folder *f, const char *name, struct sentence *why)
{
	struct folder at = *f;
	int err = is_link(at.fd, name) ? enter(&at, name, 0, f, why) : folder_make(&at, name, f, why);

	folder_close(&at);
	return err;
}

int folder_make_path(struct folder *f, const char *path, struct sentence *why)
{
	char *copy = strdup(path), *rest = copy, *name;
	int err = folder_open(f, *path == '/' ? "/" : ".", why);

	if (!copy)
		err = out_of_memory(why);
	while (!err && (name = strsep(&rest, "/"))) {
		if (*name)
			err = step(f, name, why);
	}
	free(copy);
	if (err)
		return err;
	free(f->path);
	f->path = strdup(path); /* as the user calls it */
	return f->path ? 0 : out_of_memory(why);
}

/*
 * Only O_EXCL keeps others out; that none can foresee the name keeps them from being in the way. A guest that
 * has just been booted may have no good random numbers for minutes, and is not to wait for any.
 */
static int hidden_name(const char *name, char hidden[NAME_MAX + 1])
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), GRND_INSECURE) != sizeof(random) &&
	    getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	snprintf(hidden, NAME_MAX + 1, "%.*s.tmp-%016llx", NAME_KEPT, name, (unsigned long long)random);
	return 0;
}

/* ---- removing ---- */

static void free_names(struct dirent **names, int n)
{
	while (n-- > 0)
		free(names[n]);
	free(names);
}

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

void folder_remove(const struct folder *f, int (*wanted)(const char *name))
{
	struct dirent **names;
	int n = scandirat(f->fd, ".", &names, is_entry, NULL);

	for (int i = 0; i < n; i++) {
		if (wanted(names[i]->d_name))
			unlinkat(f->fd, names[i]->d_name, 0);
	}
	if (n >= 0)
		free_names(names, n);
}

static int is_any(const char *name)
{
	return 1;
}

static void empty_below(const struct folder *f)
{
	struct dirent **names;
	int n = scandirat(f->fd, ".", &names, is_entry, NULL);

	for (int i = 0; i < n; i++) {
		struct folder in;
		struct sentence unused;

		if (!folder_enter(f, names[i]->d_name, &in, &unused))
			folder_remove(&in, is_any);
		folder_close(&in);
		unlinkat(f->fd, names[i]->d_name, AT_REMOVEDIR);
	}
	if (n >= 0)
		free_names(names, n);
}

void folder_discard(const struct folder *f, struct folder *in)
{
	if (in->fd >= 0) {
		folder_remove(in, is_any);
		empty_below(in);
		unlinkat(f->fd, basename(in->path), AT_REMOVEDIR);
	}
	folder_close(in);
}

/* ---- private folders ---- */

/* Whoever may write to @f can put another folder in its place before it is opened. */
static int check_private(const struct folder *in, struct sentence *why)
{
	struct stat st;

	if (!fstat(in->fd, &st) && st.st_uid == geteuid() && !(st.st_mode & 077))
		return 0;
	return sentence(why, -EPERM, "%s: it was made, and then was another one", in->path);
}

static int is_private(const struct dirent *entry)
{
	return !strncmp(entry->d_name, PRIVATE ".tmp-", strlen(PRIVATE ".tmp-"));
}

static bool is_empty(const struct folder *in)
{
	struct dirent **names;
	int n = scandirat(in->fd, ".", &names, is_entry, NULL);

	if (n >= 0)
		free_names(names, n);
	return n == 0;
}

/* Nobody has it any more: who had it was killed. One that was just made is empty, and may not be locked yet. */
static bool is_abandoned(const struct folder *in)
{
	struct sentence unused;
	struct stat st;

	if (check_private(in, &unused) || fstat(in->fd, &st))
		return false;
	if (is_empty(in) && st.st_mtime + ABANDONED_S >= time(NULL))
		return false;
	return !flock(in->fd, LOCK_EX | LOCK_NB);
}

static void sweep(const struct folder *f)
{
	struct dirent **names;
	int n = scandirat(f->fd, ".", &names, is_private, NULL);

	for (int i = 0; i < n; i++) {
		struct folder in;
		struct sentence unused;

		if (!folder_enter(f, names[i]->d_name, &in, &unused) && is_abandoned(&in))
			folder_discard(f, &in);
		else
			folder_close(&in);
	}
	if (n >= 0)
		free_names(names, n);
}

int folder_private(const struct folder *f, struct folder *in, struct sentence *why)
{
	char name[NAME_MAX + 1];
	int err = hidden_name(PRIVATE, name);

	*in = FOLDER_NONE;
	sweep(f);
	if (!err && mkdirat(f->fd, name, 0700))
		err = -errno;
	if (err)
		return sentence(why, err, "cannot make a folder in %s: %s", f->path, strerror(-err));
	err = folder_enter(f, name, in, why) ?: check_private(in, why);
	if (err)
		folder_close(in);
	else
		flock(in->fd, LOCK_EX | LOCK_NB); /* for sweep() */
	return err;
}

/* ---- files ---- */

bool folder_has(const struct folder *f, const char *name)
{
	struct stat st;

	return !fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW);
}

/* An open file that nobody else has, by a name of its own. */
static int create(const struct folder *f, const char *name, char hidden[NAME_MAX + 1])
{
	int err = hidden_name(name, hidden), fd;

	if (err)
		return err;
	fd = openat(f->fd, hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	give(f, fd);
	return fd;
}

static bool is_file_or_link(const struct stat *st)
{
	return S_ISREG(st->st_mode) || S_ISLNK(st->st_mode);
}

/* What has the name gives way, if it is a file or leads to one: /dev/null is not to become a file, nor /dev/stdout. */
static int check_replaced(const struct folder *f, const char *name)
{
	struct stat st;

	if (fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!is_file_or_link(&st))
		return -EEXIST;
	if (!fstatat(f->fd, name, &st, 0) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EEXIST;
	return 0;
}

static int replace(const struct folder *f, const char *hidden, const char *name)
{
	int err = check_replaced(f, name);

	return err ?: renameat(f->fd, hidden, f->fd, name) ? -errno : 0;
}

/* File systems that cannot rename so, as 9p, have links. */
static int take_free(const struct folder *f, const char *hidden, const char *name)
{
	if (!renameat2(f->fd, hidden, f->fd, name, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (linkat(f->fd, hidden, f->fd, name, 0))
		return -errno;
	unlinkat(f->fd, hidden, 0);
	return 0;
}

/* File systems that cannot sync say EINVAL. */
static int sync_fd(int fd)
{
	return fsync(fd) && errno != EINVAL ? -errno : 0;
}

/* The new name is on disk only when its folder is. */
static int write_by(const struct folder *f, const char *name, const void *data, size_t size,
		    int (*put)(const struct folder *f, const char *hidden, const char *name))
{
	char hidden[NAME_MAX + 1];
	int fd = create(f, name, hidden), err;

	if (fd < 0)
		return fd;
	err = file_write_to(fd, data, size) ?: sync_fd(fd);
	if (close(fd) && !err)
		err = -errno;
	err = err ?: put(f, hidden, name);
	if (err)
		unlinkat(f->fd, hidden, 0);
	return err ?: sync_fd(f->fd);
}

int folder_write(const struct folder *f, const char *name, const void *data, size_t size)
{
	return write_by(f, name, data, size, replace);
}

int folder_write_new(const struct folder *f, const char *name, const void *data, size_t size)
{
	return write_by(f, name, data, size, take_free);
}

int folder_create(const struct folder *f, const char *name)
{
	char hidden[NAME_MAX + 1];
	int fd = create(f, name, hidden), err;

	if (fd < 0)
		return fd;
	err = replace(f, hidden, name);
	if (!err)
		return fd;
	unlinkat(f->fd, hidden, 0);
	close(fd);
	return err;
}

/* Another program made it as it liked. */
int folder_move(const struct folder *from, const char *name, const struct folder *to, const char *as)
{
	int fd = openat(from->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	give(to, fd);
	close(fd);
	err = check_replaced(to, as);
	if (!err && renameat(from->fd, name, to->fd, as))
		err = -errno;
	return err;
}

int folder_move_all(const struct folder *from, const struct folder *to, const char *prefix)
{
	struct dirent **names;
	int n = scandirat(from->fd, ".", &names, is_entry, NULL), err = n < 0 ? -errno : 0;

	for (int i = 0; i < n && !err; i++) {
		char *as;

		err = asprintf(&as, "%s%s", prefix, names[i]->d_name) < 0 ? -ENOMEM : 0;
		if (err)
			break;
		err = folder_move(from, names[i]->d_name, to, as);
		free(as);
	}
	if (n >= 0)
		free_names(names, n);
	return err;
}

int folder_room(const struct folder *f, const char *name, size_t size)
{
	char hidden[NAME_MAX + 1];
	int err = name ? check_replaced(f, name) : 0, fd;

	if (err)
		return err;
	fd = create(f, "room", hidden);
	if (fd < 0)
		return fd;
	if (fallocate(fd, 0, 0, (off_t)size) && errno != EOPNOTSUPP)
		err = -errno;
	close(fd);
	unlinkat(f->fd, hidden, 0);
	return err;
}

/* ---- paths ---- */

int folder_of(struct folder *f, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	struct sentence unused;
	char *folder;
	int err;

	*f = FOLDER_NONE;
	*name = slash ? slash + 1 : path;
	if (!**name || !strcmp(*name, ".") || !strcmp(*name, ".."))
		return **name || *path ? -EISDIR : -ENOENT;
	folder = slash ? strndup(path, (size_t)(slash > path ? slash - path : 1)) : strdup(".");
	if (!folder)
		return -ENOMEM;
	err = folder_open(f, folder, &unused);
	free(folder);
	if (err)
		folder_close(f);
	return err;
}

int write_whole(const char *path, const void *data, size_t size)
{
	struct folder folder;
	const char *name;
	int err = folder_of(&folder, path, &name) ?: folder_write(&folder, name, data, size);

	folder_close(&folder);
	return err;
}
