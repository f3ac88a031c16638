// SPDX-License-Identifier: GPL-2.0-only
/* The table of fields: each has a member of its own, and takes what it is to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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
		cmocka_unit_test(no_two_share_a_member_or_a_key),
		cmocka_unit_test(what_may_differ_has_a_label),
		cmocka_unit_test(a_field_takes_what_it_is_to_be),
		cmocka_unit_test(a_value_is_read_where_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
