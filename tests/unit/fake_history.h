/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_history.h - a history in a folder of its own, and boots to put into it. Include cmocka.h before. */
#ifndef INVBENCH_TESTS_FAKE_HISTORY_H
#define INVBENCH_TESTS_FAKE_HISTORY_H

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "history.h"
#include "history_parts.h"

static char *dir, *db;
static char told[4096];

static UNUSED void tell(const char *line)
{
	size_t used = strlen(told);

	snprintf(told + used, sizeof(told) - used, "%s\n", line);
}

static UNUSED char *path_of(const char *name)
{
	static char paths[8][512];
	static int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static UNUSED int setup(void **state)
{
	dir = fake_tmpdir();
	db = strdup(path_of("history.db"));
	told[0] = '\0';
	return 0;
}

static UNUSED int teardown(void **state)
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

static UNUSED json_t *sync_case(uint64_t median)
{
	return fake_case("dma", json_pack("{s:i, s:i}", "devices", 1, "ops", FAKE_OPS), 12, median);
}

static UNUSED json_t *made_boot(const struct made *m, int number, json_t *cases)
{
	json_t *json = fake_boot(m->kernel, m->bed, number, cases);

	json_object_set_new(json, "started", json_string(m->started));
	json_object_set_new(json_object_get(json, "kernel"), "image_sha256", json_string(m->image));
	return json;
}

static UNUSED char *boot_path(const char *run, const struct made *m, int number)
{
	char name[200];

	snprintf(name, sizeof(name), "%s/%s/%s/boot-%03d.json", run, m->kernel, m->bed, number);
	return path_of(name);
}

/* Boots of one build: its medians are @median, @median + 1, ... */
static UNUSED void write_made(const char *run, const struct made *m)
{
	int i;

	for (i = 0; i < m->boots; i++)
		fake_write_json(boot_path(run, m, i + 1),
				made_boot(m, i + 1, json_pack("[o]", sync_case(m->median + (uint64_t)i))));
}

static UNUSED struct history_added add(char *path)
{
	struct sentence why;
	struct history_added added;
	struct history *h = history_open(db, HISTORY_ADD, &why);

	if (!h || history_add(h, &path, 1, tell, &added, &why))
		fail_msg("%s", why.text);
	history_close(h);
	return added;
}

static UNUSED void assert_added(struct history_added a, size_t added, size_t replaced, size_t unchanged, size_t refused)
{
	assert_int_equal(a.added, added);
	assert_int_equal(a.replaced, replaced);
	assert_int_equal(a.unchanged, unchanged);
	assert_int_equal(a.refused, refused);
}

static UNUSED struct history_trend trend_of(const char *name, enum metric_id metric,
					    const struct history_filter *filter)
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

static UNUSED size_t count_boots(void)
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

/* ---- the file ---- */

static UNUSED char *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	char *data = calloc(1, 1 << 20);

	MUST(file && data);
	*size = fread(data, 1, 1 << 20, file);
	fclose(file);
	return data;
}

/* The one file that was set aside; NULL if there is none, or more than one. */
static UNUSED char *found_aside(void)
{
	char *const command = path_of("history.db.corrupt-*"), line[600], shell[700], *found = NULL;
	FILE *list;
	int n = 0;

	snprintf(shell, sizeof(shell), "ls -d %s 2>/dev/null", command);
	list = popen(shell, "r");
	while (fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "-journal") || strstr(line, "-wal") || strstr(line, "-shm"))
			continue;
		free(found);
		found = n++ ? NULL : strdup(line);
	}
	pclose(list);
	return found;
}

static UNUSED void sql(const char *path, const char *text)
{
	sqlite3 *raw;

	MUST(!sqlite3_open(path, &raw) && !sqlite3_exec(raw, text, NULL, NULL, NULL));
	MUST(!sqlite3_close(raw));
}

/* As if invbench had written what there is. */
static UNUSED void seal(const char *path)
{
	size_t size;
	char *data = read_whole(path, &size);

	history_seal((unsigned char *)data, size, HISTORY_PAGE_BYTES);
	fake_write(path, data, size);
	free(data);
}

static UNUSED void fill(void)
{
	const struct made m = { "list", "icount", "2026-01-01T00:00:00Z", "a", 1000, 3 };

	write_made("run", &m);
	add(path_of("run"));
}

static UNUSED struct history_added rebuild(char *folder, size_t *before)
{
	struct sentence why;
	struct history_added added;

	if (history_rebuild(db, &folder, 1, tell, &added, before, &why))
		fail_msg("%s", why.text);
	return added;
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

#endif
