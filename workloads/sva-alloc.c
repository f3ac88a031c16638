// SPDX-License-Identifier: GPL-2.0-only
/*
 * sva-alloc - what the C library's allocator makes of devices that share the
 * process: a program's malloc() and free() of mixed sizes, with brk, mmap, munmap
 * and what it gives back of its heap.
 *
 * One operation replaces one of the live blocks by one of another size, and
 * writes to each of its pages. Sizes spread evenly over the powers of two up to
 * size=. Blocks and sizes follow from a fixed seed. Most operations change no page
 * table: read the mean and the tail, not the median.
 *
 * The checked pass checks nothing here: nobody says which ranges the library removes.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "sva.h"

#define BLOCKS 64

static const char *const arenas[] = { "one", "thread", NULL };

struct churn {
	_Alignas(128) uint64_t random;
	char *block[BLOCKS];
};

static int setup(struct run_case *c)
{
	uint64_t threads = case_param(c, "threads");
	struct churn *churn = aligned_alloc(128, threads * sizeof(*churn));

	if (!churn)
		return case_error(c, "out of memory");
	for (uint64_t i = 0; i < threads; i++)
		churn[i] = (struct churn){ .random = i + 1 };
	case_set_private(c, churn);
	/* As it begins, and fixed: else the library raises it until nothing is mapped by itself any more. */
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	mallopt(M_TRIM_THRESHOLD, 128 << 10);
	if (!case_param(c, "arena"))
		mallopt(M_ARENA_MAX, 1);
	return sva_bind(c);
}

/* xorshift64: G. Marsaglia, 2003. */
static uint64_t next(struct churn *churn)
{
	churn->random ^= churn->random << 13;
	churn->random ^= churn->random >> 7;
	return churn->random ^= churn->random << 17;
}

/* From 16 bytes on: a power of two, then what is below it. */
static uint64_t next_size(struct churn *churn, uint64_t max)
{
	uint64_t limit = 32ULL << next(churn) % (59 - __builtin_clzll(max));

	return limit / 2 + next(churn) % (limit / 2) + 1;
}

static int op(struct run_case *c, unsigned int thread)
{
	struct churn *churn = (struct churn *)case_private(c) + thread;
	char **block = &churn->block[next(churn) % BLOCKS];
	uint64_t size = next_size(churn, case_param(c, "size"));

	free(*block);
	*block = malloc(size);
	if (!*block)
		return -ENOMEM;
	sva_touch(*block, size);
	return 0;
}

static void teardown(struct run_case *c)
{
	struct churn *churn = case_private(c);

	for (uint64_t i = 0; churn && i < case_param(c, "threads") * BLOCKS; i++)
		free(churn[i / BLOCKS].block[i % BLOCKS]);
	free(churn);
}

WORKLOAD(sva_alloc) = {
	.name = "sva-alloc",
	.summary = "malloc and free in processes that devices share",
	.unit = "block replaced",
	.needs = { .half = true },
	.params = {
		SVA_PARAMS,
		{ .name = "size", .summary = "of the largest block, a power of two", .def = 1 << 20, .min = 4 << 10,
		  .max = 8 << 20, .bytes = true },
		{ .name = "arena", .summary = "one for all threads, on the heap that brk grows; or each thread's own",
		  .choices = arenas },
		{ .name = "ops", .summary = "timed operations of a thread", .def = 5000, .min = 1, .max = 1000000000 },
		{ .name = "warmup", .summary = "operations of a thread before those", .def = 500, .max = 1000000000 },
	},
	.forked = true,	/* it changes its allocator */
	.check = sva_check,
	.setup = setup,
	.op = op,
	.teardown = teardown,
};
