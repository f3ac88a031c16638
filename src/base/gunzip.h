/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gunzip.h - result files that are kept for long, such as results/reference/, may be gzipped (RFC 1952).
 */
#ifndef INVBENCH_GUNZIP_H
#define INVBENCH_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

/* By its first bytes, whatever it is called. */
bool is_gzipped(const char *data, size_t size);

/*
 * What @size bytes of @data unpack to: *@unpacked bytes, at most @limit; free() it.
 * NULL, and *@why is why not, without a dot.
 */
char *gunzip(const char *data, size_t size, size_t limit, size_t *unpacked, const char **why);

#endif
