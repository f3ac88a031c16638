// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_ktap.c - any bytes as the names and reasons of findings, as KTAP.
 *
 * Each line is one that KTAP knows; results are as many as their plan says, and numbered; a '#' begins the one directive there is.
 */
#include "findings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VERSION "KTAP version 1\n"
#define INDENT	"  "

static const char *next_line(const char *at)
{
	for (; *at != '\n'; at++)
		MUST(*at && (unsigned char)*at >= ' ' && *at != 0x7f);
	return at + 1;
}

/* "ok 3 name # SKIP reason" */
static const char *result(const char *at, size_t number)
{
	const char *line = at, *end, *hash;
	char *rest;

	at += !strncmp(at, "not ", 4) ? 4 : 0;
	MUST(!strncmp(at, "ok ", 3));
	MUST(strtoul(at + 3, &rest, 10) == number && *rest == ' ');
	end = next_line(at);
	hash = memchr(at, '#', (size_t)(end - at));
	if (hash) {
		MUST(at == line && !strncmp(hash - 1, " # SKIP ", 8));
		MUST(!memchr(hash + 1, '#', (size_t)(end - hash - 1)));
	}
	return end;
}

static bool skip(const char **at, const char *what)
{
	if (strncmp(*at, what, strlen(what)))
		return false;
	*at += strlen(what);
	return true;
}

/* Diagnostics, of which none has another "#". */
static const char *before_result(const char *at, const char *indent)
{
	while (skip(&at, "# ")) {
		const char *end = next_line(at);

		MUST(!memchr(at, '#', (size_t)(end - at)));
		at = end;
		if (!skip(&at, indent))
			MUST(0);
	}
	return at;
}

static const char *block(const char *at, const char *indent)
{
	char *rest;
	size_t i, tests;

	MUST(skip(&at, indent) && skip(&at, VERSION) && skip(&at, indent) && skip(&at, "1.."));
	tests = strtoul(at, &rest, 10);
	MUST(*rest == '\n');
	at = rest + 1;
	for (i = 1; i <= tests; i++) {
		if (!*indent)
			at = block(at, INDENT);
		MUST(skip(&at, indent));
		at = result(before_result(at, indent), i);
	}
	return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_printed("ktap", data, size);

	MUST(!*block(text, ""));
	free(text);
	return 0;
}
