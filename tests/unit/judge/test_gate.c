// SPDX-License-Identifier: GPL-2.0-only
/* test_gate.c - what a gate judges, by which limits, and on which side of them a change falls. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "checked.h"
#include "gate.h"
#include "verdict.h"

static size_t count_chosen(const struct gate *gate)
{
	size_t n = 0;
	int id;

	for (id = 0; id < METRICS; id++)
		n += gate->judge.chosen[id];
	return n;
}

/* ---- what is said ---- */

static void test_metrics_are_chosen(void **state)
{
	struct gate gate = { 0 };
	struct sentence why;

	assert_int_equal(gate_choose_metrics(&gate, "median,syncs_per_op", &why), 0);
	assert_int_equal(gate_choose_metrics(&gate, "p99", &why), 0);
	assert_int_equal(count_chosen(&gate), 3);
	assert_true(gate.judge.chosen[METRIC_MEDIAN] && gate.judge.chosen[METRIC_SYNCS] &&
		    gate.judge.chosen[METRIC_P99]);
	gate_free(&gate);
	assert_int_equal(count_chosen(&gate), 0);
}

/* One that has no verdict, the beginning of one, and none at all; each is told with what there is. */
static void test_other_metrics_are_refused(void **state)
{
	static const char *const lists[] = { "p999", "mean", "med", "medians", "", "median,", "median,,p99", "Median" };
	struct sentence why;
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct gate gate = { 0 };

		assert_int_equal(gate_choose_metrics(&gate, lists[i], &why), -EINVAL);
		assert_non_null(strstr(why.text, "is judged; there are: median, p99, min, ops_per_second, "
						 "commands_per_op, syncs_per_op, batches_per_op"));
		gate_free(&gate);
	}
}

static void test_limits_are_set(void **state)
{
	struct gate gate = { 0 };
	struct sentence why;

	assert_int_equal(gate_set_limit(&gate, "median=10", &why), 0);
	assert_int_equal(gate_set_limit(&gate, "commands_per_op=0.25", &why), 0);
	assert_true(gate.judge.min_effect[METRIC_MEDIAN] == 0.1);
	assert_true(gate.judge.min_effect[METRIC_COMMANDS] == 0.0025);
	assert_int_equal(gate_set_limit(&gate, "median=12", &why), 0);
	assert_true(gate.judge.min_effect[METRIC_MEDIAN] == 0.12); /* the last counts */
	assert_int_equal(count_chosen(&gate), 0);
	assert_int_equal(gate_check_limits(&gate, &why), 0);
}

static const struct {
	const char *limit, *why;
} bad_limits[] = {
	{ "median", "--limit median: say METRIC=PERCENT" },
	{ "median=", "--limit median=: '' is not a percentage above 0" },
	{ "median=ten", "'ten' is not a percentage" },
	{ "median=5%", "'5%' is not a percentage" },
	{ "median=0", "'0' is not a percentage" },
	{ "median=-5", "'-5' is not a percentage" },
	{ "median=inf", "'inf' is not a percentage" },
	{ "median=nan", "'nan' is not a percentage" },
	{ "median=1e999", "'1e999' is not a percentage" },
	{ "=5", "no metric '' is judged" },
	{ "maximum=5", "no metric 'maximum' is judged" },
};

static void test_bad_limits_are_refused(void **state)
{
	struct sentence why;
	size_t i;
	int id;

	for (i = 0; i < sizeof(bad_limits) / sizeof(bad_limits[0]); i++) {
		struct gate gate = { 0 };

		assert_int_equal(gate_set_limit(&gate, bad_limits[i].limit, &why), -EINVAL);
		if (!strstr(why.text, bad_limits[i].why))
			fail_msg("%s: %s", bad_limits[i].limit, why.text);
		for (id = 0; id < METRICS; id++)
			assert_true(gate.judge.min_effect[id] == 0);
	}
}

/* A limit that nothing would go by is a slip. */
static void test_limit_of_what_is_left_out(void **state)
{
	struct gate gate = { 0 };
	struct sentence why;

	assert_int_equal(gate_set_limit(&gate, "median=10", &why), 0);
	assert_int_equal(gate_choose_metrics(&gate, "p99", &why), 0);
	assert_int_equal(gate_check_limits(&gate, &why), -EINVAL);
	assert_string_equal(why.text, "--limit median: --metric leaves that metric out");
	assert_int_equal(gate_choose_metrics(&gate, "median", &why), 0);
	assert_int_equal(gate_check_limits(&gate, &why), 0);
}

