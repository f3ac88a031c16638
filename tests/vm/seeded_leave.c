// SPDX-License-Identifier: GPL-2.0-only
/*
 * seeded_leave.c - a device leaves a domain that another one stays in.
 *
 * Two ATS endpoints are in one domain; ranges are removed from it. Then the
 * first is detached, and blocked, and ranges are removed again. The SMMU model
 * is told of all of it, as of a checked pass. For bugs of tests/seeded that show
 * only then.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "hist.h"
#include "invbench.h"

static int half, marks;

static int open_half(void)
{
	int fd = open(INVBENCH_DEVICE, O_RDWR);

	if (fd < 0) {
		perror(INVBENCH_DEVICE);
		exit(1);
	}
	return fd;
}

static void call(const char *what, int fd, unsigned long request, void *arg)
{
	if (!ioctl(fd, request, arg))
		return;
	fprintf(stderr, "seeded_leave: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* The first two endpoints with ATS; they are numbered by name, as their StreamIDs are. */
static void find(uint32_t index[2])
{
	struct invbench_endpoint ep = {};
	unsigned int found = 0;

	for (; found < 2; ep.index++) {
		call("two endpoints with ATS", half, INVBENCH_ENDPOINT, &ep);
		if (ep.flags & INVBENCH_EP_ATS)
			index[found++] = ep.index;
	}
}

static void unmap(uint32_t domain)
{
	static uint64_t hist[HIST_BUCKETS(HIST_SUB_BITS_MIN)];
	struct invbench_thread thread = {};
	struct invbench_run run = {
		.domain = domain,
		.op = INVBENCH_OP_UNMAP,
		.flags = INVBENCH_RUN_REPORT,
		.threads = 1,
		.size = 64 << 10,
		.ops = 4,
		.sub_bits = HIST_SUB_BITS_MIN,
		.hist = (uintptr_t)hist,
		.thread = (uintptr_t)&thread,
	};

	call("unmap", half, INVBENCH_RUN, &run);
}

static void mark(bool begin)
{
	struct invbench_mark mark = { .pass = RING_PASS_CHECKED, .begin = begin };

	call("mark", marks, INVBENCH_MARK, &mark);
}

int main(void)
{
	struct invbench_domain domain = {};
	struct invbench_attach attach = {};
	uint32_t index[2];

	marks = open_half();
	half = open_half();
	mark(true);
	find(index);
	domain.endpoint = index[0];
	call("domain", half, INVBENCH_DOMAIN_ALLOC, &domain);
	attach.domain = domain.domain;
	for (int i = 0; i < 2; i++) {
		struct invbench_claim claim = { .endpoint = index[i] };

		call("claim", half, INVBENCH_CLAIM, &claim);
		attach.endpoint = index[i];
		call("attach", half, INVBENCH_ATTACH, &attach);
	}
	unmap(domain.domain);
	attach.endpoint = index[0];
	call("detach", half, INVBENCH_DETACH, &attach);
	unmap(domain.domain);
	close(half); /* to free the domain invalidates, too */
	mark(false);
	return 0;
}
