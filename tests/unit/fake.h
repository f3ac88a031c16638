/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake.h - makes boot files for tests.
 *
 * Everything is invented and says so: machine "synthetic". Values are a
 * function of the arguments alone, so a test can derive what must come out.
 */
#ifndef INVBENCH_TESTS_FAKE_H
#define INVBENCH_TESTS_FAKE_H

#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "histogram.h"
#include "must.h"
#include "timeline.h"

#define FAKE_OPS       1000
#define FAKE_PROBE_OPS 1100 /* the probe pass counts its warm-up as well */
#define FAKE_FLOOR     70   /* clock_floor_ns */

#define UNUSED	       __attribute__((unused))

/* 980 samples of @value (floor included), 10 a bit below, 10 a tail up to eight times as long: p99 is @value. */
static UNUSED struct histogram fake_histogram(unsigned int sub_bits, uint64_t value)
{
	struct histogram h;
	uint64_t i;

	MUST(!hist_init(&h, sub_bits));
	for (i = 0; i < 980; i++)
		hist_record(&h, value);
	for (i = 0; i < 10; i++) {
		hist_record(&h, value - value / 50);
		hist_record(&h, value + value * (i + 1) * 7 / 10);
	}
	return h;
}

/* Of operations that are spread evenly over the pass: each bucket's over the windows, the first of which get one more. */
static UNUSED json_t *fake_timeline(const struct histogram *h, unsigned int windows)
{
	struct timeline t;
	unsigned int i, k;
	uint64_t dealt = 0;
	json_t *json;

	MUST(!timeline_init(&t));
	t.windows = windows;
	for (i = 0; i < HIST_BUCKETS(h->sub_bits); i++)
		for (k = 0; k < h->buckets[i]; k++)
			t.cells[dealt++ % windows * WINDOW_BUCKETS +
				hist_index(WINDOW_SUB_BITS, hist_lower(h->sub_bits, i))]++;
	json = timeline_to_json(&t);
	timeline_free(&t);
	return json;
}

static UNUSED json_t *fake_threads(const struct histogram *h)
{
	return json_pack("[{s:i, s:I, s:I, s:I, s:I, s:I}]", "cpu", 0, "ops", (json_int_t)h->count, "elapsed_ns",
			 (json_int_t)h->sum, "min_ns", (json_int_t)h->min, "max_ns", (json_int_t)h->max, "sum_ns",
			 (json_int_t)h->sum);
}

/* The operations of @json, a case, done by two threads, half by each; the first needs 55 % of the time. */
static UNUSED json_t *fake_in_two(json_t *json)
{
	json_t *threads = json_object_get(json, "threads"), *first = json_array_get(threads, 0), *second;
	const json_int_t ops = json_integer_value(json_object_get(first, "ops"));
	const json_int_t sum = json_integer_value(json_object_get(first, "sum_ns"));

	json_object_set_new(first, "ops", json_integer(ops / 2));
	json_object_set_new(first, "sum_ns", json_integer(sum * 11 / 20));
	second = json_deep_copy(first);
	json_object_set_new(second, "cpu", json_integer(1));
	json_object_set_new(second, "sum_ns", json_integer(sum * 9 / 20));
	json_array_append_new(threads, second);
	return json;
}

static UNUSED json_t *fake_probe(uint64_t commands, uint64_t syncs)
{
	struct histogram h = fake_histogram(6, 900);
	json_t *probe = json_pack(
		"{s:s, s:i, s:i, s:b, s:I, s:I, s:I, s:{s:s, s:s}, s:{s:o}}", "attach", "fentry", "ops", FAKE_PROBE_OPS,
		"lost", 0, "valid", 1, "commands", (json_int_t)(commands * FAKE_PROBE_OPS), "syncs",
		(json_int_t)(syncs * FAKE_PROBE_OPS), "batches", (json_int_t)(syncs * FAKE_PROBE_OPS), "symbols",
		"iotlb_sync", "arm_smmu_iotlb_sync", "atc_inv", "", "entries", "iotlb_sync", hist_to_json(&h));

	hist_free(&h);
	return probe;
}

