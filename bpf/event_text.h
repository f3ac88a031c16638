/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_text.h - an event as a line of text, as `perf script` has it, or of JSON.
 */
#ifndef INVBENCH_BPF_EVENT_TEXT_H
#define INVBENCH_BPF_EVENT_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "event.h"

/* What an event does not have in itself. */
struct event_words {
	const char *what; /* the point, or "FROM..TO" */
	const char *smmu; /* "": none, or several */
};

/* "submit.begin..arm_smmu_iotlb_sync.end", into @text. */
void event_span_name(char *text, size_t size, unsigned int from, unsigned int to);

void event_text_print(FILE *out, const struct event *event, const struct event_words *words);

/* What is known of its lists, and for whom they were; "refused" where arguments cannot be true. A new object. */
json_t *event_details(const struct event *event, const struct event_words *words);
/* Those, and all else. A new object. */
json_t *event_json(const struct event *event, const struct event_words *words);

#endif
