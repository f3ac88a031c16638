/* SPDX-License-Identifier: GPL-2.0-only */
/* made_up.h - findings that no comparison made, and how a printer says them. */
#ifndef INVBENCH_TESTS_MADE_UP_H
#define INVBENCH_TESTS_MADE_UP_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "assert_text.h"
#include "must.h"
#include "printer.h"

#define UNUSED __attribute__((unused))

/* What would break a format that does not look. */
static UNUSED const char *const nasty = "a <b> & \"c\" # d\n\x01 \xef\xbf\xbe \xc3\xa9";

static UNUSED const struct finding_figure worse_median = { .key = "median",
							   .title = "median",
							   .unit = "ns",
							   .kind = FINDING_REGRESSION,
							   .base = 100,
							   .value = 150,
							   .change = 0.5,
							   .low = 0.4,
							   .high = 0.6,
							   .span = "range",
							   .limit = 0.05 };

/* Of a count that was 0: no part of it can be told. */
static UNUSED const struct finding_figure from_0 = { .key = "commands_per_op",
						     .title = "commands",
						     .unit = "per op",
						     .kind = FINDING_REGRESSION,
						     .base = 0,
						     .value = 1,
						     .change = INFINITY,
						     .low = INFINITY,
						     .high = INFINITY,
						     .span = "range",
						     .limit = 0.005 };

/* A regression of a nasty name, and one that nobody can tell. */
static UNUSED void make_up(struct findings *f, const struct finding_figure *figure)
{
	findings_init(f, "new", "history", "metal", NULL);
	finding_add_figure(findings_add(f, nasty, "dma", FINDING_FINE, OUTCOME_PASS, ""), figure);
	findings_add(f, "two", "dma", FINDING_INCONCLUSIVE, OUTCOME_ABSENT, nasty);
}

/* What the printer of --@name says of @list; free() it. */
static UNUSED char *printed(const char *name, const struct findings *list, size_t count)
{
	const struct findings_view view = { .origin = "someone" };
	const struct printer *printer = printer_find(PRINTED_FINDINGS, name);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(printer && out);
	printer->findings(out, list, count, &view);
	MUST(!fclose(out));
	return text;
}

/* The same of what make_up() makes with @figure. */
static UNUSED char *printed_made_up(const char *name, const struct finding_figure *figure)
{
	struct findings f;
	char *text;

	make_up(&f, figure);
	text = printed(name, &f, 1);
	findings_free(&f);
	return text;
}

#endif
