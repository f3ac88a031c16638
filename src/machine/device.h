/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.h - the devices behind an SMMU, as sysfs shows them, and whether one
 * of them may be taken from whoever uses it. Those behind another IOMMU, or on a bus
 * of which nothing is taken, are shown with the reason why not: device_is_fit().
 */
#ifndef INVBENCH_DEVICE_H
#define INVBENCH_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "sentence.h"

#define DEVICE_NAME 64

struct device {
	char name[DEVICE_NAME];	    /* 0000:01:00.0, or the name of a platform device */
	char bus[16];		    /* pci, platform; or another one, as fsl-mc */
	char driver[DEVICE_NAME];   /* "" if it has none */
	char instance[DEVICE_NAME]; /* its SMMU, as the kernel log has it */
	char iommu[DEVICE_NAME];    /* the driver of that, arm-smmu-v3 for one; "" if sysfs does not say */
	bool smmuv3;		    /* it is an SMMUv3 */
	char group[16]; /* IOMMU group; "" of a PCI function that no driver had yet, where that comes with the first */
	char group_type[16];	 /* of its default domain: DMA, DMA-FQ, identity, blocked; "" if not known */
	unsigned int in_group;	 /* devices of that group, this one included */
	char what[48];		 /* for people: NVMe, network, stand-in, ... */
	bool bridge;		 /* what is behind it would go with it: never to be taken */
	bool known;		 /* the next three could be read; as root only */
	bool ats_capable;	 /* it has the capability */
	bool ats, pri;		 /* ats: and the firmware lets it; what its SMMU can do is not in sysfs */
	char no_ats[80];	 /* why not; "" if it has ATS, or that is not known */
	bool ats_on;		 /* now; only of a PCI device */
	unsigned int pasid_bits; /* 0: none */
};

/* All that are behind an IOMMU, sorted by name; @list is to be freed. Their number, or a negative errno. */
int devices_list(struct device **list);
/* One of them. 0, or -ENOENT, or another negative errno. */
int device_find(const char *name, struct device *device);

/* Can invbench measure with it? An SMMUv3, and a bus with drivers for it; if not, @why says what it is instead. */
bool device_is_fit(const struct device *device, struct sentence *why);

/*
 * Is it in use: a mounted file system, swap, a holder (dm, md, LVM), a network
 * link that is up, a process with one of its device nodes open, a bridge, the
 * boot display? 0: it is not. 1: it is, and @why says by what. Else a negative
 * errno: what cannot be checked is not safe.
 */
int device_in_use(const struct device *device, struct sentence *why);

/* Its disks, opened so that nobody else can take one: mount it, or put it to another use inside the kernel. */
struct device_claims {
	int *fds;
	size_t count;
};
/*
 * The same, and if it is not in use it is kept so until device_let_go(), which is to be called when its driver has
 * been taken away: as long as a disk is open its name is not free. @claims is zero before; with another return it is so again.
 */
int device_claim(const struct device *device, struct device_claims *claims, struct sentence *why);
/* Also of none, and more than once. */
void device_let_go(struct device_claims *claims);

/*
 * Has another device of its group a driver? Bridges do not count, nor do the
 * drivers that leave DMA to others, invbench and vfio-pci, nor the devices of
 * @besides, a list that ends with NULL, or NULL. The same returns.
 */
int device_group_in_use(const struct device *device, const char *const *besides, struct sentence *why);

#endif
