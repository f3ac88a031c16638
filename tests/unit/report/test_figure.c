// SPDX-License-Identifier: GPL-2.0-only
/* test_figure.c - how gnuplot's SVGs get into the page, and which of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_report.h"

/* devices=2 is faster with the second kernel; what is of the other workload is alike. */
static json_t *cases(const char *kernel, int boot)
{
	return json_pack("[o, o, o]", fake_point("sync", "devices", 1, 1000),
			 fake_point("sync", "devices", 2, strcmp(kernel, "list") ? 900 : 1000),
			 fake_of_workload(fake_point("x", "n", 1, 1000), "other"));
}

static char *sweeps(const struct fake_report *r, const char *workload)
{
	struct sentence why;
	char *text = NULL;
	int err = 0;

	FAKE_TEXT(text, err = report_sweeps(out, &r->report, 0, workload, &why));
	assert_int_equal(err, 0);
	return text;
}

static char *distributions(const struct fake_report *r, const char *workload)
{
	struct sentence why;
	char *text = NULL;
	int err = 0;

	FAKE_TEXT(text, err = report_distributions(out, &r->report, 0, workload, &why));
	assert_int_equal(err, 0);
	return text;
}

/* Without what says nothing: the header with its title, marks that are not used, an empty group, SVG's own defaults. */
static void a_figure_is_lean(void **state)
{
	struct fake_report r;
	char *page;

	fake_report_start(&r, "icount", 2, cases);
	fake_report_draw(&r, FAKE_SVG);
	page = sweeps(&r, "dma");
	assert_has(
		page,
		"<h3>How it scales</h3>\n<div class=\"figures many\">\n<figure>\n<svg viewBox=\"0 0 560 440\" role=\"img\"");
	assert_has(
		page,
		"aria-label=\"dma op=sync: median by devices\" aria-describedby=\"icount-s01-dma-op-sync-median-by-devices-d\">\n"
		"<desc id=\"icount-s01-dma-op-sync-median-by-devices-d\">Lines over devices; median: list 1000 in ");
	assert_has(page,
		   "</desc>\n<g>\n<g fill=\"none\" color=\"black\"><path d='M1,1'/></g>\n</g>\n</svg>\n</figure>\n");
	/* Three over devices. */
	assert_int_equal(fake_count(page, "<figure>"), 3);
	free(page);
	fake_report_stop(&r);
}

/* Ids of figures must differ, or one would be drawn with another's marks; text that looks like one stays. */
static void ids_are_unique(void **state)
{
	static const char svg[] =
		"<svg viewBox=\"0 0 1 1\"><g id=\"gnuplot_canvas\">\n<defs>\n<circle id='gpDot' r='1'/>\n</defs>\n"
		"<use xlink:href='#gpDot'/><text>gpDot</text></g></svg>";
	struct fake_report r;
	char *page;

	fake_report_start(&r, "icount", 2, cases);
	fake_report_draw(&r, svg);
	page = sweeps(&r, "dma");
	assert_int_equal(fake_count(page, "-gpDot' r="), 3);
	assert_int_equal(fake_count(page, "id='gpDot'"), 0);
	assert_int_equal(fake_count(page, "id=\"gnuplot_canvas\""), 0);
	assert_has(page, "<circle id='icount-s01-dma-op-sync-median-by-devices-gpDot' r='1'/>");
	assert_has(page, "<use xlink:href='#icount-s01-dma-op-sync-median-by-devices-gpDot'/><text>gpDot</text>");
	free(page);
	fake_report_stop(&r);
}

/* What moved is on top, the rest folded with its workload. */
static void leads_stand_apart(void **state)
{
	struct fake_report r;
	struct sentence why;
	char *page, *other, *top = NULL;
	int err = 0;

	fake_report_start(&r, "icount", 2, cases);
	fake_report_draw(&r, FAKE_SVG);
	FAKE_TEXT(top, err = report_leading(out, &r.report, 0, &why));
	assert_int_equal(err, 0);
	assert_int_equal(fake_count(top, "<h3><a href=\"#icount-case-"), 1);
	assert_has(top, "<h3><a href=\"#icount-case-2\">dma op=sync devices=2</a></h3>\n");
	assert_int_equal(fake_count(top, "<figure>"), 2);
	page = distributions(&r, "dma");
	other = distributions(&r, "other");
	assert_has(page, "<details><summary>1 figure, case by case</summary>");
	assert_has(other, "<details><summary>1 figure, case by case</summary>");
	assert_int_equal(fake_count(page, "<figure>") + fake_count(other, "<figure>"), 2);
	free(top);
	free(page);
	free(other);
	fake_report_stop(&r);
}

