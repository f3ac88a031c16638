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
		cmocka_unit_test(real_samples_are_folded),
		cmocka_unit_test(odd_samples_are_folded),
		cmocka_unit_test(names_stay_in_their_line),
		cmocka_unit_test(nonsense_is_not_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
