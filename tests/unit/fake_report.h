/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_report.h - the parts of a report of an invented run, as text, without the program and without gnuplot. */
#ifndef INVBENCH_TESTS_FAKE_REPORT_H
#define INVBENCH_TESTS_FAKE_REPORT_H

#include "fake_run.h"
#include "html.h"

struct fake_report {
	struct fake_run run;
	struct report_bed bed; /* without figures until fake_report_draw() */
	struct report report;
};

static UNUSED void fake_report_of(struct fake_report *r, const char *bed, const char *const *kernels, int nr_kernels,
				  int boots, fake_cases cases, const char *plan)
{
	memset(r, 0, sizeof(*r));
	fake_run_of(&r->run, bed, kernels, nr_kernels, boots, cases, plan);
	r->bed.comparison = r->run.c;
	r->report = (struct report){ .run = &r->run.run, .name = "invented", .beds = &r->bed };
}

/* Of kernels list and array. */
static UNUSED void fake_report_start(struct fake_report *r, const char *bed, int boots, fake_cases cases)
{
	static const char *const names[] = { "list", "array" };

	fake_report_of(r, bed, names, 2, boots, cases, NULL);
}

/* As gnuplot writes it: a header, marks, a group without content, attributes that say nothing, and one line. */
#define FAKE_SVG \
	"<?xml version=\"1.0\"?>\n<svg\n viewBox=\"0 0 560 440\"\n>\n<title>Gnuplot</title>\n<g id=\"gnuplot_canvas\">\n" \
	"<defs>\n<circle id='gpDot' r='0.5'/>\n</defs>\n<g fill=\"none\" color=\"white\">\n</g>\n" \
	"<g fill=\"none\" color=\"black\" stroke-linecap=\"butt\" stroke-linejoin=\"miter\"><path d='M1,1'/></g>\n</g>\n</svg>\n"

/* Chooses the figures, and has them all look like @svg. */
static UNUSED void fake_report_draw(struct fake_report *r, const char *svg)
{
	char path[512];
	size_t i;

	figures_choose(&r->bed.comparison, &r->bed.figures);
	for (i = 0; i < r->bed.figures.count; i++) {
		snprintf(path, sizeof(path), "%s/figures/%s.svg", r->run.path, r->bed.figures.list[i].stem);
		fake_write_text(path, svg);
	}
}

static UNUSED void fake_report_stop(struct fake_report *r)
{
	figures_free(&r->bed.figures);
	fake_run_stop(&r->run);
}

/* What CALL writes to `out`, into TEXT; free() it. */
#define FAKE_TEXT(text, call) \
	do { \
		size_t fake_size; \
		FILE *out = open_memstream(&(text), &fake_size); \
\
		MUST(out); \
		call; \
		MUST(!fclose(out)); \
	} while (0)

static UNUSED size_t fake_count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

#endif
