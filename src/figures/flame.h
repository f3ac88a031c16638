/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flame.h - folded stacks (folded.h) as the boxes of a flame graph: a function
 * lies on its caller, and is as wide as it has samples.
 */
#ifndef INVBENCH_FLAME_H
#define INVBENCH_FLAME_H

#include <stddef.h>
#include <stdint.h>

#include "sentence.h"

enum flame_kind {
	FLAME_USER, /* a program and its functions */
	FLAME_KERNEL,
	FLAME_SMMU, /* the SMMU driver */
	FLAME_KINDS
};

struct flame_box {
	char *name;
	enum flame_kind kind;
	unsigned int depth;    /* 0: the program */
	uint64_t start, width; /* in samples */
};

struct flame {
	struct flame_box *boxes;
	size_t count;
	uint64_t samples;
	unsigned int depth; /* of the highest stack */
};

/* @text is overwritten. 0, or a negative errno and which line is wrong, and how; flame_free() either way. */
int flame_layout(struct flame *f, char *text, struct sentence *why);
void flame_free(struct flame *f);

/* What of @name fits into @chars characters of UTF-8: all of it, or its beginning and two dots, or nothing. */
void flame_label(const char *name, size_t chars, char *label, size_t size);

/* Draws @out, FILE.svg or FILE.png, with flame.gp of the folder @plots. 0 or a negative errno. */
int flame_draw(const struct flame *f, const char *title, const char *out, const char *plots, struct sentence *why);

#endif
