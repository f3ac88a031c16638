// SPDX-License-Identifier: GPL-2.0-only
/* test_alarms.c - how often invented boots of one kernel are told apart. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "assert_text.h"
#include "alarms.h"
#include "fake.h"
#include "program.h"

static char *dir;

/* ---- pools ---- */

static char *folder(const char *bed)
{
	static char path[400];

	snprintf(path, sizeof(path), "%s/list/%s", dir, bed);
	return path;
}

static void write_boot(const char *bed, int number, json_t *cases)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/boot-%03d.json", folder(bed), number);
	fake_write_json(path, fake_boot("list", bed, number, cases));
}

/* @boots boots: the case "same" is as good as alike in all, "two" is slower by a tenth in every other boot if @bimodal. */
static void write_pool(const char *bed, int boots, bool bimodal)
{
	int i;

	fake_remove(dir);
	dir = fake_tmpdir();
	for (i = 0; i < boots; i++)
		write_boot(bed, i + 1,
			   json_pack("[o, o]", fake_case("same", json_object(), 12, 4000 + (uint64_t)(i % 3)),
				     fake_case("two", json_object(), 12, bimodal && i % 2 ? 4400 : 4000)));
}

static const struct gate open_gate;

static void count(const char *bed, size_t boots, size_t comparisons, unsigned long seed, struct alarms *alarms)
{
	struct sentence why;
	struct side pool;

	if (side_load(folder(bed), &pool, &why) ||
	    alarms_count(&pool, &open_gate, boots, comparisons, seed, alarms, &why))
		fail_msg("%s", why.text);
	side_free(&pool);
}

/* Boots that are alike are never told apart, on any bed. */
static void test_exchangeable(void **state)
{
	static const char *const beds[] = { "icount", "model" };
	struct alarms a;
	size_t i;

	for (i = 0; i < 2; i++) {
		const size_t boots = i ? 8 : 3;

		write_pool(beds[i], 20, false);
		count(beds[i], boots, 40, 1, &a);
		assert_int_equal(a.comparisons, 40);
		assert_int_equal(a.failing, 0);
		assert_int_equal(a.inconclusive, 0);
		assert_int_equal(a.nr_cases, 2);
		assert_int_equal(a.all_cases.judged, 80);
		assert_int_equal(a.all_cases.alarms, 0);
		assert_int_equal(a.metrics[METRIC_MEDIAN].judged, 80);
		assert_int_equal(a.metrics[METRIC_COMMANDS].judged, 80);
		assert_int_equal(a.metrics[METRIC_MEAN].judged, 0);
		assert_int_equal(a.metrics[METRIC_THROUGHPUT].judged, i ? 80 : 0);
		assert_false(alarms_too_many(&a));
		alarms_free(&a);
	}
}

/*
 * Six boots, three of them slow; two and two others are drawn. Both of the first
 * set are fast and both of the second slow in (3/6 2/5)(3/4 2/3) = 1/10 of the
 * draws, and the other way round as often. 400 draws: 40 of each, standard deviation 6.
 */
static void test_bimodal(void **state)
{
	struct alarms a;

	write_pool("icount", 6, true);
	count("icount", 2, 400, 1, &a);
	assert_int_equal(a.all_cases.judged, 800);
	assert_in_range(a.metrics[METRIC_MEDIAN].worse, 40 - 24, 40 + 24);
	assert_in_range(a.metrics[METRIC_MEDIAN].better, 40 - 24, 40 + 24);
	assert_int_equal(a.metrics[METRIC_MEDIAN].alarms,
			 a.metrics[METRIC_MEDIAN].worse + a.metrics[METRIC_MEDIAN].better);
	assert_int_equal(a.metrics[METRIC_COMMANDS].alarms, 0);
	/* Of "two" alone, and its metrics alarm together. */
	assert_string_equal(a.cases[0].name, "two");
	assert_int_equal(a.cases[0].tally.worse, a.metrics[METRIC_MEDIAN].worse);
	assert_int_equal(a.all_cases.alarms, a.metrics[METRIC_MEDIAN].alarms);
	assert_int_equal(a.cases[1].tally.alarms, 0);
	/* A better case fails no check; draws of one fast and one slow boot do not tell. */
	assert_int_equal(a.failing, a.cases[0].tally.worse);
	assert_int_equal(a.all_cases.undecided, a.metrics[METRIC_MEDIAN].undecided);
	assert_true(a.all_cases.undecided > 200);
	assert_int_equal(a.inconclusive, a.all_cases.undecided);
	assert_true(alarms_too_many(&a));
	alarms_free(&a);
}

/* A seed is a draw: the same again, and another for another seed. */
static void test_seed(void **state)
{
	struct alarms a, again, other;

	write_pool("icount", 6, true);
	count("icount", 2, 100, 7, &a);
	count("icount", 2, 100, 7, &again);
	count("icount", 2, 100, 8, &other);
	assert_memory_equal(a.metrics, again.metrics, sizeof(a.metrics));
	assert_memory_not_equal(a.metrics, other.metrics, sizeof(a.metrics));
	alarms_free(&a);
	alarms_free(&again);
	alarms_free(&other);
}

