// SPDX-License-Identifier: GPL-2.0-only
/* test_tail.c - median, p99 and p99.9 over a load. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fake_figures.h"

static json_t *loads(const char *kernel, int boot)
{
	const uint64_t median = strcmp(kernel, "list") ? 900 : 1000;

	return json_pack("[o, o]", fake_point("sync", "threads", 1, median),
			 fake_point("sync", "threads", 4, 2 * median));
}

static double p999(uint64_t median)
{
	struct histogram h = fake_histogram(12, median + FAKE_FLOOR);
	const double value = (double)hist_quantile(&h, 0.999) - FAKE_FLOOR;

	hist_free(&h);
	return value;
}

static void three_values_a_kernel(void **state)
{
	struct fake_written w;
	char want[300];

	start("model", 2, 2, loads);
	w = fake_write_figure(&run.c, figure('q', 0));
	assert_true(p999(1000) > 1500);
	snprintf(want, sizeof(want),
		 "threads\tlist\tlist p99\tlist p99.9\tarray\tarray p99\tarray p99.9\n"
		 "1\t1000\t1000\t%.10g\t900\t900\t%.10g\n4\t2000\t2000\t%.10g\t1800\t1800\t%.10g\n",
		 p999(1000), p999(900), p999(2000), p999(1800));
	assert_string_equal(w.tsv, want);
	assert_has(w.script, "title='dma op=sync: p50, p99, p99.9 by threads'");
	assert_has(w.script, "logy=1\np999='1 2'; xlabel='threads'; ");
	assert_has(w.script, "load plots.'/tail.gp'\n\n");
	assert_has(w.words,
		   "Lines over threads; p99: list 1000 in dma op=sync threads=1, 2000 in dma op=sync threads=4;");
	fake_written_free(&w);
	stop();
}

/* With 999 operations there is none; and p99 is the first of the tail, 1.7 times 1070 less 70. */
static json_t *few(const char *kernel, int boot)
{
	return json_pack("[o, o]", fake_fewer(fake_point("sync", "threads", 1, 1000), 12, 1000),
			 fake_fewer(fake_point("sync", "threads", 2, 1000), 12, 1000));
}

static void few_operations_have_no_p999(void **state)
{
	struct fake_written w;

	start("model", 1, 1, few);
	w = fake_write_figure(&run.c, figure('q', 0));
	assert_string_equal(w.tsv, "threads\tlist\tlist p99\tlist p99.9\n1\t1000\t1749\t?\n2\t1000\t1749\t?\n");
	assert_has(w.script, "p999=''; ");
	fake_written_free(&w);
	stop();
}

static json_t *with_ats(json_t *json, const char *ats)
{
	json_object_set_new(json_object_get(json, "params"), "ats", json_string(ats));
	return json;
}

/* The same op for both, which fake_point() has in the name. */
static json_t *choices(const char *kernel, int boot)
{
	json_t *cases = json_pack("[o, o, o, o]", with_ats(fake_point("x", "devices", 1, 1000), "off"),
				  with_ats(fake_point("x", "devices", 2, 1000), "off"),
				  with_ats(fake_point("x ats=on", "devices", 2, 1000), "on"),
				  with_ats(fake_point("x ats=on", "devices", 4, 1000), "on")),
	       *json;
	size_t i;

	json_array_foreach (cases, i, json)
		json_object_set_new(json_object_get(json, "params"), "op", json_string("x"));
	return cases;
}

/* Line styles are the percentiles' here, so that each value of a choice has a figure, without gaps. */
static void each_choice_has_a_figure(void **state)
{
	const struct figure *off, *on;

	start("model", 1, 1, choices);
	off = figure('q', 0);
	on = figure('q', 1);
	assert_null(off->choice);
	assert_true(off->nr_rows == 2 && off->rows[0] == 0 && off->rows[1] == 1);
	assert_true(on->nr_rows == 2 && on->rows[0] == 2 && on->rows[1] == 3);
	assert_string_equal(on->title, "dma op=x ats=on: p50, p99, p99.9 by devices");
	assert_null(fake_figure(&figures, 'q', 2));
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_values_a_kernel),
		cmocka_unit_test(few_operations_have_no_p999),
		cmocka_unit_test(each_choice_has_a_figure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
