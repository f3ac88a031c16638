// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_html.c - any bytes as the names in a report's page.
 *
 * The page has our tags and attributes alone, each closed, and links to itself alone.
 */
#include "hostile.h"
#include "fake_report.h"
#include "markup.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct markup html = {
	.heads = (const char *const[]){ "<!DOCTYPE html>", "<!-- SPDX-License-Identifier: GPL-2.0-only -->", NULL },
	.tags = (const char *const[]){ "a",   "b",	"body",	   "details", "div",   "figure",  "figcaption", "h1",
				       "h2",  "h3",	"head",	   "html",    "li",    "main",	  "nav",	"p",
				       "pre", "script", "section", "span",    "style", "summary", "table",	"tbody",
				       "td",  "th",	"thead",   "title",   "tr",    "ul",	  "ol",		"code",
				       "svg", "desc",	"g",	   "path",    NULL },
	.alone = (const char *const[]){ "meta", NULL },
	.verbatim = (const char *const[]){ "script", "style", NULL },
	.attributes = (const char *const[]){ "class=",
					     "open",
					     "id=",
					     "colspan=",
					     "href=#",
					     "aria-label=",
					     "name=",
					     "lang=en",
					     "http-equiv=",
					     "data-workload=",
					     "data-verdict=",
					     "data-v=",
					     "content=",
					     "charset=utf-8",
					     "aria-describedby=",
					     "role=",
					     "xmlns=http://www.w3.org/",
					     "xmlns:xlink=http://www.w3.org/",
					     "viewBox=",
					     "fill=",
					     "color=",
					     "d=",
					     NULL },
};

static struct hostile hostile;

static void stop(void)
{
	hostile_stop(&hostile);
}

/* All figures look alike. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char path[256];
	size_t i;

	hostile_start(&hostile);
	for (i = 0; i < BEDS; i++) {
		snprintf(path, sizeof(path), "%s/figures/one.svg", hostile.runs[i].path);
		fake_write_text(path, FAKE_SVG);
	}
	atexit(stop);
	return 0;
}

static void choose(const struct comparison *c, struct figures *figures)
{
	size_t i;

	figures_choose(c, figures);
	for (i = 0; i < figures->count; i++) {
		free(figures->list[i].stem);
		figures->list[i].stem = strdup("one");
	}
}

static void check_page(const struct fake_run *run)
{
	struct report_bed bed = { .comparison = hostile_comparison(&hostile, run) };
	const struct report report = { .run = &run->run, .name = hostile_text(&hostile, 16), .beds = &bed };
	struct sentence why;
	char *page = NULL;

	choose(&bed.comparison, &bed.figures);
	FAKE_TEXT(page, MUST(!report_page(out, &report, &why)));
	markup_check(&html, page);
	free(page);
	figures_free(&bed.figures);
	hostile_forget(&bed.comparison);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	hostile_read(&hostile, data, size);
	check_page(hostile_run(&hostile));
	return 0;
}
