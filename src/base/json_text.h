/* SPDX-License-Identifier: GPL-2.0-only */
/* json_text.h - text of others as JSON, which has to be UTF-8: jansson makes no string of what is not, and so loses it. */
#ifndef INVBENCH_JSON_TEXT_H
#define INVBENCH_JSON_TEXT_H

#include <jansson.h>

/* A new string, whatever @text is: what is not fit for a line (text.h) becomes '?'. NULL: out of memory. */
json_t *json_text(const char *text);
/* The same of all strings in @json, but for keys. */
void json_make_lines(json_t *json);

#endif
