// SPDX-License-Identifier: GPL-2.0-only
/* What came before a violation, in lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "interleaving.h"
#include "must.h"

static char *printed(const struct interleaving *i, uint64_t now)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	interleaving_print(i, now, out);
	fclose(out);
	return text;
}

static void a_line_is_a_moment_and_a_column_who(void **state)
{
	struct interleaving *i = calloc(1, sizeof(*i));
	const struct ring_record record = { .kind = RING_BLOCKED, .endpoint = { .sid = 0x200 } };
	const struct command command = { .opcode = ATC_INV,
					 .class = COMMAND_ATC,
					 .sid = 0x200,
					 .by_address = true,
					 .address = 0x1000,
					 .size = 0x2000 };
	char *text;

	MUST(i);
	i->vcpus = 2;
	interleaving_function(i, 1, "arm_smmu_attach_dev", true, 1000);
	interleaving_record(i, 1, &record, 1100);
	interleaving_function(i, 0, "arm_smmu_cmdq_issue_cmdlist", true, 1200);
	interleaving_command(i, 3, &command, 1300);
	text = printed(i, 1300);
	assert_string_equal(
		text,
		"          ns  CPU 0                                       CPU 1                                     "
		"  commands that are taken up\n"
		"        -300                                              arm_smmu_attach_dev\n"
		"        -200                                              > SID 0x200 is blocked\n"
		"        -100  arm_smmu_cmdq_issue_cmdlist\n"
		"           0                                                                                          "
		"SMMU 3: ATC_INV SID 0x200 0x1000 + 0x2000\n");
	free(text);
	free(i);
}

static void a_function_is_told_when_it_is_another(void **state)
{
	static const char one[] = "one", other[] = "other";
	struct interleaving *i = calloc(1, sizeof(*i));

	MUST(i);
	i->vcpus = 2;
	interleaving_function(i, 0, one, true, 1);
	interleaving_function(i, 0, one, true, 2);
	interleaving_function(i, 0, other, false, 3);
	assert_int_equal(i->count, 1);
	interleaving_function(i, 0, other, true, 4);
	assert_int_equal(i->count, 2);
	/* Another vCPU always is. */
	interleaving_function(i, 1, one, false, 5);
	interleaving_function(i, 0, other, false, 6);
	assert_int_equal(i->count, 4);
	free(i);
}

static void the_last_ones_are_kept(void **state)
{
	struct interleaving *i = calloc(1, sizeof(*i));
	struct ring_record record = { .kind = RING_RETURN };
	unsigned int lines = 0;
	char *text;

	MUST(i);
	i->vcpus = 2;
	for (unsigned int n = 1; n <= INTERLEAVING_KEPT + 5; n++) {
		record.range.id = n;
		interleaving_record(i, 0, &record, n);
	}
	text = printed(i, INTERLEAVING_KEPT + 5);
	assert_null(strstr(text, "> removal 5 has returned"));
	assert_non_null(strstr(text, "> removal 6 has returned"));
	assert_non_null(strstr(text, "           0  > removal 405 has returned\n"));
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, INTERLEAVING_KEPT + 1);
	free(text);
	free(i);
}

static void each_record_has_its_words(void **state)
{
	static const struct {
		struct ring_record record;
		const char *says;
	} all[] = {
		{ { .kind = RING_JOIN, .domain = 7, .endpoint = { .sid = 1 } }, "> SID 0x1 is attached (domain 7)\n" },
		{ { .kind = RING_LEAVE, .domain = 7, .endpoint = { .sid = 1, .ssid = 4 } },
		  "> SID 0x1 SSID 4 is going to leave (domain 7)\n" },
		{ { .kind = RING_ALLOW, .endpoint = { .sid = 1 } }, "> SID 0x1 is no longer blocked\n" },
		{ { .kind = RING_BEGIN, .range = { .id = 9, .iova = 0x1000, .size = 0x40 } },
		  "> removal 9: 0x1000 + 0x40\n" },
		{ { .kind = RING_MARK }, "> a mark or a setting\n" },
	};
	struct interleaving *i = calloc(1, sizeof(*i));
	char *text;

	MUST(i);
	i->vcpus = 2;
	for (size_t n = 0; n < sizeof(all) / sizeof(all[0]); n++)
		interleaving_record(i, 0, &all[n].record, 1);
	text = printed(i, 1);
	for (size_t n = 0; n < sizeof(all) / sizeof(all[0]); n++)
		assert_non_null(strstr(text, all[n].says));
	free(text);
	free(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_moment_and_a_column_who),
		cmocka_unit_test(a_function_is_told_when_it_is_another),
		cmocka_unit_test(the_last_ones_are_kept),
		cmocka_unit_test(each_record_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
