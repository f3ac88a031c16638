/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sva.h - what workloads on an address space that devices share have in common:
 * the devices, the processes, the memory.
 *
 * Each process has devices of its own, as the kernel half binds an endpoint to
 * one process at a time; they are dealt over the same SMMUs as the others'.
 *
 * A control of its own is who=bystander: all processes but the last are bound and
 * do nothing, and the last one does the operations, bound to nothing. It should
 * pay nothing for what devices share of the others.
 */
#ifndef INVBENCH_SVA_H
#define INVBENCH_SVA_H

#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"

extern const char *const sva_ats[], *const sva_who[]; /* choices */

/* In .params, and sva_check() for .check. */
#define SVA_PARAMS \
	{ .name = "devices", .summary = "devices that share a process; 0: control", .def = 1, .max = 32 }, \
		{ .name = "instances", .summary = "SMMUs to deal them over", .def = 1, .min = 1, .max = 32 }, \
		{ .name = "ats", .summary = "devices with ATS, without, or as they come", .choices = sva_ats }, \
		{ .name = "processes", \
		  .summary = "processes, with devices of their own", \
		  .def = 1, \
		  .min = 1, \
		  .max = 32 }, \
	{ \
		.name = "who", .summary = "does it: processes that devices share, or one more beside them: control", \
		.choices = sva_who \
	}

int sva_check(struct run_case *c);
/* In setup(): binds this process as the parameters say, or has it idle. */
int sva_bind(struct run_case *c);

/* These two are part of what is timed, and so no calls. Writes to each page. */
static inline void sva_touch(char *start, uint64_t size)
{
	const uint64_t page = sysconf(_SC_PAGESIZE);

	for (uint64_t at = 0; at < size; at += page)
		((volatile char *)start)[at] = 1;
}

/* Fresh memory of this process alone, or MAP_FAILED. */
static inline char *sva_map(uint64_t size, int rights)
{
	return mmap(NULL, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Of one thread: pages at @at, and as much room at @to. */
struct sva_area {
	char *at, *to;
};

/* In setup(): an area for each thread. To be freed after a failure as well, unless it is NULL. */
int sva_areas(struct run_case *c, uint64_t size, struct sva_area **out);
void sva_areas_free(struct run_case *c, struct sva_area *area, uint64_t size);

#endif
