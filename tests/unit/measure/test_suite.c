// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_suite.c - the suite parser: what it makes of good text, and that bad
 * text is refused with a place and a way out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

static int parse(struct suite *suite, const char *text, struct sentence *why)
{
	*suite = (struct suite){};
	why->text[0] = '\0';
	return suite_add_text(suite, text, strlen(text), "x.suite", why);
}

static void expect_names(const char *text, const char *const *names)
{
	struct sentence why;
	struct suite suite;
	size_t n = 0;

	assert_int_equal(parse(&suite, text, &why), 0);
	for (; names[n]; n++) {
		assert_true(n < suite.nr_cases);
		assert_string_equal(suite.cases[n].name, names[n]);
	}
	assert_int_equal(suite.nr_cases, n);
	suite_free(&suite);
}

static void names_leave_out_defaults(void **state)
{
	static const char *const names[] = { "dma op=sync", "dma op=nop size=64K ats=on", "noop", NULL };

	expect_names("dma op=sync devices=1 ops=2000\ndma ats=on size=65536 op=nop\nnoop\n", names);
}

static void lists_become_cases(void **state)
{
	static const char *const names[] = { "dma op=sync devices=0", "dma op=sync devices=0 threads=2", "dma op=sync",
					     "dma op=sync threads=2", NULL };

	expect_names("dma threads=1,2 op=sync devices=0,1", names);
}

static void ranges_double(void **state)
{
	static const char *const names[] = { "dma devices=0",
					     "dma",
					     "dma devices=2",
					     "dma devices=4",
					     "noop threads=3",
					     "noop threads=6",
					     "noop ops=5",
					     "noop",
					     NULL };

	expect_names("dma devices=0..4\nnoop threads=3..11\nnoop ops=5..5\nnoop threads=1..1", names);
}

/* However little there is, the first case is. */
static void ranges_end_where_the_machine_does(void **state)
{
	static const char *const names[] = { "dma", "noop threads=512", NULL };

	expect_names("dma devices=1..max\nnoop threads=512..max", names);
	/* Two ranges may meet. */
	expect_names("dma\ndma devices=1..max threads=1..1\nnoop threads=512..max", names);
}

static void times_of_a_model_have_units(void **state)
{
	static const char *const names[] = { "noop",
					     "noop sync=0ns",
					     "noop sync=1500ns",
					     "noop sync=20us",
					     "noop sync=10000ms",
					     "noop tlbi=1us atc=1ms",
					     NULL };

	expect_names("noop sync=preset,0us,1500ns,20000ns,10000ms\nnoop atc=1000us tlbi=1us", names);
}

static void blanks_and_comments_are_nothing(void **state)
{
	static const char *const names[] = { "noop", "noop threads=3", NULL };

	expect_names("# dma\n\n \t \n  noop\t# one\r\nnoop   threads=3\r\n#", names);
	expect_names("", names + 2);
}

