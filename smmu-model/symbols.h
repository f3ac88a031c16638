/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * symbols.h - the functions of a kernel, from its System.map.
 */
#ifndef SMMU_MODEL_SYMBOLS_H
#define SMMU_MODEL_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "sentence.h"

struct symbol {
	uint64_t address;
	const char *name; /* fit for a line */
};

/* Of the text, by address; the last is where it ends. */
struct symbols {
	char *text;
	struct symbol *all;
	size_t count;
};

/* 0, or a negative errno with a sentence. symbols_free() what there is, either way. */
int symbols_read(struct symbols *s, const char *path, struct sentence *why);
void symbols_free(struct symbols *s);
/* What @address is in, as a number below symbols_places(): one of @all, or the module or the process after them. */
size_t symbols_find(const struct symbols *s, uint64_t address);
size_t symbols_places(const struct symbols *s);
/* Of such a number: a function, "(a module)" or "(a process)". Good until symbols_free(). */
const char *symbols_name(const struct symbols *s, size_t place);

#endif
