// SPDX-License-Identifier: GPL-2.0-only
/* test_compare.c - verdicts on invented boots, and what `invbench compare` prints and returns. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compare.h"
#include "fake.h"
#include "program.h"
#include "beds.h"
#include "compare_json.h"
#include "distribution.h"
#include "numbers.h"
#include "order.h"
#include "spread.h"
#include "warn.h"

static char *dir;

static char *folder_of(const char *kernel, const char *bed)
{
	static char paths[4][512];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s/%s", dir, kernel, bed);
	return path;
}

static void write_boot(const char *kernel, const char *bed, int number, json_t *cases)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/boot-%03d.json", folder_of(kernel, bed), number);
	fake_write_json(path, fake_boot(kernel, bed, number, cases));
}

static json_t *sync_case(uint64_t median)
{
	return fake_case("dma", json_pack("{s:i}", "devices", 1), 12, median);
}

/* One boot for each of @medians, which end with 0, of one case. */
static void write_medians(const char *kernel, const char *bed, const uint64_t *medians)
{
	int i;

	for (i = 0; medians[i]; i++)
		write_boot(kernel, bed, i + 1, json_pack("[o]", sync_case(medians[i])));
}

static void clean(void)
{
	fake_remove(dir);
	dir = fake_tmpdir();
}

/* ---- verdicts ---- */

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

#define EIGHT(v) { v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7 }
#define SEVEN(v) { v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6 }

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

static void load(struct side sides[2], struct comparison *c, const char *bed)
{
	struct sentence why;

	if (side_load(folder_of("list", bed), &sides[0], &why) || side_load(folder_of("array", bed), &sides[1], &why) ||
	    compare_sides(sides, 2, c, &why))
		fail_msg("%s", why.text);
}

static void unload(struct side sides[2], struct comparison *c)
{
	compare_free(c);
	side_free(&sides[0]);
	side_free(&sides[1]);
}

