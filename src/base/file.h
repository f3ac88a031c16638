/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - files that are there whole or not at all.
 */
#ifndef INVBENCH_FILE_H
#define INVBENCH_FILE_H

#include <stddef.h>

/*
 * Writes @size bytes to @path: temporary name in the same folder, fsync,
 * rename, fsync of the folder. Returns 0 or a negative errno; nothing is left behind.
 */
int write_whole(const char *path, const void *data, size_t size);
/*
 * The first of @folders, relative to the folder of this program and ended by
 * NULL, that has @file in it: that file's path, to be freed, or NULL.
 */
char *find_near_program(const char *const folders[], const char *file);
/* Could a file of @size bytes be written to @path now? 0 or a negative errno; leaves nothing behind. */
int check_room(const char *path, size_t size);

#endif
