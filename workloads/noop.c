// SPDX-License-Identifier: GPL-2.0-only
/*
 * noop - nothing, in user space: what clock, loop and call of the harness cost.
 */
#include "workload.h"

static int op(struct run_case *c, unsigned int thread)
{
	return 0;
}

WORKLOAD(noop) = {
	.name = "noop",
	.summary = "nothing, in user space: the floor under every workload there",
	.unit = "call",
	.op = op,
};
