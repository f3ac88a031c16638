// SPDX-License-Identifier: GPL-2.0-only
/* test_verdict.c - from two sides of a case to what may be said of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "verdict.h"

struct verdict_case {
	const char *what;
	uint64_t base[18], other[18];
	enum verdict want;
	const char *why;
};

static const struct verdict_case count_cases[] = {
	{ "7 % less", { 1000, 1001, 999 }, { 930, 931, 929 }, VERDICT_BETTER, "median -7.0 %" },
	{ "7 % more", { 1000, 1001, 999 }, { 1070, 1071, 1069 }, VERDICT_WORSE, "median +7.0 %" },
	{ "the same", { 1000, 1001, 999 }, { 1000, 1001, 999 }, VERDICT_SAME, "" },
	{ "0.4 %, below the minimum effect", { 10000, 10000 }, { 10040, 10040 }, VERDICT_SAME, "" },
	{ "0.6 %, above it", { 10000, 10000 }, { 10060, 10060 }, VERDICT_WORSE, "median +0.6 %" },
	{ "two boots are enough", { 1000, 1001 }, { 930, 931 }, VERDICT_BETTER, "median -7.0 %" },
	{ "one boot is not", { 1000, 1001 }, { 500 }, VERDICT_INCONCLUSIVE, "1 boot a side, needs 2" },
	{ "one boot of the base is not", { 1000 }, { 500, 500 }, VERDICT_INCONCLUSIVE, "1 boot a side, needs 2" },
	{ "overlap", { 1000, 1100, 1200 }, { 1050, 1150, 1250 }, VERDICT_INCONCLUSIVE, "median -13.6..+22.7 %" },
	{ "apart, but by less than a side is spread",
	  { 1000, 1100 },
	  { 1150, 1250 },
	  VERDICT_INCONCLUSIVE,
	  "median +4.8" },
	{ "apart by more", { 1000, 1100 }, { 1250, 1300 }, VERDICT_WORSE, "median +21.4 %" },
	{ "one instruction is none, however few there are", { 10, 10 }, { 11, 11 }, VERDICT_SAME, "" },
	{ "two are", { 10, 10 }, { 12, 12 }, VERDICT_WORSE, "median +20.0 %" },
};

static const struct verdict_case time_cases[] = {
	{ "7 % less", EIGHT(10000), EIGHT(9300), VERDICT_BETTER, "median -7.0 %" },
	{ "7 % more", EIGHT(10000), EIGHT(10700), VERDICT_WORSE, "median +7.0 %" },
	{ "seven boots are too few", EIGHT(10000), SEVEN(5000), VERDICT_INCONCLUSIVE, "7 boots a side, needs 8" },
	{ "4 %, sure but below the minimum effect", EIGHT(10000), EIGHT(9600), VERDICT_SAME, "" },
	{ "the same", EIGHT(10000), EIGHT(10000), VERDICT_SAME, "" },
	{ "noise that hides 5 %",
	  { 8000, 9000, 9500, 10000, 10500, 11000, 12000, 13000 },
	  { 8100, 9100, 9400, 10100, 10300, 11100, 12100, 12900 },
	  VERDICT_INCONCLUSIVE,
	  "median -" },
	{ "one boot of eight that lies among the others is still sure",
	  { 10000, 10001, 10002, 10003, 10004, 10005, 10006, 10007 },
	  { 10006, 11001, 11002, 11003, 11004, 11005, 11006, 11007 },
	  VERDICT_WORSE,
	  "median +10.0 %" },
};

static void load_medians(struct side sides[2], struct comparison *c, const char *bed, const uint64_t *base,
			 const uint64_t *other)
{
	clean();
	write_medians("list", bed, base);
	write_medians("array", bed, other);
	load(sides, c, bed);
}

static void check_verdict(const struct verdict_case *v, const char *bed)
{
	struct side sides[2];
	struct comparison c;
	const struct cell *cell;

	load_medians(sides, &c, bed, v->base, v->other);
	assert_int_equal(c.nr_rows, 1);
	cell = &c.rows[0].cells[1];
	if (cell->verdict != v->want || strncmp(cell->why, v->why, strlen(v->why)) || (!*v->why && *cell->why))
		fail_msg("%s on %s: %s, \"%s\"", v->what, bed, verdict_name(cell->verdict), cell->why);
	assert_int_equal(c.rows[0].cells[0].verdict, VERDICT_NONE);
	unload(sides, &c);
}

static void test_verdicts_on_counts(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(count_cases) / sizeof(count_cases[0]); i++)
		check_verdict(&count_cases[i], "icount");
}

static void test_verdicts_on_times(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(time_cases) / sizeof(time_cases[0]); i++) {
		check_verdict(&time_cases[i], "metal");
		check_verdict(&time_cases[i], "model");
	}
}

/* The values themselves: net of the floor, median of the boots, ratio, p. */
static void test_values(void **state)
{
	const uint64_t base[] = EIGHT(10000), other[] = EIGHT(9000);
	uint64_t a[9] = { 0 }, b[9] = { 0 };
	struct side sides[2];
	struct comparison c;
	const struct metric *m;
	struct histogram h;

	clean();
	memcpy(a, base, sizeof(base));
	memcpy(b, other, sizeof(other));
	write_medians("list", "metal", a);
	write_medians("array", "metal", b);
	load(sides, &c, "metal");
	m = c.rows[0].cells[1].metrics;
	/* Above 8191 a bucket of 12 bits is 2 wide: the middle is off by at most 1. */
	assert_true(fabs(m[METRIC_MEDIAN].value - 9003.5) <= 1);
	assert_true(fabs(m[METRIC_MEDIAN].ratio - 0.9) < 0.001);
	assert_true(m[METRIC_MEDIAN].p < 0.0003);
	assert_true(fabs(m[METRIC_MEDIAN].p_holm - 6 * m[METRIC_MEDIAN].p) < 1e-9); /* six judged metrics */
	assert_true(m[METRIC_COMMANDS].value == 2);
	assert_true(m[METRIC_COMMANDS].p == 1);
	assert_true(m[METRIC_SYNCS].verdict == VERDICT_SAME);
	h = fake_histogram(12, 9000 + FAKE_FLOOR);
	assert_true(fabs(m[METRIC_MEAN].values[0] - (hist_mean(&h) - FAKE_FLOOR)) < 1e-6);
	hist_free(&h);
	assert_true(m[METRIC_MIN].value < m[METRIC_MEDIAN].value);
	assert_int_equal(m[METRIC_MEAN].verdict, VERDICT_NONE);
	unload(sides, &c);
}

