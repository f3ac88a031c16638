/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timeline.h - the latencies of a case over its timing pass, in memory and in the result format.
 *
 * windows.h has the windows and why they are cut so, results/README.md the JSON.
 */
#ifndef INVBENCH_TIMELINE_H
#define INVBENCH_TIMELINE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "windows.h"

/* As it is recorded. */
struct timeline {
	unsigned int windows;	   /* 0: nothing is recorded */
	unsigned long long *cells; /* WINDOWS_MAX * WINDOW_BUCKETS, window after window */
};

#define TIMELINE_CELLS (WINDOWS_MAX * WINDOW_BUCKETS)

/* 0 or -ENOMEM. */
int timeline_init(struct timeline *t);
/* Clears it, and writes to all of its memory in doing so, as hist_clear() does and for its reason. */
void timeline_clear(struct timeline *t);
/* Also fine on a zeroed struct, and twice. */
void timeline_free(struct timeline *t);

/*
 * Adds what one thread or several recorded in @windows windows, window by window;
 * nothing if that is 0. -EINVAL if @t has another number of them, and is then untouched.
 */
int timeline_add(struct timeline *t, const unsigned long long *cells, unsigned int windows);
/* All operations in it. */
uint64_t timeline_count(const struct timeline *t);
/* A new reference, or NULL if out of memory. */
json_t *timeline_to_json(const struct timeline *t);

/* As it is read: cells that are not empty, by window and bucket, ascending. A boot has thousands of them. */
struct timeline_cell {
	uint64_t window : 6, bucket : 18, count : 40;
};

struct timeline_cells {
	unsigned int windows, sub_bits; /* windows is 0 if there is none */
	uint64_t count;			/* over all cells */
	struct timeline_cell *list;
	size_t nr;
};

/*
 * Reads what timeline_to_json() wrote, and perhaps with other sub_bits, and believes
 * none of it. On success @cells->list is to be freed. Else returns -EINVAL or
 * -ENOMEM, @cells is zeroed, and @error says what is wrong, made to be put behind
 * the name: ".cells[3]: ..." or ": ...".
 */
int timeline_from_json(const json_t *json, struct timeline_cells *cells, char *error, size_t error_size);

#endif