/* The sets have no boot in common: of a pool of four, the boot that failed is in one of the sets and never in both. */
static void test_disjoint(void **state)
{
	struct alarms a;
	int i;

	fake_remove(dir);
	dir = fake_tmpdir();
	for (i = 0; i < 4; i++)
		write_boot("icount", i + 1,
			   json_pack("[o]", i ? fake_case("dma", json_object(), 12, 4000) :
						fake_no_pass("dma", "fail", "it rained")));
	count("icount", 2, 200, 1, &a);
	/* Half of the time in the second, where it is a regression. */
	assert_int_equal(a.failing + a.inconclusive, 200);
	assert_in_range(a.failing, 70, 130);
	assert_int_equal(a.cases[0].failed, a.failing);
	assert_int_equal(a.all_cases.judged, 0);
	assert_false(alarms_too_many(&a));
	alarms_free(&a);
}

/* ---- the program ---- */

static void test_program(void **state)
{
	struct outcome o;
	json_t *json, *pool;

	write_pool("icount", 6, false);
	program_run(&o, "aa", folder("icount"), NULL);
	assert_int_equal(o.status, 0);
	assert_string_equal(o.err, "");
	assert_has(o.out, "200 comparisons of 3 boots with 3 others, seed 1\n");
	assert_has(o.out, "\n  median             400         0      0      0    0.00 %    0.00..1.32 %\n");
	assert_has(o.out, "check would fail on 0 of 200 comparisons:    0.00 %    0.00..2.61 %\n");
	program_forget(&o);

	write_pool("icount", 6, true);
	program_run(&o, "aa", "--boots", "2", "--seed", "5", "--comparisons", "100", folder("icount"), NULL);
	assert_int_equal(o.status, 1);
	assert_has(o.out, "100 comparisons of 2 boots with 2 others, seed 5\n");
	assert_has(o.out, "most alarms  two: ");
	assert_has(o.out, "\ntoo many: ");
	program_forget(&o);
	program_run(&o, "aa", "--json", "--boots", "2", folder("icount"), NULL);
	assert_int_equal(o.status, 1);
	json = json_loads(o.out, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json, "format")), "invbench-aa");
	pool = json_array_get(json_object_get(json, "pools"), 0);
	assert_int_equal(json_integer_value(json_object_get(pool, "comparisons")), 200);
	assert_true(json_is_true(json_object_get(pool, "too_many")));
	assert_true(json_real_value(json_object_get(json_object_get(json_object_get(pool, "any"), "alarms"), "low")) >
		    0.01);
	json_decref(json);
	program_forget(&o);
}

/* By the limits that a gate would have: a tenth is no alarm where it takes more, and a case left out has none. */
static void test_gate(void **state)
{
	static const struct {
		const char *option, *value;
		int status;
		const char *want;
	} gates[] = {
		{ "--limit", "median=9", 1, "\n  median             400 " },
		{ "--limit", "median=11", 1, "\n  p99                400 " },
		{ "--metric", "commands_per_op", 0, "\n  cases              400         0      0      0 " },
		{ "--case", "sa*", 0, "\n  cases              200         0      0      0 " },
	};
	struct outcome o;
	size_t i;

	write_pool("icount", 6, true);
	for (i = 0; i < sizeof(gates) / sizeof(gates[0]); i++) {
		program_run(&o, "aa", "--boots", "2", gates[i].option, gates[i].value, folder("icount"), NULL);
		assert_int_equal(o.status, gates[i].status);
		assert_has(o.out, gates[i].want);
		program_forget(&o);
	}
	program_run(&o, "aa", "--boots", "2", "--limit", "median=11", "--limit", "p99=11", folder("icount"), NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "\n  cases              400         0      0      0 ");
	program_forget(&o);
}

static void refused(const char *want, const char *option, const char *value, const char *path)
{
	struct outcome o;

	program_run(&o, "aa", option, value, path, NULL);
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_has(o.err, want);
	assert_ptr_equal(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
	program_forget(&o);
}

static void test_bad_input(void **state)
{
	struct outcome o;

	write_pool("icount", 5, false);
	refused("5 boots are too few for two sets of 3; it takes 6", "--seed", "1", folder("icount"));
	refused("1 boots a side are too few for a verdict on bed icount; it takes 2", "--boots", "1", folder("icount"));
	refused("--boots -3: not a number from 1 to 500", "--boots", "-3", folder("icount"));
	refused("--comparisons 0: not a number from 1 to 100000", "--comparisons", "0", folder("icount"));
	refused("no metric 'mean' is judged; there are: median, p99,", "--metric", "mean", folder("icount"));
	refused("No such file or directory", "--seed", "1", "/nonexistent");
	write_pool("model", 15, false);
	refused("15 boots are too few for two sets of 8; it takes 16", "--seed", "1", folder("model"));
	refused("7 boots a side are too few for a verdict on bed model; it takes 8", "--boots", "7", folder("model"));
	program_run(&o, "aa", NULL);
	assert_int_equal(o.status, 2);
	assert_has(o.err, "which boots?");
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
		cmocka_unit_test(test_exchangeable), cmocka_unit_test(test_bimodal), cmocka_unit_test(test_seed),
		cmocka_unit_test(test_disjoint),     cmocka_unit_test(test_program), cmocka_unit_test(test_gate),
		cmocka_unit_test(test_bad_input),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