/* A regression in one metric is not hidden by an improvement in another. */
static void test_counts_decide_as_well(void **state)
{
	struct side sides[2];
	struct comparison c;
	int boot;

	clean();
	for (boot = 1; boot <= 2; boot++) {
		write_boot("list", "icount", boot,
			   json_pack("[o, o]", with_probe(sync_case(1000), 4, 2),
				     with_probe(fake_case("b", json_object(), 12, 1000), 4, 2)));
		write_boot("array", "icount", boot,
			   json_pack("[o, o]", with_probe(sync_case(900), 5, 2),
				     with_probe(fake_case("b", json_object(), 12, 1000), 4, 1)));
	}
	load(sides, &c, "icount");
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_WORSE);
	assert_string_equal(c.rows[0].cells[1].why, "commands +25.0 %, median -10.0 %, +1 more");
	assert_int_equal(c.rows[1].cells[1].verdict, VERDICT_BETTER);
	assert_string_equal(c.rows[1].cells[1].why, "syncs -50.0 %, batches -50.0 %");
	unload(sides, &c);
}

/* Of counts, the ends are those of the change that the verdict goes by. */
static void test_ratio_range(void **state)
{
	const uint64_t base[] = { 1000, 1001, 999, 0 }, other[] = { 930, 931, 929, 0 };
	const uint64_t wide[] = { 20, 10, 2000, 0 }, few[] = { 5, 6, 7, 0 };
	struct side sides[2];
	struct comparison c;
	const struct metric *m;

	load_medians(sides, &c, "icount", base, other);
	m = &c.rows[0].cells[1].metrics[METRIC_MEDIAN];
	assert_true(m->is_range);
	assert_close(m->ratio, 0.930);
	assert_close(m->ratio_low, 1 + (929 - 1001) / 1000.0);
	assert_close(m->ratio_high, 1 + (931 - 999) / 1000.0);
	unload(sides, &c);

	/* 5 - 2000 is a difference, but no part of 20 */
	load_medians(sides, &c, "icount", wide, few);
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].ratio_low == 0);
	unload(sides, &c);

	/* 3 against 3 have no interval at 99 % */
	load_medians(sides, &c, "model", base, other);
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].is_range);
	unload(sides, &c);
}

