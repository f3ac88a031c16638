// SPDX-License-Identifier: GPL-2.0-only
/*
 * sva - what processes pay for devices that share their address spaces: each
 * change of page tables is invalidated in all the SMMUs concerned.
 *
 * No device does DMA: the driver invalidates all the same. The time is that of
 * the whole operation: page faults and page tables included for munmap, which is
 * mmap, touch, munmap, and for fork, which has the parent write to all pages.
 *
 * Controls: op=none is the floor, devices=0 the same process with no device, and
 * who=bystander (lib/sva.h) one with no device beside others that have some.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sva.h"

enum { OP_MUNMAP, OP_MPROTECT, OP_FORK, OP_NONE, OP_MADVISE, OP_MREMAP };

static const char *const op_names[] = { "munmap", "mprotect", "fork", "none", "madvise", "mremap", NULL };

struct sva {
	uint64_t op, size;
	struct sva_area *area; /* of each thread */
};

static int setup(struct run_case *c)
{
	struct sva *s = calloc(1, sizeof(*s));

	if (!s)
		return case_error(c, "out of memory");
	*s = (struct sva){ case_param(c, "op"), case_param(c, "size"), NULL };
	case_set_private(c, s);
	return sva_areas(c, s->size, &s->area) ?: sva_bind(c);
}

/* The pages that madvise takes away. */
static int before(struct run_case *c, unsigned int thread)
{
	const struct sva *s = case_private(c);

	if (s->op == OP_MADVISE)
		sva_touch(s->area[thread].at, s->size);
	return 0;
}

/* The system call that takes pages of @start away, or a right to them. */
static int take(struct run_case *c, const struct sva *s, char *start, char *to)
{
	uint64_t id = case_report_begin(c, start, s->size);
	int err = 0;

	if (s->op == OP_MUNMAP)
		err = munmap(start, s->size);
	else if (s->op == OP_MPROTECT)
		err = mprotect(start, s->size, PROT_READ);
	else if (s->op == OP_MADVISE)
		err = madvise(start, s->size, MADV_DONTNEED);
	else /* where it was stays mapped, so that nothing else comes to lie there */
		err = mremap(start, s->size, s->size, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to) != to;
	case_report_return(c, id);
	return err ? -errno : 0;
}

static int do_munmap(struct run_case *c, const struct sva *s)
{
	char *start = sva_map(s->size, PROT_READ | PROT_WRITE);

	if (start == MAP_FAILED)
		return -errno;
	sva_touch(start, s->size);
	return take(c, s, start, NULL);
}

/* The child lives until the parent has written to the pages that they share, and so has copied them. */
static int do_fork(struct run_case *c, const struct sva *s, char *area)
{
	uint64_t id = case_report_begin(c, area, s->size);
	pid_t child = fork();

	if (!child) {
		alarm(10); /* should the parent die first */
		pause();
		_exit(0);
	}
	case_report_return(c, id);
	if (child < 0)
		return -errno;
	id = case_report_begin(c, area, s->size);
	sva_touch(area, s->size);
	case_report_return(c, id);
	return kill(child, SIGKILL) || waitpid(child, NULL, 0) < 0 ? -errno : 0;
}

static int op(struct run_case *c, unsigned int thread)
{
	struct sva *s = case_private(c);
	struct sva_area *area = &s->area[thread], was = *area;

	switch (s->op) {
	case OP_MUNMAP:
		return do_munmap(c, s);
	case OP_MPROTECT: /* to read-only, and back */
		if (take(c, s, was.at, NULL) || mprotect(was.at, s->size, PROT_READ | PROT_WRITE))
			return -errno;
		return 0;
	case OP_MREMAP:
		*area = (struct sva_area){ was.to, was.at };
		/* fall through */
	case OP_MADVISE:
		return take(c, s, was.at, was.to);
	default:
		return s->op == OP_FORK ? do_fork(c, s, area->at) : 0;
	}
}

static void teardown(struct run_case *c)
{
	struct sva *s = case_private(c);

	if (s && s->area)
		sva_areas_free(c, s->area, s->size);
	free(s);
}

WORKLOAD(sva) = {
	.name = "sva",
	.summary = "change page tables of processes that devices share",
	.unit = "operation",
	.needs = { .half = true, .pages = true },
	/* What was shared with a child is write-protected, and the faults that end that would be the next case's. */
	.forked_with = "op=fork",
	.params = {
		{ .name = "op", .summary = "what is timed", .def = OP_MUNMAP, .choices = op_names },
		SVA_PARAMS,
		{ .name = "size", .summary = "of a range", .def = 4 << 10, .min = 4 << 10, .max = 8 << 20, .bytes = true },
		{ .name = "ops", .summary = "timed operations of a thread", .def = 1000, .min = 1, .max = 1000000000 },
		{ .name = "warmup", .summary = "operations of a thread before those", .def = 100, .max = 1000000000 },
	},
	.check = sva_check,
	.setup = setup,
	.before = before,
	.op = op,
	.teardown = teardown,
};
