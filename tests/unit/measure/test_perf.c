// SPDX-License-Identifier: GPL-2.0-only
/* test_perf.c - perf as a process that obeys, and what it complains of. */
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
#include "perf.h"
#include "program.h"

/* ---- complaints ---- */

static void complaints_become_a_line(void **state)
{
	static const struct {
		const char *text, *line;
	} cases[] = {
		{ "event syntax error: 'instructions,foo,bar'\n                                  \\___ Bad event name\n\n"
		  "Unable to find event on a PMU of 'foo'\nRun 'perf list' for a list of valid events\n\n Usage: perf stat\n",
		  "Unable to find event on a PMU of 'foo'" },
		{ "event syntax error: 'instructions,,'\n                                 \\___ Unrecognized input\n"
		  "Run 'perf list' for a list of valid events\n",
		  "Unrecognized input" },
		{ "Error:\nNo permission to enable instructions event.\n\nYou could adjust kernel.perf_event_paranoid\n",
		  "No permission to enable instructions event." },
		{ "perf cannot be run: No such file or directory\n", "perf cannot be run: No such file or directory" },
		{ "", "" },
	};
	struct sentence why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		perf_complaint(cases[i].text, &why);
		assert_string_equal(why.text, cases[i].line);
	}
}

/* ---- the option ---- */

static void refused(const char *option, const char *value, const char *sentence)
{
	struct outcome outcome;

	program_run(&outcome, "run", option, value, "noop", NULL);
	assert_int_equal(outcome.status, 2);
	assert_string_equal(outcome.out, "");
	assert_non_null(strstr(outcome.err, sentence));
	assert_ptr_equal(strchr(outcome.err, '\n'), outcome.err + strlen(outcome.err) - 1);
	program_forget(&outcome);
}

/*
 * As a perf of this machine could hide what happens without one, there is none here; nor one that talks nonsense. That
 * one waits to be asked: it would else be gone before, on a busy host. It is of bash: sh knows descriptors up to 9.
 */
static void no_perf_no_run(void **state)
{
	char folder[] = "/tmp/test-perf-XXXXXX", path[64], *before = strdup(getenv("PATH"));
	FILE *fake;

	MUST(before && mkdtemp(folder));
	setenv("PATH", folder, 1);
	refused("--perf", "cycles", "--perf=cycles: cannot run perf: No such file or directory");
	refused("--perf-record", "--sub-bits=7", "--perf-record needs --output");
	snprintf(path, sizeof(path), "%s/perf", folder);
	fake = fopen(path, "w");
	MUST(fake &&
	     fputs("#!/bin/bash\nfor last; do :; done\nwhile [ \"$1\" != --control ]; do shift; done\nfd=${2#fd:}\nfd=${fd%,*}\n"
		   "eval \"read command <&$fd; echo never >&$fd\"\n",
		   fake) >= 0 &&
	     !fclose(fake) && !chmod(path, 0755));
	refused("--perf", "cycles", "perf answers with something else than ack");
	fake = fopen(path, "w");
	MUST(fake && fputs("#!/bin/sh\necho oh dear >&2\nexit 3\n", fake) >= 0 && !fclose(fake));
	refused("--perf", "cycles", "--perf=cycles: oh dear; see: perf list");
	setenv("PATH", before, 1);
	free(before);
}

/* ---- a perf that obeys ---- */

static void it_is_told_and_writes_what_it_knows(void **state)
{
	static const char *const args[] = { "stat", "-e", "cycles", NULL };
	struct sentence why = {};
	struct perf p;
	char *text;

	fake_perf("echo \"$*\"; exit 130", ANSWERS);
	assert_int_equal(perf_start(&p, args, true, NULL, &why), 0);
	assert_int_equal(perf_tell(&p, "enable", &why), 0);
	assert_int_equal(perf_tell(&p, "disable", &why), 0);
	assert_int_equal(perf_finish(&p, &why), 0);
	assert_int_equal(perf_text(&p.spawn.out, &text, &why), 0);
	assert_string_equal(text, "stat -e cycles -D -1 --control fd:3,3 --log-fd 1\n");
	free(text);
	assert_int_equal(perf_text(&p.spawn.err, &text, &why), 0);
	assert_string_equal(text, "ping\nenable\ndisable\n");
	free(text);
	perf_stop(&p);
	perf_stop(&p);
	fake_perf_gone();
}

static void one_that_ends_is_told_of(void **state)
{
	static const char *const args[] = { "record", NULL };
	struct sentence why;
	struct perf p;

	fake_perf("exit 1", "read -r command <&3; echo Error: >&2; echo no room >&2; exit 1");
	assert_int_equal(perf_start(&p, args, false, NULL, &why), -EPIPE);
	assert_string_equal(why.text, "no room");
	perf_stop(&p);
	fake_perf("exit 1", "exit 0");
	assert_int_equal(perf_start(&p, args, false, NULL, &why), -EPIPE);
	assert_string_equal(why.text, "perf ended and did not say why");
	perf_stop(&p);
	fake_perf("echo disk full >&2; exit 1", OBEYS);
	assert_int_equal(perf_start(&p, args, false, NULL, &why), 0);
	assert_int_equal(perf_finish(&p, &why), -EPIPE);
	assert_string_equal(why.text, "disk full");
	perf_stop(&p);
	fake_perf_gone();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complaints_become_a_line),
		cmocka_unit_test(no_perf_no_run),
		cmocka_unit_test(it_is_told_and_writes_what_it_knows),
		cmocka_unit_test(one_that_ends_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
