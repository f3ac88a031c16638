/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_result.h - a good boot file, what can be done to it, and what is said of it then:
 * one line that names the file, the key and the trouble, and never a crash.
 */
#ifndef INVBENCH_TESTS_FAKE_RESULT_H
#define INVBENCH_TESTS_FAKE_RESULT_H

#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "program.h"
#include "result.h"

static char *dir;

static UNUSED char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static UNUSED json_t *good_timeline(void)
{
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR);
	json_t *json = fake_timeline(&h, 64);

	hist_free(&h);
	return json;
}

static UNUSED json_t *good(void)
{
	json_t *cases = json_pack(
		"[o, o]", fake_case("dma op=sync", json_pack("{s:s, s:i}", "op", "sync", "devices", 1), 12, 1000),
		fake_no_pass("dma ats=1", "skip", "no endpoint with ATS"));

	fake_in_two(json_array_get(cases, 0));
	json_object_set_new(json_array_get(cases, 0), "model", fake_model(FAKE_PROBE_OPS, 5000, true));
	json_object_set_new(json_array_get(cases, 0), "timeline", good_timeline());
	json_object_set_new(json_array_get(cases, 0), "numbers",
			    json_pack("{s:{s:f, s:s}, s:{s:i, s:s}}", "IOPS", "value", 1234.5, "unit", "1/s",
				      "attaches", "value", -7, "unit", ""));
	json_object_set_new(json_array_get(cases, 0), "perf",
			    json_pack("{s:{s:I, s:s, s:f}}", "bus-cycles", "value", (json_int_t)1 << 40, "unit",
				      "cycles", "running", 0.25));
	return fake_boot("list", "icount", 1, cases);
}

/* The boot of @json, which is stolen; boot_free() it. */
static UNUSED struct boot *loaded(json_t *json)
{
	struct sentence why = { "" };
	struct boot *boot;

	fake_write_json(path_of("boot.json"), json);
	boot = boot_load(path_of("boot.json"), &why);
	if (!boot)
		fail_msg("%s", why.text);
	return boot;
}

/* What is done to a good file, and what is said of it then. */
struct change {
	const char *path, *value, *want; /* value NULL: the key is missing */
};

/* Sets "cases.0.ops" of @json to the JSON text @value, or removes it. */
static UNUSED void change(json_t *json, const char *path, const char *value)
{
	json_t *to = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
	char part[64];
	size_t n;

	for (;; path += n + 1) {
		n = strcspn(path, ".");
		snprintf(part, sizeof(part), "%.*s", (int)n, path);
		if (!path[n])
			break;
		json = json_is_array(json) ? json_array_get(json, strtoul(part, NULL, 10)) :
					     json_object_get(json, part);
		assert_non_null(json);
	}
	if (json_is_array(json))
		assert_int_equal(json_array_set_new(json, strtoul(part, NULL, 10), to), 0);
	else if (to)
		assert_int_equal(json_object_set_new(json, part, to), 0);
	else
		assert_int_equal(json_object_del(json, part), 0);
}

/* One line that begins with the file and @want, and no more. */
static UNUSED void assert_said(const char *error, const char *path, const char *want)
{
	const size_t n = strlen(path);

	if (strncmp(error, path, n) || strncmp(error + n, ": ", 2) || strncmp(error + n + 2, want, strlen(want)))
		fail_msg("said \"%s\", not \"%s: %s\"", error, path, want);
	assert_null(strchr(error, '\n'));
}

/* Status 2, nothing on stdout, one line on stderr with the file and the key. */
static UNUSED void assert_program_refuses(const char *file, const char *want)
{
	struct outcome o;
	char *other = strdup(path_of("good.json"));

	fake_write_json(other, good());
	program_run(&o, "compare", other, file, NULL);
	if (o.status != 2 || strncmp(o.err, "invbench: ", 10))
		fail_msg("status %d, said \"%s\"", o.status, o.err);
	assert_string_equal(o.out, "");
	assert_ptr_equal(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
	o.err[strlen(o.err) - 1] = '\0';
	assert_said(o.err + 10, file, want);
	program_forget(&o);
	free(other);
}

static UNUSED void assert_change_refused(const struct change *c, bool by_program)
{
	char *bad = strdup(path_of("bad.json"));
	struct sentence why = { "" };
	json_t *json = good();

	change(json, c->path, c->value);
	fake_write_json(bad, json);
	if (boot_load(bad, &why))
		fail_msg("%s = %s was taken for good", c->path, c->value);
	assert_said(why.text, bad, c->want);
	if (by_program)
		assert_program_refuses(bad, c->want);
	free(bad);
}

/* By the reader, and every sixth by the program, which takes longer. */
static UNUSED void assert_changes_refused(const struct change *changes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		assert_change_refused(&changes[i], i % 6 == 0);
}

static UNUSED void write_boot(const char *name, const char *kernel, const char *bed, int number)
{
	fake_write_json(path_of(name),
			fake_boot(kernel, bed, number, json_pack("[o]", fake_case("a", json_object(), 12, 1000))));
}

static UNUSED int start(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static UNUSED int stop(void **state)
{
	fake_remove(dir);
	return 0;
}

/* Each with a folder of its own. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

#endif
