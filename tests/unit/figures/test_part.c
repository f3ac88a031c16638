// SPDX-License-Identifier: GPL-2.0-only
/* test_part.c - what every figure is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fake_run.h"
#include "part.h"

static const char labels[2][8] = { "list", "it's" };

/* Two sides, on a bed. */
static struct comparison two_sides(struct side sides[2], struct result_bed *bed, const char *name)
{
	sides[0] = (struct side){ .label = (char *)labels[0] };
	sides[1] = (struct side){ .label = (char *)labels[1] };
	*bed = (struct result_bed){ .kind = bed_kind_find(name), .name = name };
	return (struct comparison){ .sides = sides, .nr_sides = 2, .bed = bed };
}

static char *names(const struct comparison *c, const char *const *ends, const char *last)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	figure_names(out, c, "x", ends, last);
	fclose(out);
	return text;
}

static void columns_have_names(void **state)
{
	struct side sides[2];
	struct result_bed bed;
	const struct comparison c = two_sides(sides, &bed, "model");
	char *one = names(&c, figure_line, NULL), *three = names(&c, figure_bars, "guide");

	assert_string_equal(one, "x\tlist\tit's\n");
	assert_string_equal(three, "x\tlist\tlist lowest\tlist highest\tit's\tit's lowest\tit's highest\tguide\n");
	free(one);
	free(three);
}

/* Of values between @low and @high; returns what one of the axis is. */
static double head(const char *bed_name, enum values_are are, double low, double high, const char *expected)
{
	static const struct figure f = { .stem = (char *)"s" };
	struct side sides[2];
	struct result_bed bed;
	const struct comparison c = two_sides(sides, &bed, bed_name);
	struct figure_values values = values_of(&c, "per sync", are);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	double per;

	MUST(out);
	values_add(&values, 1, low, high);
	assert_true(values.present[1] && !values.present[0]);
	per = figure_head(out, &c, &f, "t", &values);
	fclose(out);
	assert_string_equal(text, expected);
	values_free(&values);
	free(text);
	return per;
}

/* From 10000 on times are microseconds, and from a million on, all of them, milliseconds; instructions stay. */
static void numbers_stay_short(void **state)
{
	assert_true(head("model", VALUES_TIMES, 1, 9999,
			 "stem='s'; title='t'; ylabel='ns per sync'; bed='model'; kernels='2'; ") == 1);
	assert_true(head("model", VALUES_TIMES, 1, 10000,
			 "stem='s'; title='t'; ylabel='us per sync'; per=1000; bed='model'; kernels='2'; ") == 1e3);
	assert_true(head("model", VALUES_TIMES, 1e6, 2e6,
			 "stem='s'; title='t'; ylabel='ms per sync'; per=1000000; bed='model'; kernels='2'; ") == 1e6);
	assert_true(head("icount", VALUES_TIMES, 1e6, 2e6,
			 "stem='s'; title='t'; ylabel='instructions per sync'; bed='icount'; kernels='2'; ") == 1);
	assert_true(head("model", VALUES_COUNTS, 1, 1e6,
			 "stem='s'; title='t'; ylabel='per sync'; bed='model'; kernels='2'; ") == 1);
	assert_true(head("model", VALUES_RATES, 1, 1e6,
			 "stem='s'; title='t'; ylabel='1000 per sync'; per=1000; bed='model'; kernels='2'; ") == 1e3);
	assert_true(head("model", VALUES_RATES, 1, 1e7,
			 "stem='s'; title='t'; ylabel='million per sync'; per=1000000; bed='model'; kernels='2'; ") ==
		    1e6);
}

static void expect_range(double low, double high, double per, const char *expected)
{
	const struct figure_values values = { .low = low, .high = high };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	figure_range(out, &values, per);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void a_wide_range_is_logarithmic(void **state)
{
	expect_range(100, 800, 1, "ymin=100; ymax=800; logy=0\n");
	expect_range(100, 801, 1, "ymin=100; ymax=801; logy=1\n");
	expect_range(1000, 90000, 1000, "ymin=1; ymax=90; logy=1\n");
	expect_range(-1, 100, 1, "ymin=-1; ymax=100; logy=0\n");
}

static json_t *cases(const char *kernel, int boot)
{
	const bool list = !strcmp(kernel, "list");

	return json_pack("[o, o, o]", fake_point("a", "n", 1, 1000), fake_point("b", "n", 1, list ? 1000 : 1500),
			 list ? fake_no_pass("c", "skip", "no") : fake_point("c", "n", 1, 1000));
}

static void rows_matter_if_the_boots_tell_more(void **state)
{
	struct fake_run f;
	size_t i;

	fake_run_start(&f, "icount", 2, 2, cases);
	assert_int_equal(f.c.nr_rows, 4);
	assert_false(figure_matters(&f.c, &f.c.rows[0]));
	assert_true(figure_matters(&f.c, &f.c.rows[1]));
	for (i = 0; i < f.c.nr_rows; i++)
		assert_int_equal(figure_passed(&f.c, &f.c.rows[i]), strcmp(f.c.rows[i].name, "c") != 0);
	fake_run_stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_have_names),
		cmocka_unit_test(numbers_stay_short),
		cmocka_unit_test(a_wide_range_is_logarithmic),
		cmocka_unit_test(rows_matter_if_the_boots_tell_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
