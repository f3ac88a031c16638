// SPDX-License-Identifier: GPL-2.0-only
/* test_findings_ktap.c - findings as KTAP: no name breaks it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "made_up.h"

/* A test for each case, in one for its kernel on its bed, whose name does not hang on the base. */
static void test_nested(void **state)
{
	char *text = printed_made_up("ktap", &worse_median);

	assert_has(text, "KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n"
			 "  # median 100.0 -> 150.0 ns, +50.0 % (limit 5 %, range +40.0..+60.0 %): worse\n");
	assert_has(text, "\n  not ok 1 a <b> & \"c\" _ d__ _ \xc3\xa9\n");
	assert_has(text, "\n  ok 2 two # SKIP inconclusive: a <b> & \"c\" _ d__");
	assert_has(text, "\n# against history\nnot ok 1 new on metal\n");
	free(text);
}

static void test_from_0(void **state)
{
	char *text = printed_made_up("ktap", &from_0);

	assert_has(text, "1..2\n  # commands from 0 to 1.00 per op: worse\n  not ok 1 ");
	free(text);
}

/* A kernel of which nothing could be judged is none that passed. */
static void test_several(void **state)
{
	struct findings f[2];
	char *text;

	make_up(&f[0], &worse_median);
	findings_init(&f[1], "third", "history", "metal", NULL);
	findings_add(&f[1], "x", "dma", FINDING_SKIPPED, OUTCOME_SKIP, "no SVA");
	text = printed("ktap", f, 2);
	assert_has(text, "KTAP version 1\n1..2\n  KTAP version 1\n  1..2\n");
	assert_has(text, "\nnot ok 1 new on metal\n");
	assert_has(text,
		   "\n  ok 1 x # SKIP no SVA\n# against history\nok 2 third on metal # SKIP no case could be judged\n");
	free(text);
	findings_free(&f[0]);
	findings_free(&f[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_from_0),
		cmocka_unit_test(test_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
