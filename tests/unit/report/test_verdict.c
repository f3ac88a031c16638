// SPDX-License-Identifier: GPL-2.0-only
/* test_verdict.c - what a run comes to, in sentences; and what its bed may claim. */
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

static char *verdict_of(const char *bed, int boots, fake_cases of)
{
	struct report_pairs pairs;
	struct fake_report r;
	char *text = NULL;

	fake_report_of(&r, bed, kernels, of == cases ? 4 : 1, boots, of, of == cases ? plan : NULL);
	pairs_make(&r.bed.comparison, &pairs);
	FAKE_TEXT(text, report_verdict(out, &r.bed, &pairs));
	pairs_free(&pairs);
	fake_report_stop(&r);
	return text;
}

/* Sending fewer commands is another thing than sending the same ones faster. */
static void a_pair_is_told_with_its_ends(void **state)
{
	char *text = verdict_of("icount", 2, cases);

	assert_has(
		text,
		": fails in <b>1</b>, worse in <b>2</b>, better in <b>2</b>, no measurable difference in <b>1</b>. "
		"Worst: slowest, median 1&#8239;000 to 1&#8239;500 instructions per sync (<b>+50.0&nbsp;%</b>). "
		"Best for the same commands: faster, median 1&#8239;000 to 900 instructions per sync (<b>-10.0&nbsp;%</b>).");
	assert_has(
		text,
		"<p><span class=\"verdict worse\">fail</span> broken on array: in 1 of 2 boots: it &lt;broke&gt;</p>");
	assert_has(text, "may never claim latency or contention");
	free(text);
}

static void too_few_boots_are_told(void **state)
{
	char *text = verdict_of("icount", 1, cases);

	assert_has(text, "A verdict on this bed takes 2 boots a side.");
	free(text);
}

static json_t *one(const char *kernel, int boot)
{
	return json_pack("[o]", moved_case("x", 1000, 1));
}

static void one_kernel_has_no_verdict(void **state)
{
	char *text = verdict_of("model", 1, one);

	assert_has(text, "<p class=\"lead\">One kernel, list: nothing to compare it with.</p>");
	assert_has(text, "It may never claim nanoseconds of hardware.");
	free(text);
}

static json_t *from_0(const char *kernel, int boot)
{
	return json_pack("[o]", moved_case("counted", 1000, strcmp(kernel, "array") ? 0 : 3));
}

static void from_0_has_no_percent(void **state)
{
	struct report_pairs pairs;
	struct fake_report r;
	char *text = NULL;

	fake_report_start(&r, "icount", 2, from_0);
	pairs_make(&r.bed.comparison, &pairs);
	FAKE_TEXT(text, report_verdict(out, &r.bed, &pairs));
	assert_has(text, "Worst: counted, commands 0.00 to 3.00 per sync.");
	assert_null(strstr(text, "inf"));
	free(text);
	pairs_free(&pairs);
	fake_report_stop(&r);
}

/* Fair play: a variant is also measured by its counterpart. */
static void variants_make_pairs_of_their_own(void **state)
{
	static const char *const names[] = { "list", "array", "list-tuned", "array-tuned" };
	struct report_pairs pairs;
	struct fake_report r;

	fake_report_of(&r, "icount", names, 4, 2, one,
		       "{\"kernels\": [\"list\", \"array\", \"list-tuned\", \"array-tuned\"], \"beds\": [\"icount\"]}");
	pairs_make(&r.bed.comparison, &pairs);
	assert_int_equal(pairs.count, 4);
	assert_ptr_equal(pairs.list[2].comparison, &r.bed.comparison);
	assert_int_equal(pairs.list[2].side, 3);
	assert_string_equal(pairs.list[3].comparison->sides[0].label, "list-tuned");
	assert_string_equal(pairs.list[3].comparison->sides[1].label, "array-tuned");
	pairs_free(&pairs);
	fake_report_stop(&r);
}

static void reading_is_of_the_bed(void **state)
{
	struct fake_report r;
	char *text = NULL;

	fake_report_start(&r, "icount", 2, one);
	FAKE_TEXT(text, report_reading(out, &r.bed.comparison));
	assert_has(text, "are instructions per operation");
	assert_null(strstr(text, "Mann-Whitney"));
	free(text);
	fake_report_stop(&r);
	fake_report_start(&r, "model", 2, one);
	FAKE_TEXT(text, report_reading(out, &r.bed.comparison));
	assert_has(text, "the exact Mann-Whitney test over the boots says so at alpha 0.01");
	free(text);
	fake_report_stop(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_is_told_with_its_ends), cmocka_unit_test(too_few_boots_are_told),
		cmocka_unit_test(one_kernel_has_no_verdict),	cmocka_unit_test(variants_make_pairs_of_their_own),
		cmocka_unit_test(reading_is_of_the_bed),	cmocka_unit_test(from_0_has_no_percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
