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

static int not_regular(const char *path, struct sentence *why)
{
	return sentence(why, -EINVAL, "%s: not a regular file", path);
}

/* Asked before it is opened: a pipe would let us wait for ever, and of some devices the opening alone does something. */
static int check_regular(const char *path, struct sentence *why)
{
	struct stat st;
	int err = stat(path, &st) ? -errno : S_ISDIR(st.st_mode) ? -EISDIR : 0;

	if (err)
		return sentence(why, err, "%s: %s", path, strerror(-err));
	return S_ISREG(st.st_mode) ? 0 : not_regular(path, why);
}

int file_open(const char *path, struct sentence *why)
{
	int err = check_regular(path, why), fd;
	struct stat st;

	if (err)
		return err;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return sentence(why, -errno, "%s: %s", path, strerror(errno));
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return not_regular(path, why);
}

int file_read(const char *path, size_t limit, char **text, size_t *size, struct sentence *why)
{
	int fd = file_open(path, why), err;

	*text = NULL;
	*size = 0;
	if (fd < 0)
		return fd;
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