/* @value: the median, net of the floor. */
static UNUSED json_t *fake_case(const char *name, json_t *params, unsigned int sub_bits, uint64_t value)
{
	struct histogram h = fake_histogram(sub_bits, value + FAKE_FLOOR);
	json_t *json = json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:I, s:I, s:i, s:o, s:o, s:{s:o}}", "name", name,
				 "workload", "dma", "params", params, "unit", "sync", "status", "pass", "reason_code",
				 "", "reason", "", "ops", (json_int_t)h.count, "elapsed_ns", (json_int_t)h.sum,
				 "clock_floor_ns", FAKE_FLOOR, "latency", hist_to_json(&h), "threads", fake_threads(&h),
				 "probes", "invlat", fake_probe(2, 1));

	MUST(json);
	hist_free(&h);
	return json;
}

/* A number of the workload's own in @json, a case; @running below 0: not one of perf. */
static UNUSED json_t *fake_number(json_t *json, const char *name, double value, const char *unit, double running)
{
	const char *section = running < 0 ? "numbers" : "perf";
	json_t *number = json_pack("{s:f, s:s}", "value", value, "unit", unit);

	MUST(number);
	if (running >= 0)
		json_object_set_new(number, "running", json_real(running));
	if (!json_object_get(json, section))
		json_object_set_new(json, section, json_object());
	json_object_set_new(json_object_get(json, section), name, number);
	return json;
}

/* Of @json, a case of the fake median @value, the first and shortest operation was never done. */
static UNUSED json_t *fake_fewer(json_t *json, unsigned int sub_bits, uint64_t value)
{
	struct histogram h = fake_histogram(sub_bits, value + FAKE_FLOOR);
	json_t *latency = json_object_get(json, "latency"), *first;

	first = json_array_get(json_array_get(json_object_get(latency, "buckets"), 0), 1);
	MUST(!json_integer_set(first, json_integer_value(first) - 1));
	json_object_set_new(latency, "count", json_integer(FAKE_OPS - 1));
	json_object_set_new(latency, "sum", json_integer((json_int_t)(h.sum - h.min)));
	json_object_set_new(json, "ops", json_integer(FAKE_OPS - 1));
	json_object_set_new(json_array_get(json_object_get(json, "threads"), 0), "ops", json_integer(FAKE_OPS - 1));
	hist_free(&h);
	return json;
}

#define FAKE_LATENESS 150 /* of every CMD_SYNC that the model served */
#define FAKE_OVERRUN  100 /* what each took above its set time */

static UNUSED json_t *fake_times(uint64_t count, uint64_t value)
{
	struct histogram h;
	json_t *json;

	MUST(!hist_init(&h, 6));
	while (count--)
		hist_record(&h, value);
	json = hist_to_json(&h);
	hist_free(&h);
	return json;
}

/* What bed model adds to a case: @syncs CMD_SYNCs set to @set_ns in the timing pass, too many of them late if not @valid. */
static UNUSED json_t *fake_model(uint64_t syncs, uint64_t set_ns, bool valid)
{
	json_t *json = json_pack(
		"{s:{s:I, s:{s:I, s:I, s:b, s:o, s:o, s:o}}, s:{s:I}, s:{s:{s:i, s:I, s:i, s:i}}}", "timing", "syncs",
		(json_int_t)syncs, "service", "syncs", (json_int_t)syncs, "late", (json_int_t)(valid ? 0 : syncs / 2),
		"valid", valid, "set", fake_times(syncs, set_ns), "took", fake_times(syncs, set_ns + FAKE_OVERRUN),
		"lateness", fake_times(syncs, FAKE_LATENESS), "probe", "syncs", (json_int_t)syncs, "checked", "oracle",
		"removals", FAKE_PROBE_OPS, "needs", (json_int_t)syncs, "violations", 0, "unfollowed", 0);

	MUST(json);
	return json;
}

/* @json, a case, ends otherwise. */
static UNUSED json_t *fake_end(json_t *json, const char *status, const char *code, const char *reason)
{
	MUST(json);
	json_object_set_new(json, "status", json_string(status));
	json_object_set_new(json, "reason_code", json_string(code));
	json_object_set_new(json, "reason", json_string(reason));
	return json;
}

/* A case without numbers. */
static UNUSED json_t *fake_no_pass(const char *name, const char *status, const char *reason)
{
	json_t *json = json_pack("{s:s, s:s, s:{}, s:s, s:i, s:i, s:i, s:[]}", "name", name, "workload", "dma",
				 "params", "unit", "sync", "ops", 0, "elapsed_ns", 0, "clock_floor_ns", 0, "threads");

	return fake_end(json, status, strcmp(status, "skip") ? "other" : "needs", reason);
}