static void check_verdict(const struct verdict_case *v, const char *bed)
{
	struct side sides[2];
	struct comparison c;
	const struct cell *cell;

	clean();
	write_medians("list", bed, v->base);
	write_medians("array", bed, v->other);
	load(sides, &c, bed);
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

static json_t *with_probe(json_t *json, uint64_t commands, uint64_t syncs)
{
	json_object_set_new(json_object_get(json, "probes"), "invlat", fake_probe(commands, syncs));
	return json;
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

/* Each of the two fake threads has half of the operations, and as long as @elapsed says. */
static json_t *with_times(json_t *json, uint64_t first, uint64_t second)
{
	json_t *threads = json_object_get(fake_in_two(json), "threads");

	json_object_set_new(json_array_get(threads, 0), "elapsed_ns", json_integer((json_int_t)first));
	json_object_set_new(json_array_get(threads, 1), "elapsed_ns", json_integer((json_int_t)second));
	return json;
}

static void write_times(const char *kernel, const char *bed, int boots, uint64_t first, uint64_t second)
{
	int i;

	for (i = 0; i < boots; i++)
		write_boot(kernel, bed, i + 1,
			   json_pack("[o]", with_times(sync_case(10000), first + (uint64_t)i, second)));
}

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
	struct outcome o;
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
	program_run(&o, "compare", "--all", "--distribution", "--threads", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_null(strstr(o.out, "median  "));
	assert_null(strstr(o.out, "mean, lowest"));
	assert_non_null(strstr(o.out, "1.250"));
	program_forget(&o);
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

/*
 * Two beds of one run: of the three cases that take twice as long on bed model, one has
 * twice the instructions, one as many as before, and one is on bed model alone.
 */
static void test_beds(void **state)
{
	static const struct {
		const char *name;
		uint64_t counts, times;
	} cases[] = { { "explained", 2000, 2000 }, { "moved", 1000, 2000 }, { "still", 1000, 1000 } };
	struct side counted[2], timed[2];
	struct comparison counts, times;
	size_t i;
	int boot;

	clean();
	for (boot = 1; boot <= 8; boot++) {
		json_t *lists[4] = { json_array(), json_array(), json_array(), json_array() };

		for (i = 0; i < 3; i++) {
			json_array_append_new(lists[0], fake_case(cases[i].name, json_object(), 12, 1000));
			json_array_append_new(lists[1], fake_case(cases[i].name, json_object(), 12, cases[i].counts));
			json_array_append_new(lists[2], fake_case(cases[i].name, json_object(), 12, 1000));
			json_array_append_new(lists[3], fake_case(cases[i].name, json_object(), 12, cases[i].times));
		}
		json_array_append_new(lists[2], fake_case("alone", json_object(), 12, 1000));
		json_array_append_new(lists[3], fake_case("alone", json_object(), 12, 2000));
		write_boot("list", "icount", boot, lists[0]);
		write_boot("array", "icount", boot, lists[1]);
		write_boot("list", "model", boot, lists[2]);
		write_boot("array", "model", boot, lists[3]);
	}
	load(counted, &counts, "icount");
	load(timed, &times, "model");
	compare_with_counts(&counts, &times);
	compare_with_counts(&counts, &counts);
	compare_with_counts(&times, &times);
	assert_int_equal(counts.nr_warnings + times.nr_warnings, 0);
	compare_with_counts(&times, &counts);
	assert_int_equal(times.nr_warnings, 1);
	assert_string_equal(times.warnings[0],
			    "1 of 3 cases whose median moved from list to array have the same number of instructions "
			    "on bed icount: moved; something is waited for, or it is where the code lies");
	unload(timed, &times);
	unload(counted, &counts);
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

/* ---- what matters ---- */

/* A case in two boots a side; a status instead of "pass" on a side leaves its values out. */
struct fate {
	const char *name;
	uint64_t base[2], other[2];
	const char *base_status, *other_status;
};

static json_t *fate_case(const char *name, uint64_t median, const char *status)
{
	return status ? fake_no_pass(name, status, "it rained") : fake_case(name, json_object(), 12, median);
}

static void write_fates(const char *kernel, const struct fate *fates, size_t n, bool base)
{
	size_t i;
	int boot;

	for (boot = 0; boot < 2; boot++) {
		json_t *cases = json_array();

		for (i = 0; i < n; i++)
			json_array_append_new(cases, fate_case(fates[i].name,
							       base ? fates[i].base[boot] : fates[i].other[boot],
							       base ? fates[i].base_status : fates[i].other_status));
		write_boot(kernel, "icount", boot + 1, cases);
	}
}

static const struct fate fates[] = {
	{ "same", { 1000, 1000 }, { 1000, 1000 }, NULL, NULL },
	{ "better by 3 %", { 1000, 1000 }, { 970, 970 }, NULL, NULL },
	{ "worse by 1 %", { 1000, 1000 }, { 1010, 1010 }, NULL, NULL },
	{ "skipped", { 0 }, { 0 }, "skip", "skip" },
	{ "noisy", { 1000, 2000 }, { 1300, 2300 }, NULL, NULL }, /* 20 %, but it may be none */
	{ "worse by 20 %", { 1000, 1000 }, { 1200, 1200 }, NULL, NULL },
	{ "fails now", { 1000, 1000 }, { 0 }, NULL, "fail" },
	{ "better by 30 %", { 1000, 1000 }, { 700, 700 }, NULL, NULL },
	{ "nearly sure", { 1000, 1100 }, { 1150, 1250 }, NULL, NULL },
	{ "passes now", { 0 }, { 1000, 1000 }, "fail", NULL },
	{ "worse by 1 %, too", { 1000, 1000 }, { 1010, 1010 }, NULL, NULL },
	{ "lost on both", { 0 }, { 0 }, "lost", "lost" },
};
#define FATES (sizeof(fates) / sizeof(fates[0]))

static const char *const by_importance[FATES] = {
	"fails now",   "worse by 20 %", "worse by 1 %", "worse by 1 %, too", "better by 30 %", "better by 3 %",
	"nearly sure", "noisy",		"skipped",	"passes now",	     "lost on both",   "same",
};

static void write_all_fates(void)
{
	clean();
	write_fates("list", fates, FATES, true);
	write_fates("array", fates, FATES, false);
}

static void check_order(const struct comparison *c, size_t side, const char *const want[])
{
	size_t *order = compare_order(c, side), i;

	for (i = 0; i < c->nr_rows; i++)
		assert_string_equal(c->rows[order[i]].name, want[i]);
	free(order);
}

static void test_order(void **state)
{
	struct side sides[2];
	struct comparison c;

	write_all_fates();
	load(sides, &c, "icount");
	assert_int_equal(c.nr_rows, FATES);
	check_order(&c, 1, by_importance);
	check_order(&c, 0, by_importance);
	assert_int_equal(compare_importance(&c.rows[5], 1), IMPORTANCE_WORSE);
	assert_true(fabs(compare_weight(&c, &c.rows[5], 1) - 0.2 / 0.005) < 1e-9);
	assert_true(compare_weight(&c, &c.rows[0], 1) == 0);
	unload(sides, &c);
}

/* One percent of the commands is more than eight of the median: each is held against its own minimum effect. */
static void test_order_in_minimum_effects(void **state)
{
	static const char *const want[] = { "commands", "median", "p" };
	struct side sides[2];
	struct comparison c;
	int boot;

	clean();
	for (boot = 1; boot <= 8; boot++) {
		write_boot("list", "model", boot,
			   json_pack("[o, o, o]", fake_case("p", json_object(), 12, 1000),
				     fake_case("median", json_object(), 12, 1000),
				     with_probe(fake_case("commands", json_object(), 12, 1000), 50, 1)));
		write_boot("array", "model", boot,
			   json_pack("[o, o, o]", fake_case("p", json_object(), 12, 1000),
				     fake_case("median", json_object(), 12, 1080),
				     with_probe(fake_case("commands", json_object(), 12, 1000), 51, 1)));
	}
	load(sides, &c, "model");
	check_order(&c, 1, want);
	unload(sides, &c);
}

/* A row counts by the side where it matters most. */
static void test_order_of_many_sides(void **state)
{
	static const struct fate second[] = {
		{ "a", { 1000, 1000 }, { 1000, 1000 }, NULL, NULL }, { "b", { 1000, 1000 }, { 1300, 1300 }, NULL, NULL },
	}, third[] = {
		{ "a", { 1000, 1000 }, { 1400, 1400 }, NULL, NULL }, { "b", { 1000, 1000 }, { 900, 900 }, NULL, NULL },
	};
	static const char *const orders[3][2] = { { "a", "b" }, { "b", "a" }, { "a", "b" } };
	struct sentence why;
	struct comparison c;
	struct side sides[3];
	size_t i;

	clean();
	write_fates("list", second, 2, true);
	write_fates("second", second, 2, false);
	write_fates("third", third, 2, false);
	assert_int_equal(side_load(folder_of("list", "icount"), &sides[0], &why), 0);
	assert_int_equal(side_load(folder_of("second", "icount"), &sides[1], &why), 0);
	assert_int_equal(side_load(folder_of("third", "icount"), &sides[2], &why), 0);
	assert_int_equal(compare_sides(sides, 3, &c, &why), 0);
	for (i = 0; i < 3; i++)
		check_order(&c, i, orders[i]);
	compare_free(&c);
	for (i = 0; i < 3; i++)
		side_free(&sides[i]);
}

/* The base's cases, then the others' own, each once, whichever boots have it. */
static void test_rows(void **state)
{
	static const char *const want[] = { "a", "b", "c", "d" };
	struct side sides[2];
	struct comparison c;
	size_t i;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", fate_case("a", 1000, NULL)));
	write_boot("list", "icount", 2, json_pack("[o, o]", fate_case("b", 1000, NULL), fate_case("a", 1000, NULL)));
	write_boot("array", "icount", 1,
		   json_pack("[o, o, o]", fate_case("c", 1000, NULL), fate_case("b", 1000, NULL),
			     fate_case("d", 1000, NULL)));
	load(sides, &c, "icount");
	assert_int_equal(c.nr_rows, 4);
	for (i = 0; i < 4; i++)
		assert_string_equal(c.rows[i].name, want[i]);
	assert_int_equal(c.rows[1].cells[0].status, STATUS_LOST); /* not in boot 1 */
	unload(sides, &c);
}

static void assert_close(double got, double want)
{
	if (!(fabs(got - want) <= 1e-9))
		fail_msg("%.12g is not %.12g", got, want);
}

/* The ends are those of the change that the verdict goes by. */
static void test_ratio_interval(void **state)
{
	const uint64_t base[] = { 1000, 1001, 999, 0 }, other[] = { 930, 931, 929, 0 };
	const uint64_t wide[] = { 20, 10, 2000, 0 }, few[] = { 5, 6, 7, 0 };
	const uint64_t many[] = { 1000, 1010, 1020, 1030, 1040, 1050, 1060, 1070, 0 };
	const uint64_t more[] = { 1100, 1110, 1120, 1130, 1140, 1150, 1160, 1170, 0 };
	struct side sides[2];
	struct comparison c;
	const struct metric *m;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	load(sides, &c, "icount");
	m = &c.rows[0].cells[1].metrics[METRIC_MEDIAN];
	assert_true(m->is_range);
	assert_close(m->ratio, 0.930);
	assert_close(m->ratio_low, 1 + (929 - 1001) / 1000.0);
	assert_close(m->ratio_high, 1 + (931 - 999) / 1000.0);
	unload(sides, &c);

	clean(); /* 5 - 2000 is a difference, but no part of 20 */
	write_medians("list", "icount", wide);
	write_medians("array", "icount", few);
	load(sides, &c, "icount");
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].ratio_low == 0);
	unload(sides, &c);

	clean();
	write_medians("list", "model", many);
	write_medians("array", "model", more);
	load(sides, &c, "model");
	m = &c.rows[0].cells[1].metrics[METRIC_MEDIAN];
	assert_false(m->is_range);
	/* The 8th of 64 differences of 30 to 170 in tens, of which 1, 2, 3 and 4 are at most 30, 40, 50 and 60: 60. */
	assert_close(m->ratio_low, 1 + 60 / 1035.0);
	assert_close(m->ratio_high, 1 + 140 / 1035.0);
	assert_close(m->change, 100 / 1035.0);
	assert_close(m->alike, 1);
	unload(sides, &c);

	clean(); /* 3 against 3 have no interval at 99 % */
	write_medians("list", "model", base);
	write_medians("array", "model", other);
	load(sides, &c, "model");
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].is_range);
	unload(sides, &c);
}

