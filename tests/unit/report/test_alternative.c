// SPDX-License-Identifier: GPL-2.0-only
/* test_alternative.c - what a figure shows, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_report.h"

/* A kind that says what a name could. */
static void tell(FILE *out, const struct comparison *c, const struct figure *f)
{
	fprintf(out, "Lines of %s", c->sides[0].label);
}

static const struct figure_type type = { .alternative = tell };

static void expect_words(const char *label, const char *workload, const char *expected)
{
	const struct side side = { .label = (char *)label };
	const struct comparison c = { .sides = &side, .nr_sides = 1 };
	const struct figure f = { .type = &type, .workload = workload };
	char *text = NULL;

	FAKE_TEXT(text, html_alternative(out, &c, &f));
	assert_string_equal(text, expected);
	free(text);
}

/* The numbers of a workload are in its tables as well. */
static void words_are_escaped_and_ended(void **state)
{
	expect_words("list", NULL, "Lines of list.");
	expect_words("<b>it's", "dma", "Lines of &lt;b&gt;it&#39;s. All values are in the tables of the workload.");
}

static json_t *cases(const char *kernel, int boot)
{
	return json_pack("[o, o]", fake_point("sync", "devices", 1, strcmp(kernel, "list") ? 900 : 1000),
			 fake_point("sync", "devices", 2, 1000));
}

/* Each says something of its own, on one line, without a full stop: that is the report's. */
static void all_kinds_have_words(void **state)
{
	struct fake_report r;
	size_t i;

	fake_report_start(&r, "model", 2, cases);
	figures_choose(&r.bed.comparison, &r.bed.figures);
	assert_true(r.bed.figures.count >= 5);
	for (i = 0; i < r.bed.figures.count; i++) {
		char *text = NULL;

		FAKE_TEXT(text, html_alternative(out, &r.bed.comparison, &r.bed.figures.list[i]));
		assert_true(strlen(text) > strlen(". All values are in the tables of the workload.") + 20);
		assert_null(strchr(text, '\n'));
		assert_null(strstr(text, ".."));
		free(text);
	}
	fake_report_stop(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_escaped_and_ended),
		cmocka_unit_test(all_kinds_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
