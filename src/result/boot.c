// SPDX-License-Identifier: GPL-2.0-only
/* boot.c - reads one boot file, as results/README.md describes it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "intern.h"
#include "reader.h"
#include "result.h"
#include "result_case.h"
#include "version1.h"

/* ---- machine, bed and kernel: fields.h has what they are made of ---- */

static void read_text(struct reader *r, const json_t *object, const struct field *f, const char **text)
{
	if (f->optional && !json_object_get(object, f->key))
		*text = f->kind == FIELD_NAME ? NULL : "";
	else if (f->kind == FIELD_NAME)
		*text = reader_name(r, object, f->key);
	else if (f->kind == FIELD_WORD)
		*text = f->words[reader_word(r, object, f->key, f->words)];
	else
		*text = reader_string(r, object, f->key);
}

static void read_field(struct reader *r, const json_t *object, const struct field *f, void *section)
{
	void *member = (char *)section + f->at;
	const bool absent = f->optional && !json_object_get(object, f->key);

	switch (f->kind) {
	case FIELD_UINT:
		*(uint64_t *)member = absent ? 0 : reader_uint(r, object, f->key);
		break;
	case FIELD_REAL:
		*(double *)member = absent ? 1 : reader_number(r, object, f->key);
		break;
	case FIELD_TEXTS:
		*(const json_t **)member = absent ? NULL : reader_strings(r, object, f->key);
		break;
	default:
		read_text(r, object, f, member);
	}
}

static void read_section(struct reader *r, const json_t *root, enum section section, void *into)
{
	const json_t *object = reader_object(r, root, section_names[section]);
	const struct field *f;

	snprintf(r->where, sizeof(r->where), "%s.", section_names[section]);
	for (f = section_fields(section); f->key; f++)
		read_field(r, object, f, into);
	reader_enter(r, "");
}

static void find_kind(struct reader *r, struct result_bed *b)
{
	if (r->failed)
		return;
	b->kind = bed_kind_find(b->name);
	reader_enter(r, "bed.");
	if (!b->kind)
		reader_bad(r, "name", "\"%.60s\" is not known; is the file from a newer invbench?", b->name);
	else if (strcmp(b->clock, b->kind->clock))
		reader_bad(r, "clock", "bed %s does not count %s" REMEDY, b->name, b->clock);
	reader_enter(r, "");
}

/* What its files say that was built must be what ran. */
static void check_build(struct reader *r, const struct result_kernel *k)
{
	if (r->failed || !*k->build_id || !*k->booted_build_id || !strcmp(k->build_id, k->booted_build_id))
		return;
	reader_enter(r, "kernel.");
	reader_bad(r, "booted_build_id", "\"%.40s\" ran, but \"%.40s\" was built: another kernel was booted" REMEDY,
		   k->booted_build_id, k->build_id);
	reader_enter(r, "");
}

static void read_instance(struct reader *r, const json_t *object, struct result_instance *i)
{
	i->name = reader_string(r, object, "name");
	i->features_known = reader_bool(r, object, "features_known");
	if (!i->features_known)
		return;
	i->ril = reader_bool(r, object, "ril");
	i->ats = reader_bool(r, object, "ats");
	i->msi_polling = reader_bool(r, object, "msi_polling");
	i->ssid_bits = reader_uint(r, object, "ssid_bits");
	i->cmdq_entries = reader_uint(r, object, "cmdq_entries");
}

static void read_instances(struct reader *r, const json_t *root, struct boot *boot)
{
	const json_t *array = reader_array(r, root, "instances");
	size_t i, n = json_array_size(array);

	boot->instances = reader_allocate(r, n, sizeof(*boot->instances));
	if (r->failed)
		return;
	boot->nr_instances = n;
	for (i = 0; i < n && !r->failed; i++) {
		snprintf(r->where, sizeof(r->where), "instances[%zu].", i);
		read_instance(r, json_array_get(array, i), &boot->instances[i]);
	}
	reader_enter(r, "");
}

static int compare_places(const void *a, const void *b, void *boot)
{
	const struct result_case *cases = ((const struct boot *)boot)->cases;
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return strcmp(cases[x].name, cases[y].name) ?: (x > y) - (x < y);
}

