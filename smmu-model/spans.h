/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spans.h - which addresses some commands have covered between them: few
 * intervals, sorted, none of which touch.
 */
#ifndef SMMU_MODEL_SPANS_H
#define SMMU_MODEL_SPANS_H

#include <stdbool.h>
#include <stdint.h>

#define SPANS_MAX 16

/* Both ends are inside, so that all of the address space is one, and none is empty. */
struct span {
	uint64_t first, last;
};

#define SPAN_ALL ((struct span){ 0, UINT64_MAX })

struct spans {
	unsigned int count;
	struct span span[SPANS_MAX];
};

/* From @first, @bytes long (not 0); what would lie above the address space is left out. */
struct span span_of(uint64_t first, uint64_t bytes);
/* Cuts @span down to what lies in @limit. False: nothing does. */
bool span_clip(struct span *span, struct span limit);

/* False if there is no room for one more; then nothing has been added. */
bool spans_add(struct spans *spans, struct span added);
bool spans_cover(const struct spans *spans, struct span all);

#endif
