/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * group.h - by what the commands for one IOMMU group are known from those of others.
 *
 * The kernel keeps it in memory of its own: the ASID of the group's domain, and the
 * StreamIDs of its devices. A short-lived BPF program on the function that tells a
 * group's type reads it when that file of sysfs is read.
 */
#ifndef INVBENCH_BPF_GROUP_H
#define INVBENCH_BPF_GROUP_H

#define GROUP_STREAMS 16 /* a power of two */

enum group_domain {
	GROUP_UNSEEN, /* the program did not run */
	GROUP_BARE,   /* nothing is mapped: no command has an ASID of it */
	GROUP_ASID,
	GROUP_STAGE2, /* its VMID is known to one SMMU only, and others may have the same */
};

struct group_ids {
	enum group_domain domain;
	unsigned int asid; /* of GROUP_ASID */
	unsigned int streams, stream[GROUP_STREAMS];
	unsigned int too_many; /* streams that found no room */
};

/* Where the SMMUv3 driver keeps it, in bytes from struct arm_smmu_domain. */
struct group_layout {
	unsigned int domain, stage, asid;
};

#ifndef __bpf__
#include <stddef.h>

/* Of the group of that number, as it is now. 0, or a negative errno and a sentence in @why. */
int group_read(const char *group, struct group_ids *ids, char *why, size_t why_size);

/* For unit tests alone to set: where sysfs lists all groups. */
extern const char *group_sysfs;
#endif

#endif
