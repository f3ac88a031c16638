// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_history.c - any bytes as a history.
 *
 * Either it is refused with a line that names it, and is still there under
 * that or another name; or it can be listed, drawn, judged by and added to,
 * whatever is in it. The pages get their checksums first, without which nothing
 * in them would ever be reached.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"
#include "history.h"
#include "history_parts.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64], file[96], boot[96];
static struct side side;

static json_t *some_boot(void)
{
	json_t *cases = json_array();
	char name[16];
	int i;

	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "case %d", i);
		json_array_append_new(cases,
				      i == 2 ? fake_no_pass(name, "fail", "why") :
					       fake_case(name, json_pack("{s:i}", "devices", i), 6, 1000 + 500 * i));
	}
	return fake_boot("list", "icount", 1, cases);
}

/* A tidy folder, and a kernel to judge. */
static void prepare(void)
{
	char *tmp;
	struct sentence why;
	json_t *json;

	if (*folder)
		return;
	tmp = fake_tmpdir();
	snprintf(folder, sizeof(folder), "%s", tmp);
	free(tmp);
	snprintf(file, sizeof(file), "%s/history.db", folder);
	snprintf(boot, sizeof(boot), "%s/boot-001.json", folder);
	json = some_boot();
	json_object_set_new(json, "started", json_string("2026-01-01T00:00:00Z"));
	json_object_set_new(json_object_get(json, "kernel"), "image_sha256", json_string("new"));
	fake_write_json(boot, json);
	MUST(!side_load(boot, &side, &why));
}

static size_t tidy(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t histories = 0;
	char path[400];

	MUST(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, "boot-001.json"))
			continue;
		histories += !strstr(entry->d_name, "-journal") && !strstr(entry->d_name, "-wal") &&
			     !strstr(entry->d_name, "-shm");
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		MUST(!unlink(path));
	}
	closedir(dir);
	return histories;
}

static void silent(const char *line)
{
	MUST(*line);
}

static void trends(struct history *h, const struct history_filter *filter, struct sentence *why)
{
	struct history_cases cases;
	struct history_trend trend;
	size_t i;
	int id;

	if (history_cases(h, filter, &cases, why)) {
		MUST(!cases.list);
		return;
	}
	for (i = 0; i < cases.count && i < 3; i++)
		for (id = 0; id < METRICS; id += 3)
			if (!history_trend(h, cases.list[i].name, (enum metric_id)id, filter, &trend, why))
				history_trend_free(&trend);
	history_cases_free(&cases);
}

static void ask(struct history *h, const struct history_filter *filter, struct sentence *why)
{
	struct history_runs runs;

	if (!history_runs(h, filter, &runs, why))
		history_runs_free(&runs);
}

static void judge(struct history *h, struct sentence *why)
{
	struct history_judgement judgement;
	const struct compare_options options = { 0 };

	if (!history_judge(h, &side, HISTORY_BUILDS, &options, &judgement, why))
		history_judgement_free(&judgement);
}

/* A copy of @data as invbench would have written it, if it is of whole pages. */
static uint8_t *seal(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size);
	size_t page;

	MUST(copy);
	memcpy(copy, data, size);
	page = size < 100 ? 0 : (size_t)(data[16] << 8 | data[17]);
	if (page >= 512 && !(page & (page - 1)))
		history_seal(copy, size, page);
	return copy;
}

/* Each on a file of its own, as one that finds damage sets it aside. */
static void try(const uint8_t *data, size_t size, int what)
{
	static const struct history_filter any = { 0 }, some = { "icount", "list", "synth", "2000" };
	char *paths[] = { boot };
	struct sentence why = { "" };
	struct history_added added;
	struct history *h;

	fake_write(file, data, size);
	h = history_open(file, what == 3 ? HISTORY_ADD : HISTORY_READ, &why);
	if (!h) {
		MUST(!strncmp(why.text, file, strlen(file)));
	} else if (what == 0) {
		ask(h, &any, &why);
	} else if (what == 1) {
		trends(h, &some, &why);
	} else if (what == 2) {
		judge(h, &why);
	} else {
		history_add(h, paths, 1, silent, &added, &why);
	}
	history_close(h);
	MUST(tidy() == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *sealed;
	int what;

	prepare();
	if (!size)
		return 0;
	sealed = seal(data, size);
	for (what = 0; what < 4; what++)
		try(sealed, size, what);
	free(sealed);
	return 0;
}
