// SPDX-License-Identifier: GPL-2.0-only
/* test_top_rows.c - what the probes took, as rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_top.h"
#include "text.h"

static const struct top_filter all;

static const struct top_row *row_of(const struct top_window *w, enum top_scope scope, const char *name)
{
	size_t i;

	for (i = 0; i < w->counts[scope]; i++)
		if (!strcmp(w->rows[scope][i].name, name))
			return &w->rows[scope][i];
	fail_msg("there is no row '%s'", name);
	return NULL;
}

static void processes_are_of_split(void **state)
{
	const struct top_row *row;
	struct top_window w;

	fake_read(&w, FAKE_SPLIT, FAKE_CMDQ, &all);
	assert_int_equal(w.counts[TOP_PROCESS], 3);
	row = row_of(&w, TOP_PROCESS, "fio");
	assert_int_equal(row->pid, 77);
	assert_int_equal(row->figures[TOP_COUNT], 20);
	assert_int_equal(row->figures[TOP_TIME], 3000);
	assert_int_equal(row->figures[TOP_COMMANDS], 30);
	assert_int_equal(row->figures[TOP_P99], 120000);
	assert_int_equal(row->figures[TOP_BY_TAG], TOP_UNKNOWN);
	assert_int_equal(row_of(&w, TOP_PROCESS, "")->pid, 0);
	assert_int_equal(w.lost, 3);
	assert_int_equal(w.nr_reasons, 0);
	top_free(&w);
}

/* Times are of split, what was sent of cmdq, which knows more: also one that no invalidation used. */
static void smmus_are_of_both(void **state)
{
	const struct top_row *row;
	struct top_window w;

	fake_read(&w, FAKE_SPLIT, FAKE_CMDQ, &all);
	assert_int_equal(w.counts[TOP_SMMU], 3);
	row = row_of(&w, TOP_SMMU, "smmu3.b");
	assert_int_equal(row->figures[TOP_COUNT], 7);
	assert_int_equal(row->figures[TOP_TIME], 2000);
	assert_int_equal(row->figures[TOP_COMMANDS], 61);
	assert_int_equal(row->figures[TOP_ATC_INVS], 9);
	assert_int_equal(row->figures[TOP_LOCK_TIME], TOP_UNKNOWN);
	assert_string_equal(row->granule, "4K+");
	assert_string_equal(row_of(&w, TOP_SMMU, "smmu3.a")->granule, "4K");
	row = row_of(&w, TOP_SMMU, "smmu3.c");
	assert_int_equal(row->figures[TOP_COUNT], 0);
	assert_int_equal(row->figures[TOP_COMMANDS], 5);
	assert_int_equal(row->figures[TOP_P50], TOP_UNKNOWN);
	assert_string_equal(row->granule, "");
	top_free(&w);
}

static void filters_leave_out(void **state)
{
	struct top_window w;

	fake_read(&w, FAKE_SPLIT, FAKE_CMDQ, &(struct top_filter){ 77, "smmu3.c" });
	assert_int_equal(w.counts[TOP_PROCESS], 1);
	assert_string_equal(w.rows[TOP_PROCESS][0].name, "fio");
	assert_int_equal(w.counts[TOP_SMMU], 1);
	assert_string_equal(w.rows[TOP_SMMU][0].name, "smmu3.c");
	top_free(&w);
	fake_read(&w, FAKE_SPLIT, FAKE_CMDQ, &(struct top_filter){ 7, "smmu3" });
	assert_int_equal(w.counts[TOP_PROCESS] + w.counts[TOP_SMMU], 0);
	top_free(&w);
}

/* What is not known is no zero, and there is one reason for all who lack it. */
static void reasons_are_kept(void **state)
{
	struct top_window w;

	fake_read(&w,
		  "{ \"processes\": [{ \"pid\": 1, \"comm\": \"a\", \"lock_ns\": \"not available: x\" },"
		  "{ \"pid\": 2, \"comm\": \"b\", \"lock_ns\": \"not available: x\" }],"
		  "\"instances\": [{ \"name\": \"smmu3.a\", \"commands\": 3 }] }",
		  "\"not available: cmdq\\u001b[2J\"", &all);
	assert_int_equal(w.rows[TOP_PROCESS][0].figures[TOP_LOCK_TIME], TOP_UNKNOWN);
	assert_int_equal(w.rows[TOP_SMMU][0].figures[TOP_COMMANDS], TOP_UNKNOWN);
	assert_int_equal(w.rows[TOP_SMMU][0].figures[TOP_BY_TAG], TOP_UNKNOWN);
	assert_int_equal(w.nr_reasons, 7);
	assert_int_equal(w.reasons[0].figure, TOP_LOCK_TIME);
	assert_string_equal(w.reasons[0].text, "not available: x");
	assert_string_equal(w.reasons[1].text, "not available: cmdq?[2J");
	top_free(&w);
}

static void counts_that_were_refused_are_not_known(void **state)
{
	struct top_window w;

	fake_read(&w, "{}",
		  "{ \"instances\": [{ \"name\": \"smmu3.a\", \"figures\": \"not available: n is too large\" }] }",
		  &all);
	assert_int_equal(w.rows[TOP_SMMU][0].figures[TOP_COMMANDS], TOP_UNKNOWN);
	assert_int_equal(w.rows[TOP_SMMU][0].figures[TOP_BY_RANGE], TOP_UNKNOWN);
	top_free(&w);
}

/* A few of the right granule do not hide those of a wrong one. */
static void the_granule_is_that_of_most(void **state)
{
	struct top_window w;

	fake_read(&w, "{}",
		  "{ \"instances\": [{ \"name\": \"smmu3.a\", " FAKE_SENT(60, 27, 0, "\"4K\": 1, \"64K\": 26") "}] }",
		  &all);
	assert_string_equal(w.rows[TOP_SMMU][0].granule, "64K+");
	top_free(&w);
}

/* A process gives itself any name. */
static void names_become_lines(void **state)
{
	struct top_window w;

	fake_read(&w, "{ \"processes\": [{ \"pid\": 1, \"comm\": \"a\\n\\u001b[31mb\\u202e\" }] }", "{}", &all);
	assert_true(text_is_line(w.rows[TOP_PROCESS][0].name));
	assert_string_equal(w.rows[TOP_PROCESS][0].name, "a??[31mb?");
	top_free(&w);
}

static void nothing_is_nothing(void **state)
{
	struct top_window w;

	fake_read(&w, "{}", "{}", &all);
	assert_int_equal(w.counts[TOP_PROCESS] + w.counts[TOP_SMMU] + w.nr_reasons, 0);
	top_free(&w);
	fake_read(&w, "{ \"processes\": [7, null], \"instances\": [[]], \"lost\": \"x\" }", "[]", &all);
	assert_int_equal(w.counts[TOP_PROCESS], 2);
	assert_int_equal(w.rows[TOP_PROCESS][0].figures[TOP_COUNT], TOP_UNKNOWN);
	top_free(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_are_of_split),
		cmocka_unit_test(smmus_are_of_both),
		cmocka_unit_test(filters_leave_out),
		cmocka_unit_test(reasons_are_kept),
		cmocka_unit_test(counts_that_were_refused_are_not_known),
		cmocka_unit_test(the_granule_is_that_of_most),
		cmocka_unit_test(names_become_lines),
		cmocka_unit_test(nothing_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
