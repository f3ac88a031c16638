// SPDX-License-Identifier: GPL-2.0-only
/* json_read.c - a small file of JSON. */
#include <errno.h>
#include <stdlib.h>

#include "file.h"
#include "json_read.h"
#include "text.h"

json_t *json_read(const char *path, size_t limit, struct sentence *why)
{
	json_error_t error;
	json_t *json;
	size_t size;
	char *text;

	if (file_read(path, limit, &text, &size, why))
		return NULL;
	text_make_utf8(text, size);
	json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		sentence(why, -EINVAL, "%s:%d: %s", path, error.line, error.text);
	free(text);
	return json;
}
