// SPDX-License-Identifier: GPL-2.0-only
/* test_page.c - the frame of the page: what it fetches, its order, its links, its index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_report.h"

#define EVIL "x <script>alert('1')</script> \"`touch pwned`\" ${HOME} & _a^b @c"

/* Workloads take turns: a page is to have each in one place. */
static json_t *cases(const char *kernel, int boot)
{
	const uint64_t base = strcmp(kernel, "array") ? 1000 : 900;

	return json_pack("[o, o, o, o, o]", fake_point("sync", "devices", 1, base),
			 fake_of_workload(fake_point("x", "n", 1, 3000), "churn"),
			 fake_point("sync", "devices", 2, base),
			 fake_of_workload(fake_point("x", "n", 2, 3000), "churn"),
			 fake_case(EVIL, json_pack("{s:s}", "op", EVIL), 12, base));
}

static char *page_of(const char *bed)
{
	struct fake_report r;
	struct sentence why;
	char *text = NULL;
	int err = 0;

	fake_report_start(&r, bed, 2, cases);
	fake_report_draw(&r, FAKE_SVG);
	FAKE_TEXT(text, err = report_page(out, &r.report, &why));
	assert_int_equal(err, 0);
	fake_report_stop(&r);
	return text;
}

/* Nothing is fetched and nothing is run but our own script, whatever names say. */
static void nothing_is_fetched(void **state)
{
	static const char *const never[] = { "<link", "<img", "<iframe", "@import", "url(http", "src=", "onload" };
	char *page = page_of("icount");
	size_t i;

	assert_int_equal(strncmp(page, "<!DOCTYPE html>", 15), 0);
	assert_has(page, "</html>\n");
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(page, never[i]))
			fail_msg("%s is in the page: %.80s", never[i], strstr(page, never[i]));
	assert_int_equal(fake_count(page, "<script"), 1);
	assert_has(page, "default-src &#39;none&#39;");
	/* The only addresses are the names of SVG's own languages. */
	assert_int_equal(fake_count(page, "http:") + fake_count(page, "https:"),
			 fake_count(page, "http://www.w3.org/"));
	free(page);
}

/* Of what begins at @at, up to its quote. */
static void expect_target(const char *page, const char *at)
{
	char id[256];

	snprintf(id, sizeof(id), " id=\"%.*s\"", (int)strcspn(at, "\""), at);
	if (fake_count(page, id) != 1)
		fail_msg("a link goes to%s, which is there %zu times", id, fake_count(page, id));
}

static void links_go_somewhere(void **state)
{
	static const char *const beds[] = { "icount", "model" };
	static const char link[] = " href=\"#";
	size_t i, n;

	for (i = 0; i < 2; i++) {
		char *page = page_of(beds[i]);
		const char *at = page;

		for (n = 0; (at = strstr(at, link)); n++) {
			at += strlen(link);
			expect_target(page, at);
		}
		assert_true(n > 10);
		free(page);
	}
}

static void workloads_stand_together(void **state)
{
	char *page = page_of("icount");

	assert_has(page, "<tr><td><a href=\"#icount-1\">dma</a></td><td class=\"n\">3</td>"
			 "<td><span class=\"verdict better\">3&nbsp;better</span> </td></tr>\n"
			 "<tr><td><a href=\"#icount-2\">churn</a></td><td class=\"n\">2</td>"
			 "<td><span class=\"verdict same\">2&nbsp;same</span> </td></tr>\n</tbody>");
	assert_has(page, "<section id=\"icount-1\">\n<h2>dma ");
	assert_has(page, "<section id=\"icount-2\">\n<h2>churn ");
	assert_int_equal(fake_count(page, "<section id=\"icount-3\">"), 0);
	assert_int_equal(fake_count(page, "<h3>Case by case</h3>"), 2);
	/* The last case of dma stands before the first of churn. */
	assert_true(strstr(page, "&lt;/script&gt; &quot;`touch pwned`&quot; ${HOME} &amp; _a^b @c <span>") <
		    strstr(page, "dma op=x n=1 <span>"));
	/* What moved is on top, the rest folded; where nothing moved a ratio says nothing. */
	assert_int_equal(fake_count(page, "<h3><a href=\"#icount-case-"), 3);
	assert_int_equal(fake_count(page, "<details><summary>2 figures, case by case</summary>"), 1);
	assert_int_equal(fake_count(page, ", case by case</summary>"), 1);
	free(page);
}

static void parts_stand_in_their_order(void **state)
{
	static const char *const heads[] = { "<h2>Verdict on bed icount</h2>",
					     "<h2>Cases</h2>",
					     "<h2>What moved most</h2>",
					     "<h2>By workload</h2>",
					     "<h2>dma ",
					     "<h3>How it scales</h3>",
					     "<h3>Case by case</h3>",
					     "<h2>churn ",
					     "<h2>Where the calls go</h2>",
					     "<h2>What it ran on</h2>",
					     "<h2>How to do it again</h2>",
					     "<h2>How to read this</h2>" };
	char *page = page_of("icount");
	const char *at = page;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		at = strstr(at, heads[i]);
		if (!at)
			fail_msg("%s is not where it belongs", heads[i]);
	}
	/* On bed icount there is no model. */
	assert_null(strstr(page, "own clock</h2>"));
	assert_null(strstr(page, "Oracle"));
	assert_null(strstr(page, "SMMU model"));
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_fetched),
		cmocka_unit_test(links_go_somewhere),
		cmocka_unit_test(workloads_stand_together),
		cmocka_unit_test(parts_stand_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
