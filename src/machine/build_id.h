/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * build_id.h - which build of a kernel is running.
 */
#ifndef INVBENCH_BUILD_ID_H
#define INVBENCH_BUILD_ID_H

#include <stddef.h>

/* Where a running kernel has its notes. */
#define KERNEL_NOTES "/sys/kernel/notes"

/* The build-id among the ELF notes in @path, in hexadecimal, to @out; "" if it has none. */
void build_id_read(const char *path, char *out, size_t size);

#endif
