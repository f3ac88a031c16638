// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_build_id.c - which build of a kernel runs, by its notes.
 */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "build_id.h"
#include "must.h"

#define NOTES "build/unit/test_build_id.notes"

static char notes[1024];
static size_t length;

static void add(const void *bytes, size_t size)
{
	memcpy(notes + length, bytes, size);
	length = (length + size + 3) / 4 * 4;
}

static void add_note(const char *name, uint32_t type, const void *text, uint32_t size)
{
	const Elf64_Nhdr note = { .n_namesz = (uint32_t)strlen(name) + 1, .n_descsz = size, .n_type = type };

	add(&note, sizeof(note));
	add(name, strlen(name) + 1);
	add(text, size);
}

static void expect(const char *id)
{
	FILE *out = fopen(NOTES, "we");
	char found[64];

	assert_non_null(out);
	assert_int_equal(fwrite(notes, 1, length, out), length);
	MUST(!fclose(out));
	build_id_read(NOTES, found, sizeof(found));
	assert_string_equal(found, id);
}

static int empty(void **state)
{
	memset(notes, 0, sizeof(notes));
	length = 0;
	return 0;
}

static void found_behind_others(void **state)
{
	add_note("Linux", 257, "\0", 1);
	add_note("Xen", NT_GNU_BUILD_ID, "xxxx", 4);
	add_note("GNU", NT_GNU_ABI_TAG, "yyyyyyyy", 8);
	expect("");
	add_note("GNU", NT_GNU_BUILD_ID, "\x01\xab\xff", 3);
	add_note("GNU", NT_GNU_BUILD_ID, "zzzz", 4);
	expect("01abff");
}

/* Notes that claim more than there is are no notes. */
static void cut_off(void **state)
{
	const Elf64_Nhdr huge = { .n_namesz = UINT32_MAX, .n_descsz = 4, .n_type = NT_GNU_BUILD_ID };

	add_note("GNU", NT_GNU_BUILD_ID, "\x01\xab\xff\x00", 4);
	for (length--; length > 0; length--)
		expect("");
	expect("");
	add(&huge, sizeof(huge));
	add("GNU", 4);
	expect("");
}

static void what_does_not_fit_is_cut(void **state)
{
	char id[6];

	add_note("GNU", NT_GNU_BUILD_ID, "\x01\xab\xff\x10", 4);
	expect("01abff10");
	build_id_read(NOTES, id, sizeof(id));
	assert_string_equal(id, "01ab");
	build_id_read("build/unit/there-is-no-such-file", id, sizeof(id));
	assert_string_equal(id, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(found_behind_others, empty),
		cmocka_unit_test_setup(cut_off, empty),
		cmocka_unit_test_setup(what_does_not_fit_is_cut, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
