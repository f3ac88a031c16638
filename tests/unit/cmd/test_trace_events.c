// SPDX-License-Identifier: GPL-2.0-only
/* test_trace_events.c - what `invbench trace --events` refuses, in a line that says what to give instead; tests/vm/events traces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "program.h"

/* The words end with NULL. */
#define refused(sentence, ...) \
	do { \
		struct outcome outcome; \
\
		program_run(&outcome, "trace", __VA_ARGS__, NULL); \
		assert_int_equal(outcome.status, 2); \
		assert_string_equal(outcome.out, ""); \
		if (!strstr(outcome.err, sentence)) \
			fail_msg("expected '%s', came '%s'", sentence, outcome.err); \
		program_forget(&outcome); \
	} while (0)

static void numbers(void **state)
{
	refused("--slower: '50' is no time; one is 500ns, 50us, 2ms", "--events", "--slower", "50");
	refused("--slower: '-1us' is no time", "--events", "--slower=-1us");
	refused("--slower: '99999999999999999999us' is no time", "--events", "--slower=99999999999999999999us");
	refused("--buffer: '5000' is no power of two", "--events", "--buffer", "5000");
	refused("--buffer: '1' is no power of two", "--events", "--buffer", "1");
	refused("--buffer: '2G' is no power of two", "--events", "--buffer", "2G");
}

static void points(void **state)
{
	refused("--from: no point 'nonsense'; there are: munmap notify", "--events", "--from", "nonsense", "--to",
		"lock");
	refused("--to: no point 'lock.x'; there are:", "--events", "--from", "lock", "--to", "lock.x");
	refused("--entry: no point 'sub'; there are:", "--events", "--entry", "sub");
	refused("--from and --to belong together", "--events", "--from", "submit");
	refused("--from and --to belong together", "--events", "--to", "submit");
	refused("--entry: with --from and --to there are no other points", "--events", "--from=lock", "--to=lock", "-e",
		"lock");
}

static void what_does_not_go_together(void **state)
{
	refused("--slower is of single events: give --events as well", "--slower", "50us");
	refused("--perfetto is of single events: give --events as well", "--perfetto", "x", "invlat");
	refused("--events: it takes no probe", "--events", "invlat");
	refused("--interval: events are printed as they come", "--events", "--interval", "1");
	refused("--json and --perfetto: one of them", "--events", "--json", "--perfetto", "x");
}

/* Before the trace, and not after it. */
static void a_file_that_cannot_be(void **state)
{
	refused("--perfetto: /nonsense/x cannot be written: No such file", "--events", "--perfetto", "/nonsense/x");
	refused("--perfetto: /tmp/ cannot be written: ", "--events", "--perfetto", "/tmp/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(points),
		cmocka_unit_test(what_does_not_go_together),
		cmocka_unit_test(a_file_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
