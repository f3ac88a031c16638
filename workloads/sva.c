// SPDX-License-Identifier: GPL-2.0-only
/*
 * sva - what a process pays for devices that share its address space: each
 * change of its page tables is invalidated in all of their SMMUs.
 *
 * No device does DMA: the driver invalidates all the same. The time is that of
 * the whole operation, page faults and page tables included.
 *
 * Controls: op=none is the floor, devices=0 the same process with no device.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

enum { OP_MUNMAP, OP_MPROTECT, OP_FORK, OP_NONE };

static const char *const op_names[] = { "munmap", "mprotect", "fork", "none", NULL };

struct sva {
	uint64_t op, size, page, threads;
	char *area[];		/* of each thread */
};

static void touch(const struct sva *s, char *start)
{
	for (uint64_t at = 0; at < s->size; at += s->page)
		((volatile char *)start)[at] = 1;
}

static char *map(uint64_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* The page behind an area is unmapped, so that it merges with no other. */
static int make_areas(struct run_case *c, struct sva *s)
{
	for (uint64_t i = 0; i < s->threads; i++) {
		s->area[i] = map(s->size + s->page);
		if (s->area[i] == MAP_FAILED || munmap(s->area[i] + s->size, s->page))
			return case_error(c, "cannot map memory: %s", strerror(errno));
		touch(s, s->area[i]);
	}
	return 0;
}

static int setup(struct run_case *c)
{
	const struct endpoint_want want = { .count = case_param(c, "devices"), .spread = case_param(c, "instances") };
	uint64_t threads = case_param(c, "threads");
	struct sva *s = calloc(1, sizeof(*s) + threads * sizeof(*s->area));

	if (!s)
		return case_error(c, "out of memory");
	*s = (struct sva){ case_param(c, "op"), case_param(c, "size"), sysconf(_SC_PAGESIZE), threads };
	case_set_private(c, s);
	if (s->size % s->page)
		return case_skip(c, "size is no multiple of this kernel's pages (%ld)", (long)s->page);
	return make_areas(c, s) ?: case_bind_mm(c, &want);
}

static int do_munmap(struct run_case *c, const struct sva *s)
{
	char *start = map(s->size);
	uint64_t id;
	int ret;

	if (start == MAP_FAILED)
		return -errno;
	touch(s, start);
	id = case_report_begin(c, start, s->size);
	ret = munmap(start, s->size);
	case_report_return(c, id);
	return ret ? -errno : 0;
}

/* To read-only, which takes rights away, and back. */
static int do_mprotect(struct run_case *c, const struct sva *s, char *area)
{
	uint64_t id = case_report_begin(c, area, s->size);
	int ret = mprotect(area, s->size, PROT_READ);

	case_report_return(c, id);
	return ret || mprotect(area, s->size, PROT_READ | PROT_WRITE) ? -errno : 0;
}

/* The child lives until the parent has written to the pages that they share, and so has copied them. */
static int do_fork(struct run_case *c, const struct sva *s, char *area)
{
	uint64_t id = case_report_begin(c, area, s->size);
	pid_t child = fork();

	if (!child) {
		alarm(10);	/* should the parent die first */
		pause();
		_exit(0);
	}
	case_report_return(c, id);
	if (child < 0)
		return -errno;
	id = case_report_begin(c, area, s->size);
	touch(s, area);
	case_report_return(c, id);
	return kill(child, SIGKILL) || waitpid(child, NULL, 0) < 0 ? -errno : 0;
}

static int op(struct run_case *c, unsigned int thread)
{
	const struct sva *s = case_private(c);

	if (s->op == OP_MUNMAP)
		return do_munmap(c, s);
	if (s->op == OP_MPROTECT)
		return do_mprotect(c, s, s->area[thread]);
	return s->op == OP_FORK ? do_fork(c, s, s->area[thread]) : 0;
}

static void teardown(struct run_case *c)
{
	struct sva *s = case_private(c);

	for (uint64_t i = 0; s && i < s->threads && s->area[i]; i++)
		munmap(s->area[i], s->size);
	free(s);
}

WORKLOAD(sva) = {
	.name = "sva",
	.summary = "change page tables of a process that devices share",
	.unit = "operation",
	.params = {
		{ .name = "op", .summary = "what is timed", .def = OP_MUNMAP, .choices = op_names },
		{ .name = "devices", .summary = "devices that share the process; 0: control", .def = 1, .max = 32 },
		{ .name = "instances", .summary = "SMMUs to deal them over", .def = 1, .min = 1, .max = 32 },
		{ .name = "size", .summary = "of a range", .def = 4 << 10, .min = 4 << 10, .max = 2 << 20, .bytes = true },
		{ .name = "ops", .summary = "timed operations of a thread", .def = 1000, .min = 1, .max = 1000000000 },
		{ .name = "warmup", .summary = "operations of a thread before those", .def = 100, .max = 1000000000 },
	},
	.setup = setup,
	.op = op,
	.teardown = teardown,
};
