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

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"

enum { ATS_ANY, ATS_ON, ATS_OFF };
enum { WHO_SHARED, WHO_BYSTANDER };

static const char *const sva_ats[] = { "any", "on", "off", NULL };
static const char *const sva_who[] = { "shared", "bystander", NULL };

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

/* In setup(). */
static inline int sva_bind(struct run_case *c)
{
	const uint64_t ats = case_param(c, "ats"), processes = case_param(c, "processes");
	const struct endpoint_want want = {
		.ats = ats == ATS_ON,
		.no_ats = ats == ATS_OFF,
		.count = case_param(c, "devices"),
		.spread = case_param(c, "instances"),
	};

	if (case_param(c, "who") == WHO_SHARED)
		return case_bind_mm(c, &want);
	if (case_process(c) == processes - 1)
		return 0;
	case_idle(c);
	return case_bind_mm(c, &want);
}

static inline int sva_check(struct run_case *c)
{
	if (case_param(c, "who") == WHO_SHARED || case_param(c, "processes") > 1)
		return 0;
	return case_error(c, "who=bystander needs processes=2 or more: the last is the bystander");
}

static inline void sva_touch(char *start, uint64_t size)
{
	const uint64_t page = sysconf(_SC_PAGESIZE);

	for (uint64_t at = 0; at < size; at += page)
		((volatile char *)start)[at] = 1;
}

static inline char *sva_map(uint64_t size, int rights)
{
	return mmap(NULL, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Of one thread: pages at @at, and as much room at @to. */
struct sva_area {
	char *at, *to;
};

/* The page behind it is unmapped, so that it merges with no other. */
static inline char *sva_map_apart(uint64_t size, int rights)
{
	const uint64_t page = sysconf(_SC_PAGESIZE);
	char *area = sva_map(size + page, rights);

	return area == MAP_FAILED || munmap(area + size, page) ? NULL : area;
}

static inline void sva_areas_free(struct run_case *c, struct sva_area *area, uint64_t size)
{
	for (uint64_t i = 0; i < case_param(c, "threads"); i++) {
		if (area[i].at)
			munmap(area[i].at, size);
		if (area[i].to)
			munmap(area[i].to, size);
	}
	free(area);
}

/* An area for each thread; in setup(). */
static inline int sva_areas(struct run_case *c, uint64_t size, struct sva_area **out)
{
	const uint64_t threads = case_param(c, "threads");
	struct sva_area *area;

	if (size % sysconf(_SC_PAGESIZE))
		return case_skip(c, "size is no multiple of this kernel's pages (%ld)", sysconf(_SC_PAGESIZE));
	area = *out = calloc(threads, sizeof(*area));
	for (uint64_t i = 0; area && i < threads; i++) {
		area[i].at = sva_map_apart(size, PROT_READ | PROT_WRITE);
		area[i].to = sva_map_apart(size, PROT_NONE);
		if (!area[i].at || !area[i].to)
			return case_error(c, "cannot map memory: %s", strerror(errno));
		sva_touch(area[i].at, size);
	}
	return area ? 0 : case_error(c, "out of memory");
}

#endif
