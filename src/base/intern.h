/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * intern.h - one copy of what many result files say alike.
 *
 * Of 100,000 boots nearly all strings are the same: names, hashes, command
 * lines, parameters. What is interned lives as long as anybody holds the
 * store, and is the same for all who do, so that equal pointers mean equal
 * content. Any thread may call any of these.
 */
#ifndef INVBENCH_INTERN_H
#define INVBENCH_INTERN_H

#include <jansson.h>

/* Holds the store; it goes with the last who puts it back. */
void intern_hold(void);
void intern_put(void);

/* The store's copy of @text, which must be UTF-8; NULL if out of memory. The caller holds the store. */
const char *intern_string(const char *text);
/* The same for @value, of any type; keys in another order make another value. NULL for NULL. Not to be changed. */
const json_t *intern_json(const json_t *value);

#endif