/* ---- distributions ---- */

static const struct percentile_value *percentile(const struct distribution *d, const char *name)
{
	size_t i;

	for (i = 0; i < COMPARE_PERCENTILES; i++)
		if (!strcmp(compare_percentiles[i].name, name))
			return &d->percentiles[i];
	fail_msg("no percentile %s", name);
	return NULL;
}

static void check_percentile(const struct distribution *d, const char *name, double value, double low, double high)
{
	const struct percentile_value *p = percentile(d, name);

	assert_true(p->present && p->spread);
	if (p->value != value || p->low != low || p->high != high)
		fail_msg("%s: %g, boots %g..%g", name, p->value, p->low, p->high);
}

static void test_distribution(void **state)
{
	const uint64_t medians[] = { 1000, 1200, 0 };
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR), k = fake_histogram(12, 1200 + FAKE_FLOOR);
	struct distribution d;
	struct side sides[2];
	struct comparison c;

	clean();
	write_medians("list", "icount", medians);
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 2,
		   json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", 1), 10, 1000)));
	load(sides, &c, "icount");
	assert_int_equal(compare_distribution(&sides[0], &c.rows[0].cells[0], &d), 0);
	assert_int_equal(d.samples, 2 * FAKE_OPS);
	/* Half of all samples are of either boot. */
	check_percentile(&d, "p25", 1000, 1000, 1200);
	check_percentile(&d, "p75", 1200, 1000, 1200);
	check_percentile(&d, "min", (double)h.min - FAKE_FLOOR, (double)h.min - FAKE_FLOOR, (double)k.min - FAKE_FLOOR);
	check_percentile(&d, "max", (double)k.max - FAKE_FLOOR, (double)h.max - FAKE_FLOOR, (double)k.max - FAKE_FLOOR);
	check_percentile(&d, "p99.9", percentile(&d, "p99.9")->value, (double)hist_quantile(&h, 0.999) - FAKE_FLOOR,
			 (double)hist_quantile(&k, 0.999) - FAKE_FLOOR);
	assert_int_equal(compare_distribution(&sides[1], &c.rows[0].cells[1], &d), -EINVAL);
	unload(sides, &c);
	hist_free(&h);
	hist_free(&k);
}

static json_t *with_floor(json_t *json, int floor_ns)
{
	json_object_set_new(json, "clock_floor_ns", json_integer(floor_ns));
	return json;
}

/* Less the mean of the floors, 40, the lower half would be 1030: below what it is in either boot. */
static void test_distribution_of_unlike_floors(void **state)
{
	struct distribution d;
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", with_floor(sync_case(1000), 10)));
	write_boot("list", "icount", 2, json_pack("[o]", with_floor(sync_case(1200), 70)));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	load(sides, &c, "icount");
	assert_int_equal(compare_distribution(&sides[0], &c.rows[0].cells[0], &d), 0);
	check_percentile(&d, "p25", 1060, 1060, 1200);
	unload(sides, &c);
}

/* Each of two boots with 999 samples knows no p99.9, and both together do. */
static void test_distribution_of_few(void **state)
{
	struct distribution d;
	struct side sides[2];
	struct comparison c;
	int boot;

	clean();
	for (boot = 1; boot <= 2; boot++)
		write_boot("list", "icount", boot, json_pack("[o]", fake_fewer(sync_case(1000), 12, 1000)));
	write_boot("array", "icount", 1, json_pack("[o]", fake_fewer(sync_case(1000), 12, 1000)));
	load(sides, &c, "icount");
	assert_int_equal(compare_distribution(&sides[0], &c.rows[0].cells[0], &d), 0);
	assert_true(percentile(&d, "p99.9")->present && !percentile(&d, "p99.9")->spread);
	assert_true(percentile(&d, "p99")->spread && percentile(&d, "max")->spread);
	assert_int_equal(compare_distribution(&sides[1], &c.rows[0].cells[1], &d), 0);
	assert_false(percentile(&d, "p99.9")->present);
	unload(sides, &c);
}

/* ---- the program ---- */

