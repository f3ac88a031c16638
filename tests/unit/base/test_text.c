// SPDX-License-Identifier: GPL-2.0-only
/* test_text.c - text is cut between characters, and stays in its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "text.h"

static void text_is_cut_between_characters(void **state)
{
	char text[6] = "ab";

	text_append(text, sizeof(text), "%s", "c\xe2\x82\xac");
	assert_string_equal(text, "abc");
	text_append(text, sizeof(text), "%s", "\xc3\xa4");
	assert_string_equal(text, "abc\xc3\xa4");
	text_append(text, sizeof(text), "%s", "more");
	assert_string_equal(text, "abc\xc3\xa4");
}

static void expect_line(const char *text, const char *expected)
{
	char line[64];

	snprintf(line, sizeof(line), "%s", text);
	text_make_line(line);
	assert_string_equal(line, expected);
	assert_int_equal(text_is_line(text), !strcmp(text, expected));
	assert_true(text_is_line(line));
}

static void characters_stay_as_they_are(void **state)
{
	static const char *const fit[] = { "",
					   " ",
					   "dma op=sync",
					   "'\"`$\\@%#<&>~",
					   "\xc2\xa0\xc3\xa4",
					   "\xe2\x82\xac",
					   "\xe2\x80\xa7\xe2\x80\xaf",
					   "\xf0\x9f\x90\xa7",
					   "\xf4\x8f\xbf\xbf" };
	size_t i;

	for (i = 0; i < sizeof(fit) / sizeof(*fit); i++)
		expect_line(fit[i], fit[i]);
}

static void control_characters_do_not(void **state)
{
	expect_line("a\nb\rc\td", "a?b?c?d");
	expect_line("\x01\x1b[2J\x7f", "??[2J?");
	expect_line("\xc2\x80\xc2\x9b\xc2\x9f|", "???|"); /* C1: a terminal takes U+009B for ESC [ */
	expect_line("\xe2\x80\xa8\xe2\x80\xa9", "??");	  /* ends of lines to JavaScript */
	expect_line("\xe2\x80\xae"
		    "a\xe2\x81\xa6\xd8\x9c\xe2\x80\x8f",
		    "?a???"); /* written from right to left */
}

static void what_xml_cannot_say_does_not(void **state)
{
	expect_line("\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd??");
}

/* Each byte for itself; what follows it may be a character. */
static void what_is_no_utf8_does_not(void **state)
{
	expect_line("\x80"
		    "a\xff",
		    "?a?");
	expect_line("\x9b"
		    "31m",
		    "?31m");
	expect_line("\xc3", "?");
	expect_line("\xc3(", "?(");
	expect_line("\xe2\x82", "??");
	expect_line("\xc0\x8a", "??"); /* an overlong newline */
	expect_line("\xe0\x80\x8a", "???");
	expect_line("\xed\xa0\x80", "???");	 /* half of a pair of UTF-16 */
	expect_line("\xf4\x90\x80\x80", "????"); /* above U+10FFFF */
	expect_line("\xf8\x88\x80\x80\x80", "?????");
}

/* Nothing but bytes that are no UTF-8 is replaced, behind a zero byte too. */
static void utf8_is_made_of_any_bytes(void **state)
{
	char text[] = "a\x1b\n\xe9\xc3\xa4\0\xff\xc3";

	text_make_utf8(text, sizeof(text) - 1);
	assert_memory_equal(text, "a\x1b\n?\xc3\xa4\0??", sizeof(text));
}

static void expect_printed(const char *text, size_t limit, const char *expected, size_t bytes)
{
	char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);

	MUST(out);
	assert_int_equal(text_print(out, text, limit), bytes);
	fclose(out);
	assert_string_equal(printed, expected);
	free(printed);
}

static void what_is_printed_is_too(void **state)
{
	expect_printed("a\nb", 9, "a?b", 3);
	expect_printed("a\nb", 2, "a?", 2);
	expect_printed("a\xe2\x82\xac", 3, "a", 1);
	expect_printed("a\xe2\x82\xac", 4, "a\xe2\x82\xac", 4);
	expect_printed("a", 0, "", 0);
}

static void expect_formatted(size_t size, const char *text, const char *expected)
{
	char room[32];

	MUST(size <= sizeof(room));
	text_format(room, size, "%s", text);
	assert_string_equal(room, expected);
}

/* Half a character goes if the cut was ours; one that came as half is shown. */
static void what_is_formatted_is_a_line(void **state)
{
	expect_formatted(16, "caf\xe9 \n\x1b", "caf? ??");
	expect_formatted(4, "abc", "abc");
	expect_formatted(4, "ab\xc3\xa4", "ab");
	expect_formatted(5, "ab\xc3\xa4", "ab\xc3\xa4");
	expect_formatted(5, "ab\xc3\xa4x", "ab\xc3\xa4");
	expect_formatted(8, "ab\xc3", "ab?");
	expect_formatted(4, "\xf0\x9f\x90\xa7", "");
	expect_formatted(1, "abc", "");
}

static void expect_column(const char *text, int width, const char *expected)
{
	char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);

	MUST(out);
	text_column(out, text, width);
	fclose(out);
	assert_string_equal(printed, expected);
	free(printed);
}

static void a_column_is_as_wide_as_it_should_be(void **state)
{
	expect_column("ab", 4, "  ab");
	expect_column("ab", -4, "ab  ");
	expect_column("abcde", 4, "abcd");
	expect_column("\xc3\xa4\xc3\xb6\xc3\xbc", -2, "\xc3\xa4\xc3\xb6");
	expect_column("\xc3\xa4", 3, "  \xc3\xa4");
	expect_column("\xe9\n", -3, "?? ");
	expect_column("", -2, "  ");
	assert_int_equal(text_width("a\xc3\xa4\xff"), 3);
	assert_int_equal(text_bytes("a\xc3\xa4\xff", 2), 3);
	assert_int_equal(text_bytes("a", 9), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_between_characters),
		cmocka_unit_test(characters_stay_as_they_are),
		cmocka_unit_test(control_characters_do_not),
		cmocka_unit_test(what_is_no_utf8_does_not),
		cmocka_unit_test(what_is_printed_is_too),
		cmocka_unit_test(what_xml_cannot_say_does_not),
		cmocka_unit_test(utf8_is_made_of_any_bytes),
		cmocka_unit_test(what_is_formatted_is_a_line),
		cmocka_unit_test(a_column_is_as_wide_as_it_should_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
