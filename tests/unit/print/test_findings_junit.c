// SPDX-License-Identifier: GPL-2.0-only
/* test_findings_junit.c - findings as JUnit XML: no name breaks it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "made_up.h"

static void test_made_up(void **state)
{
	char *text = printed_made_up("junit", &worse_median);

	assert_has(text, "<testsuites name=\"invbench check\" tests=\"2\" failures=\"1\" errors=\"0\">\n");
	assert_has(text, "<testsuite name=\"new on metal\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\">");
	assert_has(text,
		   "classname=\"invbench.metal.new.dma\" name=\"a &lt;b&gt; &amp; &quot;c&quot; # d\n\xef\xbf\xbd "
		   "\xef\xbf\xbd \xc3\xa9\"");
	assert_has(text, "<failure type=\"regression\" message=\"worse than the base\">median 100.0 -&gt; 150.0 ns, "
			 "+50.0 % (limit 5 %, range +40.0..+60.0 %)\n</failure>");
	assert_has(text, "<skipped message=\"inconclusive: a &lt;b&gt;");
	free(text);
}

static void test_from_0(void **state)
{
	char *text = printed_made_up("junit", &from_0);

	assert_has(text, "message=\"worse than the base\">commands from 0 to 1.00 per op\n</failure>");
	assert_null(strstr(text, "inf "));
	free(text);
}

/* What all cases lack is told beside them. */
static void test_note(void **state)
{
	struct findings f;
	char *text;

	findings_init(&f, "new", "base", "icount",
		      json_pack("{s:{s:s}, s:s}", "kernel", "release", "6.12", "started", "now"));
	free(f.note);
	f.note = strdup("1 boot a side, needs 2");
	text = printed("junit", &f, 1);
	assert_has(text, "<system-err>1 boot a side, needs 2</system-err>");
	assert_has(text, "<property name=\"release\" value=\"6.12\"/>");
	assert_has(text, " timestamp=\"now\"");
	free(text);
	findings_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made_up),
		cmocka_unit_test(test_from_0),
		cmocka_unit_test(test_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