/* Bed virtual goes by the least time as well; asked for elsewhere, alone or by a limit, it would gate on noise. */
static void test_metric_of_exact_beds(void **state)
{
	static const char *const beds[] = { "virtual", "icount", "model", "metal" };
	size_t i;

	for (i = 0; i < sizeof(beds) / sizeof(beds[0]); i++) {
		const int want = i ? -EINVAL : 0;
		struct gate chosen = { 0 }, limited = { 0 }, other = { 0 };
		struct sentence why;
		struct result_bed bed = { .name = beds[i], .kind = bed_kind_find(beds[i]) };
		struct comparison c = { .bed = &bed };

		assert_int_equal(gate_choose_metrics(&chosen, "median,min", &why), 0);
		assert_int_equal(gate_set_limit(&limited, "min=1", &why), 0);
		assert_int_equal(gate_choose_metrics(&other, "median", &why), 0);
		assert_int_equal(gate_check_metrics(&other, &c, 1, &why), 0);
		assert_int_equal(gate_check_metrics(&limited, &c, 1, &why), want);
		assert_int_equal(gate_check_metrics(&chosen, &c, 1, &why), want);
		assert_true(!want || strstr(why.text, beds[i]));
	}
}

static void test_patterns(void **state)
{
	char dma[] = "dma*", other[] = "other", nothing[] = "sva*";
	struct gate gate = { 0 };
	struct checked k;

	clean();
	write_side("base", "1000", "1000");
	write_side("new", "1000", "1000");
	check(&k, "icount", NULL);
	assert_null(gate_find_unmatched(&gate, &k.c, 1));
	gate_add_case(&gate, dma);
	gate_add_case(&gate, other);
	assert_null(gate_find_unmatched(&gate, &k.c, 1));
	assert_ptr_equal(gate_find_unmatched(&gate, &k.c, 0), dma);
	gate_add_case(&gate, nothing);
	assert_ptr_equal(gate_find_unmatched(&gate, &k.c, 1), nothing);
	gate_free(&gate);
	forget(&k);
}

/* ---- what follows ---- */

/* The status of a check whose case "dma" went from @base to @new, on bed icount. */
static int status_of(const struct gate *gate, const char *base, const char *new)
{
	struct checked k;
	int status;

	clean();
	write_side("base", base, base);
	write_side("new", new, new);
	check(&k, "icount", &gate->judge);
	status = findings_status(&k.f, 1);
	forget(&k);
	return status;
}

/* The limit itself is a regression; less, or the same for the better, is none. */
static void test_boundary(void **state)
{
	struct gate gate = { 0 };
	struct sentence why;

	assert_int_equal(gate_choose_metrics(&gate, "median", &why), 0);
	assert_int_equal(gate_set_limit(&gate, "median=10", &why), 0);
	assert_int_equal(status_of(&gate, "1000", "1000"), STATUS_PASS);
	assert_int_equal(status_of(&gate, "1000", "1099"), STATUS_PASS);
	assert_int_equal(status_of(&gate, "1000", "1100"), STATUS_FAIL);
	assert_int_equal(status_of(&gate, "1000", "900"), STATUS_PASS);
	assert_int_equal(status_of(&gate, "1000", "500"), STATUS_PASS);
}

/* Without --limit: half a percent of what is exact, a tenth of a tail. */
static void test_default_boundaries(void **state)
{
	struct gate median = { 0 }, p99 = { 0 };
	struct sentence why;

	assert_int_equal(gate_choose_metrics(&median, "median", &why), 0);
	assert_int_equal(gate_choose_metrics(&p99, "p99", &why), 0);
	assert_int_equal(status_of(&median, "1000", "1004"), STATUS_PASS);
	assert_int_equal(status_of(&median, "1000", "1005"), STATUS_FAIL);
	assert_int_equal(status_of(&p99, "1000", "1099"), STATUS_PASS);
	assert_int_equal(status_of(&p99, "1000", "1100"), STATUS_FAIL);
}

/* What is not chosen does not gate, however much worse it is; what failed does. */
static void test_what_is_not_chosen(void **state)
{
	struct gate gate = { 0 };
	struct sentence why;

	assert_int_equal(gate_choose_metrics(&gate, "commands_per_op", &why), 0);
	assert_int_equal(status_of(&gate, "1000", "2000"), STATUS_PASS);
	assert_int_equal(status_of(&gate, "1000", "fail"), STATUS_FAIL);
	assert_int_equal(status_of(&gate, "1000", "lost"), STATUS_FAIL);
	assert_int_equal(status_of(&gate, "1000", "skip"), STATUS_INCONCLUSIVE);
	assert_int_equal(status_of(&gate, "skip", "skip"), STATUS_PASS); /* the other case is fine */
	assert_int_equal(status_of(&gate, "fail", "1000"), STATUS_INCONCLUSIVE);
	assert_int_equal(status_of(&gate, "1000", NULL), STATUS_INCONCLUSIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metrics_are_chosen),
		cmocka_unit_test(test_other_metrics_are_refused),
		cmocka_unit_test(test_limits_are_set),
		cmocka_unit_test(test_bad_limits_are_refused),
		cmocka_unit_test(test_limit_of_what_is_left_out),
		cmocka_unit_test(test_metric_of_exact_beds),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_boundary),
		cmocka_unit_test(test_default_boundaries),
		cmocka_unit_test(test_what_is_not_chosen),
	};

	return cmocka_run_group_tests(tests, start_checks, stop_checks);
}
