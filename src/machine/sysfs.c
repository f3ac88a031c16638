// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs.c - reads and writes sysfs.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sysfs.h"

const char *sysfs_root = "/sys", *proc_root = "/proc", *dev_root = "/dev", *run_root = "/run";

/* One write, as the kernel takes an attribute whole or not. */
static int store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, text, strlen(text));
	if (n < 0)
		err = -errno;
	else if ((size_t)n != strlen(text))
		err = -EIO;
	close(fd);
	return err;
}

int (*sysfs_store)(const char *path, const char *text) = store;

static int make_path(char *path, const char *format, va_list args)
{
	int root = snprintf(path, PATH_MAX, "%s/", sysfs_root), n;

	if (root >= PATH_MAX)
		return -ENAMETOOLONG;
	n = vsnprintf(path + root, PATH_MAX - root, format, args);
	return n < PATH_MAX - root ? 0 : -ENAMETOOLONG;
}

/* From the format and arguments of the caller. */
#define MAKE_PATH(path, err) \
	do { \
		va_list args_; \
		va_start(args_, format); \
		(err) = make_path((path), format, args_); \
		va_end(args_); \
	} while (0)

static long read_bytes(const char *path, char *data, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	while (done < size) {
		n = read(fd, data + done, size - done);
		if (n <= 0)
			break;
		done += n;
	}
	if (n < 0)
		n = -errno;
	close(fd);
	return n < 0 ? n : (long)done;
}

long sysfs_bytes(void *data, size_t size, const char *format, ...)
{
	char path[PATH_MAX];
	int err;

	MAKE_PATH(path, err);
	return err ? err : read_bytes(path, data, size);
}

int sysfs_read(char *text, size_t size, const char *format, ...)
{
	char path[PATH_MAX];
	long n;
	int err;

	MAKE_PATH(path, err);
	n = err ? err : read_bytes(path, text, size);
	text[n < 0 ? 0 : n == (long)size ? n - 1 : n] = '\0';
	if (n < 0)
		return n;
	if (n && text[n - 1] == '\n')
		text[n - 1] = '\0';
	return n == (long)size ? -EFBIG : 0;
}

int sysfs_link(char *name, size_t size, const char *format, ...)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *last;
	ssize_t n;
	int err;

	name[0] = '\0';
	MAKE_PATH(path, err);
	if (err)
		return err;
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	last = strrchr(target, '/');
	last = last ? last + 1 : target;
	if (strlen(last) >= size)
		return -EFBIG;
	strcpy(name, last);
	return 0;
}

bool sysfs_exists(const char *format, ...)
{
	char path[PATH_MAX];
	int err;

	MAKE_PATH(path, err);
	return !err && !access(path, F_OK);
}

int sysfs_write(const char *text, const char *format, ...)
{
	char path[PATH_MAX];
	int err;

	MAKE_PATH(path, err);
	return err ? err : sysfs_store(path, text);
}

static int not_a_dot(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

/* Not alphasort(), which depends on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int sysfs_list(struct dirent ***list, const char *format, ...)
{
	char path[PATH_MAX];
	int err, n;

	MAKE_PATH(path, err);
	if (err)
		return err;
	n = scandir(path, list, not_a_dot, by_name);
	return n < 0 ? -errno : n;
}

void sysfs_list_free(struct dirent **list, int count)
{
	while (count > 0)
		free(list[--count]);
	free(list);
}
