// SPDX-License-Identifier: GPL-2.0-only
/* test_metric.c - what a boot says of a metric, and where it says nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "metric.h"

/* Operations per second: the threads' rates together, and higher is better, unlike all else. */
static void test_throughput(void **state)
{
	static const struct {
		uint64_t first, second;
		double rate;
		enum verdict want;
		const char *why;
	} others[] = {
		{ 500000, 500000, 2e6, VERDICT_BETTER, "throughput +33.3 %" },
		{ 2000000, 2000000, 0.5e6, VERDICT_WORSE, "throughput -66.7 %" },
		{ 1000000, 500000, 1.5e6, VERDICT_SAME, "" },
		{ 1000000, 520000, 1.4615e6, VERDICT_SAME, "" }, /* 2.6 %: below the minimum effect */
	};
	struct side sides[2];
	struct comparison c;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const struct cell *cell;

		clean();
		write_times("list", "model", 8, 1000000, 500000);
		write_times("array", "model", 8, others[i].first, others[i].second);
		load(sides, &c, "model");
		cell = &c.rows[0].cells[1];
		assert_true(fabs(cell->metrics[METRIC_THROUGHPUT].value / others[i].rate - 1) < 1e-4);
		assert_int_equal(cell->verdict, others[i].want);
		assert_string_equal(cell->why, others[i].why);
		unload(sides, &c);
	}
}

/* Where a file says that no time went by. */
static void test_no_throughput(void **state)
{
	struct side sides[2];
	struct comparison c;

	clean();
	write_times("list", "model", 8, 1000000, 500000);
	write_times("array", "model", 8, 1000000, 0);
	load(sides, &c, "model");
	assert_true(c.rows[0].cells[0].metrics[METRIC_THROUGHPUT].present);
	assert_false(c.rows[0].cells[1].metrics[METRIC_THROUGHPUT].present);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_SAME);
	unload(sides, &c);
}

static json_t *in_two_without_probe(uint64_t median)
{
	json_t *json = fake_in_two(fake_case("b", json_object(), 12, median));

	json_object_clear(json_object_get(json, "probes"));
	return json;
}

/* Two threads on bed icount: only the probe's counts are figures, and what has no probe is not compared. */
static void test_threads_in_turn(void **state)
{
	struct side sides[2];
	struct comparison c;
	int boot, id;

	clean();
	for (boot = 1; boot <= 2; boot++) {
		write_boot("list", "icount", boot,
			   json_pack("[o, o]", with_probe(fake_in_two(sync_case(1000)), 4, 2),
				     in_two_without_probe(1000)));
		write_boot(
			"array", "icount", boot,
			json_pack("[o, o]", with_probe(fake_in_two(sync_case(500)), 5, 2), in_two_without_probe(500)));
	}
	load(sides, &c, "icount");
	for (id = 0; id < METRICS; id++)
		assert_int_equal(c.rows[0].cells[1].metrics[id].present, metric_infos[id].source == SOURCE_PROBE);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_WORSE);
	assert_string_equal(c.rows[0].cells[1].why, "commands +25.0 %");
	assert_int_equal(c.rows[1].cells[1].verdict, VERDICT_NOT_COMPARED);
	assert_non_null(strstr(c.rows[1].cells[1].why, "threads took turns"));
	assert_false(compare_has_latency(&c, &c.rows[0]));
	unload(sides, &c);
}

static json_t *nvme_case(uint64_t median)
{
	json_t *json = fake_case("nvme", json_object(), 12, median);

	json_object_set_new(json, "workload", json_string("nvme"));
	return json;
}

/* Of a drive on bed icount only counts are figures; where time is real its latency is one. */
static void test_idle_time(void **state)
{
	static const struct {
		const char *bed;
		enum verdict want;
	} beds[] = { { "icount", VERDICT_SAME }, { "metal", VERDICT_WORSE } };
	struct side sides[2];
	struct comparison c;
	size_t i;
	int boot, id;

	for (i = 0; i < 2; i++) {
		clean();
		for (boot = 1; boot <= 8; boot++) {
			write_boot("list", beds[i].bed, boot, json_pack("[o]", nvme_case(1000)));
			write_boot("array", beds[i].bed, boot, json_pack("[o]", nvme_case(12000)));
		}
		load(sides, &c, beds[i].bed);
		for (id = 0; id < METRICS && i == 0; id++)
			assert_int_equal(c.rows[0].cells[1].metrics[id].present,
					 metric_infos[id].source == SOURCE_PROBE);
		assert_int_equal(c.rows[0].cells[1].verdict, beds[i].want);
		assert_int_equal(compare_has_latency(&c, &c.rows[0]), i == 1);
		unload(sides, &c);
	}
}

