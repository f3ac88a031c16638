/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gunzip.h - files that may be gzipped (RFC 1952), such as those of results/reference/, which are kept for long.
 */
#ifndef INVBENCH_GUNZIP_H
#define INVBENCH_GUNZIP_H

#include <stddef.h>

#include "sentence.h"

/*
 * Reads the open file @fd to its end, and unpacks it if its first bytes are those of
 * gzip, whatever it is called: *@size bytes in *@text, with a 0 behind them, to be freed.
 * Several packed files in a row are one; what else comes behind them is passed over, as
 * gunzip(1) does. 0, or a negative errno with a sentence: -EFBIG if there are more than
 * @limit bytes, of which no more are unpacked then; -EBADMSG if it is not whole.
 */
int gunzip_read(int fd, size_t limit, char **text, size_t *size, struct sentence *why);

#endif
