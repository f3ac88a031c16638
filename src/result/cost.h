/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cost.h - what a JSON text takes in memory once it is parsed. For this folder alone.
 *
 * Three bytes of text can be an object of 240, and gzip packs a thousand of those into a dozen. So the cost is
 * told from the text before any of it is parsed, and held against what the file may take by its size.
 */
#ifndef INVBENCH_COST_H
#define INVBENCH_COST_H

#include <stddef.h>

/*
 * Bytes that jansson's values of @text take, at most; of a text that is no JSON, or is nested deeper than it goes,
 * at least as many as it takes until it notices.
 */
size_t cost_of_json(const char *text, size_t size);

/* What a file of @bytes may unpack to, and what its values may take: both far above what a real one does. */
size_t cost_text_limit(size_t bytes);
size_t cost_tree_limit(size_t bytes);

/*
 * Of all files that are read at the same time: waits until there is room for one of @bytes beside the others. One
 * alone always has it. What was taken is to be given back.
 */
void cost_take(size_t bytes);
void cost_give(size_t bytes);

#endif
