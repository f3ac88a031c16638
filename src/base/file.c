// SPDX-License-Identifier: GPL-2.0-only
/*
 * file.c - files, whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#define FIRST_ROOM 4096 /* for what does not say how large it is, as in /proc */

/* ---- reading ---- */

/* What cannot be read at a place is read where it is. */
static ssize_t read_at(int fd, char *data, size_t size, size_t at)
{
	ssize_t n;

	do {
		n = pread(fd, data, size, (off_t)at);
		if (n < 0 && errno == ESPIPE)
			n = read(fd, data, size);
	} while (n < 0 && errno == EINTR);
	return n;
}

static size_t first_room(int fd, size_t limit)
{
	struct stat st;
	size_t room = FIRST_ROOM;

	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0)
		room = (size_t)st.st_size + 1; /* the last read finds the end */
	return room <= limit ? room : limit + 1;
}

/* Up to @limit bytes, or one more if there are more. */
static int read_up_to(int fd, size_t limit, char **text, size_t *size)
{
	size_t room = 0, wanted = first_room(fd, limit);
	ssize_t n = 1;

	for (; n > 0 && *size <= limit; *size += (size_t)n) {
		if (*size == room) {
			char *grown = realloc(*text, wanted + 1);

			if (!grown)
				return -ENOMEM;
			*text = grown;
			room = wanted;
			wanted = room <= limit / 2 ? 2 * room : limit + 1;
		}
		n = read_at(fd, *text + *size, room - *size, *size);
		if (n < 0)
			return -errno;
	}
	(*text)[*size] = '\0';
	return 0;
}

int file_read_from(int fd, const char *name, size_t limit, char **text, size_t *size, struct sentence *why)
{
	int err;

	*text = NULL;
	*size = 0;
	err = read_up_to(fd, limit, text, size);
	if (err)
		sentence(why, err, "%s: %s", name, strerror(-err));
	else if (*size > limit)
		err = sentence(why, -EFBIG, "%s: more than %zu bytes", name, limit);
	if (!err)
		return 0;
	free(*text);
	*text = NULL;
	*size = 0;
	return err;
}

int file_read(const char *path, size_t limit, char **text, size_t *size, struct sentence *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	*text = NULL;
	*size = 0;
	if (fd < 0)
		return sentence(why, -errno, "%s: %s", path, strerror(errno));
	err = file_read_from(fd, path, limit, text, size, why);
	close(fd);
	return err;
}

/* ---- writing ---- */

int file_write_to(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		data += n;
		size -= n;
	}
	return 0;
}

/* The new name is on disk only when its folder is. File systems that cannot sync a folder say EINVAL. */
static int sync_folder_of(const char *path)
{
	char *copy = strdup(path);
	int fd, err = 0;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd < 0)
		return -errno;
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

static char *temporary_name(const char *path)
{
	char *name;

	return asprintf(&name, "%s.tmp-%ld", path, (long)getpid()) < 0 ? NULL : name;
}

int check_room(const char *path, size_t size)
{
	char *temporary = temporary_name(path);
	int fd, err = 0;

	if (!temporary)
		return -ENOMEM;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		err = -errno;
	} else {
		if (fallocate(fd, 0, 0, size) && errno != EOPNOTSUPP)
			err = -errno;
		close(fd);
		unlink(temporary);
	}
	free(temporary);
	return err;
}

int write_whole(const char *path, const void *data, size_t size)
{
	char *temporary = temporary_name(path);
	int fd, err;

	if (!temporary)
		return -ENOMEM;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		err = -errno;
		goto free_name;
	}
	err = file_write_to(fd, data, size);
	if (!err && fsync(fd) && errno != EINVAL)
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	else
		err = sync_folder_of(path);
free_name:
	free(temporary);
	return err;
}

char *find_near_program(const char *const folders[], const char *file)
{
	char self[PATH_MAX], *path;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return NULL;
	self[length] = '\0';
	dirname(self);
	for (; *folders; folders++) {
		if (asprintf(&path, "%s/%s/%s", self, *folders, file) < 0)
			return NULL;
		if (!access(path, R_OK))
			return path;
		free(path);
	}
	return NULL;
}
