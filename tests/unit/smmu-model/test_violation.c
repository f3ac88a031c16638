// SPDX-License-Identifier: GPL-2.0-only
/* test_violation.c - violations counted, kept, printed and written as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "must.h"
#include "violation.h"

static struct violations *create(void)
{
	struct violations *all = calloc(1, sizeof(*all));

	MUST(all);
	return all;
}

static struct violation removal(void)
{
	return (struct violation){ .domain = 3,
				   .id = 7,
				   .iova = 0x1000,
				   .size = 0x2000,
				   .grain = 0x1000,
				   .begin = 1000000005,
				   .end = 1000000105 };
}

static void the_first_detail_names_it(void **state)
{
	struct violation v = removal();

	for (int i = 0; i < VIOLATION_DETAILS + 3; i++)
		violation_detail(&v, i ? VIOLATION_MISSING : VIOLATION_SHORT, "line %d", i);
	assert_int_equal(v.kind, VIOLATION_SHORT);
	assert_int_equal(v.details, VIOLATION_DETAILS + 3);
	assert_string_equal(v.detail[0].text, "line 0");
	assert_string_equal(v.detail[VIOLATION_DETAILS - 1].text, "line 7");
}

static void it_is_printed_as_it_is_found(void **state)
{
	struct violations *all = create();
	struct violation v = removal(), *kept;
	size_t size;
	char *text;

	all->out = open_memstream(&text, &size);
	MUST(all->out);
	violation_detail(&v, VIOLATION_MISSING, "instance %u: did not come", 0);
	kept = violations_add(all, &v);
	assert_string_equal(text, "oracle: violation 1: missing\n"
				  "  removal 7 of 0x1000 + 0x2000 from domain 3, grain 0x1000\n"
				  "  began 1.000000005 s, returned 1.000000105 s, 100 ns later\n"
				  "  missing: instance 0: did not come\n");
	violations_amend(all, kept, v.end + 50);
	assert_non_null(strstr(text, "oracle: violation 1: what lacked had come 50 ns after the return (late)\n"));
	fclose(all->out);
	free(text);
	free(all);
}

/* Only what was missing altogether was late; what was short stays that. */
static void late_is_what_was_missing(void **state)
{
	struct violations *all = create();
	struct violation missing = removal(), cut = removal();
	json_t *kinds, *full;

	violation_detail(&missing, VIOLATION_MISSING, "none");
	violation_detail(&cut, VIOLATION_SHORT, "some");
	violations_amend(all, violations_add(all, &missing), missing.end + 30);
	violations_amend(all, violations_add(all, &cut), cut.end + 40);
	kinds = violations_kinds_json(all);
	assert_int_equal(json_object_size(kinds), VIOLATION_KINDS);
	assert_int_equal(json_integer_value(json_object_get(kinds, "late")), 1);
	assert_int_equal(json_integer_value(json_object_get(kinds, "short")), 1);
	assert_int_equal(json_integer_value(json_object_get(kinds, "missing")), 0);
	full = violations_json(all);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(full, 0), "late_ns")), 30);
	assert_string_equal(json_string_value(json_object_get(json_array_get(full, 1), "kind")), "short");
	assert_string_equal(json_string_value(json_object_get(json_array_get(full, 1), "iova")), "0x1000");
	json_decref(full);
	json_decref(kinds);
	free(all);
}

static void all_are_counted_and_some_kept(void **state)
{
	struct violations *all = create();
	struct violation v = { .kind = VIOLATION_BLOCKED, .begin = 1, .end = 2 };
	json_t *full;

	for (int i = 0; i < VIOLATIONS_KEPT; i++)
		assert_non_null(violations_add(all, &v));
	assert_null(violations_add(all, &v));
	assert_int_equal(all->count, VIOLATIONS_KEPT + 1);
	assert_int_equal(all->kind[VIOLATION_BLOCKED], VIOLATIONS_KEPT + 1);
	full = violations_json(all);
	assert_int_equal(json_array_size(full), VIOLATIONS_KEPT);
	assert_null(json_object_get(json_array_get(full, 0), "domain")); /* it is of no removal */
	json_decref(full);
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_detail_names_it),
		cmocka_unit_test(it_is_printed_as_it_is_found),
		cmocka_unit_test(late_is_what_was_missing),
		cmocka_unit_test(all_are_counted_and_some_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