/* So that a case is found by its name; the first that has the name of one before it is an error. */
static void sort_names(struct reader *r, struct boot *boot)
{
	size_t i, twice = boot->nr_cases;

	boot->by_name = reader_allocate(r, boot->nr_cases, sizeof(*boot->by_name));
	if (r->failed)
		return;
	for (i = 0; i < boot->nr_cases; i++)
		boot->by_name[i] = (uint32_t)i;
	qsort_r(boot->by_name, boot->nr_cases, sizeof(*boot->by_name), compare_places, boot);
	for (i = 1; i < boot->nr_cases; i++) {
		const uint32_t place = boot->by_name[i];

		if (boot->cases[place].name == boot->cases[boot->by_name[i - 1]].name && place < twice)
			twice = place;
	}
	if (twice == boot->nr_cases)
		return;
	snprintf(r->where, sizeof(r->where), "cases[%zu].", twice);
	reader_bad(r, "name", "\"%.100s\" is there twice" REMEDY, boot->cases[twice].name);
}

static void read_cases(struct reader *r, const json_t *root, struct boot *boot)
{
	const json_t *array = reader_array(r, root, "cases");
	size_t i, n = json_array_size(array);

	if (n > RESULT_MAX_CASES)
		reader_bad(r, "cases", "%zu are more than %d" REMEDY, n, RESULT_MAX_CASES);
	boot->cases = reader_allocate(r, n, sizeof(*boot->cases));
	if (!r->failed)
		boot->nr_cases = n;
	for (i = 0; i < n && !r->failed; i++) {
		snprintf(r->where, sizeof(r->where), "cases[%zu].", i);
		result_case_read(r, json_array_get(array, i), boot->bed.kind, &boot->cases[i]);
	}
	if (!r->failed)
		sort_names(r, boot);
	reader_enter(r, "");
}

static void read_version(struct reader *r, const json_t *root)
{
	if (!json_is_object(root))
		reader_bad(r, "top level", "must be an object" REMEDY);
	if (strcmp(reader_string(r, root, "format"), FORMAT_BOOT))
		reader_bad(r, "format", "must be \"" FORMAT_BOOT "\"; give a file that invbench run wrote");
	r->version = reader_uint(r, root, "version");
	if (r->version < FORMAT_VERSION_OLDEST || r->version > FORMAT_VERSION)
		reader_bad(r, "version",
			   "%" PRIu64 " is not from %d to %d; read the file with the invbench that wrote it",
			   r->version, FORMAT_VERSION_OLDEST, FORMAT_VERSION);
}

static void read_boot(struct reader *r, const json_t *root, struct boot *boot)
{
	read_version(r, root);
	if (r->failed)
		return;
	boot->version = r->version;
	boot->started = reader_string(r, root, "started");
	boot->invbench = reader_string(r, root, "invbench");
	boot->suite = reader_name(r, root, "suite");
	boot->number = reader_uint(r, root, "boot");
	if (!boot->number)
		reader_bad(r, "boot", "boots are numbered from 1" REMEDY);
	read_section(r, root, SECTION_MACHINE, &boot->machine);
	read_section(r, root, SECTION_BED, &boot->bed);
	find_kind(r, &boot->bed);
	read_section(r, root, SECTION_KERNEL, &boot->kernel);
	check_build(r, &boot->kernel);
	read_instances(r, root, boot);
	if (!r->failed)
		read_cases(r, root, boot);
}

struct boot *boot_load(const char *path, struct sentence *why)
{
	struct reader r = { .path = path, .why = why };
	struct boot *boot = reader_allocate(&r, 1, sizeof(*boot));
	size_t taken;
	json_t *root;

	if (!boot)
		return NULL;
	intern_hold();
	boot->path = strdup(path);
	root = result_take_json(path, &taken, why);
	if (root)
		read_boot(&r, root, boot);
	/* What is kept is a tenth of it. */
	result_give_json(root, taken);
	if (root && !r.failed)
		return boot;
	boot_free(boot);
	return NULL;
}

void boot_free(struct boot *boot)
{
	size_t i;

	if (!boot)
		return;
	for (i = 0; i < boot->nr_cases; i++)
		result_case_free(&boot->cases[i]);
	free(boot->cases);
	free(boot->instances);
	free(boot->by_name);
	free(boot->path);
	free(boot);
	intern_put();
}

const void *boot_section(const struct boot *boot, enum section section)
{
	const void *const sections[SECTIONS] = { &boot->machine, &boot->bed, &boot->kernel };

	return sections[section];
}

const struct result_case *boot_case(const struct boot *boot, const char *name)
{
	size_t low = 0, high = boot->nr_cases;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct result_case *c = &boot->cases[boot->by_name[middle]];
		const int order = c->name == name ? 0 : strcmp(name, c->name);

		if (!order)
			return c;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
