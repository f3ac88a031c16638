// SPDX-License-Identifier: GPL-2.0-only
/* test_lines.c - figures over a parameter: titles, axes, words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fake_run.h"
#include "lines.h"

/* Rows whose parameter @param is each of @values. */
struct rows {
	struct row rows[8];
	struct comparison c;
	struct figure f;
	size_t places[8];
};

static void make_rows(struct rows *r, const char *param, const json_int_t *values, size_t n)
{
	size_t i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < n; i++) {
		r->rows[i].params = json_pack("{s:I}", param, values[i]);
		r->places[i] = i;
	}
	r->c = (struct comparison){ .rows = r->rows, .nr_rows = n };
	r->f = (struct figure){ .param = (char *)param, .rows = r->places, .nr_rows = n };
}

static void free_rows(struct rows *r)
{
	size_t i;

	for (i = 0; i < r->c.nr_rows; i++)
		json_decref((json_t *)r->rows[i].params);
}

#define VALUES(...) \
	((const json_int_t[]){ __VA_ARGS__ }), sizeof((const json_int_t[]){ __VA_ARGS__ }) / sizeof(json_int_t)

static void expect_axis(const char *param, const json_int_t *values, size_t n, const char *expected)
{
	struct rows r;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	make_rows(&r, param, values, n);
	lines_axis(out, &r.c, &r.f);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
	free_rows(&r);
}

/* Logarithmic from a factor of four on. */
static void axes_are_as_wide_as_their_values(void **state)
{
	expect_axis("devices", VALUES(1, 2, 3),
		    "xlabel='devices'; xmin=1; xmax=3; logx=0; tics='\"1\" 1, \"2\" 2, \"3\" 3'\n");
	expect_axis("devices", VALUES(1, 4), "xlabel='devices'; xmin=1; xmax=4; logx=1; tics='\"1\" 1, \"4\" 4'\n");
	expect_axis("devices", VALUES(0, 4), "xlabel='devices'; xmin=0; xmax=4; logx=0; tics='\"0\" 0, \"4\" 4'\n");
}

static void tics_are_short(void **state)
{
	expect_axis(
		"size", VALUES(2048, 4096, 1 << 20),
		"xlabel='size'; xmin=2048; xmax=1048576; logx=1; tics='\"2048\" 2048, \"4K\" 4096, \"1M\" 1048576'\n");
	expect_axis("tlbi", VALUES(500, 20000, 3000000),
		    "xlabel='tlbi: set time of a TLBI'; xmin=500; xmax=3000000; logx=1; "
		    "tics='\"500ns\" 500, \"20us\" 20000, \"3ms\" 3000000'\n");
}

/* A twentieth of the axis is no room for a label, but the last one always has it. */
static void crowded_tics_have_no_label(void **state)
{
	expect_axis("devices", VALUES(100, 105, 110, 195, 200),
		    "xlabel='devices'; xmin=100; xmax=200; logx=0; "
		    "tics='\"100\" 100, \"\" 105, \"110\" 110, \"\" 195, \"200\" 200'\n");
}

/* Half of the least other value, and only of times, over a wide range. */
static void zero_has_a_place_of_its_own(void **state)
{
	struct rows r;

	expect_axis("sync", VALUES(0, 1000, 4000),
		    "xlabel='sync: set time of a CMD_SYNC'; zero=500; xmin=500; xmax=4000; logx=1; "
		    "tics='\"0\" 500, \"1us\" 1000, \"4us\" 4000'\n");
	make_rows(&r, "sync", VALUES(0, 1000, 3999));
	assert_false(lines_zero_apart(&r.c, &r.f));
	free_rows(&r);
	make_rows(&r, "devices", VALUES(0, 1, 8));
	assert_false(lines_zero_apart(&r.c, &r.f));
	free_rows(&r);
	make_rows(&r, "atc", VALUES(0, 1, 8));
	assert_true(lines_zero_apart(&r.c, &r.f));
	free_rows(&r);
}

static json_t *with_mode(json_t *json, const char *mode)
{
	json_object_set_new(json_object_get(json, "params"), "mode", json_string(mode));
	return json;
}

/* x has 1 and 2, y has 2 and 4. */
static json_t *cases(const char *kernel, int boot)
{
	const uint64_t base = strcmp(kernel, "list") ? 900 : 1000;

	return json_pack("[o, o, o, o]", with_mode(fake_point("sync mode=x", "devices", 1, base + 1), "x"),
			 with_mode(fake_point("sync mode=x", "devices", 2, base + 2), "x"),
			 with_mode(fake_point("sync mode=y", "devices", 2, base + 3), "y"),
			 with_mode(fake_point("sync mode=y", "devices", 4, base + 4), "y"));
}

/* fake_point() makes op of the whole word; here it is not to differ. */
static json_t *same_op(const char *kernel, int boot)
{
	json_t *list = cases(kernel, boot), *json;
	size_t i;

	json_array_foreach (list, i, json)
		json_object_set_new(json_object_get(json, "params"), "op", json_string("sync"));
	return list;
}

static void a_figure_is_made_of_a_family(void **state)
{
	struct families families;
	struct figures figures = { 0 };
	struct fake_run f;
	struct figure *figure;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	fake_run_start(&f, "icount", 2, 2, same_op);
	families_find(&f.c, &families);
	assert_int_equal(families.count, 1);
	figure_add(&figures, lines_figure(&f.c, &families.list[0], 0, METRIC_MEDIAN, "median"));
	figure = &figures.list[0];
	assert_string_equal(figure->title, "dma op=sync: median by devices");
	assert_string_equal(figure->workload, "dma");
	assert_string_equal(figure->choice, "mode");
	assert_int_equal(figure->nr_rows, 3);
	assert_int_equal(figure->rows[2], FIGURE_NO_ROW);
	assert_int_equal(lines_row(figure, 2), 3);
	assert_int_equal(lines_place(&f.c, figure, 2), 4);
	lines_tell(out, &f.c, figure);
	fclose(out);
	assert_string_equal(text, "Lines over devices; median:"
				  " list 1001 in dma op=sync mode=x devices=1, 1002 in dma op=sync mode=x devices=2;"
				  " array 901 in dma op=sync mode=x devices=1, 902 in dma op=sync mode=x devices=2;");
	free(text);
	figures_free(&figures);
	families_free(&families);
	fake_run_stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(axes_are_as_wide_as_their_values), cmocka_unit_test(tics_are_short),
		cmocka_unit_test(crowded_tics_have_no_label),	    cmocka_unit_test(zero_has_a_place_of_its_own),
		cmocka_unit_test(a_figure_is_made_of_a_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
