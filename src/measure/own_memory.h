/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * own_memory.h - memory that a process has in common with none.
 */
#ifndef INVBENCH_OWN_MEMORY_H
#define INVBENCH_OWN_MEMORY_H

/*
 * Writes to all that this process has in memory. What it had in common with a
 * process that was forked is write-protected, and the write that ends that is
 * invalidated: it must not fall into an operation.
 */
void own_memory(void);

#endif
