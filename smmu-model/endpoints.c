// SPDX-License-Identifier: GPL-2.0-only
/*
 * endpoints.c - a sorted array: it changes at an attach, and is searched at each
 * removal and each ATC_INV.
 */
#include <stdlib.h>
#include <string.h>

#include "endpoints.h"

static int compare(const struct endpoint *a, const struct endpoint *b)
{
	const uint32_t x[] = { a->domain, a->instance, a->sid, a->ssid };
	const uint32_t y[] = { b->domain, b->instance, b->sid, b->ssid };

	for (unsigned int i = 0; i < 4; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

bool endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
	return !compare(a, b);
}

/* Where @wanted is or would be. */
static size_t place(const struct endpoints *e, const struct endpoint *wanted)
{
	size_t low = 0, high = e->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&e->all[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct endpoint *endpoints_find(const struct endpoints *e, const struct endpoint *wanted)
{
	size_t at = place(e, wanted);

	return at < e->count && endpoint_same(&e->all[at], wanted) ? &e->all[at] : NULL;
}

const struct endpoint *endpoints_of(const struct endpoints *e, uint32_t domain, size_t *count)
{
	size_t at = place(e, &(struct endpoint){ .domain = domain });

	for (*count = 0; at + *count < e->count && e->all[at + *count].domain == domain;)
		++*count;
	return *count ? &e->all[at] : NULL;
}

static bool grow(struct endpoints *e)
{
	size_t room = e->room ? e->room * 2 : 64;
	struct endpoint *all;

	if (room > ENDPOINTS_MAX)
		return false;
	all = realloc(e->all, room * sizeof(*all));
	if (!all)
		return false;
	e->all = all;
	e->room = room;
	return true;
}

bool endpoints_add(struct endpoints *e, const struct endpoint *added)
{
	size_t at = place(e, added);

	if (at < e->count && endpoint_same(&e->all[at], added)) {
		e->all[at].since = added->since;
		return true;
	}
	if (e->count == e->room && !grow(e))
		return false;
	memmove(&e->all[at + 1], &e->all[at], (e->count - at) * sizeof(*e->all));
	e->all[at] = *added;
	e->count++;
	return true;
}

void endpoints_remove(struct endpoints *e, const struct endpoint *removed)
{
	size_t at = place(e, removed);

	if (at == e->count || !endpoint_same(&e->all[at], removed))
		return;
	e->count--;
	memmove(&e->all[at], &e->all[at + 1], (e->count - at) * sizeof(*e->all));
}

void endpoints_free(struct endpoints *e)
{
	free(e->all);
	*e = (struct endpoints){};
}