static const struct {
	const char *text, *error;
} bad_text[] = {
	{ "noop\n\nnope\n", "x.suite:3: no workload 'nope'" },
	{ "op=sync", "x.suite:1: no workload 'op=sync'" },
	{ "dma sync", "x.suite:1: 'sync' is not a parameter" },
	{ "dma devices=4..2", "x.suite:1: 'devices=4..2' is not a number from 0 to 16" },
	{ "dma devices=..2", "x.suite:1: 'devices=..2' is not a number from 0 to 16" },
	{ "dma devices=1..17", "x.suite:1: 'devices=1..17' is not a number from 0 to 16" },
	{ "dma devices=1..2..4", "x.suite:1: 'devices=1..2..4' is not a number from 0 to 16" },
	{ "dma devices=max", "x.suite:1: 'devices=max' is not a number from 0 to 16" },
	{ "dma op=nop..sync", "x.suite:1: 'op=nop..sync' is not one of nop" },
	{ "noop sync=preset..2us", "x.suite:1: 'sync=preset..2us' is not a time" },
	{ "dma mode=1", "x.suite:1: workload 'dma' has no parameter 'mode'" },
	{ "dma =1", "x.suite:1: workload 'dma' has no parameter ''" },
	{ "dma op=", "x.suite:1: 'op=' is not one of nop, map+unmap, unmap, sync, flush" },
	{ "dma op=SYNC", "x.suite:1: 'op=SYNC' is not one of" },
	{ "dma devices=17", "x.suite:1: 'devices=17' is not a number from 0 to 16" },
	{ "dma devices=1,,2", "x.suite:1: 'devices=' is not a number" },
	{ "dma devices=1,", "x.suite:1: 'devices=' is not a number" },
	{ "dma devices=-1", "x.suite:1: 'devices=-1' is not a number" },
	{ "dma devices=0x1", "x.suite:1: 'devices=0x1' is not a number" },
	{ "dma devices=1 devices=2", "x.suite:1: parameter 'devices' is given twice" },
	{ "dma size=1K", "x.suite:1: 'size=1K' is not a number from 4K to 4M" },
	{ "dma size=4KB", "x.suite:1: 'size=4KB' is not a number" },
	{ "dma size=4k", "x.suite:1: 'size=4k' is not a number" },
	{ "dma size=K", "x.suite:1: 'size=K' is not a number" },
	{ "dma ops=99999999999999999999999", "x.suite:1: 'ops=99999999999999999999999' is not a number" },
	{ "dma ops=18446744073709551615K", "x.suite:1: 'ops=18446744073709551615K' is not a number" },
	{ "dma threads=0", "x.suite:1: 'threads=0' is not a number from 1 to 512" },
	{ "noop sync=20", "x.suite:1: 'sync=20' is not a time from 0ns to 10000ms" },
	{ "noop sync=20s", "x.suite:1: 'sync=20s' is not a time" },
	{ "noop sync=us", "x.suite:1: 'sync=us' is not a time" },
	{ "noop sync=-1us", "x.suite:1: 'sync=-1us' is not a time" },
	{ "noop sync=10001ms", "x.suite:1: 'sync=10001ms' is not a time" },
	{ "noop sync=18446744073709551615ns", "x.suite:1: 'sync=18446744073709551615ns' is not a time" },
	{ "noop sync=18446744073709551615ms", "x.suite:1: 'sync=18446744073709551615ms' is not a time" },
	{ "noop threads=preset", "x.suite:1: 'threads=preset' is not a number" },
	{ "noop\nnoop threads=1", "x.suite:2: case 'noop' is in the suite already" },
	{ "dma devices=1,1", "x.suite:1: case 'dma' is in the suite already" },
};

static void bad_text_is_refused(void **state)
{
	struct sentence why;
	struct suite suite;

	for (size_t i = 0; i < sizeof(bad_text) / sizeof(*bad_text); i++) {
		assert_true(parse(&suite, bad_text[i].text, &why) < 0);
		if (strncmp(why.text, bad_text[i].error, strlen(bad_text[i].error)))
			fail_msg("'%s' gave '%s', not '%s...'", bad_text[i].text, why.text, bad_text[i].error);
		suite_free(&suite);
	}
}

static void binaries_are_refused(void **state)
{
	static const char text[] = "noop\n\0\n";
	struct sentence why;
	struct suite suite = {};

	assert_true(suite_add_text(&suite, text, sizeof(text) - 1, "x.suite", &why) < 0);
	assert_string_equal(why.text, "x.suite:2: not a text file");
	suite_free(&suite);
}

/* 17 * 17 * 4 cases on one line. */
static void too_many_are_refused(void **state)
{
	static const char list[] = "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16";
	char text[512];
	struct sentence why;
	struct suite suite;

	snprintf(text, sizeof(text), "dma devices=%s warmup=%s op=nop,unmap,sync,flush", list, list);
	assert_int_equal(parse(&suite, text, &why), -E2BIG);
	assert_string_equal(why.text, "x.suite:1: more than 1000 cases; make two suites");
	suite_free(&suite);
}

