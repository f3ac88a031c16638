// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpus.c - the CPUs that threads are put on.
 */
#include <sched.h>
#include <stdbool.h>

#include "cpus.h"

int thread_cpu(unsigned int index)
{
	static bool known;
	static cpu_set_t set;

	/* Asked once, before any thread is pinned. */
	if (!known && sched_getaffinity(0, sizeof(set), &set))
		CPU_SET(0, &set);
	known = true;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &set) && !index--)
			return cpu;
	}
	return -1;
}
