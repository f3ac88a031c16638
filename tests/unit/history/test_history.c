// SPDX-License-Identifier: GPL-2.0-only
/* test_history.c - what the history keeps of boots, what it says of them, and what it does with damaged files. */
#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "history.h"
#include "program.h"

static char *dir, *db;
static char told[4096];

static void tell(const char *line)
{
	size_t used = strlen(told);

	snprintf(told + used, sizeof(told) - used, "%s\n", line);
}

static char *path_of(const char *name)
{
	static char paths[8][512];
	static int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static int setup(void **state)
{
	dir = fake_tmpdir();
	db = strdup(path_of("history.db"));
	told[0] = '\0';
	return 0;
}

static int teardown(void **state)
{
	fake_remove(dir);
	free(db);
	return 0;
}

/* ---- boots ---- */

struct made {
	const char *kernel, *bed, *started, *image;
	uint64_t median;
	int boots;
};

static json_t *sync_case(uint64_t median)
{
	return fake_case("dma", json_pack("{s:i, s:i}", "devices", 1, "ops", FAKE_OPS), 12, median);
}

static json_t *made_boot(const struct made *m, int number, json_t *cases)
{
	json_t *json = fake_boot(m->kernel, m->bed, number, cases);

	json_object_set_new(json, "started", json_string(m->started));
	json_object_set_new(json_object_get(json, "kernel"), "image_sha256", json_string(m->image));
	return json;
}

static char *boot_path(const char *run, const struct made *m, int number)
{
	char name[200];

	snprintf(name, sizeof(name), "%s/%s/%s/boot-%03d.json", run, m->kernel, m->bed, number);
	return path_of(name);
}

/* Boots of one build: its medians are @median, @median + 1, ... */
static void write_made(const char *run, const struct made *m)
{
	int i;

	for (i = 0; i < m->boots; i++)
		fake_write_json(boot_path(run, m, i + 1),
				made_boot(m, i + 1, json_pack("[o]", sync_case(m->median + (uint64_t)i))));
}

static struct history_added add(char *path)
{
	struct sentence why;
	struct history_added added;
	struct history *h = history_open(db, HISTORY_ADD, &why);

	if (!h || history_add(h, &path, 1, tell, &added, &why))
		fail_msg("%s", why.text);
	history_close(h);
	return added;
}

static void assert_added(struct history_added a, size_t added, size_t replaced, size_t unchanged, size_t refused)
{
	assert_int_equal(a.added, added);
	assert_int_equal(a.replaced, replaced);
	assert_int_equal(a.unchanged, unchanged);
	assert_int_equal(a.refused, refused);
}

static struct history_trend trend_of(const char *name, enum metric_id metric, const struct history_filter *filter)
{
	static const struct history_filter any;
	struct sentence why;
	struct history_trend trend;
	struct history *h = history_open(db, HISTORY_READ, &why);

	if (!h || history_trend(h, name, metric, filter ? filter : &any, &trend, &why))
		fail_msg("%s", why.text);
	history_close(h);
	return trend;
}

static size_t count_boots(void)
{
	static const struct history_filter any;
	struct sentence why;
	struct history_runs runs;
	struct history *h = history_open(db, HISTORY_READ, &why);
	size_t i, n = 0;

	if (!h || history_runs(h, &any, &runs, &why))
		fail_msg("%s", why.text);
	for (i = 0; i < runs.count; i++)
		n += runs.list[i].boots;
	history_runs_free(&runs);
	history_close(h);
	return n;
}

/* ---- adding ---- */

static void test_add(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };

	write_made("run", &m);
	fake_write_text(path_of("run/list/icount/boot-001.log"), "no boot\n");
	fake_write_text(path_of("run/list/icount/.boot-004/boot-004.json"), "of a bench at work\n");
	assert_added(add(path_of("run")), 3, 0, 0, 0);
	assert_added(add(path_of("run")), 0, 0, 3, 0);
	assert_added(add(boot_path("run", &m, 2)), 0, 0, 1, 0);
	assert_string_equal(told, "");
	assert_int_equal(count_boots(), 3);
}

static void test_changed_file_replaces(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 2 };
	struct history_trend trend;

	write_made("run", &m);
	add(path_of("run"));
	fake_write_json(boot_path("run", &m, 2), made_boot(&m, 2, json_pack("[o]", sync_case(5000))));
	assert_added(add(path_of("run")), 0, 1, 1, 0);
	assert_int_equal(count_boots(), 2);
	trend = trend_of("dma", METRIC_MEDIAN, NULL);
	assert_int_equal(trend.list[0].builds[0].nr_values, 2);
	assert_float_equal(trend.list[0].builds[0].values[1], 5000, 0);
	history_trend_free(&trend);
}

