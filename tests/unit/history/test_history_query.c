// SPDX-License-Identifier: GPL-2.0-only
/* test_history_query.c - what the history says of boots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_history.h"

/* All values are those that a comparison has. */
static void test_values(void **state)
{
	const struct made icount = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };
	const struct made model = { "list", "model", "2026-01-01T00:00:00Z", "a", 3000, 3 };
	const struct made *all[] = { &icount, &model };
	struct sentence why;
	size_t i, b;
	int id;

	for (i = 0; i < 2; i++) {
		struct history_filter filter = { .bed = all[i]->bed };
		struct comparison c;
		struct side side;

		write_made("run", all[i]);
		add(path_of("run"));

		if (side_load(i ? path_of("run/list/model") : path_of("run/list/icount"), &side, &why) ||
		    compare_sides(&side, 1, &c, &why))
			fail_msg("%s", why.text);
		for (id = 0; id < METRICS; id++) {
			const struct metric *m = &c.rows[0].cells[0].metrics[id];
			struct history_trend trend;

			if (!m->present) {
				assert_true(i == 0 && id == METRIC_THROUGHPUT);
				continue;
			}
			trend = trend_of("dma", (enum metric_id)id, &filter);
			assert_int_equal(trend.count, 1);
			assert_int_equal(trend.list[0].nr_builds, 1);
			assert_int_equal(trend.list[0].builds[0].nr_values, 3);
			assert_true(trend.list[0].builds[0].median == m->value);
			for (b = 1; b < 3; b++)
				assert_true(trend.list[0].builds[0].values[b - 1] <= trend.list[0].builds[0].values[b]);
			history_trend_free(&trend);
		}
		compare_free(&c);
		side_free(&side);
	}
}

static void test_trend(void **state)
{
	/* The second build of list was booted before the first one that is added. */
	const struct made builds[] = {
		{ "list", "icount", "2026-01-03T00:00:00Z", "c", 1030, 3 },
		{ "list", "icount", "2026-01-01T00:00:00Z", "a", 1010, 2 },
		{ "array", "icount", "2026-01-02T00:00:00Z", "b", 800, 1 },
	};
	static const char *const order[] = { "a", "b", "c" };
	static const double medians[] = { 1010.5, 800, 1031 };
	struct history_filter list = { .kernel = "list" }, late = { .since = "2026-01-02" };
	struct history_trend trend;
	char run[16];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(run, sizeof(run), "r%zu", i);
		write_made(run, &builds[i]);
		add(path_of(run));
	}
	trend = trend_of("dma", METRIC_MEDIAN, NULL);
	assert_int_equal(trend.count, 1);
	assert_int_equal(trend.list[0].nr_builds, 3);
	for (i = 0; i < 3; i++) {
		assert_string_equal(trend.list[0].builds[i].kernel.image_sha256, order[i]);
		assert_true(trend.list[0].builds[i].median == medians[i]);
	}
	assert_string_equal(trend.list[0].params, "{\"devices\":1}");
	history_trend_free(&trend);
	trend = trend_of("dma", METRIC_MEDIAN, &list);
	assert_int_equal(trend.list[0].nr_builds, 2);
	history_trend_free(&trend);
	trend = trend_of("dma", METRIC_MEDIAN, &late);
	assert_int_equal(trend.list[0].nr_builds, 2);
	history_trend_free(&trend);
}

/* One boot of its own build, on a host, with devices=@devices. */
static void write_on_host(const char *run, const char *bed, const char *host, int devices)
{
	const struct made m = { "list", bed, "2026-01-01T00:00:00Z", run, 1000, 1 };
	json_t *json =
		made_boot(&m, 1, json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", devices), 12, 1000)));

	json_object_set_new(json_object_get(json, "machine"), "host_cpu", json_string(host));
	json_object_set_new(json_object_get(json, "machine"), "host_cpus", json_integer(2));
	fake_write_json(boot_path(run, &m, 1), json);
	add(path_of(run));
}

static void test_series(void **state)
{
	struct history_filter icount = { .bed = "icount" }, model = { .bed = "model" }, b = { .machine = "CPU b" };
	struct history_trend trend;

	write_on_host("1", "icount", "CPU a", 1);
	write_on_host("2", "icount", "CPU b", 1);
	write_on_host("3", "model", "CPU a", 1);
	write_on_host("4", "model", "CPU b", 1);
	write_on_host("5", "model", "CPU b", 2);
	trend = trend_of("dma", METRIC_MEDIAN, &icount);
	assert_int_equal(trend.count, 1);
	assert_int_equal(trend.list[0].nr_builds, 2);
	history_trend_free(&trend);
	trend = trend_of("dma", METRIC_MEDIAN, &model);
	assert_int_equal(trend.count, 3);
	history_trend_free(&trend);
	trend = trend_of("dma", METRIC_MEDIAN, &b);
	assert_int_equal(trend.count, 3);
	history_trend_free(&trend);
}

static void test_list_and_cases(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 2 };
	struct history_filter filter = { .kernel = "6.12.0-synthetic" }, none = { .kernel = "other" };
	struct sentence why;
	struct history_cases cases;
	struct history_runs runs;
	struct history *h;

	write_made("run", &m);
	fake_write_json(boot_path("run", &m, 3),
			made_boot(&m, 3, json_pack("[o, o]", sync_case(1), fake_no_pass("sad", "fail", "why"))));
	add(path_of("run"));
	h = history_open(db, HISTORY_READ, &why);
	assert_non_null(h);
	assert_int_equal(history_runs(h, &filter, &runs, &why), 0);
	assert_int_equal(runs.count, 1);
	assert_int_equal(runs.list[0].boots, 3);
	assert_int_equal(runs.list[0].cases, 4);
	assert_int_equal(runs.list[0].not_passed, 1);
	assert_string_equal(runs.list[0].machine, "aarch64 synthetic x2");
	history_runs_free(&runs);
	assert_int_equal(history_cases(h, &filter, &cases, &why), 0);
	assert_int_equal(cases.count, 2);
	assert_string_equal(cases.list[1].name, "sad");
	assert_int_equal(cases.list[0].boots, 3);
	assert_int_equal(cases.list[0].kernels, 1);
	history_cases_free(&cases);
	assert_int_equal(history_runs(h, &none, &runs, &why), 0);
	assert_int_equal(runs.count, 0);
	history_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values),
		TEST(trend),
		TEST(series),
		TEST(list_and_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
