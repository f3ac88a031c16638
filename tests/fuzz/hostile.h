/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hostile.h - an invented run whose names are an input's, whatever bytes are in them.
 *
 * No reader has looked at them: what is written has to hold by itself. An input is
 * texts with a 0 between them, and a byte before, which says what has a name of its own.
 */
#ifndef INVBENCH_FUZZ_HOSTILE_H
#define INVBENCH_FUZZ_HOSTILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* fake_run.h has assertions of it, of which none is used here */

#include "fake_run.h"

#define TEXTS_MAX 24
#define BEDS	  2

struct hostile {
	struct fake_run runs[BEDS]; /* icount, model */
	char *copy;		    /* of the input */
	const char *texts[TEXTS_MAX];
	size_t nr_texts;
	uint8_t how;
};

/* ---- the run ---- */

static json_t *hostile_case(const char *kernel, int devices, const char *ats)
{
	const uint64_t median = 1000 + 100 * (uint64_t)devices - (strcmp(kernel, "list") ? 200 : 0);
	struct histogram h = fake_histogram(12, median + FAKE_FLOOR);
	char name[96];
	json_t *json;

	snprintf(name, sizeof(name), "dma op=sync devices=%d ats=%s", devices, ats);
	json = fake_case(name, json_pack("{s:s, s:i, s:s}", "op", "sync", "devices", devices, "ats", ats), 12, median);
	fake_number(json, "IOPS", 1234.5, "1/s", -1);
	fake_number(json, "cycles", 1e6, "", 0.5);
	json_object_set_new(json, "model", fake_model(FAKE_PROBE_OPS, 5000, true));
	json_object_set_new(json, "timeline", fake_timeline(&h, 4));
	hist_free(&h);
	return fake_in_two(json);
}

static json_t *hostile_cases(const char *kernel, int boot)
{
	json_t *cases = json_array();
	int devices;

	for (devices = 1; devices <= 4; devices *= 2) {
		json_array_append_new(cases, hostile_case(kernel, devices, "off"));
		json_array_append_new(cases, hostile_case(kernel, devices, "on"));
	}
	json_array_append_new(cases, fake_no_pass("dma strict=off", "skip", "no endpoint"));
	return cases;
}

static void hostile_start(struct hostile *h)
{
	fake_run_start(&h->runs[0], "icount", 2, 2, hostile_cases);
	fake_run_start(&h->runs[1], "model", 2, 2, hostile_cases);
}

static UNUSED void hostile_stop(struct hostile *h)
{
	size_t i;

	for (i = 0; i < BEDS; i++)
		fake_remove(h->runs[i].path);
	free(h->copy);
}

/* ---- its names ---- */

static UNUSED void hostile_read(struct hostile *h, const uint8_t *data, size_t size)
{
	char *at;

	free(h->copy);
	h->copy = calloc(size + 2, 1);
	MUST(h->copy);
	memcpy(h->copy, data, size);
	h->how = (uint8_t)h->copy[0];
	h->nr_texts = 0;
	for (at = h->copy + (size > 0); h->nr_texts < TEXTS_MAX && at <= h->copy + size; at += strlen(at) + 1)
		h->texts[h->nr_texts++] = at;
}

static const char *hostile_text(const struct hostile *h, size_t nth)
{
	return h->texts[nth % h->nr_texts];
}

enum hostile_how {
	HOSTILE_AXIS = 1,   /* what is varied is called otherwise than devices */
	HOSTILE_CHOICE = 2, /* and what is chosen otherwise than ats */
	HOSTILE_LABELS = 4,
	HOSTILE_UNITS = 8,
	HOSTILE_WORKLOADS = 16,
	HOSTILE_MODEL = 32, /* bed model */
};

static UNUSED const struct fake_run *hostile_run(const struct hostile *h)
{
	return &h->runs[h->how & HOSTILE_MODEL ? 1 : 0];
}

static const char *hostile_or(const struct hostile *h, enum hostile_how how, size_t nth, const char *otherwise)
{
	return h->how & how ? hostile_text(h, nth) : otherwise;
}

static const json_t *hostile_params(const struct hostile *h, const json_t *params)
{
	const char *ats = json_string_value(json_object_get(params, "ats"));
	json_t *json = json_object(), *devices = json_object_get(params, "devices");

	if (ats)
		json_object_set_new_nocheck(json, hostile_or(h, HOSTILE_CHOICE, 1, "ats"),
					    json_string_nocheck(hostile_text(h, strcmp(ats, "on") ? 2 : 3)));
	if (devices)
		json_object_set_nocheck(json, hostile_or(h, HOSTILE_AXIS, 4, "devices"), devices);
	return json;
}

static void hostile_row(const struct hostile *h, size_t nth, struct row *row, const char *name, const json_t *params)
{
	row->name = hostile_text(h, 5 + nth);
	if (h->how & HOSTILE_AXIS && nth % 2)
		row->name = name;
	row->unit = hostile_or(h, HOSTILE_UNITS, 6, "sync");
	row->workload = hostile_or(h, HOSTILE_WORKLOADS, 7, "dma");
	row->params = hostile_params(h, params);
}

/* What a page tells of a boot. */
static void hostile_boot(const struct hostile *h, struct boot *boot)
{
	boot->invbench = hostile_text(h, 8);
	boot->started = hostile_text(h, 9);
	boot->kernel.release = hostile_text(h, 10);
	boot->kernel.design_evidence = hostile_text(h, 11);
	boot->kernel.cmdline = hostile_text(h, 12);
	boot->kernel.source = hostile_text(h, 13);
	boot->machine.cpu = hostile_text(h, 14);
}

/* @f keeps the run that was compared, and @c is to be used instead of its comparison, until hostile_forget(). */
static UNUSED struct comparison hostile_comparison(const struct hostile *h, const struct fake_run *f)
{
	struct comparison c = f->c;
	struct side *sides = calloc(c.nr_sides, sizeof(*sides));
	size_t i;

	MUST(sides);
	c.rows = calloc(c.nr_rows, sizeof(*c.rows));
	MUST(c.rows);
	for (i = 0; i < c.nr_sides; i++) {
		sides[i] = c.sides[i];
		sides[i].label = (char *)hostile_or(h, HOSTILE_LABELS, i, sides[i].label);
		hostile_boot(h, sides[i].boots[0]);
	}
	for (i = 0; i < c.nr_rows; i++) {
		c.rows[i] = f->c.rows[i];
		hostile_row(h, i, &c.rows[i], f->c.rows[i].name, f->c.rows[i].params);
	}
	c.sides = sides;
	c.suite = hostile_text(h, 15);
	return c;
}

static UNUSED void hostile_forget(struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		json_decref((json_t *)c->rows[i].params);
	free(c->rows);
	free((struct side *)c->sides);
}

#endif
