// SPDX-License-Identifier: GPL-2.0-only
/*
 * symbols.c - System.map, a line a symbol: address, type, name.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "symbols.h"
#include "text.h"

#define MAP_BYTES   (64 << 20) /* of Debian's kernel: 6 MB */
#define KERNEL_HALF (1ULL << 63)

enum { A_MODULE, A_PROCESS, OTHERS };

/* A function, weak or local or neither; cuts the name out of @line. */
static bool parse_line(char *line, struct symbol *symbol)
{
	char *end;

	symbol->address = strtoull(line, &end, 16);
	if (end == line || end[0] != ' ' || !end[1] || !strchr("tTwW", end[1]) || end[2] != ' ' || !end[3])
		return false;
	text_make_line(end + 3);
	symbol->name = end + 3;
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static size_t count_lines(const char *text)
{
	size_t lines = 1;

	while ((text = strchr(text, '\n'))) {
		text++;
		lines++;
	}
	return lines;
}

int symbols_read(struct symbols *s, const char *path, struct sentence *why)
{
	char *save, *line;
	size_t size;
	int err;

	*s = (struct symbols){};
	err = file_read(path, MAP_BYTES, &s->text, &size, why);
	if (err)
		return err;
	s->all = calloc(count_lines(s->text), sizeof(*s->all));
	if (!s->all)
		return sentence(why, -ENOMEM, "%s: out of memory", path);
	for (line = strtok_r(s->text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		s->count += parse_line(line, &s->all[s->count]);
	qsort(s->all, s->count, sizeof(*s->all), by_address);
	return s->count ? 0 : sentence(why, -EINVAL, "%s: not a function in it: is it a System.map?", path);
}

void symbols_free(struct symbols *s)
{
	free(s->all);
	free(s->text);
	*s = (struct symbols){};
}

size_t symbols_find(const struct symbols *s, uint64_t address)
{
	size_t low = 0, high = s->count;

	/* All before @low are at or below @address, all from @high on above it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->all[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low && low < s->count)
		return low - 1;
	return s->count + (address & KERNEL_HALF ? A_MODULE : A_PROCESS);
}

size_t symbols_places(const struct symbols *s)
{
	return s->count + OTHERS;
}

const char *symbols_name(const struct symbols *s, size_t place)
{
	static const char *const others[OTHERS] = { [A_MODULE] = "(a module)", [A_PROCESS] = "(a process)" };

	return place < s->count ? s->all[place].name : others[place - s->count];
}
