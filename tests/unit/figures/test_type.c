// SPDX-License-Identifier: GPL-2.0-only
/* test_type.c - every kind of figure keeps the contract of type.h; and the order of figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "must.h"
#include "type.h"
#include "xalloc.h"

static void every_type_is_whole(void **state)
{
	const struct figure_type *const *type;
	char plot[128];
	size_t n = 0;

	for_each_figure_type(type)
	{
		const struct figure_type *t = *type;

		n++;
		assert_true(islower((unsigned char)t->letter));
		assert_non_null(t->plot);
		snprintf(plot, sizeof(plot), "plots/%s.gp", t->plot);
		if (access(plot, R_OK))
			fail_msg("%s, of the figures with letter %c, is not there", plot, t->letter);
		assert_in_range(t->part, 0, FIGURE_PARTS - 1);
		assert_true(t->choose && t->write && t->alternative);
		assert_true(!t->adds || t->part == PART_SPREAD);
		assert_true(!t->few || t->part == PART_DISTRIBUTION);
	}
	assert_true(n >= 10);
}

/* Stems would be taken for each other's, and the order of a report would be the linker's. */
static void letters_and_orders_are_their_own(void **state)
{
	const struct figure_type *const *a, *const *b;

	for_each_figure_type(a) for_each_figure_type(b) if (a != b)
	{
		assert_true((*a)->letter != (*b)->letter);
		assert_true((*a)->order != (*b)->order);
	}
}

/* A figure of each part and two subjects. */
static void figures_stand_by_their_subjects(void **state)
{
	static const struct figure_type clock = { .part = PART_CLOCK, .order = 2 },
					cost = { .part = PART_COST, .order = 1 };
	static const struct figure_type line = { .part = PART_SCALING, .order = 3 },
					tail = { .part = PART_SPREAD, .order = 4 };
	static const struct figure_type curve = { .part = PART_DISTRIBUTION, .order = 5 };
	static const struct {
		const struct figure_type *type;
		size_t subject;
		const char *title;
	} chosen[] = {
		{ &curve, 0, "7" }, { &clock, 0, "6" }, { &tail, 0, "2" }, { &tail, 0, "3" },
		{ &line, 1, "4" },  { &line, 0, "1" },	{ &cost, 0, "5" }, { &curve, 9, "8" },
	};
	struct figures figures = { 0 };
	size_t i;

	for (i = 0; i < 8; i++)
		figure_add(&figures, (struct figure){ .type = chosen[i].type,
						      .subject = chosen[i].subject,
						      .title = xstrdup(chosen[i].title) });
	assert_int_equal(figures.count, 8);
	figures_sort(&figures);
	for (i = 0; i < 8; i++)
		assert_int_equal(figures.list[i].title[0], '1' + (int)i);
	figures_free(&figures);
	assert_int_equal(figures.count, 0);
	figures_sort(&figures);
}

static void a_figure_of_a_case_has_its_row(void **state)
{
	struct row rows[2] = { { .name = "a", .workload = "dma" }, { .name = "b", .workload = "sva" } };
	const struct comparison c = { .rows = rows, .nr_rows = 2 };
	struct figures figures = { 0 };

	figure_add_case(&figures, &c, 1, xstrdup("b: ratio"));
	assert_int_equal(figures.count, 1);
	assert_int_equal(figures.list[0].nr_rows, 1);
	assert_int_equal(figures.list[0].rows[0], 1);
	assert_int_equal(figures.list[0].subject, 1);
	assert_string_equal(figures.list[0].workload, "sva");
	assert_string_equal(figures.list[0].title, "b: ratio");
	figures_free(&figures);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_whole),
		cmocka_unit_test(letters_and_orders_are_their_own),
		cmocka_unit_test(figures_stand_by_their_subjects),
		cmocka_unit_test(a_figure_of_a_case_has_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
