// SPDX-License-Identifier: GPL-2.0-only
/* test_over_time.c - heat maps over the pass: of which cases, of which kernels, and what is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "figures.h"
#include "program.h"

#define WINDOWS 8
#define EACH	10 /* operations of a window */

static char *dir;

static char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

/* A case of @windows windows, all of whose operations take @value, but for one in the sixth that takes @slow. */
static json_t *timed_case(const char *name, unsigned int windows, uint64_t value, uint64_t slow)
{
	json_t *json = fake_case(name, json_object(), 12, value - FAKE_FLOOR);
	struct histogram h;
	struct timeline t;
	unsigned int i;

	MUST(!hist_init(&h, 12) && !timeline_init(&t));
	t.windows = windows;
	for (i = 0; i < windows * EACH; i++) {
		const uint64_t took = i == 5 * EACH ? slow : value;

		hist_record(&h, took);
		t.cells[i / EACH * WINDOW_BUCKETS + hist_index(WINDOW_SUB_BITS, took)]++;
	}
	json_object_set_new(json, "ops", json_integer(windows * EACH));
	json_object_set_new(json, "latency", hist_to_json(&h));
	json_object_set_new(json, "threads", fake_threads(&h));
	json_object_set_new(json, "timeline", timeline_to_json(&t));
	timeline_free(&t);
	hist_free(&h);
	return json;
}

/* None of @run is there yet. */
static void write_boots(const char *run, const char *kernel, json_t *(*cases)(const char *kernel, int boot))
{
	char name[128];
	int boot;

	for (boot = 1; boot <= 2; boot++) {
		snprintf(name, sizeof(name), "%s/%s/icount/boot-%03d.json", run, kernel, boot);
		fake_write_json(path_of(name), fake_boot(kernel, "icount", boot, cases(kernel, boot)));
	}
}

static void make_report(const char *run, json_t *(*cases)(const char *kernel, int boot))
{
	struct outcome o;
	char plan[64];

	write_boots(run, "list", cases);
	write_boots(run, "array", cases);
	snprintf(plan, sizeof(plan), "%s/plan.json", run);
	fake_write_text(path_of(plan),
			"{\"kernels\": [\"list\", \"array\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	program_run(&o, "report", "--plots", "plots", path_of(run), NULL);
	if (o.status || *o.err)
		fail_msg("status %d, said \"%s\"", o.status, o.err);
	program_forget(&o);
}

/* The text of the only file like that, after the data has been read; to be freed. */
static char *read_only(const char *pattern)
{
	char *text;
	glob_t found;
	FILE *file;

	if (glob(path_of(pattern), 0, NULL, &found) || found.gl_pathc != 1)
		fail_msg("%s: not one file", pattern);
	file = fopen(found.gl_pathv[0], "r");
	assert_non_null(file);
	text = program_read(file);
	globfree(&found);
	return text;
}

static size_t count_files(const char *pattern)
{
	glob_t found;
	size_t n = 0;

	if (!glob(path_of(pattern), 0, NULL, &found))
		n = found.gl_pathc;
	globfree(&found);
	return n;
}

static void assert_in_only(const char *pattern, const char *want)
{
	char *text = read_only(pattern);

	if (!strstr(text, want))
		fail_msg("%s is not in %s", want, pattern);
	free(text);
}

/* ---- what is in a map ---- */

static json_t *few_cases(const char *kernel, int boot)
{
	const bool list = !strcmp(kernel, "list");
	json_t *cases =
		json_pack("[o, o, o]", timed_case("both", WINDOWS, list ? 1070 : 970, list ? 8560 : 7760),
			  timed_case("differs", list || boot == 1 ? WINDOWS : WINDOWS + 1, list ? 1070 : 970, 8560),
			  timed_case("level", WINDOWS, 1070, 1071));

	if (list) {
		json_array_append_new(cases, timed_case("alone", WINDOWS, 1070, 8560));
		json_object_set_new(json_array_get(cases, 3), "workload", json_string("other"));
	}
	/* A clock that costs more than any operation takes. */
	json_array_append_new(cases, timed_case("floor", WINDOWS, 1070, 8560));
	json_object_set_new(json_array_get(cases, json_array_size(cases) - 1), "clock_floor_ns",
			    json_integer((json_int_t)HIST_MAX - 1));
	json_object_set_new(json_array_get(cases, json_array_size(cases) - 1), "workload", json_string("floors"));
	/* Kept by older programs. */
	json_array_append_new(cases, fake_case("without", json_object(), 12, 1000));
	return cases;
}

/* 1070 is in the bucket from 1024 to 1151, less the clock's 70. Both boots together: of 20 in the sixth window two are slow. */
static void test_data(void **state)
{
	char *tsv;

	make_report("few", few_cases);
	tsv = read_only("few/figures/*-both-latency-over-the-pass.tsv");
	assert_string_equal(tsv, "kernel\tfrom %\tto %\tfrom\tto\t% of the window's operations\n"
				 "1\t0\t100\t954\t1082\t98.75\n1\t62.5\t75\t8122\t9146\t10\n"
				 "2\t0\t100\t890\t954\t98.75\n2\t62.5\t75\t7610\t8122\t10\n");
	free(tsv);
	assert_in_only("few/figures/figures.gp",
		       "title='both'; ylabel='instructions per sync'; bed='icount'; kernels='1 2'; kernel1='list'; "
		       "kernel2='array'; decades=1; ymin=890; ymax=9146\nload plots.'/timeline.gp'\n");
	assert_int_equal(count_files("few/figures/*-both-latency-over-the-pass.svg"), 1);
	assert_int_equal(count_files("few/figures/*-both-latency-over-the-pass.png"), 1);
	assert_in_only("few/report.html", "aria-label=\"both: latency over the pass\"");
}

/* Boots that were cut otherwise do not add up: that kernel has no map, nor has one without the case. */
static void test_other_windows(void **state)
{
	assert_in_only("few/figures/figures.gp",
		       "title='alone'; ylabel='instructions per sync'; bed='icount'; kernels='1'; kernel1='list'; ");
	assert_in_only("few/figures/figures.gp",
		       "title='differs'; ylabel='instructions per sync'; bed='icount'; kernels='1'; kernel1='list'; ");
}

static void test_nothing_to_see(void **state)
{
	assert_int_equal(count_files("few/figures/*-latency-over-the-pass.tsv"), 4);
	assert_int_equal(count_files("few/figures/*-level.tsv"), 1);
	assert_int_equal(count_files("few/figures/*-without.tsv"), 1);
}

/* ---- which ---- */

/* One more than a page has figures of, of which one is worse, and the plain one is the last. */
static json_t *many_cases(const char *kernel, int boot)
{
	json_t *cases = json_array();
	int i;

	for (i = 0; i < FIGURES_CASES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "dma n=%d", i);
		json_array_append_new(cases,
				      timed_case(name, WINDOWS, i == 11 && strcmp(kernel, "list") ? 1200 : 1070, 8560));
	}
	json_array_append_new(cases, timed_case("dma op=sync", WINDOWS, 1070, 8560));
	return cases;
}

