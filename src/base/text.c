// SPDX-License-Identifier: GPL-2.0-only
/* text.c - text in room of a fixed size. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* Half a character at the end would not be UTF-8, and so not fit for JSON. */
static void drop_half_character(char *text)
{
	size_t end = strlen(text), start = end;
	unsigned char lead;

	while (start && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (!start)
		return;
	lead = (unsigned char)text[--start];
	if (end - start < (lead >= 0xf0 ? 4U : lead >= 0xe0 ? 3U : lead >= 0xc0 ? 2U : 1U))
		text[start] = '\0';
}

void text_append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
	drop_half_character(text);
}
