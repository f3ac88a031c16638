// SPDX-License-Identifier: GPL-2.0-only
/*
 * spans.c - sets of addresses.
 */
#include <string.h>

#include "spans.h"

struct span span_of(uint64_t first, uint64_t bytes)
{
	uint64_t last = first + (bytes - 1);

	return (struct span){ first, last < first ? UINT64_MAX : last };
}

bool span_clip(struct span *span, struct span limit)
{
	if (span->first > limit.last || span->last < limit.first)
		return false;
	if (span->first < limit.first)
		span->first = limit.first;
	if (span->last > limit.last)
		span->last = limit.last;
	return true;
}

/* Is there at least one address between them? */
static bool ends_before(struct span low, struct span high)
{
	return low.last < high.first && high.first - low.last > 1;
}

bool spans_add(struct spans *spans, struct span added)
{
	unsigned int from = 0, to;

	while (from < spans->count && ends_before(spans->span[from], added))
		from++;
	to = from;
	while (to < spans->count && !ends_before(added, spans->span[to]))
		to++;
	if (from == to && spans->count == SPANS_MAX)
		return false;
	if (from < to) {
		if (spans->span[from].first < added.first)
			added.first = spans->span[from].first;
		if (spans->span[to - 1].last > added.last)
			added.last = spans->span[to - 1].last;
	}
	memmove(&spans->span[from + 1], &spans->span[to], (spans->count - to) * sizeof(added));
	spans->span[from] = added;
	spans->count -= to - from;
	spans->count++;
	return true;
}

bool spans_cover(const struct spans *spans, struct span all)
{
	for (unsigned int i = 0; i < spans->count; i++)
		if (spans->span[i].first <= all.first && spans->span[i].last >= all.last)
			return true;
	return false;
}