/* Those that moved, and the one that everybody knows; nothing of what is alike but a workload's first. */
static void test_choice(void **state)
{
	char *page;

	make_report("many", many_cases);
	assert_int_equal(count_files("many/figures/*-latency-over-the-pass.tsv"), 3);
	assert_int_equal(count_files("many/figures/*-dma-n-11-latency-over-the-pass.tsv"), 1);
	assert_int_equal(count_files("many/figures/*-dma-op-sync-latency-over-the-pass.tsv"), 1);
	assert_int_equal(count_files("many/figures/*-dma-n-0-latency-over-the-pass.tsv"), 1);
	/* There are so few maps that all are in the page; the curve of the last case is not. */
	assert_in_only("many/report.html", "aria-label=\"dma op=sync: latency over the pass\"");
	page = read_only("many/report.html");
	assert_null(strstr(page, "aria-label=\"dma op=sync\""));
	assert_non_null(strstr(page, "aria-label=\"dma n=0\""));
	free(page);
}

static json_t *moved_cases(const char *kernel, int boot)
{
	json_t *cases = json_array();
	int i;

	for (i = 0; i < 20; i++) {
		char name[32];

		snprintf(name, sizeof(name), i ? "dma n=%d" : "first", i);
		json_array_append_new(cases, timed_case(name, WINDOWS,
							strcmp(kernel, "list") ? 1070 + (uint64_t)i * 20 : 1070, 8560));
	}
	return cases;
}

/* No more than eight, and those that moved most. */
static void test_limit(void **state)
{
	make_report("moved", moved_cases);
	assert_int_equal(count_files("moved/figures/*-latency-over-the-pass.tsv"), 8);
	assert_int_equal(count_files("moved/figures/*-dma-n-19-latency-over-the-pass.tsv"), 1);
	assert_int_equal(count_files("moved/figures/*-dma-n-12-latency-over-the-pass.tsv"), 1);
	assert_int_equal(count_files("moved/figures/*-dma-n-11-latency-over-the-pass.tsv"), 0);
}

static int setup(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static int teardown(void **state)
{
	fake_remove(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),	       cmocka_unit_test(test_other_windows),
		cmocka_unit_test(test_nothing_to_see), cmocka_unit_test(test_choice),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
