// SPDX-License-Identifier: GPL-2.0-only
/* test_ratio.c - by how much a kernel is above or below the base, percentile by percentile. */
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

	return json_pack("[o, o, o]", fake_point("a", "n", 1, list ? 1000 : 900),
			 fake_point("b", "n", 1, list ? 100 : 1600), fake_point("same", "n", 1, 1000));
}

/* To where 30 of the 2000 operations of either kernel are slower; the base has no line. */
static void it_ends_where_few_operations_are_left(void **state)
{
	const char *line;
	double x = 0, ratio;
	struct fake_written w;
	size_t n = 0;

	start("icount", 2, 2, cases);
	w = fake_write_figure(&run.c, figure('r', 0));
	/* The least of both: 1050 and 951 less the clock's 70, in buckets of the histogram. */
	assert_ptr_equal(strstr(w.tsv, "1/(1-p)\tlist\tarray\n1\t?\t0.89"), w.tsv);
	for (line = strchr(w.tsv, '\n') + 1; sscanf(line, "%lf\t?\t%lf\n", &x, &ratio) == 2;
	     line = strchr(line, '\n') + 1) {
		assert_true(x <= 2000.0 / 30);
		assert_true(ratio > 0.89 && ratio < 0.92);
		n++;
	}
	assert_true(n > 100);
	assert_true(strtod(line, NULL) > 2000.0 / 30);
	assert_null(strstr(line, "\t0."));
	assert_has(w.script, "kernels='2'; base='list'; xmax=");
	assert_has(w.script, "ymax=1; logy=0\nload plots.'/ratio.gp'\n\n");
	assert_string_equal(w.words,
			    "Ratio to list at each percentile; of the medians and of p99: array 0.900 and 0.900");
	fake_written_free(&w);
	stop();
}

static void a_large_ratio_is_logarithmic(void **state)
{
	struct fake_written w;

	start("icount", 2, 2, cases);
	w = fake_write_figure(&run.c, figure('r', 1));
	assert_has(w.script, "title='dma op=b n=1'; ");
	assert_has(w.script, "ymin=1; ");
	assert_has(w.script, "logy=1\n");
	fake_written_free(&w);
	/* Of kernels that the boots cannot tell apart there is none. */
	assert_null(fake_figure(&figures, 'r', 2));
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_ends_where_few_operations_are_left),
		cmocka_unit_test(a_large_ratio_is_logarithmic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
