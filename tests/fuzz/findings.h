/* SPDX-License-Identifier: GPL-2.0-only */
/* findings.h - findings whose names and reasons are an input's: texts with a 0 between them, and a byte before. */
#ifndef INVBENCH_FUZZ_FINDINGS_H
#define INVBENCH_FUZZ_FINDINGS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "printer.h"

#define LISTS_MAX 2

struct texts {
	char *copy, *at, *end;
};

static const char *next_text(struct texts *t)
{
	char *text = t->at;

	if (text >= t->end)
		return "";
	t->at += strlen(text) + 1;
	return text;
}

static const struct finding_figure fuzz_figures[] = {
	{ .key = "median",
	  .title = "median",
	  .unit = "ns",
	  .kind = FINDING_REGRESSION,
	  .base = 100,
	  .value = 150,
	  .change = 0.5,
	  .low = 0.4,
	  .high = 0.6,
	  .span = "range",
	  .limit = 0.05 },
	{ .key = "commands_per_op",
	  .title = "commands",
	  .unit = "per op",
	  .kind = FINDING_REGRESSION,
	  .value = 1,
	  .change = INFINITY,
	  .low = INFINITY,
	  .high = INFINITY,
	  .span = "range",
	  .limit = 0.005 },
	{ .key = "mean", .title = "mean", .unit = "ns", .base = 100, .value = 100, .span = "range", .limit = 0.05 },
};

static json_t *fuzz_about(struct texts *t)
{
	json_t *about = json_object(), *kernel = json_object();

	json_object_set_new(kernel, "release", json_string_nocheck(next_text(t)));
	json_object_set_new(kernel, "design", json_string_nocheck(next_text(t)));
	json_object_set_new(about, "started", json_string_nocheck(next_text(t)));
	json_object_set_new(about, "kernel", kernel);
	return about;
}

static void fuzz_fill(struct texts *t, struct findings *f)
{
	const char *kernel = next_text(t), *base = next_text(t), *bed = next_text(t);
	size_t i;

	findings_init(f, kernel, base, bed, fuzz_about(t));
	for (i = 0; t->at < t->end && i < 8; i++) {
		const char *name = next_text(t), *workload = next_text(t), *reason = next_text(t);
		const enum finding_kind kind = (enum finding_kind)((size_t)(unsigned char)*name % FINDING_KINDS);
		struct finding *finding = findings_add(f, name, workload, kind,
						       kind == FINDING_SKIPPED ? OUTCOME_SKIP : OUTCOME_PASS, reason);

		if (kind == FINDING_FINE && *reason)
			finding_add_figure(finding, &fuzz_figures[i % 3]);
	}
}

/* What the printer of --@name says of an input; free() it. */
static char *fuzz_printed(const char *name, const uint8_t *data, size_t size)
{
	const size_t count = size && data[0] & 2 ? LISTS_MAX : 1;
	struct findings list[LISTS_MAX];
	const struct findings_view view = { .origin = "someone" };
	const struct printer *printer = printer_find(PRINTED_FINDINGS, name);
	struct texts t = { .copy = calloc(size + 1, 1) };
	char *text = NULL;
	size_t i, text_size;
	FILE *out;

	MUST(t.copy);
	memcpy(t.copy, data, size);
	t.at = t.copy + (size > 0);
	t.end = t.copy + size;
	for (i = 0; i < count; i++)
		fuzz_fill(&t, &list[i]);
	out = open_memstream(&text, &text_size);
	MUST(printer && out);
	printer->findings(out, list, count, &view);
	MUST(!fclose(out));
	for (i = 0; i < count; i++)
		findings_free(&list[i]);
	free(t.copy);
	return text;
}

#endif