/* A boot whose file is compressed is no other boot. */
static void test_compressed(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 2 };
	char command[700];

	write_made("run", &m);
	add(path_of("run"));
	snprintf(command, sizeof(command), "gzip %s", boot_path("run", &m, 2));
	assert_int_equal(system(command), 0);
	assert_added(add(path_of("run")), 0, 1, 1, 0);
	assert_added(add(path_of("run")), 0, 0, 2, 0);
	assert_int_equal(count_boots(), 2);
}

static void test_unreadable_is_told(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 2 };

	write_made("run", &m);
	fake_write_text(boot_path("run", &m, 7), "{");
	assert_added(add(path_of("run")), 2, 0, 0, 1);
	assert_non_null(strstr(told, "boot-007.json: line 1"));
	told[0] = '\0';
	assert_added(add(path_of("nothing")), 0, 0, 0, 1);
	assert_non_null(strstr(told, "nothing: No such file"));
	told[0] = '\0';
	fake_write_text(path_of("empty/readme"), "");
	assert_added(add(path_of("empty")), 0, 0, 0, 1);
	assert_non_null(strstr(told, "no boot-NNN.json"));
	assert_int_equal(count_boots(), 2);
}

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

/* ---- asking ---- */

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

/* ---- damage ---- */

static char *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	char *data = calloc(1, 1 << 20);

	MUST(file && data);
	*size = fread(data, 1, 1 << 20, file);
	fclose(file);
	return data;
}

/* The one file that was set aside; NULL if there is none, or more than one. */
static char *found_aside(void)
{
	char *const command = path_of("history.db.corrupt-*"), line[600], shell[700], *found = NULL;
	FILE *list;
	int n = 0;

	snprintf(shell, sizeof(shell), "ls -d %s 2>/dev/null", command);
	list = popen(shell, "r");
	while (fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "-wal") || strstr(line, "-shm"))
			continue;
		free(found);
		found = n++ ? NULL : strdup(line);
	}
	pclose(list);
	return found;
}

/* Opening refuses what the file now is, saying @what, and has put it aside unchanged. */
static void assert_set_aside(const char *what)
{
	size_t size, size_aside;
	char *before = read_whole(db, &size), *aside, *after;
	struct sentence why;

	assert_null(history_open(db, HISTORY_READ, &why));
	assert_non_null(strstr(why.text, what));
	assert_non_null(strstr(why.text, "invbench history rebuild"));
	assert_int_not_equal(access(db, F_OK), 0);
	aside = found_aside();
	assert_non_null(aside);
	assert_non_null(strstr(why.text, aside));
	after = read_whole(aside, &size_aside);
	assert_int_equal(size, size_aside);
	assert_memory_equal(before, after, size);
	assert_int_equal(unlink(aside), 0);
	free(before);
	free(after);
	free(aside);
}

static void sql(const char *path, const char *text)
{
	sqlite3 *raw;

	MUST(!sqlite3_open(path, &raw) && !sqlite3_exec(raw, text, NULL, NULL, NULL));
	MUST(!sqlite3_close(raw));
}

static void fill(void)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };

	write_made("run", &m);
	add(path_of("run"));
}

static void test_foreign_files(void **state)
{
	size_t size;
	char *data;

	fake_write_text(db, "{\"format\": \"invbench-boot\"}");
	assert_set_aside("not a history of invbench");
	fake_write_text(db, "");
	assert_set_aside("not a history of invbench");
	sql(db, "CREATE TABLE bookmarks (url)");
	assert_set_aside("not a history of invbench");
	fill();
	sql(db, "CREATE TRIGGER evil AFTER INSERT ON boots BEGIN DELETE FROM boots; END");
	assert_set_aside("other tables");
	fill();
	sql(db, "ALTER TABLE results ADD COLUMN more REAL");
	assert_set_aside("other tables");
	fill();
	data = read_whole(db, &size);
	fake_write(db, data, size / 2);
	free(data);
	assert_set_aside("damaged");
}

/* What SQLite keeps beside a file would be played into the next one. */
static void test_companions_go_along(void **state)
{
	char *aside, *wal;
	struct sentence why;

	fake_write_text(db, "nonsense");
	fake_write_text(path_of("history.db-wal"), "of it");
	assert_null(history_open(db, HISTORY_READ, &why));
	assert_int_not_equal(access(path_of("history.db-wal"), F_OK), 0);
	aside = found_aside();
	MUST(aside && asprintf(&wal, "%s-wal", aside) > 0);
	assert_int_equal(access(wal, F_OK), 0);
	free(wal);
	free(aside);
}