/* @boot as a program of version 1 would have written it. */
static UNUSED json_t *fake_version1(json_t *boot)
{
	json_t *json;
	size_t i;

	json_object_set_new(boot, "version", json_integer(1));
	json_object_del(json_object_get(boot, "kernel"), "against");
	json_array_foreach (json_object_get(boot, "cases"), i, json) {
		json_object_del(json, "reason_code");
		json_object_del(json, "untimed");
	}
	return boot;
}

/* What a bed that counts says of @cases, as the program that ran them would have. */
static UNUSED void fake_untimed(json_t *cases)
{
	json_t *json;
	size_t i;

	json_array_foreach (cases, i, json) {
		if (!strcmp(json_string_value(json_object_get(json, "workload")), "nvme"))
			json_object_set_new(json, "untimed", json_string("leaps"));
		if (json_array_size(json_object_get(json, "threads")) > 1)
			json_object_set_new(json, "untimed", json_string("turns"));
	}
}

/* @cases is stolen. */
static UNUSED json_t *fake_boot(const char *kernel, const char *bed, int number, json_t *cases)
{
	const char *clock = strcmp(bed, "icount") ? "nanoseconds" : "instructions";
	json_t *json = json_pack("{s:s, s:i, s:s, s:s, s:s, s:i,"
				 " s:{s:s, s:s, s:i, s:i},"
				 " s:{s:s, s:s, s:s, s:s, s:s},"
				 " s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[s], s:s},"
				 " s:[{s:s, s:b, s:b, s:b, s:b, s:i, s:i}], s:o}",
				 "format", "invbench-boot", "version", 2, "started", "2000-01-01T00:00:00Z", "invbench",
				 "synthetic", "suite", "synthetic", "boot", number, "machine", "arch", "aarch64", "cpu",
				 "synthetic", "cpus", 2, "memory_kib", 1048576, "bed", "name", bed, "clock", clock,
				 "accel", "tcg", "emulator", "synthetic", "cpu", "synthetic", "kernel", "name", kernel,
				 "release", "6.12.0-synthetic", "design", kernel, "design_evidence", "synthetic",
				 "config_sha256", "c0ffee", "series_sha256", kernel, "image_sha256", kernel, "source",
				 "synthetic", "source_version", "0", "series", "lab", "cmdline", "", "instances",
				 "name", "smmu0", "features_known", 1, "ril", 1, "ats", 0, "msi_polling", 0,
				 "ssid_bits", 0, "cmdq_entries", 256, "cases", cases);

	MUST(json);
	if (!strcmp(bed, "icount"))
		fake_untimed(cases);
	if (!strcmp(kernel, "array-tuned"))
		json_object_set_new(json_object_get(json, "kernel"), "against", json_string("list-tuned"));
	return json;
}

/* ---- files ---- */

static UNUSED void fake_folders(const char *path)
{
	char copy[512], *slash;

	snprintf(copy, sizeof(copy), "%s", path);
	for (slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		MUST(!mkdir(copy, 0755) || errno == EEXIST);
		*slash = '/';
	}
}

static UNUSED void fake_write(const char *path, const void *data, size_t size)
{
	FILE *file;

	fake_folders(path);
	file = fopen(path, "w");
	MUST(file && fwrite(data, 1, size, file) == size && !fclose(file));
}

static UNUSED void fake_write_text(const char *path, const char *text)
{
	fake_write(path, text, strlen(text));
}

/* @json is stolen. */
static UNUSED void fake_write_json(const char *path, json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(1));

	MUST(text);
	fake_write(path, text, strlen(text));
	free(text);
	json_decref(json);
}

static UNUSED int fake_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* A new folder; fake_remove() it. */
static UNUSED char *fake_tmpdir(void)
{
	char *path;

	/* mkdtemp() wants six of these, which lint takes for unfinished work. */
	MUST(asprintf(&path, "/tmp/invbench-unit-%1$s%1$s%1$s", "XX") > 0 && mkdtemp(path));
	return path;
}

static UNUSED void fake_remove(char *path)
{
	MUST(!nftw(path, fake_remove_one, 16, FTW_DEPTH | FTW_PHYS));
	free(path);
}

#endif
