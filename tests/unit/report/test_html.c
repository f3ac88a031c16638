// SPDX-License-Identifier: GPL-2.0-only
/* test_html.c - how text, numbers and values get into the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_report.h"

static void expect_text(const char *text, const char *expected)
{
	char *got = NULL;

	FAKE_TEXT(got, html_text(out, text));
	assert_string_equal(got, expected);
	free(got);
}

static void markup_is_escaped(void **state)
{
	char *got = NULL;

	expect_text("a <b> & \"c\" it's", "a &lt;b&gt; &amp; &quot;c&quot; it&#39;s");
	expect_text("", "");
	FAKE_TEXT(got, html_printf(out, "%s and %d", "<i>", 7));
	assert_string_equal(got, "&lt;i&gt; and 7");
	free(got);
}

static void expect_number(double value, int decimals, const char *expected)
{
	char *got = NULL;

	FAKE_TEXT(got, html_number(out, value, decimals));
	assert_string_equal(got, expected);
	free(got);
}

/* What is 0 when rounded has no sign. */
static void thousands_stand_apart(void **state)
{
	expect_number(0, 0, "0");
	expect_number(999, 0, "999");
	expect_number(1000, 0, "1&#8239;000");
	expect_number(1234567.891, 2, "1&#8239;234&#8239;567.89");
	expect_number(-1234, 0, "&minus;1&#8239;234");
	expect_number(-0.4, 0, "0");
}

/* Of @moved[i] the metric i moved by so much of its minimum effect of a tenth, for the worse. */
static enum metric_id leading(enum verdict verdict, const double moved[METRICS])
{
	static const struct result_bed model = { .name = "model" };
	struct comparison c = { .bed = &model };
	struct cell cell = { .verdict = verdict };
	int id;

	for (id = 0; id < METRICS; id++) {
		c.options.min_effect[id] = 0.1;
		cell.metrics[id] = (struct metric){
			.present = true,
			.verdict = moved[id] > 0 ? VERDICT_WORSE : VERDICT_SAME,
			.change = moved[id] / 10,
			.ratio = 1 + moved[id] / 10,
		};
	}
	return metric_leading(&c, &cell);
}

static void the_metric_that_moved_most_leads(void **state)
{
	assert_int_equal(leading(VERDICT_WORSE, (double[METRICS]){ [METRIC_MEDIAN] = 2, [METRIC_P99] = 3 }),
			 METRIC_P99);
	/* Counts say why, not how much; but where nothing else moved they lead. */
	assert_int_equal(leading(VERDICT_WORSE, (double[METRICS]){ [METRIC_MEDIAN] = 2, [METRIC_SYNCS] = 9 }),
			 METRIC_MEDIAN);
	assert_int_equal(leading(VERDICT_WORSE, (double[METRICS]){ [METRIC_COMMANDS] = 2, [METRIC_SYNCS] = 9 }),
			 METRIC_SYNCS);
	/* Where the case did not move, the median speaks. */
	assert_int_equal(leading(VERDICT_SAME, (double[METRICS]){ [METRIC_P99] = 3 }), METRIC_MEDIAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_is_escaped),
		cmocka_unit_test(thousands_stand_apart),
		cmocka_unit_test(the_metric_that_moved_most_leads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
