/* SPDX-License-Identifier: GPL-2.0-only */
/* text.h - text in room of a fixed size. */
#ifndef INVBENCH_TEXT_H
#define INVBENCH_TEXT_H

#include <stddef.h>

/* Appends to @text, of @size bytes, and cuts what does not fit; never within a character of UTF-8. */
void text_append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
