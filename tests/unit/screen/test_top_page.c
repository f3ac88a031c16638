// SPDX-License-Identifier: GPL-2.0-only
/* test_top_page.c - a window as lines, on screens of all sizes. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_top.h"
#include "text.h"
#include "top_page.h"

#define WIDTH  80
#define HEIGHT 24

static struct top_window window;

static int setup(void **state)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	fake_read(&window, FAKE_SPLIT, FAKE_CMDQ, &(struct top_filter){});
	return 0;
}

static int teardown(void **state)
{
	top_free(&window);
	return 0;
}

static void at_80x24_nothing_is_cut(void **state)
{
	struct top_view view = { .order.by = TOP_COL_TIME, .host = "host 6.12.0" };
	struct terminal_line *lines = top_page(&window, &view, WIDTH, HEIGHT);
	static const char *const expected[] = {
		"invbench top  12.0 s  16.5 inv/s  63.0 cmd/s  lost 3  by TIME%  host 6.12.0",
		"SMMU               TIME% LIST/S CMD/S SYNC/S    P50    P99 ATC% LATE% TAG%  GRAN",
		"smmu3.b              0.0   3.50  30.5   20.0 1.50us  120us 25.0   5.0    0   4K+",
		"smmu3.a              0.0   4.00  30.0   20.0 1.50us  120us 50.0  10.0 25.0    4K",
		"smmu3.c                0      0  2.50   20.0      -      -    -     -    -     -",
		"    PID PROCESS         TIME%  INV/S CMD/S SYNC/S    P50    P99 ATC% LOCK% LATE%",
		"4194304 dma-worker/12:3   0.0   5.00  15.0   10.0 1.50us  120us 50.0  25.0  10.0",
		"      0 (others)          0.0   1.50  15.0   10.0 1.50us  120us 12.5   6.2   2.5",
	};
	size_t i;

	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_string_equal(lines[i].text, expected[i]);
	assert_string_equal(lines[HEIGHT - 1].text, "q quit  ? help  sort by: t i c s 5 9 a l d g n p  r reverse");
	free(lines);
}

/* A long name is cut, and then nothing else. */
static void a_name_is_cut(void **state)
{
	struct top_view view = {};
	struct terminal_line *lines;

	memset(window.rows[TOP_SMMU][0].name, 'x', 40);
	lines = top_page(&window, &view, WIDTH, HEIGHT);
	assert_string_equal(lines[2].text,
			    "xxxxxxxxxxxxxxxxxx   0.0   3.50  30.5   20.0 1.50us  120us 25.0   5.0    0   4K+");
	free(lines);
	lines = top_page(&window, &view, 110, HEIGHT);
	assert_int_equal(strspn(lines[2].text, "x"), 40);
	free(lines);
}

static void on_no_screen_is_a_line_too_wide(void **state)
{
	struct terminal_line *lines;
	size_t width, height, i;

	for (width = 1; width < 140; width++) {
		for (height = 1; height < 30; height++) {
			struct top_view view = { .help = height % 2 };

			lines = top_page(&window, &view, width, height);
			for (i = 0; i < height; i++)
				assert_true(text_width(lines[i].text) <= width);
			free(lines);
		}
	}
}

/* Columns are left out whole: what is there at 50 is as at 80. */
static void narrow_screens_have_fewer_columns(void **state)
{
	struct top_view view = {};
	struct terminal_line *lines = top_page(&window, &view, 50, HEIGHT);

	assert_string_equal(lines[5].text, "    PID PROCESS   TIME%  INV/S CMD/S SYNC/S    P50");
	assert_string_equal(lines[6].text, "4194304 dma-worke   0.0   5.00  15.0   10.0 1.50us");
	free(lines);
}

static void fill(struct top_window *w, enum top_scope scope, size_t count)
{
	size_t i;

	free(w->rows[scope]);
	w->rows[scope] = calloc(count, sizeof(struct top_row));
	w->counts[scope] = count;
	for (i = 0; i < count; i++) {
		snprintf(w->rows[scope][i].name, TOP_NAME_SIZE, "n%zu", i);
		w->rows[scope][i].pid = (long long)i;
	}
}

/* A third of the room is that of SMMUs; the processes are scrolled, and not beyond their end. */
static void there_are_more_than_fit(void **state)
{
	struct top_view view = {};
	struct terminal_line *lines;

	fill(&window, TOP_SMMU, 30);
	fill(&window, TOP_PROCESS, 100);
	lines = top_page(&window, &view, WIDTH, HEIGHT);
	assert_int_equal(strncmp(lines[1].text, "SMMU 6/30 ", 10), 0);
	assert_int_equal(strncmp(lines[7].text, "n5 ", 3), 0);
	assert_int_equal(strncmp(lines[8].text, "    PID PROCESS 14/100", 22), 0);
	assert_int_equal(strncmp(lines[9].text, "      0 n0 ", 11), 0);
	assert_int_equal(strncmp(lines[22].text, "     13 n13 ", 12), 0);
	free(lines);
	view.first = 1000;
	lines = top_page(&window, &view, WIDTH, HEIGHT);
	assert_int_equal(view.first, 86);
	assert_int_equal(strncmp(lines[22].text, "     99 n99 ", 12), 0);
	free(lines);
}

/* What a terminal shows in two places, or in none, would move what is behind it. */
static void wide_characters_are_replaced(void **state)
{
	struct top_view view = {};
	struct terminal_line *lines;

	strcpy(window.rows[TOP_SMMU][0].name, "\u00fc\u4e2d\u0301x\xff");
	lines = top_page(&window, &view, WIDTH, HEIGHT);
	assert_int_equal(strncmp(lines[2].text, "\u00fc??x?   ", 9), 0);
	free(lines);
	setlocale(LC_CTYPE, "C");
	lines = top_page(&window, &view, WIDTH, HEIGHT);
	assert_int_equal(strncmp(lines[2].text, "???????x?   ", 12), 0);
	free(lines);
}

static void help_has_the_reasons(void **state)
{
	struct top_view view = { .help = true };
	struct terminal_line *lines;
	size_t i, found = 0;

	top_free(&window);
	fake_read(&window, "{ \"processes\": [{ \"pid\": 1, \"comm\": \"a\", \"lock_ns\": \"not available: x\" }] }",
		  "{}", &(struct top_filter){});
	lines = top_page(&window, &view, WIDTH, HEIGHT);
	for (i = 0; i < HEIGHT; i++)
		found += !strcmp(lines[i].text, "LOCK% of processes: not available: x");
	assert_int_equal(found, 1);
	assert_non_null(strstr(lines[HEIGHT - 1].text, "why -"));
	free(lines);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(at_80x24_nothing_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(a_name_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(on_no_screen_is_a_line_too_wide, setup, teardown),
		cmocka_unit_test_setup_teardown(narrow_screens_have_fewer_columns, setup, teardown),
		cmocka_unit_test_setup_teardown(there_are_more_than_fit, setup, teardown),
		cmocka_unit_test_setup_teardown(wide_characters_are_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(help_has_the_reasons, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
