// SPDX-License-Identifier: GPL-2.0-only
/* The table of fields: each has a member of its own, and takes what it is to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fields.h"
#include "must.h"

static size_t size_of(const struct field *f)
{
	return f->kind == FIELD_UINT ? sizeof(uint64_t) : f->kind == FIELD_REAL ? sizeof(double) : sizeof(char *);
}

static void no_two_share_a_member_or_a_key(void **state)
{
	const struct field *a, *b;
	int section;

	for (section = 0; section < SECTIONS; section++)
		for (a = section_fields((enum section)section); a->key; a++)
			for (b = section_fields((enum section)section); b < a; b++) {
				assert_string_not_equal(a->key, b->key);
				assert_true(a->at >= b->at + size_of(b) || b->at >= a->at + size_of(a));
			}
}

static void what_may_differ_has_a_label(void **state)
{
	const struct field *f;
	int section;

	for (section = 0; section < SECTIONS; section++)
		for (f = section_fields((enum section)section); f->key; f++) {
			assert_int_equal(f->differs != DIFFERS_NEVER, f->label != NULL);
			assert_int_equal(f->kind == FIELD_WORD, f->words != NULL);
		}
}

static const struct field *called(enum section section, const char *key)
{
	const struct field *f;

	for (f = section_fields(section); f->key; f++)
		if (!strcmp(f->key, key))
			return f;
	fail_msg("no field %s", key);
	return NULL;
}

static void check(enum section section, const char *key, const char *text, bool want)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	MUST(value);
	if (field_fits(called(section, key), value) != want)
		fail_msg("%s = %s", key, text);
	json_decref(value);
}

static void a_field_takes_what_it_is_to_be(void **state)
{
	check(SECTION_MACHINE, "cpu", "\"x\"", true);
	check(SECTION_MACHINE, "cpu", "1", false);
	check(SECTION_MACHINE, "cpus", "1", true);
	check(SECTION_MACHINE, "cpus", "-1", false);
	check(SECTION_MACHINE, "cpus", "1.5", false);
	check(SECTION_BED, "scale", "1.5", true);
	check(SECTION_BED, "scale", "\"1\"", false);
	check(SECTION_BED, "settings", "[]", true);
	check(SECTION_BED, "settings", "[\"sync=1us\"]", true);
	check(SECTION_BED, "settings", "[1]", false);
	check(SECTION_BED, "settings", "\"sync=1us\"", false);
	check(SECTION_KERNEL, "against", "\"list\"", true);
	assert_string_equal(field_wants(called(SECTION_BED, "settings")), "an array of strings");
}

/* What a page tells in a row is of one section, and whether it is told hangs on a text. */
static void a_row_begins_with_a_text(void **state)
{
	const struct field *f, *other;
	int section, before;

	for (section = 0; section < SECTIONS; section++)
		for (f = section_fields((enum section)section); f->key; f++) {
			if (!f->row.title)
				continue;
			assert_true(f->row.before && f->row.after);
			for (other = section_fields((enum section)section); other < f; other++)
				if (other->row.title && !strcmp(other->row.title, f->row.title))
					break;
			if (other == f)
				assert_true(f->kind == FIELD_TEXT || f->kind == FIELD_NAME);
			for (before = 0; before < section; before++)
				for (other = section_fields((enum section)before); other->key; other++)
					assert_true(!other->row.title || strcmp(other->row.title, f->row.title));
		}
}

static void assert_json(json_t *json, const char *want)
{
	char *text = json_dumps(json, JSON_COMPACT);

	assert_string_equal(text, want);
	free(text);
	json_decref(json);
}

/* In the order of the table; a file that lacks what it may lack is written like that again. */
static void a_section_is_as_in_a_file(void **state)
{
	struct result_machine machine = { .arch = "a", .cpu = "", .host_cpu = "", .cpus = 2 };
	struct result_bed bed = {
		.name = "model", .clock = "c", .accel = "tcg", .emulator = "e", .cpu = "f", .preset = "", .scale = 1
	};
	json_t *settings = json_pack("[s]", "sync=1us");

	assert_json(section_to_json(SECTION_MACHINE, &machine),
		    "{\"arch\":\"a\",\"cpu\":\"\",\"cpus\":2,\"memory_kib\":0}");
	machine.host_cpu = "h";
	machine.host_cpus = 8;
	assert_json(section_to_json(SECTION_MACHINE, &machine),
		    "{\"arch\":\"a\",\"cpu\":\"\",\"cpus\":2,\"memory_kib\":0,\"host_cpu\":\"h\",\"host_cpus\":8}");
	assert_json(section_to_json(SECTION_BED, &bed),
		    "{\"name\":\"model\",\"clock\":\"c\",\"accel\":\"tcg\",\"emulator\":\"e\",\"cpu\":\"f\"}");
	bed.preset = "local";
	bed.settings = settings;
	bed.scale = 2.5;
	assert_json(
		section_to_json(SECTION_BED, &bed),
		"{\"name\":\"model\",\"clock\":\"c\",\"accel\":\"tcg\",\"emulator\":\"e\",\"cpu\":\"f\",\"preset\":\"local\","
		"\"settings\":[\"sync=1us\"],\"scale\":2.5}");
	json_decref(settings);
}

static void a_name_may_be_absent(void **state)
{
	const struct result_kernel kernel = { .name = "list" };

	assert_true(field_is_known(called(SECTION_KERNEL, "name"), &kernel));
	assert_false(field_is_known(called(SECTION_KERNEL, "against"), &kernel));
	assert_false(field_is_known(called(SECTION_KERNEL, "series"), &kernel));
}

static void a_value_is_read_where_it_is(void **state)
{
	const struct result_machine machine = { .arch = "a", .cpu = "b", .host_cpu = "c", .cpus = 2, .memory_kib = 3 };

	assert_string_equal(field_text(called(SECTION_MACHINE, "cpu"), &machine), "b");
	assert_string_equal(field_text(called(SECTION_MACHINE, "host_cpu"), &machine), "c");
	assert_int_equal(field_uint(called(SECTION_MACHINE, "memory_kib"), &machine), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_two_share_a_member_or_a_key), cmocka_unit_test(what_may_differ_has_a_label),
		cmocka_unit_test(a_field_takes_what_it_is_to_be), cmocka_unit_test(a_row_begins_with_a_text),
		cmocka_unit_test(a_section_is_as_in_a_file),	  cmocka_unit_test(a_name_may_be_absent),
		cmocka_unit_test(a_value_is_read_where_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
