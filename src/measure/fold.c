// SPDX-License-Identifier: GPL-2.0-only
/*
 * fold.c - reads perf script's text, and folds it.
 *
 * A sample is a line with the program's name, then a line a function, the
 * innermost first, each indented, then an empty line:
 *
 *	invbench
 *		ffff8000800df100 generic_exec_single ([kernel.kallsyms])
 *		    ffff97559890 ioctl (/usr/lib/aarch64-linux-gnu/libc.so.6)
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "folded.h"
#include "text.h"

#define FRAMES_MAX     512 /* the kernel takes 127 */
#define STACK_BYTES    16384
#define KERNEL_ADDRESS (1ULL << 63)

struct reader {
	struct fold *fold;
	bool open;		  /* in a sample */
	char *name;		  /* of the program */
	char *frames[FRAMES_MAX]; /* the innermost first */
	size_t nr_frames;
};

static char *trimmed(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	n = strlen(text);
	while (n && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	return text;
}

/* ---- a sample ---- */

static void forget(struct reader *r)
{
	free(r->name);
	for (size_t i = 0; i < r->nr_frames; i++)
		free(r->frames[i]);
	r->name = NULL;
	r->nr_frames = 0;
	r->open = false;
}

static int count_stack(struct fold *f, const char *stack)
{
	json_int_t before = json_integer_value(json_object_get(f->stacks, stack));

	if (json_object_set_new_nocheck(f->stacks, stack, json_integer(before + 1)))
		return -ENOMEM;
	f->samples++;
	return 0;
}

static int end_sample(struct reader *r)
{
	char stack[STACK_BYTES];
	size_t n;
	int err;

	if (!r->open)
		return 0;
	n = snprintf(stack, sizeof(stack), "%s", r->name[0] ? r->name : "[unknown]");
	for (size_t i = r->nr_frames; i-- && n < sizeof(stack);)
		n += snprintf(stack + n, sizeof(stack) - n, ";%s", r->frames[i]);
	err = n < sizeof(stack) ? count_stack(r->fold, stack) : -EINVAL;
	forget(r);
	return err;
}

/* What separates the parts of a folded line must not be in one, nor what ends the line. */
static char *without_separators(const char *text)
{
	char *copy = strdup(text);

	for (char *at = copy; at && *at; at++) {
		if (*at == ';')
			*at = ':';
	}
	if (copy)
		text_make_line(copy);
	return copy;
}

static int begin_sample(struct reader *r, char *line)
{
	const char *lost = strstr(line, "PERF_RECORD_LOST");
	int err = end_sample(r);

	if (err)
		return err;
	if (lost) {
		lost = strstr(lost, "lost ");
		if (!lost)
			return -EINVAL;
		r->fold->lost += strtoull(lost + strlen("lost "), NULL, 10);
		return 0;
	}
	r->name = without_separators(trimmed(line));
	r->open = true;
	return r->name ? 0 : -ENOMEM;
}

/* Where the file begins, in the parentheses at the end of @text, which a name may have as well: " (/memfd:x (deleted))". */
static char *find_file(char *text)
{
	char *at = text + strlen(text);
	int open = 0;

	while (at > text) {
		at--;
		open += *at == ')';
		open -= *at == '(';
		if (!open)
			break;
	}
	return at > text && *at == '(' && at[-1] == ' ' ? at : NULL;
}

/* "ffff8000800df100 generic_exec_single+0xb8 ([kernel.kallsyms])": the file and the place in the function are dropped. */
static int add_frame(struct reader *r, char *line)
{
	char *symbol, *end, *file;
	unsigned long long address;

	line = trimmed(line);
	address = strtoull(line, &symbol, 16);
	if (!r->open || symbol == line || *symbol != ' ' || r->nr_frames == FRAMES_MAX)
		return -EINVAL;
	symbol = trimmed(symbol);
	file = find_file(symbol);
	if (file)
		*file = '\0';
	end = strstr(symbol, "+0x");
	if (end)
		*end = '\0';
	symbol = without_separators(trimmed(symbol));
	if (!symbol || asprintf(&r->frames[r->nr_frames], "%s%s", symbol[0] ? symbol : "[unknown]",
				address & KERNEL_ADDRESS ? FOLDED_KERNEL : "") < 0) {
		free(symbol);
		return -ENOMEM;
	}
	free(symbol);
	r->nr_frames++;
	return 0;
}

/* Lines of perf's own that begin with # say how and when it was recorded. */
static int read_line(struct reader *r, char *line)
{
	if (line[0] == '#')
		return 0;
	if (!trimmed(line)[0])
		return end_sample(r);
	return isspace((unsigned char)line[0]) ? add_frame(r, line) : begin_sample(r, line);
}

int fold_script(struct fold *f, FILE *script)
{
	struct reader r = { .fold = f };
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	if (!f->stacks)
		f->stacks = json_object();
	while (!err && getline(&line, &size, script) >= 0)
		err = read_line(&r, line);
	err = err ?: end_sample(&r);
	forget(&r);
	free(line);
	return err ?: ferror(script) ? -EIO : 0;
}

static int by_stack(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int fold_write(const struct fold *f, FILE *out)
{
	size_t count = json_object_size(f->stacks), n = 0;
	const char **stacks = calloc(count + 1, sizeof(*stacks)), *stack;
	json_t *samples;

	if (!stacks)
		return -ENOMEM;
	json_object_foreach (f->stacks, stack, samples)
		stacks[n++] = stack;
	qsort(stacks, n, sizeof(*stacks), by_stack);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s %" JSON_INTEGER_FORMAT "\n", stacks[i],
			json_integer_value(json_object_get(f->stacks, stacks[i])));
	free(stacks);
	return ferror(out) ? -EIO : 0;
}

void fold_free(struct fold *f)
{
	json_decref(f->stacks);
	f->stacks = NULL;
}
