// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings_kcidb.c - findings as a KCIDB report.
 *
 * A checkout and a build for each kernel, and a test for each metric of each
 * case, with its median as the number. A metric that is not worse is PASS, worse
 * FAIL, undecided or without a base DONE. A case without a value is one test: FAIL,
 * SKIP, or MISS if it is not in the files. Ids begin with the origin, and are the
 * same for the same boots. A test's path is the same from run to run, and of no other
 * kernel, bed, case or metric: dashboards keep a history by it.
 *
 * Source: the schema 5.3 of kernelci/kcidb-io (kcidb_io/schema/v05_03.py, commit
 * 07cc1885a1ec). No property may be null: what is not known is left out.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "findings_kcidb.h"
#include "findings_text.h"
#include "json_text.h"
#include "printer.h"
#include "xalloc.h"

struct report {
	const char *origin;
	json_t *checkouts, *builds, *tests;
};

/* Replaces json_object_set_new() where the string is ours to free. */
static void set_text(json_t *object, const char *key, char *text)
{
	json_object_set_new(object, key, json_text(text));
	free(text);
}

static const json_t *kernel_of(const json_t *about)
{
	return json_object_get(about, "kernel");
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* What tells builds apart beside release and name: the image; of one that nobody here built, what it says of itself. */
static char *identity(const char *name, const json_t *about)
{
	static const char *const keys[] = { "image_sha256", "booted_build_id", "config_sha256" };
	const char *hash = "";
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]) && !*hash; i++)
		hash = text_of(kernel_of(about), keys[i]);
	return xasprintf("%s-%s-%.12s", text_of(kernel_of(about), "release"), name, hash);
}

static char *checkout_id(const struct report *r, const struct findings *f)
{
	const json_t *k = kernel_of(f->about);

	return xasprintf("%s:%s-%s-%.12s", r->origin, text_of(k, "source"), text_of(k, "source_version"),
			 text_of(k, "series_sha256"));
}

static char *build_id(const struct report *r, const struct findings *f)
{
	char *which = identity(f->kernel, f->about), *id = xasprintf("%s:%s", r->origin, which);

	free(which);
	return id;
}

/* Case and metric follow. Another base or other boots of the same kernels are another test run. */
static char *run_id(const struct report *r, const struct findings *f)
{
	const json_t *base = json_object_get(f->about, "base");
	char *new_kernel = identity(f->kernel, f->about), *base_kernel = identity(f->base, base);
	char *id = xasprintf("%s:%s/%s/%s/against/%s/%s", r->origin, new_kernel, f->bed, text_of(f->about, "started"),
			     base_kernel, text_of(base, "started"));

	free(new_kernel);
	free(base_kernel);
	return id;
}

/* True if @array has an object with this id: kernels are named on every bed. */
static bool has_id(const json_t *array, const char *id)
{
	const json_t *object;
	size_t i;

	json_array_foreach (array, i, object)
		if (!strcmp(text_of(object, "id"), id))
			return true;
	return false;
}

/* Takes @object if its id is new. */
static void add(json_t *array, json_t *object)
{
	if (has_id(array, text_of(object, "id")))
		json_decref(object);
	else
		json_array_append_new(array, object);
}

static bool is_hex(const char *text, size_t length)
{
	return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}

/* The schema wants RFC 3339; a file may say anything. */
static bool is_time(const char *text)
{
	struct tm tm;
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	return end && !*end;
}

static void add_checkout(const struct report *r, const struct findings *f)
{
	const json_t *k = kernel_of(f->about);
	json_t *json = json_pack("{s:s, s:b}", "origin", r->origin, "valid", 1), *misc = json_object();

	set_text(json, "id", checkout_id(r, f));
	set_text(json, "comment",
		 xasprintf("Linux %s: %s %s with %zu patches", text_of(k, "release"), text_of(k, "source"),
			   text_of(k, "source_version"), json_array_size(json_object_get(k, "series"))));
	if (*text_of(k, "source"))
		json_object_set_new(json, "tree_name", json_string(text_of(k, "source")));
	if (is_hex(text_of(k, "source_version"), 40))
		json_object_set_new(json, "git_commit_hash", json_string(text_of(k, "source_version")));
	json_object_set(misc, "source_version", json_object_get(k, "source_version"));
	json_object_set(misc, "series", json_object_get(k, "series"));
	json_object_set(misc, "series_sha256", json_object_get(k, "series_sha256"));
	json_object_set_new(json, "misc", misc);
	add(r->checkouts, json);
}

