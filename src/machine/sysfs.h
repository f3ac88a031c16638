/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sysfs.h - reads and writes sysfs. Paths are formats, relative to /sys.
 */
#ifndef INVBENCH_SYSFS_H
#define INVBENCH_SYSFS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

/* For unit tests alone to set: a tree elsewhere, and what stands in for the kernel that takes a write. */
extern const char *sysfs_root, *proc_root, *dev_root, *run_root;
extern int (*sysfs_store)(const char *path, const char *text);

/* Up to @size bytes of a file: how many, or a negative errno. */
long sysfs_bytes(void *data, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* All of a file as text without its last newline. 0, or a negative errno; -EFBIG if it is cut. @text is always terminated. */
int sysfs_read(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The last part of what a link points to: the name of a driver, a group. The same. */
int sysfs_link(char *name, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool sysfs_exists(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* 0, or the negative errno of the kernel's answer. */
int sysfs_write(const char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What a folder holds, sorted, without dots. Their number, or a negative errno. */
int sysfs_list(struct dirent ***list, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sysfs_list_free(struct dirent **list, int count);

#endif
