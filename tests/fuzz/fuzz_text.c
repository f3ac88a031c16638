// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_text.c - any bytes as text of others.
 *
 * What is made of them is a line, whatever room there is for it; it is made once, takes no more characters than
 * there were, and is a string of JSON.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "must.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM 64

static void check_line(const char *line)
{
	json_t *json = json_string(line);

	MUST(json && text_is_line(line) && !strpbrk(line, "\n\x1b\x7f"));
	json_decref(json);
}

static void check_made(const char *text)
{
	char *once = strdup(text), *twice;

	MUST(once);
	text_make_line(once);
	check_line(once);
	MUST(strlen(once) <= strlen(text) && text_width(once) == text_width(text));
	MUST(!strcmp(once, text) == text_is_line(text));
	twice = strdup(once);
	MUST(twice);
	text_make_line(twice);
	MUST(!strcmp(once, twice));
	free(once);
	free(twice);
}

/* In room of any size; what fits is the beginning of all of it. */
static void check_cut(const char *text, size_t room)
{
	char all[4096], cut[ROOM];

	text_format(all, sizeof(all), "%s", text);
	text_format(cut, room, "%s", text);
	check_line(cut);
	MUST(strlen(cut) < room && !strncmp(all, cut, strlen(cut)));
	memcpy(cut, "x", 2);
	text_append(cut, room < 2 ? 2 : room, "%s", all);
	check_line(cut);
}

static void check_printed(const char *text, int width)
{
	char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);

	MUST(out);
	text_column(out, text, width);
	MUST(!fclose(out));
	check_line(printed);
	MUST(text_width(printed) == (size_t)abs(width));
	free(printed);
}

/* Whatever else is in it stays. */
static void check_utf8(const char *text)
{
	char *utf8 = strdup(text);
	json_t *before = json_string(text), *after;

	MUST(utf8);
	text_make_utf8(utf8, strlen(utf8));
	after = json_string(utf8);
	MUST(after && strlen(utf8) == strlen(text) && (!before || !strcmp(utf8, text)));
	json_decref(before);
	json_decref(after);
	free(utf8);
}

static void check_json(const char *text)
{
	json_t *json = json_text(text), *object;

	MUST(json);
	check_line(json_string_value(json));
	json_decref(json);
	object = json_pack("{s:[s]}", "a", "b");
	json = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	json_object_set_new(object, "any", json);
	json_make_lines(object);
	if (json_is_string(json))
		check_line(json_string_value(json));
	json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;
	size_t room;

	if (!size)
		return 0;
	room = data[0] % ROOM;
	text = strndup((const char *)data + 1, size - 1);
	MUST(text);
	check_made(text);
	check_cut(text, room ? room : 1);
	check_printed(text, (int)room - ROOM / 2);
	check_utf8(text);
	check_json(text);
	free(text);
	return 0;
}
