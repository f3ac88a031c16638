// SPDX-License-Identifier: GPL-2.0-only
/* test_top_columns.c - figures as numbers and as text, and rows in order. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_top.h"
#include "top_columns.h"

static struct top_window window;

static int setup(void **state)
{
	fake_read(&window, FAKE_SPLIT, FAKE_CMDQ, &(struct top_filter){});
	return 0;
}

static int teardown(void **state)
{
	top_free(&window);
	return 0;
}

static void assert_cell(enum top_scope scope, const struct top_row *row, enum top_column column, const char *expected)
{
	char text[TOP_CELL_SIZE];

	top_cell(&window, scope, row, column, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void cells_of_a_process(void **state)
{
	const struct top_row *row = &window.rows[TOP_PROCESS][0];

	assert_cell(TOP_PROCESS, row, TOP_COL_PID, "4194304");
	assert_cell(TOP_PROCESS, row, TOP_COL_NAME, "dma-worker/12:3");
	assert_cell(TOP_PROCESS, row, TOP_COL_TIME, "0.0"); /* 1 us of 2 s */
	assert_cell(TOP_PROCESS, row, TOP_COL_RATE, "5.00");
	assert_cell(TOP_PROCESS, row, TOP_COL_COMMANDS, "15.0");
	assert_cell(TOP_PROCESS, row, TOP_COL_SYNCS, "10.0");
	assert_cell(TOP_PROCESS, row, TOP_COL_P50, "1.50us");
	assert_cell(TOP_PROCESS, row, TOP_COL_P99, "120us");
	assert_cell(TOP_PROCESS, row, TOP_COL_ATC, "50.0");
	assert_cell(TOP_PROCESS, row, TOP_COL_LOCK, "25.0");
	assert_cell(TOP_PROCESS, row, TOP_COL_LATE, "10.0");
	assert_cell(TOP_PROCESS, row, TOP_COL_TAG, "-");
	assert_cell(TOP_PROCESS, &window.rows[TOP_PROCESS][1], TOP_COL_NAME, "(others)");
}

static void cells_of_an_smmu(void **state)
{
	const struct top_row *row = &window.rows[TOP_SMMU][1];

	assert_cell(TOP_SMMU, row, TOP_COL_NAME, "smmu3.a");
	assert_cell(TOP_SMMU, row, TOP_COL_PID, "-");
	assert_cell(TOP_SMMU, row, TOP_COL_RATE, "4.00");
	assert_cell(TOP_SMMU, row, TOP_COL_COMMANDS, "30.0");
	assert_cell(TOP_SMMU, row, TOP_COL_ATC, "50.0");
	assert_cell(TOP_SMMU, row, TOP_COL_LOCK, "-");
	assert_cell(TOP_SMMU, row, TOP_COL_TAG, "25.0");
	assert_cell(TOP_SMMU, row, TOP_COL_GRANULE, "4K");
	row = &window.rows[TOP_SMMU][2]; /* of nothing there are no shares */
	assert_cell(TOP_SMMU, row, TOP_COL_TIME, "0");
	assert_cell(TOP_SMMU, row, TOP_COL_ATC, "-");
	assert_cell(TOP_SMMU, row, TOP_COL_TAG, "-");
	assert_cell(TOP_SMMU, row, TOP_COL_GRANULE, "-");
}

/* Whatever the figure is, a cell keeps within its column. */
static void cells_are_narrow(void **state)
{
	struct top_row row = { .name = "x", .pid = 4194304, .granule = "64K+" };
	long long value;
	char text[TOP_CELL_SIZE];
	int c, f, scope;

	for (value = 0; value < 1LL << 50; value = value * 3 / 2 + 1) {
		for (f = 0; f < TOP_FIGURES; f++)
			row.figures[f] = f == TOP_TIME ? value / 7 : value;
		for (c = 0; c < TOP_COLUMNS; c++) {
			scope = c == TOP_COL_TAG || c == TOP_COL_GRANULE ? TOP_SMMU : TOP_PROCESS;
			if (c == TOP_COL_NAME || ((c == TOP_COL_P50 || c == TOP_COL_P99) && value > 1LL << 43))
				continue;
			top_cell(&window, scope, &row, c, text, sizeof(text));
			if (strlen(text) >= (size_t)top_columns[c].width + (c == TOP_COL_PID))
				fail_msg("column %s: '%s' is %lld", top_columns[c].heads[scope], text, value);
		}
	}
}