static void test_ratio_interval(void **state)
{
	const uint64_t many[] = { 1000, 1010, 1020, 1030, 1040, 1050, 1060, 1070, 0 };
	const uint64_t more[] = { 1100, 1110, 1120, 1130, 1140, 1150, 1160, 1170, 0 };
	struct side sides[2];
	struct comparison c;
	const struct metric *m;

	load_medians(sides, &c, "model", many, more);
	m = &c.rows[0].cells[1].metrics[METRIC_MEDIAN];
	assert_false(m->is_range);
	/* The 8th of 64 differences of 30 to 170 in tens, of which 1, 2, 3 and 4 are at most 30, 40, 50 and 60: 60. */
	assert_close(m->ratio_low, 1 + 60 / 1035.0);
	assert_close(m->ratio_high, 1 + 140 / 1035.0);
	assert_close(m->change, 100 / 1035.0);
	assert_close(m->alike, 1);
	unload(sides, &c);
}

/* Eight boots, of which @slow ones take 1.6 times as long, which the clock's cost tells, or how late the model was. */
static void write_two_speeds(const char *kernel, const char *bed, int slow, uint64_t median, bool by_clock)
{
	int i;

	for (i = 0; i < 8; i++) {
		json_t *json = sync_case(i < slow ? median * 16 / 10 : median),
		       *model = fake_model(FAKE_PROBE_OPS, 240, true);
		json_t *service = json_object_get(json_object_get(model, "timing"), "service");

		if (!by_clock && i < slow)
			json_object_set_new(service, "lateness", fake_times(FAKE_PROBE_OPS, FAKE_LATENESS * 16 / 10));
		else if (by_clock && i < slow)
			with_floor(json, FAKE_FLOOR * 16 / 10);
		json_object_set_new(json, "model", model);
		write_boot(kernel, bed, i + 1, json_pack("[o]", json));
	}
}

static void load_two_speeds(struct side sides[2], struct comparison *c, const char *bed, uint64_t other, bool by_clock)
{
	clean();
	write_two_speeds("list", bed, 6, 10000, by_clock);
	write_two_speeds("array", bed, 2, other, by_clock);
	load(sides, c, bed);
}

/* Most boots of the base met a slow machine, and few of the other. */
static void test_states_of_the_machine(void **state)
{
	struct side sides[2];
	struct comparison c;
	const struct metric *m;
	int by_clock;

	for (by_clock = 0; by_clock < 2; by_clock++) {
		load_two_speeds(sides, &c, "model", 11000, by_clock);
		m = &c.rows[0].cells[1].metrics[METRIC_MEDIAN];
		assert_true(m->value < c.rows[0].cells[0].metrics[METRIC_MEDIAN].value); /* of all boots */
		assert_close(m->alike, (6 * 2 + 2 * 6) / 64.0);
		assert_true(m->ratio > 1.05 && m->ratio_low > 1);
		assert_int_equal(m->verdict, VERDICT_WORSE);
		assert_int_equal(c.nr_warnings, 1);
		assert_non_null(strstr(c.warnings[0], "the machine was not in one state: in 1 of 1 cases"));
		assert_close(c.rows[0].cells[1].metrics[METRIC_COMMANDS].alike, 1);
		unload(sides, &c);
	}
}

