// SPDX-License-Identifier: GPL-2.0-only
/*
 * flame.c - lays out the boxes of a flame graph.
 *
 * Sorted, the stacks that begin with the same functions are neighbours. So one
 * walk over them is enough: where a stack differs from the one before it, boxes
 * end, and others begin.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "flame.h"
#include "folded.h"
#include "text.h"
#include "xalloc.h"

#define DEPTH_MAX 1024
#define LABEL_MIN 6 /* less of a name says nothing */

struct stack {
	char *text; /* functions, each ended by a zero, the outermost first */
	unsigned int depth;
	uint64_t samples;
};

/* ---- reading ---- */

static int bad_line(struct sentence *why, size_t number, const char *what)
{
	return sentence(why, -EINVAL,
			"line %zu %s; folded stacks are needed, as invbench run --perf-record writes them", number,
			what);
}

/* Separators become 1, which sorts before all that a name has, so that a stack comes right before those that go on from it. */
static int parse_line(struct stack *s, char *line, size_t number, struct sentence *why)
{
	char *count = strrchr(line, ' '), *end;

	text_make_utf8(line, strlen(line));
	if (!text_is_line(line))
		return bad_line(why, number, "has a control character");
	if (!count || count == line)
		return bad_line(why, number, "has no count after its stack");
	errno = 0;
	s->samples = strtoull(count + 1, &end, 10);
	if (end == count + 1 || *end || count[1] == '-' || errno || !s->samples || s->samples > UINT64_MAX / 2)
		return bad_line(why, number, "does not end with a number of samples");
	*count = '\0';
	s->text = line;
	s->depth = 1;
	for (char *at = line; *at; at++) {
		if (*at != ';')
			continue;
		*at = '\1';
		s->depth++;
	}
	return s->depth <= DEPTH_MAX ? 0 : bad_line(why, number, "has a stack of more than 1024 functions");
}

static int parse(struct stack **stacks, size_t *count, char *text, struct sentence *why)
{
	size_t lines = 1, number = 0;
	int err = 0;

	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	*stacks = calloc(lines, sizeof(**stacks));
	if (!*stacks)
		return sentence(why, -ENOMEM, "out of memory");
	for (char *line = text, *next; line && !err; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		if (*line)
			err = parse_line(&(*stacks)[(*count)++], line, number, why);
	}
	if (!err && !*count)
		err = bad_line(why, number, "is the last, and there was no stack");
	return err;
}

static int by_stack(const void *a, const void *b)
{
	return strcmp(((const struct stack *)a)->text, ((const struct stack *)b)->text);
}

/* ---- boxes ---- */

static enum flame_kind kind_of(const char *name, bool kernel)
{
	if (!kernel)
		return FLAME_USER;
	return strstr(name, "arm_smmu") || !strncmp(name, "queue_", 6) ? FLAME_SMMU : FLAME_KERNEL;
}

static int open_box(struct flame *f, const char *name, unsigned int depth, uint64_t start, size_t *open)
{
	size_t length = strlen(name), mark = strlen(FOLDED_KERNEL);
	bool kernel = length > mark && !strcmp(name + length - mark, FOLDED_KERNEL);
	struct flame_box *boxes = f->boxes, *box;

	/* Powers of two only, so that there is room for many without as many copies. */
	if (!(f->count & (f->count - 1)))
		boxes = realloc(f->boxes, (f->count ? 2 * f->count : 1) * sizeof(*boxes));
	if (!boxes)
		return -ENOMEM;
	f->boxes = boxes;
	box = &boxes[f->count];
	*box = (struct flame_box){ .depth = depth, .start = start };
	box->name = strndup(name, kernel ? length - mark : length);
	if (!box->name)
		return -ENOMEM;
	box->kind = kind_of(box->name, kernel);
	*open = f->count++;
	return 0;
}

/* Functions of a stack, and the boxes that are open for them. */
struct walk {
	char *names[DEPTH_MAX];
	size_t boxes[DEPTH_MAX];
	unsigned int depth;
};

static void close_boxes(struct flame *f, struct walk *w, unsigned int depth, uint64_t end)
{
	while (w->depth > depth) {
		struct flame_box *box = &f->boxes[w->boxes[--w->depth]];

		box->width = end - box->start;
	}
}

static int add_stack(struct flame *f, struct walk *w, struct stack *s)
{
	unsigned int depth = 0;
	bool same = true;
	char *rest = s->text, *name;
	int err = 0;

	while (!err && (name = strsep(&rest, "\1"))) {
		same = same && depth < w->depth && !strcmp(w->names[depth], name);
		if (!same) {
			close_boxes(f, w, depth, f->samples);
			err = open_box(f, name, depth, f->samples, &w->boxes[depth]);
			w->depth = depth + !err;
		}
		w->names[depth++] = name;
	}
	close_boxes(f, w, depth, f->samples);
	f->samples += s->samples;
	f->depth = depth > f->depth ? depth : f->depth;
	return err;
}

int flame_layout(struct flame *f, char *text, struct sentence *why)
{
	struct walk *w = calloc(1, sizeof(*w));
	struct stack *stacks = NULL;
	size_t count = 0;
	int err;

	*f = (struct flame){};
	err = parse(&stacks, &count, text, why);
	if (!err)
		qsort(stacks, count, sizeof(*stacks), by_stack);
	for (size_t i = 0; i < count && !err; i++) {
		err = w ? add_stack(f, w, &stacks[i]) : -ENOMEM;
		if (err)
			sentence(why, err, "out of memory");
	}
	if (!err)
		close_boxes(f, w, 0, f->samples);
	free(stacks);
	free(w);
	return err;
}

void flame_free(struct flame *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->boxes[i].name);
	free(f->boxes);
	*f = (struct flame){};
}

/* ---- labels ---- */

void flame_label(const char *name, size_t chars, char *label, size_t size)
{
	if (text_width(name) <= chars)
		text_format(label, size, "%s", name);
	else if (chars >= LABEL_MIN)
		text_format(label, size, "%.*s..", (int)text_bytes(name, chars - 2), name);
	else
		label[0] = '\0';
}
