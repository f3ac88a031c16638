/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xalloc.h - memory for what has nothing to say without it.
 *
 * Tables, figures and texts are made of what was read and checked before, and are
 * small: out of memory there is the end of the program, by abort(). What reads files,
 * whose size others decide, says so in a sentence instead.
 */
#ifndef INVBENCH_XALLOC_H
#define INVBENCH_XALLOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* Zeroed; @n may be 0. */
void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *text);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list args);

/* As open_memstream(): fclose() it before *@text is read. */
FILE *xmemstream(char **text, size_t *size);

/*
 * The place of one more element of @list, zeroed: *xappend(names, count) = name.
 * Only for lists that began as NULL and grow by nothing else; other places in them move.
 */
#define xappend(list, count) ((list) = xgrow((list), (count), sizeof(*(list))), &(list)[(count)++])

/* What it is made of, for two lists of one length: @list with room for element @count, zeroed. */
void *xgrow(void *list, size_t count, size_t size);

#endif
