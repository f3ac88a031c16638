// SPDX-License-Identifier: GPL-2.0-only
/* test_fold.c - what perf script prints, folded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "must.h"
#include "program.h"

#define REAL_SCRIPT "tests/data/perf-script.txt"

static int fold_text(struct fold *f, const char *text)
{
	FILE *script = fmemopen((void *)text, strlen(text), "r");
	int err;

	MUST(script);
	*f = (struct fold){};
	err = fold_script(f, script);
	fclose(script);
	return err;
}

static char *folded(const struct fold *f)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out && !fold_write(f, out) && !fclose(out));
	return text;
}

static char *load(const char *path)
{
	FILE *file = fopen(path, "r");

	MUST(file);
	return program_read(file);
}

/* Every sample is in one stack: counted here by the lines that are not indented. */
static void real_samples_are_folded(void **state)
{
	char *script = load(REAL_SCRIPT), *text;
	uint64_t samples = 0, sum = 0;
	struct fold f;

	for (const char *line = script; *line; line += strcspn(line, "\n") + 1)
		samples += !strchr("#\n\t ", *line);
	assert_int_equal(fold_text(&f, script), 0);
	assert_int_equal(f.samples, samples);
	assert_int_equal(f.lost, 0);
	text = folded(&f);
	for (const char *end = strchr(text, '\n'); end; end = strchr(end + 1, '\n')) {
		const char *count = end;

		while (count[-1] != ' ')
			count--;
		sum += strtoull(count, NULL, 10);
	}
	assert_int_equal(sum, samples);
	assert_non_null(strstr(
		text, "kthreadd;ret_from_fork_[k];kthread_[k];work_[k];op_sync_timed_[k];arm_smmu_iotlb_sync_[k];"
		      "__arm_smmu_tlb_inv_range_[k];arm_smmu_cmdq_issue_cmdlist_[k] 19\n"));
	assert_non_null(strstr(text, ";__libc_start_main;[unknown];[unknown];"));
	free(text);
	free(script);
	fold_free(&f);
}

static void odd_samples_are_folded(void **state)
{
	static const char script[] =
		"# captured on    : never\n"
		"Web Content \n"
		"\tffff8000800df100 queue;poll+0xb8 ([kernel.kallsyms])\n"
		"\t    ffff97559890 operator new(unsigned long)+0x10 (/usr/lib/libc.so (deleted))\n"
		"\n"
		"a \n"
		"\n"
		"swapper PERF_RECORD_LOST lost 23\n"
		"a \n"
		"Web Content \n"
		"\tffff8000800df104 queue;poll+0xbc ([kernel.kallsyms])\n"
		"\t    ffff97559890 operator new(unsigned long) (/usr/lib/libc.so)\n"
		"swapper PERF_RECORD_LOST_SAMPLES lost 4\n";
	struct fold f;
	char *text;

	assert_int_equal(fold_text(&f, script), 0);
	assert_int_equal(f.samples, 4);
	assert_int_equal(f.lost, 27);
	text = folded(&f);
	assert_string_equal(text, "Web Content;operator new(unsigned long);queue:poll_[k] 2\na 2\n");
	free(text);
	fold_free(&f);
}

static void expect_folded(const char *script, uint64_t samples, const char *expected)
{
	struct fold f;
	char *text;

	assert_int_equal(fold_text(&f, script), 0);
	text = folded(&f);
	assert_string_equal(text, expected);
	assert_int_equal(f.samples, samples);
	free(text);
	fold_free(&f);
}

#define FRAME "\tffff800080010000 do_idle ([kernel.kallsyms])\n\n"

/* A thread is called what it likes: as a comment of perf's, with spaces before it, cut within a letter. */
static void odd_threads_are_folded(void **state)
{
	char *script = load("tests/data/flamegraph-162.perf-script.txt");

	expect_folded(script, 5,
		      "#1 worker;arm_smmu_cmdq_issue_cmdlist_[k] 1\n"
		      "[ET_NET 0];do_idle_[k] 1\n"
		      "a:b thread;java.lang.String.hashCode 1\n"
		      "lead;main 1\n"
		      "\xd0\xbf\xd0\xbe\xd1\x82\xd0\xbe\xd0\xba-\xd0\xb2?;operator new(unsigned long) 1\n");
	free(script);
}

