// SPDX-License-Identifier: GPL-2.0-only
/* page.c - the frame of the page: style and script, order of the parts, index of the workloads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "html.h"

EMBED_TEXT(report_css, "src/report/report.css");
EMBED_TEXT(report_js, "src/report/report.js");

/* ---- workloads ---- */

/* Every verdict by its number; those not there are left out. */
static void put_tally(FILE *out, const size_t tally[VERDICTS])
{
	static const struct {
		enum verdict verdict;
		const char *class, *word;
	} shown[] = {
		{ VERDICT_WORSE, "worse", "worse" },
		{ VERDICT_BETTER, "better", "better" },
		{ VERDICT_SAME, "same", "same" },
		{ VERDICT_INCONCLUSIVE, "open", "inconclusive" },
		{ VERDICT_NOT_COMPARED, "open", "not compared" },
	};
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (tally[shown[i].verdict])
			fprintf(out, "<span class=\"verdict %s\">%zu&nbsp;%s</span> ", shown[i].class,
				tally[shown[i].verdict], shown[i].word);
}

static void put_index_row(FILE *out, const struct comparison *c, size_t nth, const char *workload)
{
	size_t side, tally[VERDICTS];

	fprintf(out, "<tr><td><a href=\"#%s-%zu\">", c->bed->name, nth + 1);
	html_text(out, workload);
	fprintf(out, "</a></td><td class=\"n\">%zu</td>", compare_tally(c, 0, workload, tally));
	for (side = 1; side < c->nr_sides; side++) {
		compare_tally(c, side, workload, tally);
		fputs("<td>", out);
		put_tally(out, tally);
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

void report_index(FILE *out, const struct report_bed *bed)
{
	const struct comparison *c = &bed->comparison;
	size_t *firsts, i, count = compare_workloads(c, &firsts), side;

	fprintf(out,
		"<section id=\"%s-index\">\n<h2>By workload</h2>\n<nav><div class=\"wide\"><table class=\"sort\">\n<thead>"
		"<tr><th>workload</th><th class=\"n\">cases</th>",
		c->bed->name);
	for (side = 1; side < c->nr_sides; side++) {
		fputs("<th>", out);
		html_printf(out, "%s against %s", c->sides[side].label, c->sides[0].label);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
	for (i = 0; i < count; i++)
		put_index_row(out, c, i, c->rows[firsts[i]].workload);
	fputs("</tbody></table></div></nav>\n</section>\n", out);
	free(firsts);
}

static int put_workload(FILE *out, const struct report *report, size_t nth, size_t number, const char *workload,
			struct sentence *why)
{
	const struct report_bed *bed = &report->beds[nth];
	int err;

	fprintf(out, "<section id=\"%s-%zu\">\n<h2>", bed->comparison.bed->name, number);
	html_text(out, workload);
	fprintf(out, " <span class=\"soft\">on bed %s</span></h2>\n", bed->comparison.bed->name);
	err = report_sweeps(out, report, nth, workload, why) ?: report_goes(out, report, nth, workload, why);
	if (err)
		return err;
	report_table(out, bed, workload);
	report_numbers(out, bed, workload);
	report_threads(out, bed, workload);
	err = report_distributions(out, report, nth, workload, why);
	fputs("</section>\n", out);
	return err;
}

int report_workloads(FILE *out, const struct report *report, size_t bed, struct sentence *why)
{
	const struct comparison *c = &report->beds[bed].comparison;
	size_t *firsts, i, count = compare_workloads(c, &firsts);
	int err = 0;

	for (i = 0; i < count && !err; i++)
		err = put_workload(out, report, bed, i + 1, c->rows[firsts[i]].workload, why);
	free(firsts);
	return err;
}

/* ---- the rest of the frame ---- */

static void page_head(FILE *out, const struct report *report)
{
	const struct comparison *c = &report->beds[0].comparison;

	/* Nothing may be fetched, whoever changes this page. */
	fputs("<!DOCTYPE html>\n<!-- SPDX-License-Identifier: GPL-2.0-only -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" "
	      "content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; script-src &#39;unsafe-inline&#39;\">\n"
	      "<title>",
	      out);
	html_printf(out, "%s: SMMUv3 invalidation", report->name);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>SMMUv3 invalidation: ", report_css);
	html_text(out, report->name);
	fputs("</h1>\n<p class=\"soft\">", out);
	html_printf(out, "Suite %s, first boot %s, invbench %s", c->suite, c->sides[0].boots[0]->started,
		    c->sides[0].boots[0]->invbench);
	fputs("</p>\n", out);
}

static void put_link(FILE *out, const struct comparison *c, const char *where, const char *text)
{
	fprintf(out, "<li><a href=\"#%s-%s\">%s</a></li>\n", c->bed->name, where, text);
}

/* Only what is there. */
static void put_links(FILE *out, const struct report_bed *bed)
{
	const struct comparison *c = &bed->comparison;

	fputs("<nav aria-label=\"Parts\"><ul>\n", out);
	if (c->nr_sides > 1)
		put_link(out, c, "cases", "cases");
	if (bed->figures.nr_leads)
		put_link(out, c, "leading", "what moved most");
	put_link(out, c, "index", "by workload");
	if (c->bed->kind->has_model)
		put_link(out, c, "model", "the model&#39;s clock and oracle");
	put_link(out, c, "calls", "where the calls go");
	put_link(out, c, "bed", "what it ran on");
	fputs("<li><a href=\"#again\">how to do it again</a></li>\n", out);
	put_link(out, c, "read", "how to read this");
	fputs("</ul></nav>\n", out);
}

static void page_top(FILE *out, const struct report_bed *bed)
{
	const char *name = bed->comparison.bed->name;
	struct report_pairs pairs;

	pairs_make(&bed->comparison, &pairs);
	fprintf(out, "<section id=\"%s-verdict\">\n<h2>Verdict on bed %s</h2>\n", name, name);
	report_verdict(out, bed, &pairs);
	put_links(out, bed);
	fputs("</section>\n", out);
	report_cases(out, bed, &pairs);
	pairs_free(&pairs);
}

static int page_bed(FILE *out, const struct report *report, size_t nth, struct sentence *why)
{
	const struct report_bed *bed = &report->beds[nth];
	const char *name = bed->comparison.bed->name;
	int err;

	page_top(out, bed);
	err = report_leading(out, report, nth, why);
	if (err)
		return err;
	report_index(out, bed);
	err = report_workloads(out, report, nth, why);
	if (err)
		return err;
	fprintf(out, "<section id=\"%s-model\">\n", name);
	err = report_model(out, report, nth, why);
	if (err)
		return err;
	fprintf(out, "</section>\n<section id=\"%s-calls\">\n", name);
	report_entries(out, bed);
	fprintf(out, "</section>\n<section id=\"%s-bed\">\n", name);
	report_environment(out, bed);
	fputs("</section>\n", out);
	return 0;
}

int report_page(FILE *out, const struct report *report, struct sentence *why)
{
	size_t i;
	int err;

	page_head(out, report);
	for (i = 0; i < report->run->nr_beds; i++) {
		err = page_bed(out, report, i, why);
		if (err)
			return err;
	}
	report_again(out, report);
	for (i = 0; i < report->run->nr_beds; i++) {
		fprintf(out, "<section id=\"%s-read\">\n", report->beds[i].comparison.bed->name);
		report_reading(out, &report->beds[i].comparison);
		fputs("</section>\n", out);
	}
	fprintf(out, "</main>\n<script>\n%s</script>\n</body>\n</html>\n", report_js);
	return 0;
}
