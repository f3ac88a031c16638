/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reader.h - takes values out of a file that is not believed. For this folder alone.
 *
 * The first error sticks, and getters go on with harmless values after it, so
 * that a section is read without a check after every key.
 */
#ifndef INVBENCH_READER_H
#define INVBENCH_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "sentence.h"

struct reader {
	const char *path;
	struct sentence *why;
	bool failed;
	uint64_t version; /* of the file's format */
	char where[256];  /* prefix of the keys being read, with its dot: "cases[3]." */
};

/* What is wrong inside a file that is JSON: the remedy is always the same. */
#define REMEDY "; delete the file and run that boot again"

/* The sentence is of @key, "" for the place as a whole. */
void reader_bad(struct reader *r, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* @section: "machine.", or "" for the top. */
void reader_enter(struct reader *r, const char *section);

/*
 * A file's JSON, for as long as it is read: what it may take in memory is @taken from what all files that are read at
 * the same time may. NULL with a sentence in @why; to be given back in either case.
 */
json_t *result_take_json(const char *path, size_t *taken, struct sentence *why);
void result_give_json(json_t *json, size_t taken);

/* Interned; NULL of NULL only. */
const char *reader_keep(struct reader *r, const char *text);
const json_t *reader_keep_json(struct reader *r, const json_t *value);
/* Zeroed, and never of no bytes. */
void *reader_allocate(struct reader *r, size_t count, size_t size);

/* The value of a key that must be there. What is kept of it is interned. */
json_t *reader_get(struct reader *r, const json_t *object, const char *key);
/* Text for people: what is not fit for a line (text.h) becomes '?'. */
const char *reader_string(struct reader *r, const json_t *object, const char *key);
/* What becomes a part of titles, columns, file names or commands that are shown: such text is refused. */
const char *reader_line(struct reader *r, const json_t *object, const char *key);
/* The same, and not empty. */
const char *reader_name(struct reader *r, const json_t *object, const char *key);
uint64_t reader_uint(struct reader *r, const json_t *object, const char *key);
bool reader_bool(struct reader *r, const json_t *object, const char *key);
double reader_number(struct reader *r, const json_t *object, const char *key);
json_t *reader_object(struct reader *r, const json_t *object, const char *key);
json_t *reader_array(struct reader *r, const json_t *object, const char *key);
size_t reader_word(struct reader *r, const json_t *object, const char *key, const char *const *words);
const json_t *reader_strings(struct reader *r, const json_t *object, const char *key);
/* The same checks of a name that is a key of @section, and of its value if that is a string. */
void reader_check_key(struct reader *r, const char *section, const char *key);
void reader_check_value(struct reader *r, const char *section, const char *key, const json_t *value);
/* @h needs hist_free(), whatever came out. */
void reader_histogram(struct reader *r, const json_t *object, const char *key, struct histogram *h);

#endif