static void test_names_aside_are_not_taken(void **state)
{
	char shell[700], *aside;
	struct sentence why;
	int i;

	/* Three in a second, or over the turn of one; none replaces another. */
	for (i = 0; i < 3; i++) {
		fake_write_text(db, "nonsense");
		assert_null(history_open(db, HISTORY_READ, &why));
	}
	aside = found_aside();
	assert_null(aside);
	snprintf(shell, sizeof(shell), "test $(ls %s | wc -l) -eq 3", path_of("history.db.corrupt-*"));
	assert_int_equal(system(shell), 0);
}

static void test_damage_found_later(void **state)
{
	static const struct history_filter any;
	char *data, *aside;
	struct sentence why = { "" };
	struct history_runs runs;
	struct history *h;
	size_t size, i;

	fill();
	data = read_whole(db, &size);
	/* All but the first page, which says what tables there are. */
	for (i = 4096; i < size; i++)
		data[i] = (char)0xff;
	fake_write(db, data, size);
	h = history_open(db, HISTORY_READ, &why);
	assert_non_null(h);
	assert_int_not_equal(history_runs(h, &any, &runs, &why), 0);
	history_close(h);
	assert_non_null(strstr(why.text, "damaged"));
	aside = found_aside();
	assert_non_null(aside);
	assert_non_null(strstr(why.text, aside));
	free(aside);
	free(data);
	fill();
	assert_int_equal(count_boots(), 3);
}

static void test_other_version_is_refused(void **state)
{
	char *aside;
	struct sentence why;

	fill();
	sql(db, "PRAGMA user_version=2");
	assert_null(history_open(db, HISTORY_ADD, &why));
	assert_non_null(strstr(why.text, "version 2, not 1"));
	assert_int_equal(access(db, F_OK), 0);
	aside = found_aside();
	assert_null(aside);
}

static void test_missing(void **state)
{
	struct sentence why;

	assert_null(history_open(db, HISTORY_READ, &why));
	assert_non_null(strstr(why.text, "invbench history add"));
	assert_int_not_equal(access(db, F_OK), 0);
}

/* ---- rebuilding ---- */

static struct history_added rebuild(char *folder, size_t *before)
{
	struct sentence why;
	struct history_added added;

	if (history_rebuild(db, &folder, 1, tell, &added, before, &why))
		fail_msg("%s", why.text);
	return added;
}

static void test_rebuild(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };
	char *nothing;
	struct sentence why;
	struct history_added added;
	size_t before;

	fill();
	assert_int_equal(unlink(boot_path("run", &m, 3)), 0);
	assert_added(rebuild(path_of("run"), &before), 2, 0, 0, 0);
	assert_int_equal(before, 3);
	assert_int_equal(count_boots(), 2);
	fake_write_text(path_of("empty/readme"), "");
	nothing = path_of("empty");
	assert_int_equal(history_rebuild(db, &nothing, 1, tell, &added, &before, &why), -ENOENT);
	assert_int_equal(count_boots(), 2);
	/* A damaged one goes aside, and is told of. */
	fake_write_text(db, "nonsense");
	told[0] = '\0';
	assert_added(rebuild(path_of("run"), &before), 2, 0, 0, 0);
	assert_non_null(strstr(told, "set aside as"));
	free(found_aside());
	assert_int_equal(count_boots(), 2);
}

/* Who had the old file open adds to the one that has its name by then. */
static void test_replaced_while_open(void **state)
{
	const struct made other = { "array", "icount", "2026-01-02T00:00:00Z", "b", 900, 2 };
	char *folder;
	struct sentence why;
	struct history_added added;
	struct history *h;
	size_t before;

	fill();
	h = history_open(db, HISTORY_ADD, &why);
	assert_non_null(h);
	rebuild(path_of("run"), &before);
	write_made("late", &other);
	folder = path_of("late");
	assert_int_equal(history_add(h, &folder, 1, tell, &added, &why), 0);
	history_close(h);
	assert_added(added, 2, 0, 0, 0);
	assert_int_equal(count_boots(), 5);
}

/* ---- judging ---- */

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