/* Cases that a range makes again are skipped, but not for ever: a few long lists make more than a year could count. */
static void repeats_come_to_an_end(void **state)
{
	static const char ones[] = "1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1,1..1";
	char text[1024];
	struct sentence why;
	struct suite suite;

	snprintf(text, sizeof(text), "noop ops=%s warmup=%s", ones, ones);
	assert_int_equal(parse(&suite, text, &why), 0);
	assert_int_equal(suite.nr_cases, 1);
	suite_free(&suite);
	snprintf(text, sizeof(text), "noop ops=%s,%s,%s,%s warmup=%s", ones, ones, ones, ones, ones);
	assert_int_equal(parse(&suite, text, &why), -E2BIG);
	assert_string_equal(why.text,
			    "x.suite:1: more than 1000 cases are in the suite already; make ranges that meet less");
	suite_free(&suite);
}

static void files_that_are_no_suites_are_refused(void **state)
{
	char path[] = "/tmp/test_suite.XXXXXX";
	struct sentence why;
	struct suite suite = {};
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(suite_load(&suite, path, &why), -EINVAL);
	assert_non_null(strstr(why.text, "has no cases"));
	assert_int_equal(suite_load(&suite, "/tmp", &why), -EISDIR);
	assert_int_equal(suite_load(&suite, "no-such-suite", &why), -ENOENT);
	assert_non_null(strstr(why.text, "no-such-suite: No such file or directory; a suite is a file"));
	unlink(path);
	/* At once, and not when somebody writes into it. */
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(suite_load(&suite, path, &why), -EINVAL);
	assert_non_null(strstr(why.text, ": not a regular file; a suite is a file"));
	assert_int_equal(suite_load(&suite, "/dev/zero", &why), -EINVAL);
	unlink(path);
	suite_free(&suite);
}

static void those_that_come_with_the_program_load(void **state)
{
	static const char *const names[] = { "quick", "tiny" };
	char path[64];
	struct sentence why;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct suite suite = {};

		snprintf(path, sizeof(path), "workloads/suites/%s.suite", names[i]);
		if (suite_load(&suite, path, &why))
			fail_msg("%s", why.text);
		assert_string_equal(suite.name, names[i]);
		suite_free(&suite);
	}
}

/* Whatever it is given, the parser ends, and an error comes with a sentence. The sanitizers watch. */
static void noise_does_no_harm(void **state)
{
	static const char *const pieces[] = {
		"dma",	    "noop", " ", "\n",		"op=",	 "sync", ",",	   "=",	   "size", "4K", "#",  "\r",
		"devices=", "0,1",  "9", "threads=1,2", "sync=", "20us", "preset", "\xff", "+",	   "\t", "-1",
	};
	char text[256];
	struct sentence why;
	struct suite suite;

	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t length = 0, count = rand() % 20;

		text[0] = '\0';
		for (size_t i = 0; i < count; i++)
			length += sprintf(text + length, "%s", pieces[rand() % (sizeof(pieces) / sizeof(*pieces))]);
		if (parse(&suite, text, &why))
			assert_int_equal(strncmp(why.text, "x.suite:", 8), 0);
		suite_free(&suite);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_leave_out_defaults),
		cmocka_unit_test(lists_become_cases),
		cmocka_unit_test(ranges_double),
		cmocka_unit_test(ranges_end_where_the_machine_does),
		cmocka_unit_test(times_of_a_model_have_units),
		cmocka_unit_test(blanks_and_comments_are_nothing),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(binaries_are_refused),
		cmocka_unit_test(too_many_are_refused),
		cmocka_unit_test(repeats_come_to_an_end),
		cmocka_unit_test(files_that_are_no_suites_are_refused),
		cmocka_unit_test(those_that_come_with_the_program_load),
		cmocka_unit_test(noise_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
