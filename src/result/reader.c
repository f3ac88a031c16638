// SPDX-License-Identifier: GPL-2.0-only
/* reader.c - takes values out of a file that is not believed. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "reader.h"
#include "result.h"
#include "text.h"

void reader_bad(struct reader *r, const char *key, const char *format, ...)
{
	char what[512];
	va_list args;

	if (r->failed)
		return;
	r->failed = true;
	va_start(args, format);
	text_vformat(what, sizeof(what), format, args);
	va_end(args);
	sentence(r->why, 0, "%s: %s%s%s%s", r->path, r->where, key, *key || *r->where ? ": " : "", what);
}

json_t *reader_get(struct reader *r, const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (!value)
		reader_bad(r, key, "missing" REMEDY);
	return value;
}

const char *reader_keep(struct reader *r, const char *text)
{
	const char *kept = intern_string(text);

	if (!kept)
		reader_bad(r, "", "out of memory");
	return kept ?: "";
}

const json_t *reader_keep_json(struct reader *r, const json_t *value)
{
	const json_t *kept = intern_json(value);

	if (value && !kept)
		reader_bad(r, "", "out of memory");
	return kept;
}

/* What is read is fit for one line of a table: control characters become '?'. */
const char *reader_string(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = reader_get(r, object, key);

	if (value && !json_is_string(value))
		reader_bad(r, key, "must be a string" REMEDY);
	if (!json_is_string(value))
		return "";
	if (json_string_length(value) > RESULT_MAX_STRING)
		reader_bad(r, key, "is longer than %d bytes" REMEDY, RESULT_MAX_STRING);
	text_make_line((char *)json_string_value(value));
	return reader_keep(r, json_string_value(value));
}

static void check_line(struct reader *r, const char *key, const char *what, const char *text)
{
	if (strlen(text) > RESULT_MAX_STRING)
		reader_bad(r, key, "%sis longer than %d bytes" REMEDY, what, RESULT_MAX_STRING);
	if (!text_is_line(text))
		reader_bad(r, key, "%shas a control character" REMEDY, what);
}

const char *reader_line(struct reader *r, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text)
		check_line(r, key, "", text);
	return reader_string(r, object, key);
}

const char *reader_name(struct reader *r, const json_t *object, const char *key)
{
	const char *name = reader_line(r, object, key);

	if (!*name)
		reader_bad(r, key, "must not be empty" REMEDY);
	return name;
}

void reader_check_key(struct reader *r, const char *section, const char *key)
{
	if (!*key)
		reader_bad(r, section, "a name must not be empty" REMEDY);
	check_line(r, section, "a name ", key);
}

void reader_check_value(struct reader *r, const char *section, const char *key, const json_t *value)
{
	char what[80];

	if (!json_is_string(value))
		return;
	snprintf(what, sizeof(what), "\"%.60s\" ", key);
	check_line(r, section, what, json_string_value(value));
}

uint64_t reader_uint(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = reader_get(r, object, key);

	if (value && !json_is_integer(value))
		reader_bad(r, key, "must be an integer" REMEDY);
	else if (json_integer_value(value) < 0)
		reader_bad(r, key, "%" JSON_INTEGER_FORMAT " is negative" REMEDY, json_integer_value(value));
	return json_is_integer(value) && json_integer_value(value) > 0 ? (uint64_t)json_integer_value(value) : 0;
}

bool reader_bool(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = reader_get(r, object, key);

	if (value && !json_is_boolean(value))
		reader_bad(r, key, "must be true or false" REMEDY);
	return json_is_true(value);
}

double reader_number(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = reader_get(r, object, key);

	if (value && !json_is_number(value))
		reader_bad(r, key, "must be a number" REMEDY);
	return json_number_value(value);
}

json_t *reader_object(struct reader *r, const json_t *object, const char *key)
{
	json_t *value = reader_get(r, object, key);

	if (value && !json_is_object(value))
		reader_bad(r, key, "must be an object" REMEDY);
	return json_is_object(value) ? value : NULL;
}

json_t *reader_array(struct reader *r, const json_t *object, const char *key)
{
	json_t *value = reader_get(r, object, key);

	if (value && !json_is_array(value))
		reader_bad(r, key, "must be an array" REMEDY);
	return json_is_array(value) ? value : NULL;
}

/* One of @words (NULL-terminated); its place, or 0 after an error. */
size_t reader_word(struct reader *r, const json_t *object, const char *key, const char *const *words)
{
	const char *value = reader_string(r, object, key);
	size_t i;

	for (i = 0; words[i]; i++)
		if (!strcmp(value, words[i]))
			return i;
	reader_bad(r, key, "\"%.60s\" is not known; is the file from a newer invbench?", value);
	return 0;
}

const json_t *reader_strings(struct reader *r, const json_t *object, const char *key)
{
	const json_t *array = reader_array(r, object, key), *value;
	size_t i;

	json_array_foreach (array, i, value) {
		if (!json_is_string(value))
			reader_bad(r, key, "must be an array of strings" REMEDY);
		else
			check_line(r, key, "a string ", json_string_value(value));
	}
	return reader_keep_json(r, array);
}

void *reader_allocate(struct reader *r, size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		reader_bad(r, "", "out of memory");
	return memory;
}

void reader_enter(struct reader *r, const char *section)
{
	snprintf(r->where, sizeof(r->where), "%s", section);
}

void reader_histogram(struct reader *r, const json_t *object, const char *key, struct histogram *h)
{
	char text[256], full_key[384];
	int inner;

	if (r->failed || !reader_get(r, object, key))
		return;
	if (!hist_from_json(json_object_get(object, key), h, text, sizeof(text)))
		return;
	inner = (int)strcspn(text, ":"); /* ".buckets[3]" of ".buckets[3]: ..." */
	snprintf(full_key, sizeof(full_key), "%.100s%.*s", key, inner, text);
	reader_bad(r, full_key, "%s" REMEDY, text + inner + (text[inner] ? 2 : 0));
}