/* Six builds of list on bed icount with two boots each, 1000 to 1005. */
static void write_past(void)
{
	char run[32], image[32], started[48];
	int i;

	for (i = 0; i < 6; i++) {
		const struct made m = { "list", "icount", started, image, 1000 + (uint64_t)i, 2 };

		snprintf(run, sizeof(run), "past%d", i);
		snprintf(image, sizeof(image), "image%d", i);
		snprintf(started, sizeof(started), "2026-01-0%dT00:00:00Z", i + 1);
		write_made(run, &m);
		add(path_of(run));
	}
}

static struct history_judgement judge_folder(const char *folder, size_t builds)
{
	struct sentence why;
	struct history_judgement judgement;
	const struct compare_options options = { 0 };
	struct side side;
	struct history *h = history_open(db, HISTORY_READ, &why);

	if (!h || side_load(path_of(folder), &side, &why) ||
	    history_judge(h, &side, builds, &options, &judgement, &why))
		fail_msg("%s", why.text);
	side_free(&side);
	history_close(h);
	return judgement;
}

/* The verdict on the one case of a new build. */
static enum verdict judge_new(const struct made *m, const char *why, double change)
{
	struct history_judgement judgement;
	enum verdict verdict;
	char folder[100];

	write_made("new", m);
	snprintf(folder, sizeof(folder), "new/%s/%s", m->kernel, m->bed);
	judgement = judge_folder(folder, HISTORY_BUILDS);
	assert_int_equal(judgement.count, 1);
	verdict = judgement.list[0].verdict;
	if (!strstr(judgement.list[0].why, why) || (!*why && *judgement.list[0].why))
		fail_msg("\"%s\", not \"%s\"", judgement.list[0].why, why);
	if (judgement.list[0].figures[METRIC_MEDIAN].judged)
		assert_float_equal(judgement.list[0].figures[METRIC_MEDIAN].change, change, 0.0005);
	history_judgement_free(&judgement);
	return verdict;
}

static void test_judge(void **state)
{
	struct made m = { "list", "icount", "2026-02-01T00:00:00Z", "new", 1003, 2 };

	write_past();
	assert_int_equal(judge_new(&m, "", 0), VERDICT_SAME);
	m.median = 1100;
	assert_int_equal(judge_new(&m, "", 0.097), VERDICT_WORSE);
	m.median = 900;
	assert_int_equal(judge_new(&m, "", -0.102), VERDICT_BETTER);
}

/* What is in the history itself, or came later, is no past. */
static void test_judge_by_the_past(void **state)
{
	struct made m = { "list", "icount", "2026-02-01T00:00:00Z", "new", 1100, 2 };
	const struct made later = { "list", "icount", "2026-03-01T00:00:00Z", "later", 1100, 2 };
	struct history_judgement judgement;

	write_past();
	write_made("new", &m);
	write_made("later", &later);
	add(path_of("new"));
	add(path_of("later"));
	judgement = judge_folder("new/list/icount", HISTORY_BUILDS);
	assert_int_equal(judgement.builds, 6);
	assert_int_equal(judgement.list[0].verdict, VERDICT_WORSE);
	history_judgement_free(&judgement);
	/* The last five: 1001 to 1005, with a boot more each. */
	judgement = judge_folder("new/list/icount", 5);
	assert_int_equal(judgement.builds, 5);
	assert_float_equal(judgement.list[0].figures[METRIC_MEDIAN].median, 1003.5, 0);
	history_judgement_free(&judgement);
	judgement = judge_folder("later/list/icount", HISTORY_BUILDS);
	assert_int_equal(judgement.builds, 7);
	history_judgement_free(&judgement);
}

/* Not by another kernel, bed, or suite. */
static void test_judge_by_its_own_line(void **state)
{
	struct made m = { "array", "icount", "2026-02-01T00:00:00Z", "new", 1100, 2 };
	struct history_judgement judgement;
	json_t *json;

	write_past();
	assert_int_equal(judge_new(&m, "0 earlier builds, needs 5", 0), VERDICT_INCONCLUSIVE);
	m.kernel = "list";
	m.bed = "model";
	assert_int_equal(judge_new(&m, "0 earlier builds, needs 5", 0), VERDICT_INCONCLUSIVE);
	m.bed = "icount";
	json = made_boot(&m, 1, json_pack("[o]", sync_case(1100)));
	json_object_set_new(json, "suite", json_string("other"));
	fake_write_json(boot_path("other", &m, 1), json);
	judgement = judge_folder("other/list/icount", HISTORY_BUILDS);
	assert_int_equal(judgement.builds, 0);
	history_judgement_free(&judgement);
}