static void assert_has(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("\"%s\" is not in: %s", want, text);
}

static void assert_has_not(const char *text, const char *unwanted)
{
	if (strstr(text, unwanted))
		fail_msg("\"%s\" is in: %s", unwanted, text);
}

static void assert_narrow(const char *text, size_t width)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > width)
			fail_msg("wider than %zu: %.*s", width, (int)strcspn(text, "\n"), text);
}

static void compare(struct outcome *o, const char *a, const char *b)
{
	program_run(o, "compare", a, b, NULL);
}

static void compare_table(struct outcome *o, const char *a, const char *b)
{
	program_run(o, "compare", "--table", a, b, NULL);
}

/* @first stands above @second. */
static void assert_before(const char *text, const char *first, const char *second)
{
	assert_has(text, first);
	assert_has(text, second);
	if (strstr(text, first) > strstr(text, second))
		fail_msg("\"%s\" is below \"%s\" in: %s", first, second, text);
}

static void test_table(void **state)
{
	const uint64_t base[] = { 1000, 1001, 0 }, other[] = { 930, 931, 0 };
	struct outcome o;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_string_equal(o.err, "");
	assert_has(o.out, "instructions per operation, less the clock's own cost (clock_floor_ns)");
	assert_has(o.out, "\ndma  (sync)\n");
	assert_has(o.out, "  array        930");
	assert_has(o.out, " 0.930 ");
	assert_has(o.out, "better: median -7.0 %");
	assert_has(o.out, "array against list, 1 case: 1 better, 0 worse");
	assert_narrow(o.out, 120);
	program_forget(&o);
}

/* ---- the list ---- */

