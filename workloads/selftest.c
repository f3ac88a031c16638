// SPDX-License-Identifier: GPL-2.0-only
/*
 * selftest - every way in which a case can end, on demand.
 *
 * The tests of the harness use it to see that nothing bad passes for good.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "workload.h"

enum { DO_PASS, DO_SKIP, DO_FAIL, DO_ERROR, DO_DIE, DO_SPLAT, DO_HANG };

static const char *const do_names[] = { "pass", "skip", "fail", "error", "die", "splat", "hang", NULL };

static int setup(struct run_case *c)
{
	switch (case_param(c, "do")) {
	case DO_SKIP:
		return case_skip(c, "skipped because do=skip was asked for");
	case DO_FAIL:
		return case_error(c, "failed because do=fail was asked for");
	default:
		return 0;
	}
}

static int splat(struct run_case *c)
{
	static const char text[] = "<2>BUG: faked because do=splat was asked for\n";
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return n < 0 ? case_error(c, "cannot write to /dev/kmsg: %s", strerror(errno)) : 0;
}

/* A good operation, and in the first one of the last thread what was asked for. */
static int op(struct run_case *c, unsigned int thread)
{
	if (thread + 1 != case_param(c, "threads"))
		return 0;
	switch (case_param(c, "do")) {
	case DO_ERROR:
		return -EIO;
	case DO_DIE:
		pthread_exit(NULL);
	case DO_SPLAT:
		return splat(c);
	case DO_HANG:
		for (;;)
			pause();
	default:
		return 0;
	}
}

WORKLOAD(selftest) = {
	.name = "selftest",
	.summary = "faked outcomes, for tests of invbench itself",
	.unit = "call",
	.params = {
		{ .name = "do", .summary = "how the case ends", .choices = do_names },
		{ .name = "ops", .summary = "timed operations of a thread", .def = 10, .min = 1, .max = 1000 },
		{ .name = "warmup", .summary = "operations of a thread before those", .def = 0, .max = 1000 },
	},
	.setup = setup,
	.op = op,
};