static void a_name_may_begin_with_anything(void **state)
{
	expect_folded("# a comment\n#\n#first \n" FRAME, 1, "#first;do_idle_[k] 1\n");
	expect_folded("a \n" FRAME "#\n" FRAME "# b \n" FRAME, 3,
		      "# b;do_idle_[k] 1\n#;do_idle_[k] 1\na;do_idle_[k] 1\n");
	expect_folded("a \n" FRAME "# ========\n# captured on: never\n\na \n" FRAME, 2, "a;do_idle_[k] 2\n");
	expect_folded("\tdead beef \n" FRAME " dead beef \n" FRAME, 2, "dead beef;do_idle_[k] 2\n");
	expect_folded("PERF_RECORD_LOS \n" FRAME, 1, "PERF_RECORD_LOS;do_idle_[k] 1\n");
}

static void a_name_may_be_empty(void **state)
{
	expect_folded(" \n" FRAME "    \n" FRAME "\n \n\n", 2, "[unknown];do_idle_[k] 2\n");
}

/* perf puts a space behind it, so that a line without one is not all of it. */
static void a_name_may_have_line_feeds_in_it(void **state)
{
	expect_folded("a\nb \n" FRAME "c\n\td\n e \n" FRAME, 2, "a?b;do_idle_[k] 1\nc?d?e;do_idle_[k] 1\n");
	expect_folded("a\nswapper PERF_RECORD_LOST lost 1\n", 1, "a 1\n");
}

/* Of a very deep stack the innermost functions are kept; names of functions may be of any length. */
static void stacks_may_be_deep_and_names_long(void **state)
{
	char *script = NULL, *text, *long_name = calloc(1, 20001);
	struct fold f;
	size_t size;
	FILE *out = open_memstream(&script, &size);

	MUST(out && long_name);
	memset(long_name, 'n', 20000);
	fputs("a \n", out);
	for (int i = 0; i < 600; i++)
		fprintf(out, "\tffff800080010000 f%d ([kernel.kallsyms])\n", i);
	fprintf(out, "\nb \n\t    aaaab0003000 %s (/x)\n\n", long_name);
	MUST(!fclose(out));
	assert_int_equal(fold_text(&f, script), 0);
	assert_int_equal(f.samples, 2);
	text = folded(&f);
	assert_int_equal(strncmp(text, "a;[...];f511_[k];f510_[k];", 26), 0);
	assert_non_null(strstr(text, ";f0_[k] 1\nb;nnnn"));
	free(text);
	free(script);
	free(long_name);
	fold_free(&f);
}

/* A program's name is whatever it likes; the folded line is to be one. */
static void names_stay_in_their_line(void **state)
{
	struct fold f;
	char *text;

	assert_int_equal(fold_text(&f, "a\x1b\x01;\xc3\n\tffff8000800df100 b\x7f+0xb8 ([kernel.kallsyms])\n\n"), 0);
	text = folded(&f);
	assert_string_equal(text, "a??:?;b?_[k] 1\n");
	free(text);
	fold_free(&f);
}

static void nonsense_is_not_folded(void **state)
{
	static const char *const scripts[] = {
		"\tffff8000800df100 memset ([kernel.kallsyms])\n", /* of no sample */
		"a \n\tmemset\n",
		"a \n\tffff8000800df100\n",
		"swapper PERF_RECORD_LOST many\n",
		"swapper PERF_RECORD_LOST lost many\n",
		"swapper PERF_RECORD_LOST lost -1\n",
		"swapper PERF_RECORD_LOST lost 99999999999999999999\n",
		"swapper PERF_RECORD_LOST lost 9223372036854775807\nswapper PERF_RECORD_LOST lost 1\n",
	};
	struct fold f;

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		assert_int_equal(fold_text(&f, scripts[i]), -EINVAL);
		fold_free(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_samples_are_folded),	    cmocka_unit_test(odd_samples_are_folded),
		cmocka_unit_test(names_stay_in_their_line),	    cmocka_unit_test(odd_threads_are_folded),
		cmocka_unit_test(a_name_may_begin_with_anything),   cmocka_unit_test(a_name_may_be_empty),
		cmocka_unit_test(a_name_may_have_line_feeds_in_it), cmocka_unit_test(stacks_may_be_deep_and_names_long),
		cmocka_unit_test(nonsense_is_not_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
