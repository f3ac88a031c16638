// SPDX-License-Identifier: GPL-2.0-only
/* What was out of the ordinary, from counters: sums, the last case, and which SMMU is the slow one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "anomalies_figures.h"
#include "opcodes.h"

static const char *const none_missing[ANOMALIES];

static json_t *kind(const json_t *json, const char *name)
{
	return json_object_get(json_object_get(json, "anomalies"), name);
}

static json_int_t of(const json_t *json, const char *name, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(kind(json, name), "last"), key));
}

static void the_later_case_stays(void **state)
{
	struct anomalies_cpu one = { .calls = 7 }, two = { .calls = 5 };
	struct anomalies_totals t = {}, before = { .calls = 2, .count[ANOMALY_TOO_MUCH] = 1 };
	json_t *json;

	one.count[ANOMALY_TOO_MUCH] = 3;
	one.last[ANOMALY_TOO_MUCH] = (struct anomalies_case){ .ns = 20, .asked = 4096, .sent = 65536, .pid = 11 };
	two.count[ANOMALY_TOO_MUCH] = 2;
	two.last[ANOMALY_TOO_MUCH] = (struct anomalies_case){ .ns = 10, .asked = 8192, .sent = 99999, .pid = 12 };
	anomalies_add(&t, &one);
	anomalies_add(&t, &two);
	anomalies_take_off(&t, &before);
	json = anomalies_json(&t, none_missing);
	assert_int_equal(json_integer_value(json_object_get(json, "calls")), 10);
	assert_int_equal(json_integer_value(json_object_get(kind(json, "too_much"), "count")), 4);
	assert_int_equal(of(json, "too_much", "pid"), 11);
	assert_int_equal(of(json, "too_much", "asked_bytes"), 4096);
	assert_int_equal(of(json, "too_much", "sent_bytes"), 65536);
	assert_int_equal(json_integer_value(json_object_get(kind(json, "full_flush"), "count")), 0);
	assert_null(json_object_get(kind(json, "full_flush"), "last"));
	json_decref(json);
}

static void what_is_missing_is_told_and_no_zero(void **state)
{
	const char *missing[ANOMALIES] = { [ANOMALY_CMDQ_ERROR] = "there is no such function" };
	const struct anomalies_totals t = {};
	json_t *json = anomalies_json(&t, missing);

	assert_string_equal(json_string_value(kind(json, "cmdq_error")), "not available: there is no such function");
	json_decref(json);
}

static void a_stream_is_told_of_an_atc_inv_alone(void **state)
{
	struct anomalies_totals t = { .count[ANOMALY_ATC_BLOCKED] = 1, .count[ANOMALY_FULL_FLUSH] = 1 };
	json_t *json;

	t.last[ANOMALY_ATC_BLOCKED] = (struct anomalies_case){ .ns = 1, .command = ATC_INV, .sid = 0x100 };
	t.last[ANOMALY_FULL_FLUSH] = (struct anomalies_case){ .ns = 1, .command = OPCODES };
	json = anomalies_json(&t, none_missing);
	assert_int_equal(of(json, "atc_blocked", "sid"), 0x100);
	assert_null(json_object_get(json_object_get(kind(json, "full_flush"), "last"), "sid"));
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(kind(json, "full_flush"), "last"), "sent_bytes")),
		"everything");
	json_decref(json);
}

/* Ten times the one in the middle, and enough lists of each. */
static void the_slow_smmu_is_named(void **state)
{
	struct anomalies_totals t = {
		.nr_smmus = 4,
		.smmus = { { 20, 20 * 1000, "a" },
			   { 20, 20 * 2000, "b" },
			   { 20, 20 * 20000, "c" },
			   { 19, 19 * 99999, "d" } },
	};
	json_t *json = anomalies_json(&t, none_missing), *slow = kind(json, "slow_smmu");

	assert_int_equal(json_array_size(slow), 1);
	slow = json_array_get(slow, 0);
	assert_string_equal(json_string_value(json_object_get(slow, "smmu")), "c");
	assert_true(json_real_value(json_object_get(slow, "mean_ns")) == 20000);
	assert_true(json_real_value(json_object_get(slow, "usual_mean_ns")) == 2000);
	json_decref(json);
	t.smmus[2].ns--;
	json = anomalies_json(&t, none_missing);
	assert_int_equal(json_array_size(kind(json, "slow_smmu")), 0);
	json_decref(json);
}

static void one_smmu_has_no_siblings(void **state)
{
	const struct anomalies_totals t = { .nr_smmus = 1, .smmus = { { 100, 100000000, "a" } } };
	json_t *json = anomalies_json(&t, none_missing);

	assert_int_equal(json_array_size(kind(json, "slow_smmu")), 0);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_later_case_stays),
		cmocka_unit_test(what_is_missing_is_told_and_no_zero),
		cmocka_unit_test(a_stream_is_told_of_an_atc_inv_alone),
		cmocka_unit_test(the_slow_smmu_is_named),
		cmocka_unit_test(one_smmu_has_no_siblings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
