// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_result.c - any bytes as boot files.
 *
 * The input is one file, or several with a record separator (0x1e) between
 * them. What is refused has one line that begins with the file's name. What is
 * taken is compared, with itself and with the others, as table, JSON, page and
 * the data of figures: none of which may stop the program, be no JSON, or let a
 * tag of the file into the page.
 *
 * Bytes changed at random seldom make a histogram whose counts add up. So there
 * is a mutator that changes values of the document, and corrects the sums.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "compare.h"
#include "fake.h"
#include "figures.h"
#include "must.h"
#include "report.h"
#include "subcommand.h"
#include "compare_json.h"

#define SEPARATOR 0x1e
#define FILES_MAX 3
#define BOOTS	  8    /* of a side: enough for a verdict on any bed */
#define CANARY	  "<q" /* no page has a tag of its own that begins so */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

static char *folder; /* of what would be a run */
static struct figures_place place = { FOLDER_NONE, FOLDER_NONE, FOLDER_NONE, FOLDER_NONE };

static void remove_folder(void)
{
	fake_remove(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sentence why;

	MUST(freopen("/dev/null", "w", stdout));
	folder = fake_tmpdir();
	/* Nothing is drawn: what is written may stand where it would be drawn. */
	MUST(!folder_open(&place.run, folder, &why) && !folder_make(&place.run, "figures", &place.made, &why));
	atexit(remove_folder);
	return 0;
}

/* ---- reading ---- */

static int file_of(const uint8_t *data, size_t size, char path[32])
{
	int fd = memfd_create("boot", MFD_CLOEXEC);

	MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static void compare_with_itself(char *path, char *option)
{
	char *argv[] = { "invbench compare", path, path, option, NULL };

	MUST(subcommand_find("compare")->run(option ? 4 : 3, argv) != STATUS_USAGE);
}

static struct boot *read_one(const uint8_t *data, size_t size)
{
	char path[32];
	struct sentence why = { "" };
	int fd = file_of(data, size, path);
	struct boot *boot = boot_load(path, &why);

	if (boot) {
		compare_with_itself(path, NULL);
		compare_with_itself(path, "--json");
		for (size_t i = 0; i < boot->nr_cases; i++)
			MUST(boot_case(boot, boot->cases[i].name) == &boot->cases[i]);
	} else {
		MUST(!strncmp(why.text, path, strlen(path)) && !strchr(why.text, '\n'));
	}
	close(fd);
	return boot;
}

static size_t read_all(const uint8_t *data, size_t size, struct boot **boots)
{
	size_t n = 0;

	for (size_t files = 0; files < FILES_MAX; files++) {
		const uint8_t *end = size ? memchr(data, SEPARATOR, size) : NULL;
		const size_t length = end ? (size_t)(end - data) : size;

		boots[n] = read_one(data, length);
		n += boots[n] != NULL;
		if (!end)
			break;
		data += length + 1;
		size -= length + 1;
	}
	return n;
}

/* ---- what is made of it ---- */

static void write_json(const struct comparison *c)
{
	const struct compare_view view = { 0 };
	json_t *json = compare_to_json(c, &view);
	char *text = json ? json_dumps(json, 0) : NULL;

	MUST(text);
	free(text);
	json_decref(json);
}

static void write_figures(const struct comparison *c)
{
	char *text = NULL, *path;
	struct figures figures;
	struct sentence why;
	size_t size;
	FILE *script = open_memstream(&text, &size);

	MUST(script);
	figures_choose(c, &figures);
	figures_write(&place, c, &figures, script, &why);
	MUST(!fclose(script));
	for (size_t i = 0; i < figures.count; i++) {
		MUST(asprintf(&path, "%s/figures/%s.tsv", folder, figures.list[i].stem) > 0);
		unlink(path);
		free(path);
	}
	figures_free(&figures);
	free(text);
}

/* Without figures, as gnuplot draws them. */
static void write_page(const struct run_bed *bed, const struct comparison *c)
{
	const struct run_folder run = { .path = folder, .beds = (struct run_bed *)bed, .nr_beds = 1 };
	struct report_bed report_bed = { .comparison = *c };
	const struct report report = { .run = &run, .name = "fuzz", .beds = &report_bed };
	struct sentence why;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	MUST(!report_page(out, &report, &why) && !fclose(out));
	MUST(strlen(text) == size && !strstr(text, CANARY));
	free(text);
}

static void compare(struct boot *base, struct boot *other, size_t boots)
{
	struct boot *bases[BOOTS], *others[BOOTS];
	struct side sides[2] = { { .path = folder, .label = "base", .boots = bases, .nr_boots = boots },
				 { .path = folder, .label = "base-other", .boots = others, .nr_boots = boots } };
	struct run_bed bed = { .bed = (char *)base->bed.name, .run_path = folder, .sides = sides, .nr_sides = 2 };
	struct sentence why;
	struct comparison c;

	for (size_t i = 0; i < boots; i++) {
		bases[i] = base;
		others[i] = other;
	}
	if (compare_run_bed(&bed, &c, &why)) {
		MUST(strcmp(base->bed.name, other->bed.name));
		return;
	}
	write_json(&c);
	write_figures(&c);
	write_page(&bed, &c);
	compare_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot *boots[FILES_MAX];
	size_t i, n = read_all(data, size, boots);

	if (n) {
		compare(boots[0], boots[n - 1], BOOTS);
		compare(boots[n - 1], boots[0], 1);
	}
	for (i = 0; i < n; i++)
		boot_free(boots[i]);
	return 0;
}

/* ---- the mutator ---- */

/* The @nth value within @json, itself being the 0th; else @nth goes down by as many as there are. */
static json_t *nth_value(json_t *json, size_t *nth)
{
	const char *key;
	json_t *value, *found = NULL;
	size_t i;

	if (!(*nth)--)
		return json;
	json_object_foreach (json, key, value)
		if ((found = nth_value(value, nth)))
			return found;
	json_array_foreach (json, i, value)
		if ((found = nth_value(value, nth)))
			return found;
	return NULL;
}

static size_t count_values(json_t *json)
{
	size_t nth = SIZE_MAX;

	nth_value(json, &nth);
	return SIZE_MAX - nth;
}

static json_int_t some_integer(unsigned int *seed, json_int_t was)
{
	static const json_int_t values[] = { 0,	      1,	 -1,	     2,	       64,	  4095,
					     1000000, INT32_MAX, UINT32_MAX, HIST_MAX, INT64_MAX, INT64_MIN };
	const size_t n = sizeof(values) / sizeof(*values);

	switch (rand_r(seed) % 4) {
	case 0:
		return was ^ (json_int_t)(1ULL << rand_r(seed) % 64);
	case 1:
		return (json_int_t)((uint64_t)was + (uint64_t)rand_r(seed) % 5 - 2);
	default:
		return values[(size_t)rand_r(seed) % n];
	}
}

static const char *some_string(unsigned int *seed)
{
	static const char *const values[] = { "",	    CANARY,	    "'\"&`$(x)\\", "../x",  "%s",
					      "list-tuned", "\xe2\x82\xac", "icount",	   "model", "metal",
					      "pass",	    "fail",	    "skip",	   "lost",  "a=1 b=2",
					      "devices",    "threads",	    "max" };

	return values[(size_t)rand_r(seed) % (sizeof(values) / sizeof(*values))];
}

static void change_members(json_t *json, unsigned int *seed)
{
	const size_t size = json_is_array(json) ? json_array_size(json) : json_object_size(json);
	size_t nth = size ? (size_t)rand_r(seed) % size : 0;
	void *at = json_object_iter(json);

	if (!size) {
		return;
	} else if (json_is_array(json)) {
		if (rand_r(seed) % 2)
			json_array_remove(json, nth);
		else
			json_array_insert_new(json, nth, json_deep_copy(json_array_get(json, nth)));
	} else {
		while (nth--)
			at = json_object_iter_next(json, at);
		if (rand_r(seed) % 2)
			json_object_set_new(json, some_string(seed), json_deep_copy(json_object_iter_value(at)));
		else
			json_object_del(json, json_object_iter_key(at));
	}
}

static void change_value(json_t *json, unsigned int *seed)
{
	if (json_is_integer(json))
		json_integer_set(json, some_integer(seed, json_integer_value(json)));
	else if (json_is_real(json))
		json_real_set(json, (double)some_integer(seed, 0) / 7);
	else if (json_is_string(json))
		json_string_set(json, some_string(seed));
	else
		change_members(json, seed);
}

/* As the buckets are, so are the totals. */
static void correct_histogram(json_t *json)
{
	json_t *buckets = json_object_get(json, "buckets"), *pair;
	const unsigned int sub_bits = (unsigned int)json_integer_value(json_object_get(json, "sub_bits"));
	uint64_t count = 0, sum = 0, min = 0, max = 0;
	size_t i;

	if (sub_bits < HIST_SUB_BITS_MIN || sub_bits > HIST_SUB_BITS_MAX)
		return;
	json_array_foreach (buckets, i, pair) {
		const uint64_t index = (uint64_t)json_integer_value(json_array_get(pair, 0));
		const uint64_t n = (uint64_t)json_integer_value(json_array_get(pair, 1));

		if (index >= HIST_BUCKETS(sub_bits))
			return;
		max = hist_lower(sub_bits, (unsigned int)index);
		min = i ? min : max;
		count += n;
		sum += n * max;
	}
	json_object_set_new(json, "count", json_integer((json_int_t)count));
	json_object_set_new(json, "sum", json_integer((json_int_t)sum));
	json_object_set_new(json, "min", json_integer((json_int_t)min));
	json_object_set_new(json, "max", json_integer((json_int_t)max));
}

/* One window with all of the case, but for the first operation, which has the last window. */
static json_t *timeline_cells(const json_t *latency, unsigned int sub_bits, json_int_t windows)
{
	const unsigned int fine = (unsigned int)json_integer_value(json_object_get(latency, "sub_bits"));
	json_t *cells = json_array(), *pair;
	json_int_t first = -1, bucket = -1;
	uint64_t count = 0;
	size_t i;

	json_array_foreach (json_object_get(latency, "buckets"), i, pair) {
		const uint64_t index = (uint64_t)json_integer_value(json_array_get(pair, 0)) % HIST_BUCKETS(fine);
		const json_int_t coarse = (json_int_t)hist_index(sub_bits, hist_lower(fine, (unsigned int)index));
		const uint64_t n = (uint64_t)json_integer_value(json_array_get(pair, 1));

		if (i && coarse != bucket && count) {
			json_array_append_new(cells, json_pack("[i, I, I]", 0, bucket, (json_int_t)count));
			count = 0;
		}
		bucket = coarse;
		first = i ? first : coarse;
		count += n - (i || windows < 2 ? 0 : 1);
	}
	if (count)
		json_array_append_new(cells, json_pack("[i, I, I]", 0, bucket, (json_int_t)count));
	if (windows > 1)
		json_array_append_new(cells, json_pack("[I, I, i]", windows - 1, first, 1));
	return cells;
}

static void correct_timeline(json_t *json)
{
	json_t *timeline = json_object_get(json, "timeline"), *latency = json_object_get(json, "latency");
	const json_int_t windows = json_integer_value(json_object_get(timeline, "windows"));
	const json_int_t coarse = json_integer_value(json_object_get(timeline, "sub_bits"));
	const json_int_t fine = json_integer_value(json_object_get(latency, "sub_bits"));

	if (coarse < 1 || coarse > HIST_SUB_BITS_MAX || fine < HIST_SUB_BITS_MIN || fine > HIST_SUB_BITS_MAX)
		return;
	json_object_set_new(timeline, "cells", timeline_cells(latency, (unsigned int)coarse, windows));
}

static void correct_histograms(json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_object_get(json, "buckets"))
		correct_histogram(json);
	json_object_foreach (json, key, value)
		correct_histograms(value);
	json_array_foreach (json, i, value)
		correct_histograms(value);
}

static void correct_case(json_t *json)
{
	json_t *threads = json_object_get(json, "threads"),
	       *count = json_object_get(json_object_get(json, "latency"), "count");
	json_int_t left = json_integer_value(count);

	if (!count)
		return;
	if (json_object_get(json, "timeline"))
		correct_timeline(json);
	json_object_set(json, "ops", count);
	for (size_t i = json_array_size(threads); i--;) {
		json_t *thread = json_array_get(threads, i);
		json_int_t ops = json_integer_value(json_object_get(thread, "ops"));

		if (!i || ops > left || ops < 0)
			json_object_set_new(thread, "ops", json_integer(ops = left));
		left -= ops;
	}
}

static void correct(json_t *json)
{
	json_t *value;
	size_t i;

	correct_histograms(json);
	json_array_foreach (json_object_get(json, "cases"), i, value)
		correct_case(value);
}

/* 0 if the result has no room. */
static size_t change_document(uint8_t *data, size_t size, size_t max_size, unsigned int *seed)
{
	json_t *json = json_loadb((const char *)data, size, 0, NULL);
	size_t n, written;

	if (!json)
		return 0;
	for (n = 1 + (size_t)rand_r(seed) % 3; n; n--) {
		size_t nth = (size_t)rand_r(seed) % count_values(json);

		change_value(nth_value(json, &nth), seed);
	}
	if (rand_r(seed) % 4)
		correct(json);
	written = json_dumpb(json, (char *)data, max_size, JSON_COMPACT);
	json_decref(json);
	return written <= max_size ? written : 0;
}

/* A whole document only, or the last of several. Else bytes. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	const uint8_t *separator = memrchr(data, SEPARATOR, size);
	const size_t before = separator ? (size_t)(separator + 1 - data) : 0;
	size_t written = 0;

	if (rand_r(&seed) % 4)
		written = change_document(data + before, size - before, max_size - before, &seed);
	if (written)
		return before + written;
	if (!separator && 2 * size + 1 <= max_size && rand_r(&seed) % 16 == 0) {
		data[size] = SEPARATOR;
		memcpy(data + size + 1, data, size);
		return 2 * size + 1;
	}
	return LLVMFuzzerMutate(data, size, max_size);
}
