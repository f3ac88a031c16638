// SPDX-License-Identifier: GPL-2.0-only
/* test_curve.c - whole distributions as lines: their points, their ends, and what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "curve.h"
#include "fake_run.h"

static double x[CURVE_POINTS], q[CURVE_POINTS];

/* The slow end is stretched: from 1 to the number of samples, evenly in factors. */
static void the_axis_ends_with_the_last_sample(void **state)
{
	size_t i;

	curve_axis(1000, x, q);
	assert_true(x[0] == 1 && q[0] == 0);
	assert_true(fabs(x[CURVE_POINTS - 1] - 1000) < 1e-6 && q[CURVE_POINTS - 1] == 1);
	for (i = 1; i < CURVE_POINTS; i++) {
		assert_true(fabs(x[i] / x[i - 1] - pow(1000, 1.0 / (CURVE_POINTS - 1))) < 1e-9);
		assert_true(q[i] > q[i - 1]);
	}
}

static void a_curve_is_net_of_the_clock(void **state)
{
	struct curve curve = { 0 };
	struct histogram h;
	int i;

	MUST(!hist_init(&h, 12));
	for (i = 0; i < 99; i++)
		hist_record(&h, 100);
	hist_record(&h, 500);
	curve_axis(100, x, q);
	curve_fill(&curve, &h, q, 20);
	assert_true(curve.present && curve.count == 100);
	assert_true(curve.values[0] == 80 && curve.values[CURVE_POINTS - 1] == 480);
	assert_true(curve_has(&curve, 100) && !curve_has(&curve, 101));
	curve.present = false;
	assert_false(curve_has(&curve, 1));
	hist_free(&h);
}

/* Both level but for a step in the middle of the second; of that are told the ends, and both sides of the step. */
static void level_stretches_are_told_by_their_ends(void **state)
{
	static struct curve curves[2];
	const struct comparison c = { .nr_sides = 2 };
	char *text = NULL, expected[128];
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	curve_axis(1000, x, q);
	for (i = 0; i < CURVE_POINTS; i++) {
		curves[0].values[i] = 7;
		curves[1].values[i] = i < 100 ? 10 : 20;
	}
	curves[0].present = curves[1].present = true;
	curves[0].count = curves[1].count = 1000;
	curve_write(out, &c, curves, x);
	fclose(out);
	snprintf(expected, sizeof(expected), "1\t7\t10\n%.8g\t7\t10\n%.8g\t7\t20\n1000\t7\t20\n", x[99], x[100]);
	assert_string_equal(text, expected);
	free(text);
}

/* 1000 samples in one boot, and twice as many of two: the second kernel's tail goes further. */
static json_t *cases(const char *kernel, int boot)
{
	return json_pack("[o]", fake_point("a", "n", 1, strcmp(kernel, "list") ? 900 : 1000));
}

static void boots_are_pooled(void **state)
{
	struct curve curves[2] = { 0 };
	struct figure_values values;
	struct fake_run f;

	fake_run_start(&f, "icount", 2, 2, cases);
	assert_int_equal(curves_of_case(&f.c, &f.c.rows[0], curves, x), 0);
	assert_true(fabs(x[CURVE_POINTS - 1] - 2 * FAKE_OPS) < 1e-6);
	assert_true(curves[0].count == 2 * FAKE_OPS && curves[1].count == 2 * FAKE_OPS);
	/* The bucket that the median is in is told by its lower end. */
	assert_true(fabs(curves[0].values[CURVE_POINTS / 2] - 1000) < 2);
	curve_values(&f.c, curves, "per sync", &values);
	assert_true(values.present[0] && values.present[1]);
	assert_true(values.low == curves[1].values[0] && values.high == curves[0].values[CURVE_POINTS - 1]);
	values_free(&values);
	fake_run_stop(&f);
}

static json_t *unlike(const char *kernel, int boot)
{
	return json_pack("[o]", fake_case("a", json_object(), boot == 1 ? 12 : 6, 1000));
}

static void unlike_histograms_make_no_curve(void **state)
{
	struct curve curves[2] = { 0 };
	struct fake_run f;

	fake_run_start(&f, "icount", 1, 2, unlike);
	assert_int_equal(curves_of_case(&f.c, &f.c.rows[0], curves, x), -EINVAL);
	fake_run_stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_axis_ends_with_the_last_sample),	  cmocka_unit_test(a_curve_is_net_of_the_clock),
		cmocka_unit_test(level_stretches_are_told_by_their_ends), cmocka_unit_test(boots_are_pooled),
		cmocka_unit_test(unlike_histograms_make_no_curve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
