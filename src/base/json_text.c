// SPDX-License-Identifier: GPL-2.0-only
/* json_text.c - text of others as JSON. */
#include <stdlib.h>

#include "json_text.h"
#include "text.h"
#include "xalloc.h"

json_t *json_text(const char *text)
{
	char *line = xstrdup(text);
	json_t *json;

	text_make_line(line);
	json = json_string(line);
	free(line);
	return json;
}

/* It may have a zero byte in it, which ends the line. */
static void make_line(json_t *string)
{
	char *line = xstrdup(json_string_value(string));

	text_make_line(line);
	json_string_set(string, line);
	free(line);
}

void json_make_lines(json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_string(json))
		make_line(json);
	json_object_foreach (json, key, value)
		json_make_lines(value);
	json_array_foreach (json, i, value)
		json_make_lines(value);
}
