// SPDX-License-Identifier: GPL-2.0-only
/*
 * sva.c - an address space that devices share: the devices, the processes, the memory.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sva.h"

enum { ATS_ANY, ATS_ON, ATS_OFF };
enum { WHO_SHARED, WHO_BYSTANDER };

const char *const sva_ats[] = { "any", "on", "off", NULL };
const char *const sva_who[] = { "shared", "bystander", NULL };

int sva_bind(struct run_case *c)
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

int sva_check(struct run_case *c)
{
	if (case_param(c, "who") == WHO_SHARED || case_param(c, "processes") > 1)
		return 0;
	return case_error(c, "who=bystander needs processes=2 or more: the last is the bystander");
}

/*
 * Apart, so that it merges with no other, and aligned to its size: a move is
 * invalidated page table by page table, and two of them where a range crosses from
 * one into the next, which without that is up to where the process' memory lies.
 */
static char *map_apart(uint64_t size, int rights)
{
	const uint64_t page = sysconf(_SC_PAGESIZE);
	uint64_t align = page, front;
	char *room;

	while (align < size)
		align *= 2;
	room = sva_map(page + align + size, rights);
	if (room == MAP_FAILED)
		return NULL;
	front = align - (uintptr_t)room % align; /* a page at least is left on both sides */
	if (munmap(room, front) || munmap(room + front + size, page + align - front))
		return NULL;
	return room + front;
}

void sva_areas_free(struct run_case *c, struct sva_area *area, uint64_t size)
{
	for (uint64_t i = 0; i < case_param(c, "threads"); i++) {
		if (area[i].at)
			munmap(area[i].at, size);
		if (area[i].to)
			munmap(area[i].to, size);
	}
	free(area);
}

int sva_areas(struct run_case *c, uint64_t size, struct sva_area **out)
{
	const uint64_t threads = case_param(c, "threads");
	struct sva_area *area;

	area = *out = calloc(threads, sizeof(*area));
	for (uint64_t i = 0; area && i < threads; i++) {
		area[i].at = map_apart(size, PROT_READ | PROT_WRITE);
		area[i].to = map_apart(size, PROT_NONE);
		if (!area[i].at || !area[i].to)
			return case_error(c, "cannot map memory: %s", strerror(errno));
		sva_touch(area[i].at, size);
	}
	return area ? 0 : case_error(c, "out of memory");
}
