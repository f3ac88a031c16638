/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_chrome.h - events as a file of Chrome's trace format, which ui.perfetto.dev and
 * chrome://tracing show as a time line.
 *
 * A track for each thread, and for each CPU of an SMMU: a list is on both.
 */
#ifndef INVBENCH_BPF_EVENT_CHROME_H
#define INVBENCH_BPF_EVENT_CHROME_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "event_text.h"

struct chrome;

struct chrome *chrome_new(void);
/* False: there are as many as a viewer can be asked to show. @words->smmu has to stay until the end. */
bool chrome_add(struct chrome *chrome, const struct event *event, const struct event_words *words);
/* All of it. @lost is said in it. @text is to be freed. */
void chrome_text(const struct chrome *chrome, unsigned long long lost, char **text, size_t *size);
void chrome_free(struct chrome *chrome);

#endif
