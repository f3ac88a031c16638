// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_bed_lines.c - what a suite may ask a bed for, and that it cannot ask for more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"

static int parse(struct suite *suite, const char *text, struct sentence *why)
{
	*suite = (struct suite){};
	*why = (struct sentence){};
	return suite_add_text(suite, text, strlen(text), "x.suite", why);
}

static void expect(const char *text, const char *bed, const char *options)
{
	struct sentence why;
	struct suite suite;

	assert_int_equal(parse(&suite, text, &why), 0);
	assert_int_equal(suite.beds.nr, 1);
	assert_string_equal(suite.beds.lines[0].bed, bed);
	assert_string_equal(suite.beds.lines[0].options, options);
	assert_int_equal(suite.nr_cases, 0);
	suite_free(&suite);
}

static void options_are_kept_as_they_are(void **state)
{
	expect("bed icount -c 4 -i 8 -s 16 -e 44 -f 4 -T -n 64M", "icount", "-c 4 -i 8 -s 16 -e 44 -f 4 -T -n 64M");
	expect("bed model -c max -S sync=500us -S 1.sync=lognormal:2us:0.5 -p", "model",
	       "-c max -S sync=500us -S 1.sync=lognormal:2us:0.5 -p");
	expect("bed model -S granules=4K+64K -S refuse-late=off -a 0 -t 9999 -N", "model",
	       "-S granules=4K+64K -S refuse-late=off -a 0 -t 9999 -N");
	expect(" \tbed  icount\t-i   8 \r\n", "icount", "-i 8");
	expect("bed icount # -o /tmp", "icount", "");
	expect("bed icount -e 33# 34", "icount", "-e 33");
}

static void the_older_way_is_read(void **state)
{
	expect("#bed icount -i 8 -s 16 -e 40\n", "icount", "-i 8 -s 16 -e 40");
	expect("# bed of roses\n#\n #bed icount -i 2\n#bedrock\nbed model -e 33", "model", "-e 33");
}

static void lines_stand_among_cases(void **state)
{
	struct sentence why;
	struct suite suite;

	assert_int_equal(parse(&suite, "bed icount -i 8\nnoop\nbed model -e 2\nbed icount -T\n", &why), 0);
	assert_int_equal(suite.nr_cases, 1);
	assert_int_equal(suite.beds.nr, 3);
	assert_string_equal(suite.beds.lines[2].bed, "icount");
	assert_string_equal(suite.beds.lines[2].options, "-T");
	suite_free(&suite);
}

static void what_could_harm_is_refused(void **state)
{
	static const char *const asked[] = { "-o", "-L", "-k",	   "-Q",  "-A",	 "-I", "-w",   "-b",	"-m",  "-x",
					     "-",  "--", "--help", "-i8", "-pN", "8",  "/tmp", "$(id)", "-i=8" };
	char text[64];
	struct sentence why;
	struct suite suite;

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		snprintf(text, sizeof(text), "noop\nbed icount -i 8 %s /tmp/x", asked[i]);
		assert_int_not_equal(parse(&suite, text, &why), 0);
		assert_non_null(strstr(why.text, "x.suite:2: a suite cannot ask a bed for '"));
		assert_non_null(strstr(why.text, asked[i]));
		assert_non_null(strstr(why.text, "; there are: -c -i -e"));
		suite_free(&suite);
	}
	/* What is no text is shown as such. */
	assert_int_not_equal(parse(&suite, "bed icount \xff", &why), 0);
	assert_non_null(strstr(why.text, "x.suite:1: a suite cannot ask a bed for '?'; there are: -c -i -e"));
	suite_free(&suite);
}

static void values_have_a_form(void **state)
{
	static const struct {
		const char *text, *error;
	} bad[] = {
		{ "bed icount -i", "x.suite:1: -i and nothing: that is not a number below 10000" },
		{ "bed icount -i -e 4", "x.suite:1: -i -e: that is not a number" },
		{ "bed icount -i 10000", "x.suite:1: -i 10000: that is not a number" },
		{ "bed icount -i max", "x.suite:1: -i max: that is not a number" },
		{ "bed icount -i a[$(id)]", "x.suite:1: -i a[$(id)]: that is not a number" },
		{ "bed icount -c many", "x.suite:1: -c many: that is not a number below 10000, or max" },
		{ "bed icount -n 64", "x.suite:1: -n 64: that is not a size" },
		{ "bed icount -n 64MB", "x.suite:1: -n 64MB: that is not a size" },
		{ "bed icount -n M", "x.suite:1: -n M: that is not a size" },
		{ "bed icount -n +64M", "x.suite:1: -n +64M: that is not a size" },
		{ "bed model -S sync", "x.suite:1: -S sync: that is not KEY=VALUE" },
		{ "bed model -S sync=", "x.suite:1: -S sync=: that is not KEY=VALUE" },
		{ "bed model -S =1", "x.suite:1: -S =1: that is not KEY=VALUE" },
		{ "bed model -S --log=x", "x.suite:1: -S --log=x: that is not KEY=VALUE" },
		{ "bed model -S sync=/tmp/x", "x.suite:1: -S sync=/tmp/x: that is not KEY=VALUE" },
		{ "bed", "x.suite:1: which bed? Write: bed NAME OPTION..." },
		{ "bed # icount", "x.suite:1: which bed?" },
		{ "bed -i 8", "x.suite:1: which bed?" },
		{ "bed ../x -i 8", "x.suite:1: which bed?" },
		{ "bed incount -i 8", "x.suite:1: no bed 'incount'; there are: icount model" },
		{ "bed icount2", "x.suite:1: no bed 'icount2'; there are: icount model" },
		{ "#bed Icount", "x.suite:1: which bed?" },
		{ "#bed icount -o /tmp/x", "x.suite:1: a suite cannot ask a bed for '-o'" },
	};
	struct sentence why;
	struct suite suite;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_not_equal(parse(&suite, bad[i].text, &why), 0);
		if (strncmp(why.text, bad[i].error, strlen(bad[i].error)))
			fail_msg("'%s': expected '%s', came '%s'", bad[i].text, bad[i].error, why.text);
		suite_free(&suite);
	}
}

/* On the command line there is no bed to ask. */
static void only_a_file_has_them(void **state)
{
	struct suite suite = {};
	struct sentence why;

	assert_int_not_equal(suite_add_line(&suite, "bed icount", "command line", 0, &why), 0);
	assert_string_equal(why.text, "command line: no workload 'bed'; see: invbench list");
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_kept_as_they_are), cmocka_unit_test(the_older_way_is_read),
		cmocka_unit_test(lines_stand_among_cases),	cmocka_unit_test(what_could_harm_is_refused),
		cmocka_unit_test(values_have_a_form),		cmocka_unit_test(only_a_file_has_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
