// SPDX-License-Identifier: GPL-2.0-only
/*
 * fold.c - reads perf script's text, and folds it.
 *
 * A sample is a line with the thread's name and a space, then a line a function, the
 * innermost first, each indented, then an empty line. A name is any 15 bytes:
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
#include "xalloc.h"

#define FRAMES_MAX     512     /* the kernel takes 127 */
#define FRAMES_LEFT    "[...]" /* stands for those outside of these */
#define ADDRESS_WIDTH  16      /* of perf's column, which is wider than what a thread may be called */
#define KERNEL_ADDRESS (1ULL << 63)

struct reader {
	struct fold *fold;
	bool begun;		  /* there was a sample: what comes before one may be comments */
	bool open;		  /* in a sample */
	bool comment;		  /* or it is none, if no function follows */
	bool unfinished;	  /* its line does not end as perf ends it: the name may have a line feed in it */
	char *name;		  /* of the program */
	char *frames[FRAMES_MAX]; /* the innermost first */
	size_t nr_frames;
	bool deeper; /* than these */
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
	r->open = r->comment = r->unfinished = r->deeper = false;
}

static int count_stack(struct fold *f, const char *stack)
{
	json_int_t before = json_integer_value(json_object_get(f->stacks, stack));

	if (json_object_set_new_nocheck(f->stacks, stack, json_integer(before + 1)))
		return -ENOMEM;
	f->samples++;
	return 0;
}

/* Names of functions may be long: those of C++ are. */
static int count_sample(const struct reader *r)
{
	char *stack = NULL;
	size_t size;
	FILE *out = xmemstream(&stack, &size);
	int err;

	fputs(r->name[0] ? r->name : "[unknown]", out);
	if (r->deeper)
		fputs(";" FRAMES_LEFT, out);
	for (size_t i = r->nr_frames; i--;)
		fprintf(out, ";%s", r->frames[i]);
	fclose(out);
	err = count_stack(r->fold, stack);
	free(stack);
	return err;
}

/* An empty line, or a comment, was none. */
static int end_sample(struct reader *r)
{
	const bool is_one = r->open && (r->nr_frames || (!r->comment && r->name[0]));
	int err = is_one ? count_sample(r) : 0;

	r->begun |= is_one;
	forget(r);
	return err;
}

/* What separates the parts of a folded line must not be in one, nor what ends the line. */
static char *without_separators(const char *text)
{
	char *copy = xstrdup(text);

	for (char *at = copy; *at; at++) {
		if (*at == ';')
			*at = ':';
	}
	text_make_line(copy);
	return copy;
}

/* "swapper PERF_RECORD_LOST lost 23"; no thread is called so, as these are 16 bytes. */
static int add_lost(struct fold *f, const char *lost)
{
	unsigned long long count;
	char *end;

	lost = strstr(lost, "lost ");
	if (!lost || !isdigit((unsigned char)lost[5]))
		return -EINVAL;
	errno = 0;
	count = strtoull(lost + 5, &end, 10);
	if (errno || count > INT64_MAX || f->lost > INT64_MAX - count)
		return -EINVAL;
	f->lost += count;
	return 0;
}

static int begin_sample(struct reader *r, char *line)
{
	const char *lost = strstr(line, "PERF_RECORD_LOST");
	size_t length = strcspn(line, "\n");
	int err = end_sample(r);

	if (err || lost)
		return err ?: add_lost(r->fold, lost);
	r->unfinished = !length || line[length - 1] != ' ';
	r->comment = line[0] == '#' && (!r->begun || r->unfinished);
	r->name = without_separators(trimmed(line));
	r->open = true;
	return 0;
}

/* The line feed of a name is no more than any other control character. */
static int go_on_with_name(struct reader *r, char *line)
{
	size_t length = strcspn(line, "\n");
	char *rest, *name;

	r->unfinished = !length || line[length - 1] != ' ';
	rest = without_separators(trimmed(line));
	name = xasprintf("%s?%s", r->name, rest);
	free(rest);
	free(r->name);
	r->name = name;
	return 0;
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

/* Where an address ends that may be that of a function, which follows after a space; NULL if there is none. */
static char *address_of(char *line, unsigned long long *address)
{
	char *start = line + strspn(line, " \t"), *end;

	*address = 0;
	if (start == line || !isxdigit((unsigned char)*start))
		return NULL;
	*address = strtoull(start, &end, 16);
	return *end == ' ' && end[strspn(end, " \t\n")] ? end : NULL;
}

/* "ffff8000800df100 generic_exec_single+0xb8 ([kernel.kallsyms])": the file and the place in the function are dropped. */
static int add_frame(struct reader *r, char *line)
{
	unsigned long long address;
	char *symbol = address_of(line, &address), *end, *file;

	if (!symbol)
		return -EINVAL;
	r->deeper = r->nr_frames == FRAMES_MAX;
	if (r->deeper)
		return 0;
	symbol = trimmed(symbol);
	file = find_file(symbol);
	if (file)
		*file = '\0';
	end = strstr(symbol, "+0x");
	if (end)
		*end = '\0';
	symbol = without_separators(trimmed(symbol));
	r->frames[r->nr_frames++] =
		xasprintf("%s%s", symbol[0] ? symbol : "[unknown]", address & KERNEL_ADDRESS ? FOLDED_KERNEL : "");
	free(symbol);
	return 0;
}

/* ---- its lines ---- */

/* A function, whose sample is lost if none is open. A name may begin with a tab, and with what looks like an address. */
static bool is_frame(const struct reader *r, char *line)
{
	unsigned long long address;
	const char *end = address_of(line, &address);

	if (!r->open)
		return line[0] == '\t' && end && end - line > ADDRESS_WIDTH;
	return end || (line[0] == '\t' && !r->unfinished);
}

/*
 * Whatever comes where a sample may begin is the name of its thread, and that may be anything: it begins with # as
 * perf's comments do, with spaces, or is empty. perf puts a space after it.
 */
static int read_line(struct reader *r, char *line)
{
	if (line[0] == '\n' || !line[0])
		return end_sample(r);
	if (is_frame(r, line))
		return r->open ? add_frame(r, line) : -EINVAL;
	if (r->open && !r->comment && r->unfinished && !r->nr_frames && !strstr(line, "PERF_RECORD_LOST"))
		return go_on_with_name(r, line);
	return begin_sample(r, line);
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
