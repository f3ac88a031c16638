// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_kmsg.c - lines of kernel logs, and which of them spoil a case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "kmsg.h"

#define LINES "tests/data/kernel-log.txt"

static void lines_are_told_apart(void **state)
{
	unsigned int bad = 0, good = 0;
	FILE *in = fopen(LINES, "re");
	char line[512];

	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line != '+' && *line != '-')
			continue;
		if (kmsg_is_splat(line + 2) != (*line == '+'))
			fail_msg("expected '%c', came the other: %s", *line, line + 2);
		*line == '+' ? bad++ : good++;
	}
	fclose(in);
	assert_true(bad > 30 && good > 10);
}

/* A line that the kernel prints behind something else counts as well; a word that only ends so does not. */
static void where_a_line_begins(void **state)
{
	assert_true(kmsg_is_splat("[   12.345678] BUG: faked by a test"));
	assert_true(kmsg_is_splat("BUG: faked by a test"));
	assert_false(kmsg_is_splat("DEBUG: faked by a test"));
	assert_false(kmsg_is_splat(""));
}

/* A comment of the list, or an empty line of it, would match everything or things nobody meant. */
static void comments_are_no_patterns(void **state)
{
	assert_false(kmsg_is_splat("# lockdep"));
	assert_false(kmsg_is_splat("the kernel as a whole"));
}

/* Of a splat it is told whether it may be the fault of who stopped the SMMU. */
static void a_timeout_is_told_apart(void **state)
{
	assert_true(kmsg_is_timeout(
		"arm-smmu-v3 7e000000.smmuv3: CMD_SYNC timeout at 0x0000001a [hwprod 0x1b, hwcons 0x1a]"));
	assert_true(kmsg_is_timeout("arm_smmu_cmdq_issue_cmdlist: 5 callbacks suppressed"));
	assert_false(kmsg_is_timeout("arm-smmu-v3 7e000000.smmuv3: CMDQ error (cons 0x01000003): Illegal command"));
	assert_false(kmsg_is_timeout("BUG: faked by a test"));
}

static void no_log_is_borne(void **state)
{
	char line[64] = "as it was";

	assert_false(kmsg_splat(NULL, NULL, NULL, line, sizeof(line)));
	assert_string_equal(line, "as it was");
	kmsg_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_told_apart),	    cmocka_unit_test(where_a_line_begins),
		cmocka_unit_test(comments_are_no_patterns), cmocka_unit_test(a_timeout_is_told_apart),
		cmocka_unit_test(no_log_is_borne),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
