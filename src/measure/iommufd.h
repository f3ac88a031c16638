/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iommufd.h - a domain without a module of ours: iommufd has it, and PCI
 * devices that VFIO opened for this process are attached. They do no DMA.
 */
#ifndef INVBENCH_IOMMUFD_H
#define INVBENCH_IOMMUFD_H

#include "workload.h"

struct iommufd;

/*
 * Allocates a domain, attaches @want->count devices behind one SMMU to it, and
 * gives each thread of the case @size bytes of memory and of IOVAs. Devices
 * that are bound to vfio-pci are taken first; after them endpoints of the kernel
 * half, which are vfio-pci's until iommufd_close(). 0, SKIP or a negative errno
 * as a workload returns them; @u is to be closed whatever it is.
 */
int iommufd_open(struct run_case *c, const struct endpoint_want *want, uint64_t size, struct iommufd **u);
void iommufd_close(struct run_case *c, struct iommufd *u);

/* Of @thread's range, by its thread alone. Mapping pins the memory. 0 or a negative errno. */
int iommufd_map(const struct iommufd *u, unsigned int thread);
int iommufd_unmap(const struct iommufd *u, unsigned int thread);

#endif
