/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - files, whole.
 */
#ifndef INVBENCH_FILE_H
#define INVBENCH_FILE_H

#include <stddef.h>

#include "sentence.h"

/* A regular file, to be read: its descriptor, or a negative errno with "PATH: ..." in @why; -EINVAL for a pipe or a device. */
int file_open(const char *path, struct sentence *why);
/*
 * Reads all of @path, a regular file: *@size bytes in *@text, with a 0 behind them, to be freed. 0, or
 * a negative errno with "PATH: ..." in @why; -EFBIG if there are more than @limit bytes,
 * of which no more are read then.
 */
int file_read(const char *path, size_t limit, char **text, size_t *size, struct sentence *why);
/*
 * The same of an open file, from its beginning, without moving where others read or write; @name is for people.
 * A pipe is read to its end.
 */
int file_read_from(int fd, const char *name, size_t limit, char **text, size_t *size, struct sentence *why);

/* All of it. 0 or a negative errno. */
int file_write_to(int fd, const char *data, size_t size);

/*
 * The first of @folders, relative to the folder of this program and ended by
 * NULL, that has @file in it: that file's path, to be freed, or NULL.
 */
char *find_near_program(const char *const folders[], const char *file);

#endif