static void run_fates(struct outcome *o, const char *option)
{
	write_all_fates();
	if (option)
		program_run(o, "compare", option, folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	else
		compare(o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o->status, 1);
	assert_string_equal(o->err, "");
}

static void test_list(void **state)
{
	struct outcome o;
	size_t i;

	run_fates(&o, NULL);
	assert_has(o.out, "\n== fails now, 1 of 12 cases\n  fail on array: it rained\n    fails now\n");
	assert_has(o.out, "\n== worse, 3 of 12 cases\n                        list         array   ratio  range\n"
			  "  worse by 20 %  (sync)\n"
			  "    median              1000          1200   1.200  1.200..1.200    worse\n"
			  "    p99                 1000          1200   1.200  1.200..1.200    worse\n"
			  "  worse by 1 %  (sync)\n");
	assert_has(o.out, "\n== inconclusive, 2 of 12 cases\n");
	assert_has(o.out, "    median              1050          1200   1.143  1.048..1.238    inconclusive\n");
	assert_has(
		o.out,
		"\n== not compared, 3 of 12 cases\n  skip on both: it rained\n    skipped\n  fail on list: it rained\n"
		"    passes now\n  lost on both: it rained\n    lost on both\n");
	assert_has(o.out,
		   "\n== no measurable difference, 1 of 12 cases\n  dma: 1 case, ratio of the medians 1.000..1.000\n");
	assert_has(o.out, "2 better, 3 worse, 1 no measurable difference, 2 inconclusive, 4 not compared\n"
			  "  1 of those not compared fails now, and passed on list\n");
	assert_has_not(o.out, "  same  (sync)");
	for (i = 1; i + 1 < FATES; i++)
		assert_before(o.out, by_importance[i - 1], by_importance[i]);
	assert_narrow(o.out, 120);
	program_forget(&o);
}

static void test_list_all(void **state)
{
	struct outcome o;

	run_fates(&o, "--all");
	assert_has(
		o.out,
		"\n== no measurable difference, 1 of 12 cases\n                        list         array   ratio  range\n"
		"  same  (sync)\n"
		"    median              1000          1000   1.000  1.000..1.000    no measurable difference\n\n");
	program_forget(&o);
}

static void test_list_in_suite_order(void **state)
{
	struct outcome o;

	run_fates(&o, "--order=suite");
	assert_has(o.out, "\n== in suite order\n");
	assert_before(o.out, "  better by 3 %  (sync)", "  worse by 1 %  (sync)");
	assert_before(o.out, "  worse by 1 %  (sync)", "    skipped");
	assert_before(o.out, "    skipped", "  noisy  (sync)");
	assert_before(o.out, "  worse by 1 %, too  (sync)", "  dma: 1 case, ratio of the medians");
	program_forget(&o);
}

/* Five with one reason take five lines less than five cases; --all names them. */
static void test_one_reason_is_told_once(void **state)
{
	json_t *cases = json_pack("[o, o, o, o, o, o]", fake_no_pass("a", "skip", "it rained"),
				  fake_no_pass("b", "skip", "it rained"), fake_no_pass("c", "skip", "it rained"),
				  fake_no_pass("d", "skip", "it snowed"), fake_no_pass("e", "skip", "it rained"),
				  fake_no_pass("f", "skip", "it rained"));
	struct outcome o;

	clean();
	write_boot("list", "icount", 1, json_deep_copy(cases));
	write_boot("array", "icount", 1, cases);
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_has(
		o.out,
		"  skip on both: it rained\n    a\n    b\n    c\n    and 2 more\n  skip on both: it snowed\n    d\n\n");
	program_forget(&o);
	program_run(&o, "compare", "--all", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_has(
		o.out,
		"  skip on both: it rained\n    a\n    b\n    c\n    e\n    f\n  skip on both: it snowed\n    d\n\n");
	program_forget(&o);
}

/* Without enough boots all is inconclusive: what is far apart is shown, and the rest folded. */
static void test_list_of_few_boots(void **state)
{
	static const struct fate few[] = {
		{ "near", { 1000, 1001 }, { 1002, 1003 }, NULL, NULL },
		{ "far", { 1000, 1001 }, { 1300, 1301 }, NULL, NULL },
	};
	struct outcome o;
	char base[600], other[600];

	clean();
	write_fates("list", few, 2, true);
	write_fates("array", few, 2, false);
	snprintf(base, sizeof(base), "%s/boot-001.json", folder_of("list", "icount"));
	snprintf(other, sizeof(other), "%s/boot-001.json", folder_of("array", "icount"));
	compare(&o, base, other);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "\n== inconclusive, 2 of 2 cases: 1 boot a side, a verdict needs 2\n");
	assert_has(o.out,
		   "  far  (sync)\n    median              1000          1300   1.300  1.300..1.300    inconclusive\n");
	assert_has(o.out,
		   "  dma: 1 case with no metric apart by its minimum effect, ratio of the medians 1.002..1.002\n");
	assert_has_not(o.out, "  near  (sync)");
	assert_has_not(o.out, "\n    commands "); /* of the far case these are as near as can be */
	program_forget(&o);
}

/* The interval is one, and headed so. */
static void test_list_on_times(void **state)
{
	const uint64_t base[] = { 1000, 1010, 1020, 1030, 1040, 1050, 1060, 1070, 0 };
	const uint64_t other[] = { 1100, 1110, 1120, 1130, 1140, 1150, 1160, 1170, 0 };
	struct outcome o;

	clean();
	write_medians("list", "model", base);
	write_medians("array", "model", other);
	compare(&o, folder_of("list", "model"), folder_of("array", "model"));
	assert_has(o.out, "ratio  99 % interval\n");
	assert_has(o.out, "    median              1035          1135   1.097  1.058..1.135    worse\n");
	assert_has(o.out, "ratio   to the base, of a typical pair of boots; 99 % interval: ");
	assert_has_not(o.out, "; range: ");
	program_forget(&o);
}

static double p_holm(const char *text)
{
	json_t *json = json_loads(text, 0, NULL), *cell;
	double p;

	assert_non_null(json);
	cell = json_array_get(json_object_get(json_array_get(json_object_get(json, "comparisons"), 0), "cases"), 0);
	cell = json_object_get(json_array_get(json_object_get(cell, "kernels"), 1), "metrics");
	p = json_real_value(json_object_get(json_object_get(cell, "p99"), "p_holm"));
	json_decref(json);
	return p;
}

/* A metric that is asked for is shown whatever it says, is judged alone, and is corrected for no other. */
static void test_chosen_metrics(void **state)
{
	const uint64_t base[] = { 1000, 1010, 1020, 1030, 1040, 1050, 1060, 1070, 0 };
	const uint64_t other[] = { 1001, 1011, 1021, 1031, 1041, 1051, 1061, 1071, 0 };
	struct outcome o, all;

	clean();
	write_medians("list", "model", base);
	write_medians("array", "model", other);
	program_run(&o, "compare", "--all", "--metric=p99,mean", folder_of("list", "model"),
		    folder_of("array", "model"), NULL);
	assert_has(o.out, "\n    p99  ");
	assert_has(o.out, "\n    mean  ");
	assert_has_not(o.out, "\n    median  ");
	assert_has_not(o.out, "not judged");
	program_forget(&o);
	program_run(&o, "compare", "--json", "--metric=p99", folder_of("list", "model"), folder_of("array", "model"),
		    NULL);
	program_run(&all, "compare", "--json", "--metric=p99,median,mean", folder_of("list", "model"),
		    folder_of("array", "model"), NULL);
	assert_true(p_holm(o.out) < 1 && p_holm(all.out) > p_holm(o.out));
	program_forget(&o);
	program_forget(&all);
	program_run(&o, "compare", "--metric=p99,speed", folder_of("list", "model"), folder_of("array", "model"), NULL);
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_has(o.err, "--metric: there is no metric 'speed'; there are: median, p99, p999, ");
	program_forget(&o);
}

static void test_chosen_cases(void **state)
{
	struct outcome o;

	run_fates(&o, "--case=*now");
	assert_has(
		o.out,
		"array against list, 2 cases: 0 better, 0 worse, 0 no measurable difference, 0 inconclusive, 2 not compared");
	assert_has_not(o.out, "worse by");
	program_forget(&o);
	write_all_fates();
	program_run(&o, "compare", "--case=worse*", "--case=same", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 0); /* what failed is not among them */
	assert_has(o.out, "array against list, 4 cases: 0 better, 3 worse, 1 no measurable difference");
	program_forget(&o);
	program_run(&o, "compare", "--case=sync", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_has(o.err, "no case matches 'sync'; a case is called, for example, 'same'");
	program_forget(&o);
}

/* Percentiles and threads are below each case that is shown. The fake threads have 11 and 9 twentieths of the sum. */
static void test_details(void **state)
{
	const uint64_t base[] = { 1000, 1000, 0 }, other[] = { 900, 920, 0 };
	struct histogram h = fake_histogram(12, 10000 + FAKE_FLOOR);
	char line[128];
	struct outcome o;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	program_run(&o, "compare", "--distribution", "--threads", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "    distribution           list (boots)                  array (boots)            ratio\n");
	assert_has(o.out, "    p25                    1000 1000..1000                 900 900..920           0.900\n");
	assert_has(o.out, "    p75                    1000 1000..1000                 920 900..920           0.920\n");
	assert_has(o.out, "    samples                2000                           2000\n");
	assert_has_not(o.out, "mean, highest"); /* one thread has no spread */
	program_forget(&o);
	program_run(&o, "compare", "--table", "--distribution", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_has(o.out, "    p25                    1000 1000..1000                 900 900..920           0.900\n");
	program_forget(&o);
	clean();
	write_times("list", "model", 8, 1000000, 500000);
	write_times("array", "model", 8, 500000, 500000);
	program_run(&o, "compare", "--threads", folder_of("list", "model"), folder_of("array", "model"), NULL);
	snprintf(line, sizeof(line), "    mean, highest  %12.1f  ", 1.1 * (double)h.sum / FAKE_OPS - FAKE_FLOOR);
	assert_has(o.out, line);
	assert_has(o.out, "    ops/s, highest");
	program_forget(&o);
	hist_free(&h);
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

static void test_states_of_the_machine(void **state)
{
	struct side sides[2];
	struct comparison c;
	const struct metric *m;
	struct outcome o;
	int by_clock;

	for (by_clock = 0; by_clock < 2; by_clock++) {
		clean();
		write_two_speeds("list", "model", 6, 10000, by_clock);
		write_two_speeds("array", "model", 2, 11000, by_clock);
		load(sides, &c, "model");
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

	clean(); /* fewer slow boots are no better kernel */
	write_two_speeds("list", "model", 6, 10000, true);
	write_two_speeds("array", "model", 2, 10000, true);
	load(sides, &c, "model");
	assert_true(c.rows[0].cells[1].metrics[METRIC_MEDIAN].change == 0);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_SAME);
	unload(sides, &c);

	clean(); /* real hardware has no such states that anybody could tell */
	write_two_speeds("list", "metal", 6, 10000, true);
	write_two_speeds("array", "metal", 2, 11000, true);
	load(sides, &c, "metal");
	assert_close(c.rows[0].cells[1].metrics[METRIC_MEDIAN].alike, 1);
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_INCONCLUSIVE);
	unload(sides, &c);

	clean();
	write_two_speeds("list", "model", 8, 10000, true);
	write_two_speeds("array", "model", 0, 10000, true);
	compare(&o, folder_of("list", "model"), folder_of("array", "model"));
	assert_has(o.out, "1 inconclusive");
	assert_has(o.out, "the machine was not in one state");
	program_forget(&o);
}

/* More than two are a table; a list has a part for each, and either order is at hand. */
static void test_forms(void **state)
{
	const uint64_t medians[3][3] = { { 1000, 1001, 0 }, { 930, 931, 0 }, { 1200, 1201, 0 } };
	struct outcome o;

	clean();
	write_medians("list", "icount", medians[0]);
	write_medians("array", "icount", medians[1]);
	write_medians("third", "icount", medians[2]);
	program_run(&o, "compare", folder_of("list", "icount"), folder_of("array", "icount"),
		    folder_of("third", "icount"), NULL);
	assert_has(o.out, "\n  kernel ");
	assert_has(
		o.out,
		"\nthird against list, 1 case: 0 better, 1 worse, 0 no measurable difference, 0 inconclusive, 0 not compared\n"
		"  dma: worse: median +20.0 %, p99 +20.0 %\n");
	program_forget(&o);
	program_run(&o, "compare", "--list", folder_of("list", "icount"), folder_of("array", "icount"),
		    folder_of("third", "icount"), NULL);
	assert_before(o.out, "\n==== array against list\n\n== better, 1 of 1 case\n",
		      "\n==== third against list\n\n== worse, 1 of 1 case\n");
	program_forget(&o);
	write_all_fates();
	program_run(&o, "compare", "--table", "--order=importance", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	assert_before(o.out, "\nworse by 20 %  (sync)\n", "\nworse by 1 %  (sync)\n");
	assert_before(o.out, "\nworse by 1 %  (sync)\n", "\nsame  (sync)\n");
	program_forget(&o);
	program_run(&o, "compare", "--table", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_before(o.out, "\nsame  (sync)\n", "\nworse by 1 %  (sync)\n");
	program_forget(&o);
}

static void test_beds_do_not_mix(void **state)
{
	const uint64_t medians[] = { 1000, 1001, 0 };
	struct outcome o;

	clean();
	write_medians("list", "icount", medians);
	write_medians("array", "metal", medians);
	compare(&o, folder_of("list", "icount"), folder_of("array", "metal"));
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_has(o.err, "bed.name: metal, but ");
	assert_ptr_equal(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
	program_forget(&o);
}

/* Cases without a value are told, never numbers; skip is no failure, the others are. */
static void test_cases_without_value(void **state)
{
	static const struct {
		const char *status;
		int want;
	} statuses[] = { { "skip", 0 }, { "fail", 1 }, { "lost", 1 } };
	struct outcome o;
	size_t i;
	int boot;

	for (i = 0; i < 3; i++) {
		char line[64];

		clean();
		for (boot = 1; boot <= 2; boot++) {
			write_boot("list", "icount", boot, json_pack("[o]", sync_case(1000)));
			write_boot("array", "icount", boot,
				   json_pack("[o]", fake_no_pass("dma", statuses[i].status, "it rained")));
		}
		snprintf(line, sizeof(line), "  array   %s: it rained\n", statuses[i].status);
		compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
		assert_int_equal(o.status, statuses[i].want);
		assert_has(o.out, line);
		assert_has(o.out, "0 better, 0 worse, 0 no measurable difference, 0 inconclusive, 1 not compared");
		program_forget(&o);
		compare_table(&o, folder_of("array", "icount"), folder_of("list", "icount"));
		assert_int_equal(o.status, statuses[i].want);
		assert_has(o.out, line);
		assert_has(o.out, "not compared: array has no value");
		program_forget(&o);
	}
}

/* One lost boot among good ones spoils the case: the other boots do not speak for it. */
static void test_one_boot_lost(void **state)
{
	struct outcome o;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("list", "icount", 2, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 2, json_pack("[o]", fake_no_pass("dma", "lost", "guest hung")));
	write_boot("array", "icount", 3, json_pack("[]"));
	compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 1);
	assert_has(o.out, "  array   lost: in 2 of 3 boots: guest hung\n");
	program_forget(&o);
}

static void test_lossy_probe_is_invalid(void **state)
{
	json_t *lossy = fake_probe(2, 1), *json;
	struct outcome o;

	clean();
	json_object_set_new(lossy, "lost", json_integer(3));
	json_object_set_new(lossy, "valid", json_false());
	json = sync_case(900);
	json_object_set_new(json_object_get(json, "probes"), "invlat", lossy);
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("list", "icount", 2, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", sync_case(900)));
	write_boot("array", "icount", 2, json_pack("[o]", json));
	compare_table(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, " invalid invalid invalid  better: median -10.0 %");
	program_forget(&o);
}

static void test_warnings(void **state)
{
	json_t *boot = fake_boot("array", "icount", 1, json_pack("[o]", sync_case(1000)));
	struct outcome o;
	char path[600];

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", 2), 12, 1000)));
	json_object_set_new(boot, "suite", json_string("other"));
	json_object_set_new(json_object_get(boot, "machine"), "cpus", json_integer(4));
	json_object_set_new(json_object_get(boot, "bed"), "cpu", json_string("max"));
	json_object_set_new(json_object_get(boot, "kernel"), "config_sha256", json_string("beef"));
	snprintf(path, sizeof(path), "%s/boot-001.json", folder_of("array", "icount"));
	fake_write_json(path, boot);
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, "warning suite differs: list has synthetic, array has other\n");
	assert_has(o.out, "warning number of CPUs differs: list has 2, array has 4\n");
	assert_has(o.out, "warning emulated CPU model differs: list has synthetic, array has max\n");
	assert_has(o.out, "warning kernel configuration differs: list has c0ffee, array has beef\n");
	assert_has(o.out, "warning dma: array has other parameters than list; not compared\n");
	assert_has(o.out, "== not compared, 1 of 1 case\n  the parameters differ\n    dma\n");
	program_forget(&o);
}

static void test_units_do_not_mix(void **state)
{
	json_t *json = sync_case(1000);
	struct outcome o;

	clean();
	json_object_set_new(json, "unit", json_string("unmap"));
	write_boot("list", "icount", 1, json_pack("[o]", sync_case(1000)));
	write_boot("array", "icount", 1, json_pack("[o]", json));
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, "== not compared, 1 of 1 case\n  another unit: unmap\n    dma\n");
	program_forget(&o);
}

static void test_same_kernel_twice(void **state)
{
	const uint64_t medians[] = { 1000, 1001, 0 };
	struct outcome o;

	clean();
	write_medians("list", "icount", medians);
	compare(&o, folder_of("list", "icount"), folder_of("list", "icount"));
	assert_int_equal(o.status, 0);
	assert_has(o.out, "list#2 against list, 1 case: 0 better, 0 worse, 1 no measurable difference");
	assert_has_not(o.out, "warning");
	program_forget(&o);
}

static void write_plan(const char *text)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/plan.json", dir);
	fake_write_text(path, text);
}

static void test_run(void **state)
{
	const uint64_t base[] = { 1000, 1001, 0 }, other[] = { 930, 931, 0 };
	struct outcome o;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	write_plan("{\"kernels\": [\"list\", \"array\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "array against list, 1 case: 1 better");
	program_forget(&o);
	program_run(&o, "compare", "--base", "array", dir, NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "list against array, 1 case: 0 better, 1 worse");
	program_forget(&o);

	write_plan("{\"kernels\": [\"list\", \"gone\", \"array\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 1);
	assert_has(o.out, "warning kernel gone of the plan has no boot on this bed");
	program_forget(&o);
	write_plan("{\"kernels\": [\"gone\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "no kernel has a boot on bed icount");
	program_forget(&o);
}

/* With base "list", "array-tuned" is also measured by "list-tuned". */
static void test_variants(void **state)
{
	const uint64_t medians[4][3] = { { 1000, 1001, 0 }, { 930, 931, 0 }, { 800, 801, 0 }, { 860, 861, 0 } };
	struct outcome o;

	clean();
	write_medians("list", "icount", medians[0]);
	write_medians("array", "icount", medians[1]);
	write_medians("list-tuned", "icount", medians[2]);
	write_medians("array-tuned", "icount", medians[3]);
	write_plan("{\"kernels\": [\"list\", \"array\", \"list-tuned\", \"array-tuned\"], \"beds\": [\"icount\"]}");
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "\narray-tuned against list, 1 case: 1 better, 0 worse");
	assert_has(o.out, "\narray-tuned against list-tuned, 1 case: 0 better, 1 worse");
	assert_has_not(o.out, "list-tuned against list-tuned");
	assert_has_not(o.out, "array against list-tuned");
	program_forget(&o);
}

static json_t *with_witness(json_t *json, int commands, int syncs)
{
	json_object_set_new(json, "witness",
			    json_pack("{s:s, s:i, s:i, s:{}}", "source", "qemu-trace", "commands", commands, "syncs",
				      syncs, "opcodes"));
	return json;
}

static void test_witness(void **state)
{
	struct outcome o;

	clean();
	write_boot("list", "icount", 1,
		   json_pack("[o]", with_witness(sync_case(1000), 2 * FAKE_PROBE_OPS, FAKE_PROBE_OPS)));
	write_boot("array", "icount", 1, json_pack("[o]", with_witness(sync_case(1000), 2 * FAKE_PROBE_OPS, 7)));
	compare(&o, folder_of("list", "icount"), folder_of("array", "icount"));
	assert_has(o.out,
		   "warning dma on array: the probe counted 2200 commands and 1100 syncs, qemu-trace 2200 and 7\n");
	assert_has_not(o.out, "dma on list");
	program_forget(&o);
}

static void assert_json(const json_t *json, const char *want)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

static void test_json(void **state)
{
	const uint64_t base[] = { 1000, 1001, 0 }, other[] = { 930, 931, 0 };
	const json_t *comparison, *cell;
	struct outcome o;
	json_t *json;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	program_run(&o, "compare", "--json", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 0);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "format")), "invbench-compare");
	comparison = json_array_get(json_object_get(json, "comparisons"), 0);
	assert_string_equal(json_string_value(json_object_get(comparison, "unit")), "instructions");
	cell = json_array_get(json_object_get(json_array_get(json_object_get(comparison, "cases"), 0), "kernels"), 1);
	assert_string_equal(json_string_value(json_object_get(cell, "verdict")), "better");
	cell = json_object_get(json_object_get(cell, "metrics"), "median");
	assert_true(json_real_value(json_object_get(cell, "value")) == 930.5);
	assert_int_equal(json_array_size(json_object_get(cell, "boots")), 2);
	assert_string_equal(json_string_value(json_object_get(cell, "interval")), "range");
	assert_close(json_number_value(json_object_get(cell, "ratio_low")),
		     round((1 + (930 - 1001) / 1000.5) * 1e9) / 1e9);
	assert_close(json_number_value(json_object_get(cell, "min_effect")), 0.005);
	assert_true(json_number_value(json_object_get(cell, "alike")) == 1);
	assert_int_equal(json_integer_value(json_object_get(comparison, "boots_needed")), 2);
	json_decref(json);
	program_forget(&o);
}

static const json_t *first_cells(const json_t *json)
{
	const json_t *comparison = json_array_get(json_object_get(json, "comparisons"), 0);

	return json_object_get(json_array_get(json_object_get(comparison, "cases"), 0), "kernels");
}

/* Only if asked for: they make the document some times as long. */
static void test_json_details(void **state)
{
	const uint64_t base[] = { 1000, 1000, 0 }, other[] = { 900, 920, 0 };
	const json_t *cell;
	struct outcome o;
	json_t *json;

	clean();
	write_medians("list", "icount", base);
	write_medians("array", "icount", other);
	program_run(&o, "compare", "--json", "--distribution", "--threads", folder_of("list", "icount"),
		    folder_of("array", "icount"), NULL);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cell = json_array_get(first_cells(json), 1);
	assert_json(json_object_get(json_object_get(json_object_get(cell, "distribution"), "percentiles"), "p25"),
		    "{\"boots_high\":920.0,\"boots_low\":900.0,\"value\":900.0}");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(cell, "distribution"), "samples")),
			 2 * FAKE_OPS);
	assert_int_equal(json_object_size(json_object_get(json_object_get(cell, "threads"), "mean")), 3);
	assert_int_equal(json_integer_value(json_object_get(cell, "rank")), 1);
	json_decref(json);
	program_forget(&o);
	program_run(&o, "compare", "--json", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cell = json_array_get(first_cells(json), 1);
	assert_null(json_object_get(cell, "distribution"));
	assert_null(json_object_get(cell, "threads"));
	json_decref(json);
	program_forget(&o);
}

