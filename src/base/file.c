// SPDX-License-Identifier: GPL-2.0-only
/*
 * file.c - files that are there whole or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

static int write_all(int fd, const char *data, size_t size)
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
	err = write_all(fd, data, size);
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
