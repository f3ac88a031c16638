/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * markup.h - reads HTML or XML that we wrote, and stops at what was not meant.
 *
 * Tags and attributes are of a list, and attributes in quotes; what is opened is closed in order; a '&' begins an
 * entity, and a '<' a tag; there is no control character, and all is UTF-8. It knows no more of either language.
 */
#ifndef INVBENCH_FUZZ_MARKUP_H
#define INVBENCH_FUZZ_MARKUP_H

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "must.h"

#define NESTED_MAX 64

/* Shows where it stopped. */
#define MEANT(condition, at) \
	do { \
		if (!(condition)) \
			fprintf(stderr, "not meant: %.100s\n", at); \
		MUST(condition); \
	} while (0)

struct markup {
	const char *const *heads;    /* what there is once: "<!DOCTYPE html>"; all lists end with NULL */
	const char *const *tags;     /* which have an end */
	const char *const *alone;    /* which have none, or are closed by "/>" */
	const char *const *verbatim; /* whose content is no markup: of @tags */
	const char *const
		*attributes; /* "class=", "open"; a value has to begin with what follows the '=', as in "href=#" */
};

static bool markup_is(const char *const *list, const char *text, size_t n)
{
	for (; *list; list++)
		if (strlen(*list) == n && !strncmp(*list, text, n))
			return true;
	return false;
}

static const char *markup_entity(const char *at)
{
	const size_t n = at[1] == '#' ? 1 + strspn(at + 2, "0123456789") : strspn(at + 1, "abcdefghijklmnopqrstuvwxyz");

	MEANT(n > (at[1] == '#') && at[1 + n] == ';', at);
	return at + n + 2;
}

static const char *markup_character(const char *at)
{
	const unsigned char *c = (const unsigned char *)at;

	MUST(*c == '\n' || *c == '\t' || (*c >= ' ' && *c != 0x7f && !(c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)));
	MUST(strncmp(at, "\xef\xbf\xbe", 3) && strncmp(at, "\xef\xbf\xbf", 3));
	return at + 1;
}

/* Past the value; gnuplot has some in single quotes. */
static const char *markup_value(const char *at)
{
	const char quote = *at;

	MEANT(quote == '"' || quote == '\'', at);
	for (at++; *at != quote;) {
		MEANT(*at != '<' && *at != '>' && *at != '"', at);
		at = *at == '&' ? markup_entity(at) : markup_character(at);
	}
	return at + 1;
}

static const char *markup_attribute(const struct markup *m, const char *at)
{
	const size_t n = strcspn(at, "= >\n") + 1;
	const char *const *name = m->attributes;

	if (at[n - 1] != '=') {
		MEANT(markup_is(m->attributes, at, n - 1), at);
		return at + n - 1;
	}
	while (*name && (strncmp(*name, at, n) || strncmp(*name + n, at + n + 1, strlen(*name + n))))
		name++;
	MEANT(*name, at);
	return markup_value(at + n);
}

struct markup_open {
	const char *names[NESTED_MAX];
	size_t lengths[NESTED_MAX], nr;
};

static const char *markup_end(struct markup_open *open, const char *at)
{
	const size_t n = strcspn(at + 2, ">");

	MEANT(open->nr, at);
	open->nr--;
	MEANT(open->lengths[open->nr] == n && !strncmp(open->names[open->nr], at + 2, n), at);
	return at + n + 3;
}

/* At its end, if what is in it is not to be read. */
static const char *markup_content(const struct markup *m, const char *name, size_t n, const char *at)
{
	char end[40];

	if (!markup_is(m->verbatim, name, n))
		return at;
	snprintf(end, sizeof(end), "</%.*s>", (int)n, name);
	at = strstr(at, end);
	MUST(at);
	return at;
}

static const char *markup_tag(const struct markup *m, struct markup_open *open, const char *at)
{
	const char *name = at + 1;
	const size_t n = strcspn(name, " \n/>");
	bool alone = markup_is(m->alone, name, n);

	MEANT(alone || markup_is(m->tags, name, n), at);
	for (at = name + n; *at == ' '; at = markup_attribute(m, at + 1))
		;
	if (*at == '/' && at[1] == '>') {
		alone = true;
		at++;
	}
	MEANT(*at == '>', at);
	at++;
	if (alone)
		return at;
	MUST(open->nr < NESTED_MAX);
	open->names[open->nr] = name;
	open->lengths[open->nr++] = n;
	return markup_content(m, name, n, at);
}

static const char *markup_head(const struct markup *m, const char *at)
{
	const char *const *head;

	for (head = m->heads; *head; head++)
		if (!strncmp(at, *head, strlen(*head)))
			return at + strlen(*head);
	return NULL;
}

static void markup_check(const struct markup *m, const char *text)
{
	struct markup_open open = {};
	json_t *utf8 = json_string(text);
	const char *at = text, *after;

	MUST(utf8);
	json_decref(utf8);
	while (*at) {
		after = markup_head(m, at);
		if (after)
			at = after;
		else if (*at == '<')
			at = at[1] == '/' ? markup_end(&open, at) : markup_tag(m, &open, at);
		else
			at = *at == '&' ? markup_entity(at) : markup_character(at);
	}
	MUST(!open.nr);
}

#endif
