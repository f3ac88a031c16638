// SPDX-License-Identifier: GPL-2.0-only
/* test_findings_text.c - findings for people. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "findings_text.h"
#include "made_up.h"

static void assert_figure(const struct finding_figure *figure, const char *want)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	finding_print_figure(out, figure);
	fclose(out);
	assert_string_equal(text, want);
	free(text);
}

static void test_figures(void **state)
{
	struct finding_figure figure = worse_median;

	assert_figure(&figure, "median 100.0 -> 150.0 ns, +50.0 % (limit 5 %, range +40.0..+60.0 %)");
	figure.base = 1000.5;
	figure.value = 12.345;
	figure.change = -0.987;
	figure.low = -0.99;
	figure.high = -0.98;
	figure.span = "99 % interval";
	assert_figure(&figure, "median 1000 -> 12.35 ns, -98.7 % (limit 5 %, 99 % interval -99.0..-98.0 %)");
	figure.base = figure.change = NAN;
	assert_figure(&figure, "median 12.35 ns");
	figure.base = 999.94;
	figure.value = NAN;
	assert_figure(&figure, "median has no value now, was 999.9 ns");
}

/* No change is a part of 0, and infinity is no percentage. */
static void test_from_0(void **state)
{
	struct finding_figure figure = from_0;

	assert_figure(&figure, "commands from 0 to 1.00 per op");
	figure.value = figure.change = figure.low = figure.high = 0;
	assert_figure(&figure, "commands 0.00 -> 0.00 per op, +0.0 % (limit 0.5 %, range +0.0..+0.0 %)");
	/* One boot of the base, or an earlier build's reach, is 0. */
	figure.high = INFINITY;
	assert_figure(&figure, "commands 0.00 -> 0.00 per op, +0.0 % (limit 0.5 %)");
}

static void test_lines(void **state)
{
	char *text = printed_made_up(NULL, &worse_median);

	assert_has(text, "regression    new on metal: a <b> & \"c\" # d");
	assert_has(text, "median 100.0 -> 150.0 ns, +50.0 % (limit 5 %, range +40.0..+60.0 %)\n");
	assert_has(text, "inconclusive  new on metal: two: a <b>");
	assert_has(
		text,
		"new against history on metal: of 2 cases 1 regressed, 1 inconclusive, 0 fine (0 better), 0 skipped\n");
	free(text);
}

/* What is said of all is not said of each, and doubts beside a verdict are counted. */
static void test_sums(void **state)
{
	struct finding_figure doubt = worse_median, better = worse_median;
	struct finding *finding;
	struct findings f;
	char *text;

	doubt.kind = FINDING_INCONCLUSIVE;
	better.kind = FINDING_FINE;
	better.better = true;
	findings_init(&f, "new", "base", "icount", NULL);
	free(f.note);
	f.note = strdup("1 boot a side, needs 2");
	findings_add(&f, "one", "dma", FINDING_INCONCLUSIVE, OUTCOME_PASS, f.note);
	finding = findings_add(&f, "two", "dma", FINDING_FINE, OUTCOME_PASS, "");
	finding_add_figure(finding, &better);
	finding_add_figure(finding, &doubt);
	text = printed(NULL, &f, 1);
	assert_string_equal(text,
			    "inconclusive  new on icount: 1 boot a side, needs 2\n"
			    "new against base on icount: of 2 cases 0 regressed, 1 inconclusive, 1 fine (1 better), "
			    "0 skipped; 1 metric beside a verdict undecided\n");
	free(text);
	findings_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_from_0),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
