/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpus.h - the CPUs that threads are put on.
 */
#ifndef INVBENCH_CPUS_H
#define INVBENCH_CPUS_H

/* The CPU that thread @index belongs on: the index-th that this process may use; -1 past the last. */
int thread_cpu(unsigned int index);

#endif
