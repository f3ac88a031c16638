// SPDX-License-Identifier: GPL-2.0-only
/* xalloc.c - memory for what has nothing to say without it. */
#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

static void __attribute__((noreturn)) out_of_memory(void)
{
	fputs("invbench: out of memory\n", stderr);
	abort();
}

void *xcalloc(size_t n, size_t size)
{
	void *memory = calloc(n ? n : 1, size);

	if (!memory)
		out_of_memory();
	return memory;
}

char *xstrdup(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		out_of_memory();
	return copy;
}

char *xvasprintf(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		out_of_memory();
	return text;
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	return text;
}

FILE *xmemstream(char **text, size_t *size)
{
	FILE *stream = open_memstream(text, size);

	if (!stream)
		out_of_memory();
	return stream;
}

/* Room doubles, and so is known by the count: no list says how much it has. */
void *xgrow(void *list, size_t count, size_t size)
{
	char *grown = list;

	if (!(count & (count - 1))) {
		grown = reallocarray(list, count ? 2 * count : 1, size);
		if (!grown)
			out_of_memory();
	}
	memset(grown + count * size, 0, size);
	return grown;
}