/* 999 samples know no p99.9: it would be their maximum. */
static void test_p999(void **state)
{
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR);
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", fake_fewer(sync_case(1000), 12, 1000)));
	load(sides, &c, "icount");
	assert_true(c.rows[0].cells[0].metrics[METRIC_P999].present);
	assert_true(c.rows[0].cells[0].metrics[METRIC_P999].value == (double)hist_quantile(&h, 0.999) - FAKE_FLOOR);
	assert_true(c.rows[0].cells[0].metrics[METRIC_P999].value > c.rows[0].cells[0].metrics[METRIC_P99].value);
	assert_false(c.rows[0].cells[1].metrics[METRIC_P999].present);
	assert_true(c.rows[0].cells[1].metrics[METRIC_MAX].present);
	unload(sides, &c);
	hist_free(&h);
}

/* As the bed has it, or as the metric does on any. */
static void test_units(void **state)
{
	const struct bed_kind *icount = bed_kind_find("icount"), *metal = bed_kind_find("metal");

	assert_string_equal(metric_unit(METRIC_MEDIAN, icount), "instructions");
	assert_string_equal(metric_unit(METRIC_MAX, metal), "ns");
	assert_string_equal(metric_unit(METRIC_P99, NULL), "(unknown)");
	assert_string_equal(metric_unit(METRIC_THROUGHPUT, metal), "ops/s");
	assert_string_equal(metric_unit(METRIC_COMMANDS, icount), "per op");
	assert_string_equal(metric_unit(METRIC_BATCHES, NULL), "per op");
}

static void test_decimals(void **state)
{
	assert_int_equal(metric_decimals(METRIC_MEDIAN), 0);
	assert_int_equal(metric_decimals(METRIC_MEAN), 1);
	assert_int_equal(metric_decimals(METRIC_THROUGHPUT), 0);
	assert_int_equal(metric_decimals(METRIC_SYNCS), 2);
	assert_int_equal(metric_decimals_beside(METRIC_MEDIAN, 99.5), 1);
	assert_int_equal(metric_decimals_beside(METRIC_MEDIAN, -100), 0);
	assert_int_equal(metric_decimals_beside(METRIC_SYNCS, 1), 2);
	assert_int_equal(metric_decimals_alone(-99.9), 2);
	assert_int_equal(metric_decimals_alone(100), 1);
	assert_int_equal(metric_decimals_alone(1000), 0);
}

/* Each is known by one key, and from a change of more than nothing. */
static void test_table(void **state)
{
	int id, other;

	for (id = 0; id < METRICS; id++) {
		assert_true(metric_infos[id].min_effect > 0 && metric_infos[id].min_effect_counted > 0);
		assert_int_equal(metric_infos[id].higher_better, id == METRIC_THROUGHPUT);
		for (other = 0; other < id; other++) {
			assert_string_not_equal(metric_infos[id].key, metric_infos[other].key);
			assert_string_not_equal(metric_infos[id].title, metric_infos[other].title);
		}
	}
}

/* Of a case that did not pass, a probe that lost events, or none. */
static void test_no_value(void **state)
{
	const struct result_bed bed = { .kind = bed_kind_find("icount") };
	struct result_case rc = {
		.status = STATUS_PASS,
		.probe = { .present = true, .valid = true, .ops = 4, .commands = 10, .syncs = 4, .batches = 2 }
	};
	double value = -1;

	assert_true(compare_case_value(&bed, &rc, METRIC_COMMANDS, &value) && value == 2.5);
	assert_true(compare_case_value(&bed, &rc, METRIC_SYNCS, &value) && value == 1);
	assert_true(compare_case_value(&bed, &rc, METRIC_BATCHES, &value) && value == 0.5);
	rc.probe.valid = false;
	assert_false(compare_case_value(&bed, &rc, METRIC_COMMANDS, &value));
	rc.probe = (struct result_probe){ .valid = true };
	assert_false(compare_case_value(&bed, &rc, METRIC_COMMANDS, &value));
	assert_true(value == 0.5); /* untouched */
	rc.status = STATUS_SKIP;
	assert_false(compare_case_value(&bed, &rc, METRIC_MEDIAN, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_throughput),
		cmocka_unit_test(test_no_throughput),
		cmocka_unit_test(test_threads_in_turn),
		cmocka_unit_test(test_idle_time),
		cmocka_unit_test(test_p999),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_decimals),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_no_value),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