static void add_build(const struct report *r, const struct findings *f)
{
	const json_t *k = kernel_of(f->about);
	const char *arch = text_of(json_object_get(f->about, "machine"), "arch");
	json_t *json = json_pack("{s:s, s:s}", "origin", r->origin, "status", "PASS"), *misc = json_object();

	set_text(json, "id", build_id(r, f));
	set_text(json, "checkout_id", checkout_id(r, f));
	set_text(json, "comment", xasprintf("kernel %s, design %s", f->kernel, text_of(k, "design")));
	if (*arch && arch[strspn(arch, KCIDB_ORIGIN_CHARS)] == '\0')
		json_object_set_new(json, "architecture", json_string(arch));
	if (*text_of(k, "compiler"))
		json_object_set_new(json, "compiler", json_string(text_of(k, "compiler")));
	json_object_set(misc, "design", json_object_get(k, "design"));
	json_object_set(misc, "config_sha256", json_object_get(k, "config_sha256"));
	json_object_set(misc, "image_sha256", json_object_get(k, "image_sha256"));
	json_object_set_new(json, "misc", misc);
	add(r->builds, json);
}

static json_t *environment(const struct findings *f)
{
	const json_t *bed = json_object_get(f->about, "bed"), *machine = json_object_get(f->about, "machine");
	json_t *json = json_object(), *misc = json_object();

	set_text(json, "comment",
		 xasprintf("bed %s, %s %s, CPU %s", f->bed, text_of(bed, "accel"), text_of(bed, "emulator"),
			   text_of(machine, "cpu")));
	json_object_set(misc, "bed", (json_t *)bed);
	json_object_set(misc, "machine", (json_t *)machine);
	json_object_set(misc, "instances", json_object_get(f->about, "instances"));
	json_object_set_new(json, "misc", misc);
	return json;
}

static void set_number(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}

static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || c == '-';
}

/* Does the space at @c part two words of @text? */
static bool is_between(const char *text, const char *c)
{
	return c > text && c[-1] != ' ' && c[1] && c[1] != ' ';
}

/*
 * @text as words of a path, which have A-Z, a-z, 0-9, - and _: a space is the dot between two words, a "=" before a
 * plain character is _, and what else has no place there is __ with its code. No two texts become one path.
 */
static void print_words(FILE *out, const char *text)
{
	const char *c;

	if (!*text)
		fputs("__", out);
	for (c = text; *c; c++)
		if (is_plain(*c))
			fputc(*c, out);
		else if (*c == ' ' && is_between(text, c))
			fputc('.', out);
		else if (*c == '=' && is_plain(c[1]))
			fputc('_', out);
		else
			fprintf(out, "__%02x", (unsigned char)*c);
}

/* "invbench.icount.array.dma.op_sync.devices_2.median" */
static char *path_of(const struct findings *f, const struct finding *finding, const struct finding_figure *figure)
{
	char *path = NULL;
	size_t size;
	FILE *out = xmemstream(&path, &size);

	fputs("invbench.", out);
	print_words(out, f->bed);
	fputc('.', out);
	print_words(out, f->kernel);
	fputc('.', out);
	print_words(out, finding->name);
	if (figure)
		fprintf(out, ".%s", figure->key);
	fclose(out);
	return path;
}