static void test_judge_needs_boots_and_builds(void **state)
{
	struct made m = { "list", "icount", "2026-02-01T00:00:00Z", "new", 1100, 1 };

	write_past();
	assert_int_equal(judge_new(&m, "1 boot, but the earlier builds have 2 (median)", 0.097), VERDICT_INCONCLUSIVE);
	m.boots = 2;
	m.started = "2026-01-05T00:00:00Z";
	assert_int_equal(judge_new(&m, "4 earlier builds, needs 5", 0.098), VERDICT_INCONCLUSIVE);
}

static struct history_judged judged_as(json_t *cases, size_t n)
{
	const struct made m = { "list", "icount", "2026-02-01T00:00:00Z", "new", 0, 0 };
	static char why[320];
	struct history_judgement judgement;
	struct history_judged first;

	fake_write_json(boot_path("new", &m, 1), made_boot(&m, 1, json_deep_copy(cases)));
	fake_write_json(boot_path("new", &m, 2), made_boot(&m, 2, cases));
	judgement = judge_folder("new/list/icount", HISTORY_BUILDS);
	assert_int_equal(judgement.count, n);
	first = judgement.list[n - 1];
	snprintf(why, sizeof(why), "%s", first.why);
	history_judgement_free(&judgement);
	memcpy(first.why, why, sizeof(why));
	return first;
}

static void test_judge_without_values(void **state)
{
	struct history_judged j;

	write_past();
	j = judged_as(json_pack("[o]", fake_no_pass("dma", "fail", "broken")), 1);
	assert_int_equal(j.verdict, VERDICT_WORSE);
	assert_string_equal(j.why, "fails now: broken");
	j = judged_as(json_pack("[o]", fake_no_pass("dma", "lost", "hung")), 1);
	assert_int_equal(j.verdict, VERDICT_WORSE);
	assert_string_equal(j.why, "is lost now: hung");
	j = judged_as(json_pack("[o]", fake_no_pass("dma", "skip", "no room")), 1);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.why, "skipped: no room");
	j = judged_as(json_pack("[o, o]", sync_case(1000), fake_no_pass("new", "fail", "why")), 2);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.why, "fail: why; passed in no earlier build");
	j = judged_as(json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", 2), 12, 1000)), 1);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.why, "earlier builds have other parameters");
	j = judged_as(json_pack("[o]", fake_case("other", json_pack("{s:i}", "devices", 2), 12, 1000)), 2);
	assert_true(j.absent);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
}

/* ---- the program ---- */

static void test_program(void **state)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };
	struct outcome o;

	write_made("run", &m);
	program_run(&o, "history", "--db", db, "add", path_of("run"), path_of("nothing"), NULL);
	assert_int_equal(o.status, 2);
	assert_string_equal(o.out, "");
	assert_non_null(strstr(o.err, "nothing: No such file"));
	assert_non_null(strstr(o.err, "3 boots added"));
	program_forget(&o);
	program_run(&o, "history", "--db", db, "trend", "dma", NULL);
	assert_int_equal(o.status, 0);
	assert_non_null(strstr(o.out, "dma: median, instructions per sync\n"
				      "bed icount, aarch64 synthetic x2, parameters {\"devices\":1}\n"));
	assert_non_null(strstr(o.out, "         1001    1000     1002      3       -\n"));
	program_forget(&o);
	program_run(&o, "history", "--db", db, "trend", "nope", NULL);
	assert_int_equal(o.status, 2);
	assert_non_null(strstr(o.err, "no boot has the median of case \"nope\""));
	program_forget(&o);
	program_run(&o, "history", "--db", db, "list", "--bed", "metal", NULL);
	assert_int_equal(o.status, 0);
	assert_string_equal(o.out, "");
	program_forget(&o);
	program_run(&o, "history", "--db", db, "add", "--bed", "metal", path_of("run"), NULL);
	assert_int_equal(o.status, 2);
	program_forget(&o);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(add),
		TEST(changed_file_replaces),
		TEST(compressed),
		TEST(unreadable_is_told),
		TEST(values),
		TEST(trend),
		TEST(series),
		TEST(list_and_cases),
		TEST(foreign_files),
		TEST(companions_go_along),
		TEST(names_aside_are_not_taken),
		TEST(damage_found_later),
		TEST(other_version_is_refused),
		TEST(missing),
		TEST(rebuild),
		TEST(replaced_while_open),
		TEST(judge_value),
		TEST(judge),
		TEST(judge_by_the_past),
		TEST(judge_by_its_own_line),
		TEST(judge_needs_boots_and_builds),
		TEST(judge_without_values),
		TEST(program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
