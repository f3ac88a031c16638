// SPDX-License-Identifier: GPL-2.0-only
/* test_units.c - sizes and times, as people write them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "units.h"

/* What is read, and how it is written; NULL: as it was read. */
struct example {
	const char *text;
	uint64_t value;
	const char *written;
};

static void expect_examples(const struct example *e, size_t count, int (*parse)(const char *text, uint64_t *value),
			    void (*format)(uint64_t value, char *out, size_t size))
{
	char out[UNITS_BYTES];
	uint64_t value;

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(parse(e[i].text, &value), 0);
		assert_int_equal(value, e[i].value);
		format(value, out, sizeof(out));
		assert_string_equal(out, e[i].written ? e[i].written : e[i].text);
		assert_int_equal(parse(out, &value), 0);
		assert_int_equal(value, e[i].value);
	}
}

static void sizes_are_read_and_written(void **state)
{
	static const struct example examples[] = {
		{ "0", 0, NULL },
		{ "0K", 0, "0" },
		{ "1023", 1023, NULL },
		{ "1024", 1024, "1K" },
		{ "4K", 4096, NULL },
		{ "2048K", 2 << 20, "2M" },
		{ "1025K", 1025 << 10, NULL },
		{ "3G", 3ULL << 30, NULL },
		{ "007", 7, "7" },
		{ "18446744073709551615", UINT64_MAX, NULL },
		{ "17179869183G", UINT64_MAX - (1 << 30) + 1, NULL },
	};

	expect_examples(examples, sizeof(examples) / sizeof(examples[0]), units_parse_size, units_format_size);
}

static void times_are_read_and_written(void **state)
{
	static const struct example examples[] = {
		{ "0ns", 0, NULL },	    { "0ms", 0, "0ns" },	  { "999ns", 999, NULL },
		{ "20us", 20000, NULL },    { "1000us", 1000000, "1ms" }, { "1500us", 1500000, NULL },
		{ "10ms", 10000000, NULL },
	};

	expect_examples(examples, sizeof(examples) / sizeof(examples[0]), units_parse_time, units_format_time);
}

static void expect_refused(int (*parse)(const char *text, uint64_t *value), int err, const char *const *texts)
{
	uint64_t value = 5;

	for (; *texts; texts++) {
		if (parse(*texts, &value) != err)
			fail_msg("'%s' was not refused by %d", *texts, err);
		assert_int_equal(value, 5);
	}
}

static void what_is_neither_is_refused(void **state)
{
	static const char *const no_sizes[] = { "",	"K",  "-1",  "+1",  " 1",   "1 ",
						"0x10", "1k", "4KB", "4KK", "1.5K", NULL };
	static const char *const no_times[] = { "", "5", "us", "5s", "5 us", "-5us", "5uss", "1.5us", "5US", NULL };

	expect_refused(units_parse_size, -EINVAL, no_sizes);
	expect_refused(units_parse_time, -EINVAL, no_times);
}

static void what_64_bits_do_not_hold_is_refused(void **state)
{
	static const char *const digits[] = { "18446744073709551616", "99999999999999999999999", NULL };
	uint64_t value;

	expect_refused(units_parse_size, -ERANGE, digits);
	expect_refused(units_parse_time, -ERANGE, digits);
	assert_int_equal(units_parse_size("17179869184G", &value), -ERANGE);
	assert_int_equal(units_parse_time("18446744073710ms", &value), -ERANGE);
}

static void a_unit_is_found_before_what_follows(void **state)
{
	const char *end = NULL;

	assert_int_equal(units_of_time("us:0.5", &end), 1000);
	assert_string_equal(end, ":0.5");
	assert_int_equal(units_of_time("ms", &end), 1000000);
	assert_string_equal(end, "");
	assert_int_equal(units_of_time("s", &end), 0);
	assert_int_equal(units_of_time("", &end), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_read_and_written),
		cmocka_unit_test(times_are_read_and_written),
		cmocka_unit_test(what_is_neither_is_refused),
		cmocka_unit_test(what_64_bits_do_not_hold_is_refused),
		cmocka_unit_test(a_unit_is_found_before_what_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
