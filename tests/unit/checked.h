/* SPDX-License-Identifier: GPL-2.0-only */
/* checked.h - invented boots of a base and a new kernel, and what a gate finds in them. */
#ifndef INVBENCH_TESTS_CHECKED_H
#define INVBENCH_TESTS_CHECKED_H

#include "compare.h"
#include "fake.h"
#include "findings.h"

static char *dir;

static UNUSED void write_boot(const char *kernel, const char *bed, int number, json_t *cases)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s/%s/boot-%03d.json", dir, kernel, bed, number);
	fake_write_json(path, fake_boot(kernel, bed, number, cases));
}

static UNUSED void clean(void)
{
	fake_remove(dir);
	dir = fake_tmpdir();
}

/* Both sides of a check, loaded. */
struct checked {
	struct side sides[2];
	struct comparison c;
	struct findings f;
};

static UNUSED void check(struct checked *k, const char *bed, const struct compare_options *options)
{
	const struct compare_options defaults = { 0 };
	const struct case_globs all = { 0 };
	struct sentence why;
	char path[512];
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", dir, i ? "new" : "base", bed);
		if (side_load(path, &k->sides[i], &why))
			fail_msg("%s", why.text);
	}
	if (compare_sides_as(k->sides, 2, options ? options : &defaults, &k->c, &why))
		fail_msg("%s", why.text);
	findings_compare(&k->c, 1, &all, &k->f);
}

static UNUSED void forget(struct checked *k)
{
	findings_free(&k->f);
	compare_free(&k->c);
	side_free(&k->sides[0]);
	side_free(&k->sides[1]);
}

/* NULL: not in the file; a number: passed with that median; else a status. */
static UNUSED json_t *some_case(const char *what)
{
	if (!what)
		return NULL;
	if (*what >= '0' && *what <= '9')
		return fake_case("dma", json_object(), 12, (uint64_t)atoi(what));
	return fake_no_pass("dma", what, "it rained");
}

static UNUSED void write_side(const char *kernel, const char *first, const char *second)
{
	const char *const boots[] = { first, second };
	int i;

	for (i = 0; i < 2; i++) {
		json_t *cases = json_pack("[o]", fake_case("other", json_object(), 12, 1000)),
		       *json = some_case(boots[i]);

		if (json)
			json_array_insert_new(cases, 0, json);
		write_boot(kernel, "icount", i + 1, cases);
	}
}

static UNUSED const struct finding *find(const struct findings *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (!strcmp(f->list[i].name, name))
			return &f->list[i];
	fail_msg("no finding for %s", name);
	return NULL;
}

static UNUSED int start_checks(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static UNUSED int stop_checks(void **state)
{
	fake_remove(dir);
	return 0;
}

#endif