static void test_json_ranks(void **state)
{
	struct outcome o;
	const json_t *cases;
	json_t *json;
	size_t i, rank;

	run_fates(&o, "--json");
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cases = json_object_get(json_array_get(json_object_get(json, "comparisons"), 0), "cases");
	assert_int_equal(json_array_size(cases), FATES);
	for (i = 0; i < FATES; i++) {
		const json_t *kernels = json_object_get(json_array_get(cases, i), "kernels");

		rank = (size_t)json_integer_value(json_object_get(json_array_get(kernels, 1), "rank"));
		assert_true(rank >= 1 && rank <= FATES);
		assert_string_equal(by_importance[rank - 1], fates[i].name); /* JSON is in suite order */
		assert_null(json_object_get(json_array_get(kernels, 0), "rank"));
	}
	json_decref(json);
	program_forget(&o);
}

static json_t *with_numbers(double iops, double misses, double running)
{
	return fake_number(fake_number(sync_case(1000), "IOPS", iops, "1/s", -1), "cache-misses", misses, "", running);
}

/* Of each the median of the boots that have it, side by side under the names the workload gave. */
static void test_numbers(void **state)
{
	const json_t *cells;
	struct outcome o;
	json_t *json;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", with_numbers(100, 7, 0.5)));
	write_boot("list", "icount", 2, json_pack("[o]", with_numbers(300, 9, 0.75)));
	write_boot("list", "icount", 3, json_pack("[o]", with_numbers(110, 8, 1)));
	write_boot("array", "icount", 1, json_pack("[o]", fake_number(sync_case(1000), "IOPS", 50, "1/s", -1)));
	write_boot("array", "icount", 2, json_pack("[o]", sync_case(1000)));
	/* Of another unit: another number. */
	write_boot("array", "icount", 3, json_pack("[o]", fake_number(sync_case(1000), "IOPS", 7, "1/min", -1)));
	program_run(&o, "compare", "--json", folder_of("list", "icount"), folder_of("array", "icount"), NULL);
	assert_int_equal(o.status, 0);
	json = json_loads(o.out, 0, NULL);
	assert_non_null(json);
	cells = json_array_get(json_object_get(json, "comparisons"), 0);
	cells = json_object_get(json_array_get(json_object_get(cells, "cases"), 0), "kernels");
	assert_json(json_object_get(json_array_get(cells, 0), "numbers"),
		    "{\"IOPS\":{\"boots\":[100.0,300.0,110.0],\"unit\":\"1/s\",\"value\":110.0}}");
	assert_json(json_object_get(json_array_get(cells, 0), "perf"),
		    "{\"cache-misses\":{\"boots\":[7.0,9.0,8.0],\"running\":0.75,\"unit\":\"\",\"value\":8.0}}");
	assert_json(json_object_get(json_array_get(cells, 1), "numbers"),
		    "{\"IOPS\":{\"boots\":[50.0],\"unit\":\"1/s\",\"value\":50.0}}");
	assert_null(json_object_get(json_array_get(cells, 1), "perf"));
	json_decref(json);
	program_forget(&o);
}