static void numbers_are_rounded(void **state)
{
	static const struct {
		long long ns;
		const char *text;
	} cases[] = { { 0, "0ns" },	    { 1, "1.00ns" },	    { 99, "99.0ns" },	    { 999, "999ns" },
		      { 1000, "1.00us" },   { 9994, "9.99us" },	    { 9996, "10.0us" },	    { 999499, "999us" },
		      { 999500, "1.00ms" }, { 123456789, "123ms" }, { 2000000000, "2.00s" } };
	struct top_row row = {};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		row.figures[TOP_P50] = cases[i].ns;
		assert_cell(TOP_PROCESS, &row, TOP_COL_P50, cases[i].text);
	}
	row.figures[TOP_TIME] = 8000000000; /* four CPUs, all the time */
	assert_cell(TOP_PROCESS, &row, TOP_COL_TIME, "400");
}

static void no_time_has_no_rate(void **state)
{
	window.seconds = 0;
	assert_cell(TOP_PROCESS, &window.rows[TOP_PROCESS][0], TOP_COL_RATE, "-");
}

/* "pid pid pid", as they are. */
static void assert_order(struct top_order order, long long first, long long second, long long third)
{
	const struct top_row *rows = window.rows[TOP_PROCESS];

	top_sort(&window, order);
	assert_int_equal(rows[0].pid, first);
	assert_int_equal(rows[1].pid, second);
	assert_int_equal(rows[2].pid, third);
}

static void rows_are_sorted(void **state)
{
	size_t i;

	assert_order((struct top_order){ TOP_COL_TIME, false }, 0, 77, 4194304);
	assert_order((struct top_order){ TOP_COL_TIME, true }, 4194304, 77, 0);
	assert_order((struct top_order){ TOP_COL_RATE, false }, 77, 4194304, 0);
	assert_order((struct top_order){ TOP_COL_PID, false }, 0, 77, 4194304);
	assert_order((struct top_order){ TOP_COL_PID, true }, 4194304, 77, 0);
	assert_order((struct top_order){ TOP_COL_NAME, false }, 0, 4194304, 77);
	assert_order((struct top_order){ TOP_COL_NAME, true }, 77, 4194304, 0);
	/* Alike in that: by name. SMMUs know of no process number. */
	assert_order((struct top_order){ TOP_COL_SYNCS, false }, 0, 4194304, 77);
	top_sort(&window, (struct top_order){ TOP_COL_PID, true });
	for (i = 0; i + 1 < window.counts[TOP_SMMU]; i++)
		assert_true(strcmp(window.rows[TOP_SMMU][i].name, window.rows[TOP_SMMU][i + 1].name) < 0);
}

/* Either way round: else a reversed order would begin with what is not known. */
static void what_is_not_known_is_last(void **state)
{
	window.rows[TOP_PROCESS][2].figures[TOP_LOCK_TIME] = TOP_UNKNOWN;
	assert_order((struct top_order){ TOP_COL_LOCK, false }, 4194304, 0, 77);
	assert_order((struct top_order){ TOP_COL_LOCK, true }, 0, 4194304, 77);
}

static void columns_have_words_and_keys_of_their_own(void **state)
{
	int c;

	for (c = 0; c < TOP_COLUMNS; c++) {
		if (!top_columns[c].word)
			continue;
		assert_int_equal(top_column_of_word(top_columns[c].word), c);
		assert_int_equal(top_column_of_key(top_columns[c].key), c);
		assert_null(strchr("qrh? ", top_columns[c].key));
	}
	assert_int_equal(top_column_of_word("nonsense"), TOP_COLUMNS);
	assert_int_equal(top_column_of_key(0), TOP_COLUMNS);
	assert_int_equal(top_column_of_key('q'), TOP_COLUMNS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cells_of_a_process, setup, teardown),
		cmocka_unit_test_setup_teardown(cells_of_an_smmu, setup, teardown),
		cmocka_unit_test_setup_teardown(cells_are_narrow, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_are_rounded, setup, teardown),
		cmocka_unit_test_setup_teardown(no_time_has_no_rate, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_are_sorted, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_not_known_is_last, setup, teardown),
		cmocka_unit_test(columns_have_words_and_keys_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
