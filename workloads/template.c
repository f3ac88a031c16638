// SPDX-License-Identifier: GPL-2.0-only
/*
 * template - the shortest real workload, as the manual for a new one: copy it,
 * and `invbench list` has yours. Say here what is timed, and what the controls
 * are: here size=4K, where nothing is left but the loop around one write.
 *
 * workload.h has what is not needed here: operations in the kernel half,
 * devices, several processes, a loop of your own.
 */
#include <stdlib.h>

#include "workload.h"

/* Once for each case and pass, not timed. case_param() has what the case sets. */
static int setup(struct run_case *c)
{
	/* Threads get memory of their own, so that they have no cache line in common. */
	char *buffer = malloc(case_param(c, "size") * case_param(c, "threads"));

	if (!buffer)
		return case_error(c, "out of memory"); /* the case fails; case_skip() says what is missing */
	case_set_private(c, buffer);
	return 0;
}

/* Timed, in each of the threads. No output here, no allocation, nothing shared that is written. */
static int op(struct run_case *c, unsigned int thread)
{
	volatile char *buffer = case_private(c);
	const uint64_t size = case_param(c, "size");

	for (uint64_t at = 0; at < size; at += 4096)
		buffer[thread * size + at] = 1;
	return 0; /* or a negative errno, and the case fails */
}

/* After setup(), even one that failed. What the harness opened, it closes. */
static void teardown(struct run_case *c)
{
	free(case_private(c));
}

WORKLOAD(template) = {
	.name = "template",
	.summary = "write a byte to each page of a buffer",
	.unit = "walk over the buffer",	/* what one operation is */
	.params = {
		{ .name = "size", .summary = "of a thread's buffer", .def = 64 << 10, .min = 4 << 10, .max = 1 << 20,
		  .bytes = true },
		/* "threads", "ops" and "warmup" need not be declared. */
	},
	.setup = setup,
	.op = op,
	.teardown = teardown,
};
