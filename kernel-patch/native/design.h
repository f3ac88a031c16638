/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A design of the invalidation path, as the driver of a kernel has it (scripts/native takes it out of the patched source):
 * a domain of stage 1, devices with one stream each that come and go, and the invalidation of a range.
 */
#ifndef INVBENCH_NATIVE_DESIGN_H
#define INVBENCH_NATIVE_DESIGN_H

#include "kernel.h"
#include "driver.h"

#define MAX_DEVICES 64
#define ASID	    1

/* The domain and its devices, none of which is attached; with ATS or without, all of them. */
void design_init(bool ats);
void design_exit(void);

/*
 * Device @device joins or leaves, as if by an attach of the driver: what comes before and after in there, STEs and CDs,
 * is left out. Callers take turns by themselves, as the driver's do by its mutex. An attach fails with -ENOMEM.
 */
int design_attach(unsigned int device);
void design_detach(unsigned int device);

/* What an unmap does when the page table is changed. By any thread. */
void design_inv_range(unsigned long iova, size_t size);

/* For the designs: their SMMU and domain, and the begin of design_init(), which makes both. */
extern struct arm_smmu_device smmu;
extern struct arm_smmu_domain *domain;
void domain_init(bool ats);

/* The Stream ID of a device, and back. */
#define DEVICE_SID(device) (0x100 + (device))
#define SID_DEVICE(sid)	   ((sid) - 0x100)

#endif