/* Fewer slow boots are no better kernel. */
static void test_states_alone_are_no_change(void **state)
{
	struct side sides[2];
	struct comparison c;

	load_two_speeds(sides, &c, "model", 10000, true);
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].change == 0);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_SAME);
	unload(sides, &c);
}

/* Real hardware has no such states that anybody could tell. */
static void test_no_states_on_metal(void **state)
{
	struct side sides[2];
	struct comparison c;

	load_two_speeds(sides, &c, "metal", 11000, true);
	assert_close(c.rows[0].cells[1].metrics[METRIC_MEDIAN].alike, 1);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_INCONCLUSIVE);
	unload(sides, &c);
}

/* Where no two boots met the same machine nobody knows, and a warning says so. */
static void test_no_boots_alike(void **state)
{
	struct side sides[2];
	struct comparison c;

	clean();
	write_two_speeds("list", "model", 8, 10000, true);
	write_two_speeds("array", "model", 0, 10000, true);
	load(sides, &c, "model");
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_INCONCLUSIVE);
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].alike == 0);
	assert_non_null(strstr(c.warnings[0], "the machine was not in one state"));
	unload(sides, &c);
}

/* Commands per operation, @base in all boots of the base, and in the others @first and then @rest. */
static void load_commands(struct side sides[2], struct comparison *c, const char *bed, int boots, uint64_t base,
			  uint64_t first, uint64_t rest)
{
	int boot;

	clean();
	for (boot = 1; boot <= boots; boot++) {
		write_boot("list", bed, boot, json_pack("[o]", with_probe(sync_case(1000), base, 1)));
		write_boot("array", bed, boot,
			   json_pack("[o]", with_probe(sync_case(1000), boot == 1 ? first : rest, 1)));
	}
	load(sides, c, bed);
}

/* No change is a part of 0: it is told from where to where, and there is no ratio. */
static void test_from_0(void **state)
{
	static const struct {
		const char *bed;
		int boots;
	} beds[] = { { "icount", 2 }, { "metal", 8 } };
	struct side sides[2];
	struct comparison c;
	size_t i;

	for (i = 0; i < 2; i++) {
		const struct metric *m;

		load_commands(sides, &c, beds[i].bed, beds[i].boots, 0, 3, 3);
		m = &c.rows[0].cells[1].metrics[METRIC_COMMANDS];
		assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_WORSE);
		assert_string_equal(c.rows[0].cells[1].why, "commands from 0 to 3.00");
		assert_true(isinf(m->change) && isnan(m->ratio) && isnan(m->ratio_low) && isnan(m->ratio_high));
		unload(sides, &c);
	}
	/* from 0 to 0 is no change, and has no ratio either */
	load_commands(sides, &c, "icount", 2, 0, 0, 0);
	assert_int_equal(c.rows[0].cells[1].metrics[METRIC_COMMANDS].verdict, VERDICT_SAME);
	assert_true(c.rows[0].cells[1].metrics[METRIC_COMMANDS].change == 0);
	assert_true(isnan(c.rows[0].cells[1].metrics[METRIC_COMMANDS].ratio));
	unload(sides, &c);
}

/* One boot has none: nobody knows. */
static void test_undecided_from_0(void **state)
{
	const struct compare_options commands = { .chosen[METRIC_COMMANDS] = true };
	struct side sides[2];
	struct comparison c;
	struct sentence why;

	load_commands(sides, &c, "icount", 2, 0, 0, 3);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_SAME);
	assert_string_equal(c.rows[0].cells[1].why, "commands inconclusive");
	compare_free(&c);
	assert_int_equal(compare_sides_as(sides, 2, &commands, &c, &why), 0);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(c.rows[0].cells[1].why, "commands from 0 to 1.50");
	unload(sides, &c);
}