static json_t *new_test(const struct report *r, const struct findings *f, const struct finding *finding,
			const struct finding_figure *figure, const char *status)
{
	json_t *json =
		json_pack("{s:s, s:s, s:o}", "origin", r->origin, "status", status, "environment", environment(f));
	json_t *misc =
		json_pack("{s:s, s:s, s:s, s:s, s:O*}", "case", finding->name, "base", f->base, "bed", f->bed,
			  "finding", finding_name(figure && !isnan(figure->change) ? figure->kind : finding->kind),
			  "params", finding->params);
	char *run = run_id(r, f);

	set_text(json, "id", xasprintf("%s/%s%s%s", run, finding->name, figure ? "/" : "", figure ? figure->key : ""));
	set_text(json, "build_id", build_id(r, f));
	set_text(json, "path", path_of(f, finding, figure));
	if (is_time(text_of(f->about, "started")))
		json_object_set_new(json, "start_time", json_string(text_of(f->about, "started")));
	if (*finding->reason)
		json_object_set_new(misc, "reason", json_text(finding->reason));
	json_object_set(misc, "suite", json_object_get(f->about, "suite"));
	json_object_set(misc, "boots", json_object_get(f->about, "boots"));
	json_object_set_new(json, "misc", misc);
	free(run);
	return json;
}

static const char *figure_status(const struct finding_figure *figure)
{
	if (isnan(figure->base) || isnan(figure->change) || figure->kind == FINDING_INCONCLUSIVE)
		return "DONE";
	return finding_fails(figure->kind) ? "FAIL" : "PASS";
}

static char *figure_comment(const struct finding *finding, const struct finding_figure *figure)
{
	char *text = NULL;
	size_t size;
	FILE *out = xmemstream(&text, &size);

	fprintf(out, "%s: ", finding->name);
	finding_print_figure(out, figure);
	fclose(out);
	return text;
}

static void add_figure(const struct report *r, const struct findings *f, const struct finding *finding,
		       const struct finding_figure *figure)
{
	const bool has_value = isfinite(figure->value);
	json_t *json = new_test(r, f, finding, figure, has_value ? figure_status(figure) : "MISS");
	json_t *misc = json_object_get(json, "misc");

	set_text(json, "comment", figure_comment(finding, figure));
	if (has_value)
		json_object_set_new(json, "number",
				    json_pack("{s:f, s:s}", "value", figure->value, "unit", figure->unit));
	set_number(misc, "base_value", figure->base);
	set_number(misc, "change", figure->change);
	set_number(misc, "change_low", figure->low);
	set_number(misc, "change_high", figure->high);
	set_number(misc, "limit", figure->limit);
	json_array_append_new(r->tests, json);
}

static void add_valueless(const struct report *r, const struct findings *f, const struct finding *finding)
{
	static const char *const statuses[] = {
		[OUTCOME_PASS] = "DONE", [OUTCOME_FAIL] = "FAIL",   [OUTCOME_LOST] = "FAIL",
		[OUTCOME_SKIP] = "SKIP", [OUTCOME_ABSENT] = "MISS",
	};
	json_t *json = new_test(r, f, finding, NULL, statuses[finding->outcome]);

	set_text(json, "comment", xasprintf("%s: %s", finding->name, finding->reason));
	json_array_append_new(r->tests, json);
}

static void add_findings(const struct report *r, const struct findings *f)
{
	size_t i, j;

	if (!f->about) /* a kernel that never booted: there is no build to name */
		return;
	add_checkout(r, f);
	add_build(r, f);
	for (i = 0; i < f->count; i++) {
		for (j = 0; j < f->list[i].nr_figures; j++)
			add_figure(r, f, &f->list[i], &f->list[i].figures[j]);
		if (!f->list[i].nr_figures)
			add_valueless(r, f, &f->list[i]);
	}
}

static void print(FILE *out, const struct findings *list, size_t count, const struct findings_view *view)
{
	const struct report r = { view->origin, json_array(), json_array(), json_array() };
	json_t *json;
	size_t i;

	for (i = 0; i < count; i++)
		add_findings(&r, &list[i]);
	json = json_pack("{s:{s:i, s:i}, s:o, s:o, s:o}", "version", "major", 5, "minor", 3, "checkouts", r.checkouts,
			 "builds", r.builds, "tests", r.tests);
	json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	fputc('\n', out);
	json_decref(json);
}

PRINTER(kcidb) = {
	.name = "kcidb",
	.argument = "FILE",
	.summary = "Write a KCIDB report (schema 5.3); - is stdout",
	.findings = print,
};
