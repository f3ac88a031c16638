// SPDX-License-Identifier: GPL-2.0-only
/* test_history_value.c - one value against those of earlier builds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "history.h"

/* Of these the quartiles are 990 and 1010, so the fences 930 and 1070. */
#define FIVE { 1000, 990, 1010, 980, 1020 }

static const struct value_case {
	const char *what;
	enum metric_id metric;
	double builds[8];
	size_t n;
	double value, effect;
	enum verdict want;
} value_cases[] = {
	{ "beyond the fence and the effect", METRIC_MEDIAN, FIVE, 5, 1071, 0.05, VERDICT_WORSE },
	{ "beyond the effect, not the fence", METRIC_MEDIAN, FIVE, 5, 1069, 0.05, VERDICT_INCONCLUSIVE },
	{ "on the fence", METRIC_MEDIAN, FIVE, 5, 1070, 0.05, VERDICT_INCONCLUSIVE },
	{ "beyond the fence, not the effect", METRIC_MEDIAN, FIVE, 5, 1071, 0.10, VERDICT_SAME },
	{ "less is better", METRIC_MEDIAN, FIVE, 5, 929, 0.05, VERDICT_BETTER },
	{ "less throughput is worse", METRIC_THROUGHPUT, FIVE, 5, 929, 0.05, VERDICT_WORSE },
	{ "more of it better", METRIC_THROUGHPUT, FIVE, 5, 1071, 0.05, VERDICT_BETTER },
	{ "four builds are too few", METRIC_MEDIAN, { 1000, 1000, 1000, 1000 }, 4, 2000, 0.05, VERDICT_INCONCLUSIVE },
	{ "no build", METRIC_MEDIAN, { 0 }, 0, 2000, 0.05, VERDICT_INCONCLUSIVE },
	{ "without spread the effect decides",
	  METRIC_MEDIAN,
	  { 1000, 1000, 1000, 1000, 1000 },
	  5,
	  1006,
	  0.005,
	  VERDICT_WORSE },
	{ "and below it there is none", METRIC_MEDIAN, { 1000, 1000, 1000, 1000, 1000 }, 5, 1004, 0.005, VERDICT_SAME },
	{ "a past regression moves the quartiles little",
	  METRIC_MEDIAN,
	  { 1000, 990, 1010, 980, 1020, 1005, 995, 2000 },
	  8,
	  1100,
	  0.05,
	  VERDICT_WORSE },
	{ "one nanosecond is none", METRIC_MEDIAN, { 10, 10, 10, 10, 10 }, 5, 11, 0.05, VERDICT_SAME },
	{ "one command is", METRIC_COMMANDS, { 10, 10, 10, 10, 10 }, 5, 11, 0.005, VERDICT_WORSE },
};

static void test_judge_value(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(value_cases) / sizeof(value_cases[0]); i++) {
		const struct value_case *v = &value_cases[i];
		struct history_figure f = { .value = v->value, .min_effect = v->effect };
		double builds[8];

		memcpy(builds, v->builds, sizeof(builds));
		history_judge_value(&f, v->metric, builds, v->n);
		if (f.verdict != v->want)
			fail_msg("%s: %s, not %s", v->what, verdict_name(f.verdict), verdict_name(v->want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