/* To 0 is a part like any other: all of it. */
static void test_to_0(void **state)
{
	struct side sides[2];
	struct comparison c;

	load_commands(sides, &c, "icount", 2, 3, 0, 0);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_BETTER);
	assert_string_equal(c.rows[0].cells[1].why, "commands -100.0 %");
	assert_true(c.rows[0].cells[1].metrics[METRIC_COMMANDS].ratio == 0);
	unload(sides, &c);
}

/* Of latencies the clock cannot tell one; a count is exact. */
static void test_change(void **state)
{
	assert_close(compare_change(1100, 1000, METRIC_MEDIAN), 0.1);
	assert_close(compare_change(900, 1000, METRIC_MEDIAN), -0.1);
	assert_true(compare_change(11, 10, METRIC_MEDIAN) == 0);
	assert_close(compare_change(12, 10, METRIC_MEDIAN), 0.2);
	assert_close(compare_change(11, 10, METRIC_COMMANDS), 0.1);
	assert_close(compare_change(10, -20, METRIC_COMMANDS), 1.5); /* a net latency may lie below 0 */
}

/* All that are judged by default, or those alone that are asked for; a change that is asked for is held on any bed. */
static void test_options(void **state)
{
	const struct result_bed icount = { .kind = bed_kind_find("icount") },
				metal = { .kind = bed_kind_find("metal") };
	struct comparison c = { .bed = &icount };

	assert_true(compare_judges(&c, METRIC_MEDIAN) && !compare_judges(&c, METRIC_MEAN));
	assert_close(compare_min_effect(&c, METRIC_MEDIAN), 0.005);
	assert_close(compare_min_effect(&c, METRIC_P99), 0.10);
	c.bed = &metal;
	assert_close(compare_min_effect(&c, METRIC_MEDIAN), 0.05);
	assert_close(compare_min_effect(&c, METRIC_COMMANDS), 0.005);
	c.options.chosen[METRIC_MEAN] = true;
	c.options.min_effect[METRIC_MEAN] = 0.5;
	assert_true(compare_judges(&c, METRIC_MEAN) && !compare_judges(&c, METRIC_MEDIAN));
	assert_close(compare_min_effect(&c, METRIC_MEAN), 0.5);
	c.bed = &icount;
	assert_close(compare_min_effect(&c, METRIC_MEAN), 0.5);
}

/* How long a case ran is not what it did. */
static void test_params(void **state)
{
	json_t *params = json_pack("{s:i, s:i, s:i}", "ops", 10, "devices", 2, "warmup", 3),
	       *what = compare_params(params);

	assert_int_equal(json_object_size(what), 1);
	assert_int_equal(json_integer_value(json_object_get(what, "devices")), 2);
	assert_int_equal(json_object_size(params), 3); /* those of the file stay */
	json_decref(what);
	json_decref(params);
}

/* With other numbers of operations they are the same case. */
static void test_lengths_compare(void **state)
{
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1,
		   json_pack("[o]", fake_case("dma", json_pack("{s:i, s:i}", "ops", 10, "devices", 1), 12, 1000)));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	load(sides, &c, "icount");
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_INCONCLUSIVE); /* of one boot */
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].compared);
	unload(sides, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts_on_counts),
		cmocka_unit_test(test_verdicts_on_times),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_counts_decide_as_well),
		cmocka_unit_test(test_ratio_range),
		cmocka_unit_test(test_ratio_interval),
		cmocka_unit_test(test_states_of_the_machine),
		cmocka_unit_test(test_states_alone_are_no_change),
		cmocka_unit_test(test_no_states_on_metal),
		cmocka_unit_test(test_no_boots_alike),
		cmocka_unit_test(test_from_0),
		cmocka_unit_test(test_undecided_from_0),
		cmocka_unit_test(test_to_0),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_lengths_compare),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
