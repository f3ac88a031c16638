// SPDX-License-Identifier: GPL-2.0-only
/* test_trend.c - what a trend's figure is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"
#include "program.h"
#include "trend.h"

static char *dir;

/* A gnuplot file that draws nothing, and says what it was told. */
static const char says[] =
	"set print 'figures/'.stem.'.'.type\n"
	"print sprintf('%s|%s|%s|%d|%d|%s|%g|%g|%g', title, ylabel, bed, names, builds, tics, ymin, ymax, per)\n"
	"print system('cat figures/trend.tsv')\n";

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

#define BUILDS 3

/* Of three builds, two of one name, each with two boots 10 apart. */
static void expect_told(const char *bed, double scale, enum metric_id metric, const char *expected)
{
	static char *const names[BUILDS] = { "list", "array", "list" };
	static char *const started[BUILDS] = { "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-11-03'); x" };
	double values[BUILDS][2];
	struct history_build builds[BUILDS] = { 0 };
	const struct history_series series = {
		.bed = (char *)bed, .kind = bed_kind_find(bed), .unit = "sync", .builds = builds, .nr_builds = BUILDS
	};
	struct sentence why;
	char out[256], *text;
	size_t i;
	FILE *file;

	for (i = 0; i < BUILDS; i++) {
		values[i][0] = scale * (double)(i + 1);
		values[i][1] = values[i][0] + 10;
		builds[i] = (struct history_build){ .kernel = { .name = names[i] },
						    .started = started[i],
						    .values = values[i],
						    .nr_values = 2,
						    .median = values[i][0] + 5 };
	}
	snprintf(out, sizeof(out), "%s", path_of("trend.svg"));
	if (trend_plot(&series, "it's", metric, out, dir, &why))
		fail_msg("%s", why.text);
	file = fopen(out, "r");
	assert_non_null(file);
	text = program_read(file);
	assert_string_equal(text, expected);
	free(text);
}

/* From 100 to 310, and 0.15 of that around it. Of a date digits and dashes alone get to gnuplot. */
static void each_name_has_its_columns(void **state)
{
	expect_told(
		"icount", 100, METRIC_MEDIAN,
		"it's|median, instructions per sync|icount|2|3|\"2026-11-01\" 1, \"2026-11-02\" 2, \"2026-11-03\" 3|68.5|341.5|1\n"
		"build\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\n"
		"1\t105\t100\t110\t?\t?\t?\n2\t?\t?\t?\t205\t200\t210\n3\t305\t300\t310\t?\t?\t?\n");
}

/* From 10000 ns on, all of them: from 10 us to 30.01, and 0.15 of that around it. */
static void long_times_are_microseconds(void **state)
{
	expect_told(
		"model", 10000, METRIC_MEDIAN,
		"it's|median, us per sync|model|2|3|\"2026-11-01\" 1, \"2026-11-02\" 2, \"2026-11-03\" 3|6.9985|33.0115|1000\n"
		"build\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\n"
		"1\t10005\t10000\t10010\t?\t?\t?\n2\t?\t?\t?\t20005\t20000\t20010\n3\t30005\t30000\t30010\t?\t?\t?\n");
}

static void expect_unit(const char *bed, enum metric_id metric, const char *expected, int decimals)
{
	const struct history_series series = { .bed = (char *)bed, .kind = bed_kind_find(bed), .unit = "sync" };

	assert_string_equal(trend_unit(&series, metric), expected);
	assert_int_equal(metric_decimals(metric), decimals);
}

static void units_are_the_metrics_own(void **state)
{
	expect_unit("icount", METRIC_P99, "instructions per sync", 0);
	expect_unit("model", METRIC_MEAN, "ns per sync", 1);
	expect_unit("model", METRIC_THROUGHPUT, "sync per second", 0);
	expect_unit("icount", METRIC_COMMANDS, "commands per sync", 2);
	expect_unit("a bed to come", METRIC_MEDIAN, "(unknown) per sync", 0);
}

/* Neither a figure nor anything else of it. */
static void what_cannot_be_drawn_leaves_nothing(void **state)
{
	double value = 1;
	struct history_build build = {
		.kernel = { .name = "list" }, .started = "2026", .values = &value, .nr_values = 1, .median = 1
	};
	const struct history_series series = {
		.bed = "icount", .kind = bed_kind_find("icount"), .unit = "sync", .builds = &build, .nr_builds = 1
	};
	struct sentence why;
	char out[256];

	snprintf(out, sizeof(out), "%s", path_of("gone/trend.svg"));
	assert_true(trend_plot(&series, "x", METRIC_MEDIAN, out, dir, &why) < 0);
	assert_non_null(strstr(why.text, "/gone/trend.svg: No such file or directory"));
	assert_true(trend_plot(&series, "x", METRIC_MEDIAN, out, "/nonexistent", &why) < 0);
	assert_non_null(strstr(why.text, "/nonexistent/trend.gp: No such file or directory"));
	assert_int_not_equal(access(path_of("gone"), F_OK), 0);
}

static int start(void **state)
{
	dir = fake_tmpdir();
	fake_write_text(path_of("trend.gp"), says);
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
		cmocka_unit_test(each_name_has_its_columns),
		cmocka_unit_test(long_times_are_microseconds),
		cmocka_unit_test(units_are_the_metrics_own),
		cmocka_unit_test(what_cannot_be_drawn_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
