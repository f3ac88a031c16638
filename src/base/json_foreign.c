// SPDX-License-Identifier: GPL-2.0-only
/* json_foreign.c - JSON that another program wrote. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "json_foreign.h"
#include "text.h"
#include "xalloc.h"

#define PATH_BYTES 256 /* longer ones nobody needs */
#define DIGITS_MAX 18  /* of integers, which all fit into json_int_t */

/* ---- where it begins ---- */

static const char *find_start(const char *text)
{
	for (const char *line = text; *line; line = strchrnul(line, '\n'), line += *line == '\n') {
		const char *at = line + strspn(line, " \t\r");

		if (*at == '{')
			return at;
	}
	return strchr(text, '{');
}

/* ---- mending ---- */

/* Copies the string at @at, and returns its end. Of one that does not end, all. */
static const char *mend_string(const char *at, FILE *out)
{
	size_t bytes;
	bool fit;

	fputc(*at++, out);
	while (*at && *at != '"') {
		if (*at == '\\' && at[1] && (unsigned char)at[1] < 0x80 && (unsigned char)at[1] >= ' ')
			fputc(*at++, out);
		bytes = text_next(at, &fit);
		if (fit)
			fwrite(at, 1, bytes, out);
		else
			fputc('?', out);
		at += bytes;
	}
	if (*at)
		fputc(*at++, out);
	return at;
}

static bool is_word(const char *at, size_t length, const char *word)
{
	return length == strlen(word) && !strncasecmp(at, word, length);
}

/* Copies what is at @at, which is no string and begins with a letter, a digit or a sign. */
static const char *mend_word(const char *at, FILE *out)
{
	const char *start = at, *digits = at + (*at == '-' || *at == '+');
	size_t length;

	while (isalnum((unsigned char)*at) || strchr("+-.", *at) ||
	       (*at == ',' && isdigit((unsigned char)at[1]) && at > start && isdigit((unsigned char)at[-1]))) {
		if (!*at)
			break;
		at++;
	}
	length = (size_t)(at - digits);
	if (is_word(digits, length, "nan") || is_word(digits, length, "inf") || is_word(digits, length, "infinity") ||
	    (length > DIGITS_MAX && strspn(digits, "0123456789") == length)) {
		fputs("null", out);
		return at;
	}
	for (; start < at; start++)
		fputc(*start == ',' ? '.' : *start, out);
	return at;
}

static char *mend(const char *at)
{
	char *mended = NULL;
	size_t size;
	FILE *out = xmemstream(&mended, &size);

	while (*at) {
		if (*at == '"') {
			at = mend_string(at, out);
		} else if (isalnum((unsigned char)*at) || *at == '-' || *at == '+') {
			at = mend_word(at, out);
		} else {
			if (*at != ',' || !strchr("]}", at[1 + strspn(at + 1, " \t\r\n")]))
				fputc(*at, out);
			at++;
		}
	}
	fclose(out);
	return mended;
}

/* ---- keys that are there twice ---- */

/* Walks through text that is known to be JSON. */
struct scan {
	const char *at;
	const char *const *needed;
	char path[PATH_BYTES];	/* of the object */
	char twice[PATH_BYTES]; /* the first such key; "": there is none */
};

static void skip_space(struct scan *s)
{
	s->at += strspn(s->at, " \t\r\n");
}

/* Its beginning; @s is then behind its end. */
static const char *skip_string(struct scan *s)
{
	const char *start = s->at++;

	for (; *s->at && *s->at != '"'; s->at++)
		s->at += *s->at == '\\' && s->at[1];
	s->at += *s->at == '"';
	return start;
}

static bool is_needed(const struct scan *s)
{
	for (const char *const *needed = s->needed; *needed; needed++) {
		const size_t length = strlen(*needed);
		const bool open = length && (*needed)[length - 1] == '*';

		if (open ? !strncmp(s->path, *needed, length - 1) : !strcmp(s->path, *needed))
			return true;
	}
	return false;
}

/* The key at @s as it is without escapes, added to the path, which had @used bytes. False: the path is too long. */
static bool add_key(struct scan *s, size_t used, json_t **key)
{
	const char *start = skip_string(s);
	int n;

	*key = json_loadb(start, (size_t)(s->at - start), JSON_DECODE_ANY, NULL);
	n = snprintf(s->path + used, sizeof(s->path) - used, "%s%s", used ? "." : "", json_string_value(*key) ?: "");
	return *key && n >= 0 && (size_t)n < sizeof(s->path) - used;
}

static void scan_value(struct scan *s);

static void scan_object(struct scan *s)
{
	const size_t used = strlen(s->path);
	json_t *seen = json_object(), *key;

	for (s->at++, skip_space(s); *s->at == '"'; skip_space(s)) {
		if (add_key(s, used, &key) && is_needed(s)) {
			if (json_object_get(seen, json_string_value(key)) && !*s->twice)
				memcpy(s->twice, s->path, sizeof(s->twice));
			json_object_set_new(seen, json_string_value(key), json_null());
		}
		json_decref(key);
		skip_space(s);
		s->at += *s->at == ':';
		scan_value(s);
		s->path[used] = '\0';
		s->at += *s->at == ',';
	}
	s->at += *s->at == '}';
	json_decref(seen);
}

static void scan_array(struct scan *s)
{
	for (s->at++, skip_space(s); *s->at && *s->at != ']'; skip_space(s)) {
		scan_value(s);
		s->at += *s->at == ',';
	}
	s->at += *s->at == ']';
}

static void scan_value(struct scan *s)
{
	skip_space(s);
	if (*s->at == '{')
		scan_object(s);
	else if (*s->at == '[')
		scan_array(s);
	else if (*s->at == '"')
		skip_string(s);
	else
		s->at += strcspn(s->at, ",]} \t\r\n");
	skip_space(s);
}

/* ---- the whole ---- */

/* What follows it is not looked at. */
static json_t *load(const char *start, const char *const *needed, json_error_t *error)
{
	struct scan scan = { .at = start, .needed = needed };
	json_t *json = json_loads(start, JSON_DISABLE_EOF_CHECK, error);

	if (json)
		scan_value(&scan);
	if (!*scan.twice)
		return json;
	json_decref(json);
	error->line = 0;
	text_format(error->text, sizeof(error->text), "'%s' is there twice, a duplicate", scan.twice);
	return NULL;
}

json_t *json_foreign(const char *text, const char *const *needed, struct sentence *why)
{
	const char *start = find_start(text);
	json_error_t error;
	json_t *json;
	char *mended;

	if (!start) {
		sentence(why, -EINVAL, "no JSON");
		return NULL;
	}
	json = load(start, needed, &error);
	if (!json && error.line) {
		mended = mend(start);
		json = load(mended, needed, &error);
		free(mended);
	}
	if (!json)
		sentence(why, -EINVAL, "%s%.0d%s%s", error.line ? "line " : "", error.line, error.line ? ": " : "",
			 error.text);
	return json;
}
