// SPDX-License-Identifier: GPL-2.0-only
/* timeline.c - the latencies of a case over its timing pass, in memory and in the result format. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "timeline.h"

#define COUNT_MAX ((1ULL << 40) - 1) /* what a struct timeline_cell holds */

int timeline_init(struct timeline *t)
{
	t->windows = 0;
	t->cells = calloc(TIMELINE_CELLS, sizeof(*t->cells));
	return t->cells ? 0 : -ENOMEM;
}

void timeline_clear(struct timeline *t)
{
	memset(t->cells, 0, TIMELINE_CELLS * sizeof(*t->cells));
	t->windows = 0;
}

void timeline_free(struct timeline *t)
{
	free(t->cells);
	memset(t, 0, sizeof(*t));
}

int timeline_add(struct timeline *t, const unsigned long long *cells, unsigned int windows)
{
	size_t i;

	if (!windows)
		return 0;
	if (t->windows && t->windows != windows)
		return -EINVAL;
	t->windows = windows;
	for (i = 0; i < windows * WINDOW_BUCKETS; i++)
		t->cells[i] += cells[i];
	return 0;
}

uint64_t timeline_count(const struct timeline *t)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < t->windows * WINDOW_BUCKETS; i++)
		count += t->cells[i];
	return count;
}

static json_t *cells_to_json(const struct timeline *t)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < t->windows * WINDOW_BUCKETS; i++) {
		if (!t->cells[i])
			continue;
		if (json_array_append_new(array,
					  json_pack("[I, I, I]", (json_int_t)(i / WINDOW_BUCKETS),
						    (json_int_t)(i % WINDOW_BUCKETS), (json_int_t)t->cells[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *timeline_to_json(const struct timeline *t)
{
	/* json_pack() steals the "o" also when it fails, and fails on a NULL one. */
	return json_pack("{s:i, s:i, s:o}", "windows", (int)t->windows, "sub_bits", WINDOW_SUB_BITS, "cells",
			 cells_to_json(t));
}

struct complaint {
	char *text;
	size_t size;
};

static int __attribute__((format(printf, 2, 3))) refuse(struct complaint *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->text, c->size, format, args);
	va_end(args);
	return -EINVAL;
}

static int get_small(const json_t *json, const char *key, json_int_t low, json_int_t high, unsigned int *value,
		     struct complaint *c)
{
	const json_t *member = json_object_get(json, key);

	if (!member)
		return refuse(c, ".%s: missing", key);
	if (!json_is_integer(member))
		return refuse(c, ".%s: must be an integer", key);
	if (json_integer_value(member) < low || json_integer_value(member) > high)
		return refuse(
			c, ".%s: %" JSON_INTEGER_FORMAT " is outside %" JSON_INTEGER_FORMAT "..%" JSON_INTEGER_FORMAT,
			key, json_integer_value(member), low, high);
	*value = (unsigned int)json_integer_value(member);
	return 0;
}

static bool ascends(const struct timeline_cells *cells, json_int_t window, json_int_t bucket)
{
	const struct timeline_cell *last = cells->nr ? &cells->list[cells->nr - 1] : NULL;

	return !last || window > last->window || (window == last->window && bucket > last->bucket);
}

static int read_cell(const json_t *cell, struct timeline_cells *cells, struct complaint *c)
{
	json_int_t value[3];
	size_t i;

	for (i = 0; i < 3; i++) {
		const json_t *number = json_array_get(cell, i);

		if (json_array_size(cell) != 3 || !json_is_integer(number))
			return refuse(c, ".cells[%zu]: must be three integers, [window, bucket, count]", cells->nr);
		value[i] = json_integer_value(number);
	}
	if (value[0] < 0 || value[0] >= cells->windows)
		return refuse(c, ".cells[%zu]: window %" JSON_INTEGER_FORMAT " is outside 0..%u", cells->nr, value[0],
			      cells->windows - 1);
	if (value[1] < 0 || value[1] >= (json_int_t)HIST_BUCKETS(cells->sub_bits))
		return refuse(c, ".cells[%zu]: bucket %" JSON_INTEGER_FORMAT " is outside 0..%u", cells->nr, value[1],
			      HIST_BUCKETS(cells->sub_bits) - 1);
	if (!ascends(cells, value[0], value[1]))
		return refuse(c, ".cells[%zu]: does not ascend by window and bucket", cells->nr);
	if (value[2] <= 0 || value[2] > (json_int_t)COUNT_MAX)
		return refuse(c, ".cells[%zu]: count %" JSON_INTEGER_FORMAT " is outside 1..%llu", cells->nr, value[2],
			      COUNT_MAX);
	cells->list[cells->nr++] = (struct timeline_cell){ value[0], value[1], value[2] };
	cells->count += value[2];
	return 0;
}

static int read_cells(const json_t *json, struct timeline_cells *cells, struct complaint *c)
{
	const json_t *array = json_object_get(json, "cells");
	size_t i;
	int err = 0;

	if (!array)
		return refuse(c, ".cells: missing");
	if (!json_is_array(array))
		return refuse(c, ".cells: must be an array");
	cells->list = calloc(json_array_size(array) + 1, sizeof(*cells->list));
	if (!cells->list) {
		refuse(c, ": out of memory");
		return -ENOMEM;
	}
	for (i = 0; i < json_array_size(array) && !err; i++)
		err = read_cell(json_array_get(array, i), cells, c);
	return err;
}

int timeline_from_json(const json_t *json, struct timeline_cells *cells, char *error, size_t error_size)
{
	struct complaint c = { error, error_size };
	int err;

	memset(cells, 0, sizeof(*cells));
	if (!json_is_object(json))
		return refuse(&c, ": must be an object");
	err = get_small(json, "windows", 1, WINDOWS_MAX, &cells->windows, &c);
	err = err ?: get_small(json, "sub_bits", 0, HIST_SUB_BITS_MAX, &cells->sub_bits, &c);
	err = err ?: read_cells(json, cells, &c);
	if (err) {
		free(cells->list);
		memset(cells, 0, sizeof(*cells));
	}
	return err;
}
