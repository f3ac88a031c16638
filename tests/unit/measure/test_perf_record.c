// SPDX-License-Identifier: GPL-2.0-only
/* test_perf_record.c - a pass beside a perf that samples, and the files that it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake.h"
#include "fake_perf.h"
#include "must.h"
#include "program.h"

/* One that is tried first by perf stat, makes the file that perf record is told to, and prints as perf script what it is given. */
#define COUNTS \
	"[ $1 != stat ] || echo \"{\\\"counter-value\\\" : \\\"3\\\", \\\"event\\\" : \\\"cpu-clock\\\"}\"; exit 130"
#define SCRIPT(words) \
	"case $1 in\n" \
	"script) " words "; exit;;\n" \
	"record) while [ \"$1\" != -o ]; do shift; done; echo data >\"$2\";;\n" \
	"esac\n" OBEYS

static char *dir;

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static char *load(const char *name)
{
	FILE *file = fopen(path_of(name), "r");

	MUST(file);
	return program_read(file);
}

static json_t *first_case(void)
{
	json_t *boot = json_load_file(path_of("boot.json"), 0, NULL), *first;

	MUST(boot);
	first = json_incref(json_array_get(json_object_get(boot, "cases"), 0));
	json_decref(boot);
	return first;
}

static void run(struct outcome *outcome)
{
	program_run(outcome, "run", "--perf-record", "--without-module", "-o", path_of("boot.json"), "noop", "ops=1",
		    NULL);
}

static int make_folder(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static int remove_folder(void **state)
{
	fake_remove(dir);
	return 0;
}

static void samples_are_left_beside_the_result(void **state)
{
	struct outcome outcome;
	const json_t *record;
	json_t *json;
	char *text;

	fake_perf(COUNTS, SCRIPT("printf \"a \\n\\tffff8000800df100 memset ([kernel.kallsyms])\\n\\na \\n\\n\""));
	run(&outcome);
	if (outcome.status)
		fail_msg("status %d: %s", outcome.status, outcome.err);
	program_forget(&outcome);
	text = load("boot.1.folded");
	assert_string_equal(text, "a 1\na;memset_[k] 1\n");
	free(text);
	text = load("boot.1.perf.data");
	assert_string_equal(text, "data\n");
	free(text);
	json = first_case();
	record = json_object_get(json, "perf_record");
	assert_int_equal(json_integer_value(json_object_get(record, "samples")), 2);
	assert_int_equal(json_integer_value(json_object_get(record, "lost")), 0);
	assert_string_equal(json_string_value(json_object_get(record, "folded")), "boot.1.folded");
	json_decref(json);
	fake_perf_gone();
}

/* perf writes through links, so it writes where nobody else could have left one. */
static void links_in_the_place_of_samples_lead_nowhere(void **state)
{
	struct outcome outcome;
	char *text;

	fake_perf(COUNTS, SCRIPT("printf \"a \\n\\tffff8000800df100 memset ([kernel.kallsyms])\\n\""));
	fake_write_text(path_of("precious"), "mine");
	unlink(path_of("boot.1.perf.data"));
	unlink(path_of("boot.1.folded"));
	MUST(!symlink("precious", path_of("boot.1.perf.data")) && !symlink("precious", path_of("boot.1.folded")));
	run(&outcome);
	assert_int_equal(outcome.status, 0);
	program_forget(&outcome);
	text = load("precious");
	assert_string_equal(text, "mine");
	free(text);
	text = load("boot.1.perf.data");
	assert_string_equal(text, "data\n");
	free(text);
	fake_perf_gone();
}

/* What perf script says last is the reason; and what it prints that is none of its format. */
static void what_cannot_be_folded_fails_the_case(void **state)
{
	static const struct {
		const char *script, *said;
	} bad[] = {
		{ SCRIPT("echo broken file >&2; exit 1"), "perf's samples: broken file" },
		{ SCRIPT("kill -9 $$"), "perf's samples: perf was ended by signal 9" },
		{ SCRIPT("printf \"a \\n\\tmemset\\n\"; yes"),
		  "perf's samples: perf script prints what cannot be folded" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct outcome outcome;
		json_t *json;

		fake_perf(COUNTS, bad[i].script);
		run(&outcome);
		assert_int_equal(outcome.status, 1);
		program_forget(&outcome);
		json = first_case();
		assert_string_equal(json_string_value(json_object_get(json, "status")), "fail");
		assert_non_null(strstr(json_string_value(json_object_get(json, "reason")), bad[i].said));
		json_decref(json);
	}
	fake_perf_gone();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_left_beside_the_result),
		cmocka_unit_test(links_in_the_place_of_samples_lead_nowhere),
		cmocka_unit_test(what_cannot_be_folded_fails_the_case),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
