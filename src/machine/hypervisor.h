/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hypervisor.h - is this machine a virtual one? Its SMMU is then what a hypervisor makes
 * of one, and takes the time that the hypervisor takes.
 */
#ifndef INVBENCH_HYPERVISOR_H
#define INVBENCH_HYPERVISOR_H

#include <stdbool.h>
#include <stddef.h>

/* Who runs it, as the device tree, DMI or ACPI has it. False, and "", of a machine that is none, or does not say. */
bool hypervisor_name(char *name, size_t size);

#endif