static json_t *many(const char *kernel, int boot)
{
	json_t *list = json_array();
	int i;

	for (i = 0; i <= FIGURES_CASES; i++)
		json_array_append_new(list, fake_point("sync", "nth", i, 1000));
	return list;
}

/* The page has the figures of so many cases; the others' are files, of which it tells. */
static void others_lie_beside_the_page(void **state)
{
	struct fake_report r;
	char *page;

	fake_report_start(&r, "icount", 2, many);
	fake_report_draw(&r, FAKE_SVG);
	page = distributions(&r, "dma");
	assert_int_equal(fake_count(page, "Percentile curves"), FIGURES_CASES);
	assert_has(
		page,
		"<p class=\"soft\">1 figure of cases that matter less is not in this page but beside it, in figures/.</p>");
	free(page);
	fake_report_stop(&r);
}

static json_t *loads(const char *kernel, int boot)
{
	return json_pack("[o, o]", fake_in_two(fake_point("sync", "threads", 1, 1000)),
			 fake_in_two(fake_point("sync", "threads", 4, 2000)));
}

static json_t *single(const char *kernel, int boot)
{
	return json_pack("[o, o]", fake_point("sync", "threads", 1, 1000), fake_point("sync", "threads", 4, 2000));
}

/* Two families, each with threads apart. */
static json_t *more_loads(const char *kernel, int boot)
{
	json_t *list = loads(kernel, boot);

	json_array_append_new(list, fake_in_two(fake_point("other", "threads", 1, 1000)));
	json_array_append_new(list, fake_in_two(fake_point("other", "threads", 4, 2000)));
	return list;
}

static void percentiles_are_folded(void **state)
{
	struct fake_report r;
	char *page;

	fake_report_start(&r, "model", 1, loads);
	fake_report_draw(&r, FAKE_SVG);
	page = sweeps(&r, "dma");
	assert_has(page, "<details open><summary>Percentiles, and threads apart: 2 figures</summary>");
	free(page);
	fake_report_stop(&r);
	fake_report_start(&r, "model", 1, more_loads);
	fake_report_draw(&r, FAKE_SVG);
	page = sweeps(&r, "dma");
	assert_has(page, "<details open><summary>Percentiles, and threads apart: 4 figures</summary>");
	free(page);
	fake_report_stop(&r);
	fake_report_start(&r, "model", 1, single);
	fake_report_draw(&r, FAKE_SVG);
	page = sweeps(&r, "dma");
	assert_has(page, "<details open><summary>Percentiles: 1 figure</summary>");
	free(page);
	fake_report_stop(&r);
}

static void expect_refused(const char *svg)
{
	struct fake_report r;
	struct sentence why;
	char *text = NULL;
	int err = 0;

	fake_report_start(&r, "icount", 1, cases);
	fake_report_draw(&r, svg);
	FAKE_TEXT(text, err = report_sweeps(out, &r.report, 0, "dma", &why));
	assert_true(err < 0);
	assert_has(why.text, "-median-by-devices.svg: gnuplot did not leave a figure here; is it gnuplot 5 or later?");
	free(text);
	fake_report_stop(&r);
}

static void what_is_no_figure_is_refused(void **state)
{
	expect_refused("");
	expect_refused("<svg viewBox=\"0 0 1 1\"></svg>");
	expect_refused("<svg><g id=\"gnuplot_canvas\"></g></svg>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_figure_is_lean),	  cmocka_unit_test(ids_are_unique),
		cmocka_unit_test(leads_stand_apart),	  cmocka_unit_test(others_lie_beside_the_page),
		cmocka_unit_test(percentiles_are_folded), cmocka_unit_test(what_is_no_figure_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
