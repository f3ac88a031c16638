// SPDX-License-Identifier: GPL-2.0-only
/* test_percentiles.c - the whole distribution of one case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fake_figures.h"

static json_t *cases(const char *kernel, int boot)
{
	const bool list = !strcmp(kernel, "list");

	return json_pack("[o, o]", fake_point("a", "n", 1, list ? 1000 : 900),
			 list ? fake_no_pass("b", "skip", "no") : fake_point("b", "n", 2, 1000));
}

/* The least is a fiftieth below the median, clock included; the longest, eight times as long, is the last of 2000. */
static void a_curve_goes_from_the_shortest_to_the_longest(void **state)
{
	struct fake_written w;
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR);
	char last[64];

	start("icount", 2, 2, cases);
	w = fake_write_figure(&run.c, figure('p', 0));
	assert_ptr_equal(strstr(w.tsv, "1/(1-p)\tlist\tarray\n1\t979\t881\n"), w.tsv);
	snprintf(last, sizeof(last), "\n2000\t%.10g\t", (double)h.max - FAKE_FLOOR);
	assert_has(w.tsv, last);
	assert_has(
		w.script,
		"title='dma op=a n=1'; ylabel='instructions per sync'; bed='icount'; kernels='1 2'; xmax=2000; ymin=881; ");
	assert_has(w.script, "logy=1\nload plots.'/percentiles.gp'\n\n");
	assert_string_equal(
		w.words,
		"Percentile curves; median and p99 in instructions per sync: list 1000 and 1000, array 900 and 900");
	fake_written_free(&w);
	hist_free(&h);
	stop();
}

static json_t *one_side(const char *kernel, int boot)
{
	return json_pack("[o]", strcmp(kernel, "list") ? fake_point("b", "n", 2, 1000) :
							 fake_no_pass("dma op=b n=2", "skip", "no"));
}

/* A kernel that did not pass has no line, and is not told of; a case that passed nowhere has no figure. */
static void a_kernel_may_have_none(void **state)
{
	struct fake_written w;

	start("icount", 2, 2, one_side);
	w = fake_write_figure(&run.c, figure('p', 0));
	assert_has(w.tsv, "\n1\t?\t979\n");
	assert_has(w.script, "kernels='2'; ");
	assert_string_equal(w.words, "Percentile curves; median and p99 in instructions per sync: array 1000 and 1000");
	fake_written_free(&w);
	stop();
	start("icount", 1, 2, one_side);
	assert_int_equal(figures.count, 0);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_curve_goes_from_the_shortest_to_the_longest),
		cmocka_unit_test(a_kernel_may_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
