// SPDX-License-Identifier: GPL-2.0-only
/* A case from its beginning to its end: what surrounds its operations, and whether its counts agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cpus.h"
#include "harness.h"
#include "must.h"
#include "parts.h"
#include "suite.h"

static const char *const hows[] = { "well", "too-long", "nothing", "unordered", "late", NULL };

enum { WELL, TOO_LONG, NOTHING, UNORDERED, LATE };

/* What was called, a letter each. */
static char calls[32];
static bool reported;
static const char *splat; /* that the kernel says at the end of a case; or NULL */
static int log_fd;	  /* what it has said */

/* Stands in for libc's, for the kernel log. */
int open(const char *path, int flags, ...)
{
	char log[32];
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	snprintf(log, sizeof(log), "/proc/self/fd/%d", log_fd);
	return syscall(SYS_openat, AT_FDCWD, strcmp(path, "/dev/kmsg") ? path : log, flags, mode);
}

static int op(struct run_case *c, unsigned int thread)
{
	strcat(calls, "o");
	reported |= c->report;
	return 0;
}

/* In one window, as a run of the kernel half has it. */
static void record_in_order(struct run_case *c, unsigned int ops)
{
	static unsigned long long cells[WINDOW_BUCKETS];

	cells[hist_index(WINDOW_SUB_BITS, 5)] = ops;
	MUST(!timeline_add(&c->timeline, cells, 1));
}

static int whole(struct run_case *c)
{
	const uint64_t how = case_param(c, "how");

	strcat(calls, "w");
	if (how == NOTHING)
		return 0;
	case_sample(c, 0, how == TOO_LONG ? HIST_MAX + 1 : 5);
	record_in_order(c, 1);
	if (how == UNORDERED)
		case_sample(c, 0, 7);
	return 0;
}

static int check(struct run_case *c)
{
	return case_param(c, "how") == LATE ? case_error(c, "how=late cannot be had") : 0;
}

/* The log is read after the last that could be to blame. */
static void teardown(struct run_case *c)
{
	strcat(calls, "t");
	if (splat)
		MUST(dprintf(log_fd, "4,17,99,-;%s\n", splat) > 0);
}

#define MEMBERS \
	.summary = "for this test", .unit = "call", .teardown = teardown, \
	.params = { { .name = "how", .summary = "it goes", .choices = hows } }

WORKLOAD(one) = { .name = "one", .op = op, .check = check, MEMBERS };
WORKLOAD(whole) = { .name = "whole", .whole = whole, MEMBERS };

static struct suite suite;
static struct run_case c;

static void on_begin(void *arg)
{
	strcat(calls, "b");
	assert_ptr_equal(arg, calls);
}

static void on_end(void *arg)
{
	strcat(calls, "e");
}

static void run(const char *line, enum ring_pass kind)
{
	const struct pass pass = { .kind = kind, .begin = on_begin, .end = on_end, .arg = calls };
	struct sentence why;

	calls[0] = '\0';
	reported = false;
	MUST(!suite_add_line(&suite, line, "test", 0, &why));
	case_run(&c, &suite.cases[0], HIST_SUB_BITS_MIN, &pass);
}

static void forget(void)
{
	case_free(&c);
	suite_free(&suite);
	memset(&suite, 0, sizeof(suite));
}

static void expect(const char *line, enum status status, const char *reason)
{
	run(line, RING_PASS_TIMING);
	assert_string_equal(c.reason, reason);
	assert_int_equal(c.status, status);
	forget();
}

static void what_surrounds_the_operations(void **state)
{
	run("one ops=3 warmup=1", RING_PASS_TIMING);
	assert_int_equal(c.status, STATUS_PASS);
	assert_int_equal(c.latency.count, 3);
	assert_int_equal(timeline_count(&c.timeline), 3);
	assert_string_equal(calls, "booooet");
	assert_false(reported);
	forget();
	run("one ops=1 warmup=0", RING_PASS_CHECKED);
	assert_true(reported);
	forget();
}

/* Nothing is called of a case with more threads than there are CPUs. */
static void a_case_that_cannot_begin(void **state)
{
	unsigned int cpus = 0;
	char line[64];

	while (thread_cpu(cpus) >= 0)
		cpus++;
	snprintf(line, sizeof(line), "one threads=%u", cpus + 1);
	run(line, RING_PASS_TIMING);
	assert_int_equal(c.status, STATUS_SKIP);
	assert_string_equal(calls, "");
	forget();
}

static void counts_have_to_agree(void **state)
{
	expect("whole", STATUS_PASS, "");
	expect("whole how=too-long", STATUS_FAIL, "1 samples are longer than 137 s");
	expect("whole how=nothing", STATUS_FAIL, "0 operations were done and 0 recorded, not 0");
}

/* An order that is not known of all is told of none. */
static void a_whole_may_not_know_its_order(void **state)
{
	run("whole how=unordered", RING_PASS_TIMING);
	assert_int_equal(c.status, STATUS_PASS);
	assert_int_equal(c.latency.count, 2);
	assert_int_equal(c.timeline.windows, 0);
	forget();
	run("whole", RING_PASS_TIMING);
	assert_int_equal(timeline_count(&c.timeline), 1);
	forget();
}

static void the_kernel_log_has_the_last_word(void **state)
{
	splat = "BUG: unable to handle";
	expect("one ops=1 warmup=0", STATUS_FAIL, "the kernel log says: BUG: unable to handle");
	/* The first reason is the one to tell. */
	expect("whole how=nothing", STATUS_FAIL, "0 operations were done and 0 recorded, not 0");
	/* What was said before a case is not of it. */
	splat = NULL;
	expect("one ops=1 warmup=0", STATUS_PASS, "");
}

static void parameters_are_checked_before_any_case_is_run(void **state)
{
	struct sentence why;

	calls[0] = '\0';
	MUST(!suite_add_line(&suite, "one", "test", 0, &why) &&
	     !suite_add_line(&suite, "one how=late", "test", 0, &why) &&
	     !suite_add_line(&suite, "whole how=late", "test", 0, &why));
	assert_int_equal(case_check(&suite.cases[0], &why), 0);
	assert_int_equal(case_check(&suite.cases[1], &why), -EINVAL);
	assert_string_equal(why.text, "how=late cannot be had");
	assert_int_equal(case_check(&suite.cases[2], &why), 0);
	assert_string_equal(calls, "");
	suite_free(&suite);
	memset(&suite, 0, sizeof(suite));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_surrounds_the_operations),
		cmocka_unit_test(a_case_that_cannot_begin),
		cmocka_unit_test(counts_have_to_agree),
		cmocka_unit_test(a_whole_may_not_know_its_order),
		cmocka_unit_test(the_kernel_log_has_the_last_word),
		cmocka_unit_test(parameters_are_checked_before_any_case_is_run),
	};

	log_fd = memfd_create("kmsg", MFD_CLOEXEC);
	MUST(log_fd >= 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
