/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * root_complex.h - what a PCI device has of its root complex: neighbours, and the firmware's word on ATS.
 */
#ifndef INVBENCH_ROOT_COMPLEX_H
#define INVBENCH_ROOT_COMPLEX_H

#include <stddef.h>

enum root_complex_answer { ROOT_COMPLEX_UNKNOWN, ROOT_COMPLEX_NO, ROOT_COMPLEX_YES };

/* May what is behind it use ATS? By the device tree, or by ACPI's IORT, which is for root to read. */
enum root_complex_answer root_complex_ats(const char *name);
/*
 * A PCI device of the same root complex that is behind an IOMMU: the next bridge above @name, else
 * the first by name. 0; -ENOENT if there is none, or the device tree says that @name is behind none.
 */
int root_complex_neighbour(const char *name, char *other, size_t size);

#endif
