// SPDX-License-Identifier: GPL-2.0-only
/* test_cases.c - what matters most stands on top: a table a pair of kernels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_report.h"

static json_t *moved_case(const char *name, uint64_t median, uint64_t commands)
{
	json_t *json = fake_case(name, json_object(), 12, median);

	json_object_set_new(json_object_get(json, "probes"), "invlat", fake_probe(commands, 1));
	return json;
}

/* Of the base with @later 0. */
static json_t *moved_cases(bool later, int boot)
{
	return json_pack(
		"[o, o, o, o, o, o]", moved_case("same", 1000, 1),
		moved_case("fewer", later ? 600 : 1000, later ? 1 : 2), moved_case("faster", later ? 900 : 1000, 1),
		moved_case("slower", later ? 1030 : 1000, 1), moved_case("slowest", later ? 1500 : 1000, 1),
		later && boot == 2 ? fake_no_pass("broken", "fail", "it <broke>") : moved_case("broken", 1000, 1));
}

static json_t *cases(const char *kernel, int boot)
{
	return moved_cases(!strcmp(kernel, "array"), boot);
}

static const char *const kernels[] = { "list", "twin", "array", "same" };
static const char plan[] =
	"{\"kernels\": [\"list\", \"twin\", \"array\", \"same\", \"gone\"], \"beds\": [\"icount\"], \"boots\": 3}";

static const char *row_of(const char *page, const char *name)
{
	char want[64];
	const char *at;

	snprintf(want, sizeof(want), "\">%s</a></td>", name);
	at = strstr(page, want);
	if (!at)
		fail_msg("no row of %s", name);
	return at;
}

static char *text_of_cases(void)
{
	struct report_pairs pairs;
	struct fake_report r;
	char *text = NULL;

	fake_report_of(&r, "icount", kernels, 4, 2, cases, plan);
	pairs_make(&r.bed.comparison, &pairs);
	FAKE_TEXT(text, report_cases(out, &r.bed, &pairs));
	pairs_free(&pairs);
	fake_report_stop(&r);
	return text;
}

/* The first table is open, and what has bad news; the rest is folded. */
static void bad_news_are_open(void **state)
{
	char *page = text_of_cases();

	assert_has(page, "<details open><summary><h3>twin against list <span");
	assert_has(
		page,
		"<details open><summary><h3>array against list <span class=\"soft\">1 fails, 2 worse, 2 better, 1 same, 0 inconclusive</span>");
	assert_has(
		page,
		"<details><summary><h3>same against list <span class=\"soft\">0 worse, 0 better, 6 same, 0 inconclusive</span>");
	free(page);
}

static void what_matters_most_stands_first(void **state)
{
	static const char *const order[] = { "broken", "slowest", "slower", "fewer", "faster", "same" };
	char *page = text_of_cases();
	const char *at = strstr(page, "<h3>array against list ");
	int i;

	for (i = 0; i < 6; i++)
		at = row_of(at, order[i]);
	assert_has(
		page,
		"<tr data-verdict=\"worse\" data-workload=\"dma\"><td class=\"c\"><a href=\"#icount-case-5\">slowest</a></td>"
		"<td data-v=\"1\"><span class=\"verdict worse\">worse</span></td>"
		"<td class=\"n\" data-v=\"1.5\">1.500</td><td class=\"i\" data-v=\"0\">1.500 &ndash; 1.500</td><td>median</td>"
		"<td class=\"n\" data-v=\"1000\">1&#8239;000</td><td class=\"n\" data-v=\"1500\">1&#8239;500</td>"
		"<td class=\"c\">p99 +50.0&nbsp;%</td></tr>");
	assert_has(page, "<td class=\"c\">fail: in 1 of 2 boots: it &lt;broke&gt;</td>");
	free(page);
}

/* Commands from 0 in "counted", as its leading metric; in "both" beside the median. */
static json_t *from_0_cases(const char *kernel, int boot)
{
	const bool later = !strcmp(kernel, "array");

	return json_pack("[o, o]", moved_case("counted", 1000, later ? 3 : 0),
			 moved_case("both", later ? 1500 : 1000, later ? 3 : 0));
}

/* No change is a part of 0: there is no ratio, and it is told from where to where. */
static void from_0_is_no_part(void **state)
{
	struct report_pairs pairs;
	struct fake_report r;
	char *page = NULL;

	fake_report_start(&r, "icount", 2, from_0_cases);
	pairs_make(&r.bed.comparison, &pairs);
	FAKE_TEXT(page, report_cases(out, &r.bed, &pairs));
	assert_has(row_of(page, "counted"),
		   "<td class=\"n\">&ndash;</td><td class=\"i\">&ndash;</td><td>commands</td>");
	assert_has(row_of(page, "both"), "commands from 0 to 3.00");
	assert_null(strstr(page, "inf"));
	assert_null(strstr(page, "nan"));
	free(page);
	pairs_free(&pairs);
	fake_report_stop(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_news_are_open),
		cmocka_unit_test(what_matters_most_stands_first),
		cmocka_unit_test(from_0_is_no_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