static void test_usage(void **state)
{
	struct outcome o;

	program_run(&o, "compare", NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "nothing to compare");
	program_forget(&o);
	program_run(&o, "compare", "--list", "--json", "a", "b", NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "choose one of --list and --json");
	program_forget(&o);
	program_run(&o, "compare", "--order=name", "a", "b", NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "--order=name: it is importance or suite");
	program_forget(&o);
	clean();
	program_run(&o, "compare", dir, NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "neither plan.json nor KERNEL/BED folders");
	program_forget(&o);
}

static int start(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static int stop(void **state)
{
	fake_remove(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts_on_counts),
		cmocka_unit_test(test_verdicts_on_times),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_counts_decide_as_well),
		cmocka_unit_test(test_throughput),
		cmocka_unit_test(test_no_throughput),
		cmocka_unit_test(test_threads_in_turn),
		cmocka_unit_test(test_idle_time),
		cmocka_unit_test(test_beds),
		cmocka_unit_test(test_p999),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_order_in_minimum_effects),
		cmocka_unit_test(test_order_of_many_sides),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_ratio_interval),
		cmocka_unit_test(test_distribution),
		cmocka_unit_test(test_distribution_of_few),
		cmocka_unit_test(test_distribution_of_unlike_floors),
		cmocka_unit_test(test_states_of_the_machine),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_all),
		cmocka_unit_test(test_list_in_suite_order),
		cmocka_unit_test(test_one_reason_is_told_once),
		cmocka_unit_test(test_list_of_few_boots),
		cmocka_unit_test(test_list_on_times),
		cmocka_unit_test(test_chosen_metrics),
		cmocka_unit_test(test_chosen_cases),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_beds_do_not_mix),
		cmocka_unit_test(test_cases_without_value),
		cmocka_unit_test(test_one_boot_lost),
		cmocka_unit_test(test_lossy_probe_is_invalid),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_units_do_not_mix),
		cmocka_unit_test(test_same_kernel_twice),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_witness),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_details),
		cmocka_unit_test(test_json_ranks),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
