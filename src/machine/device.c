// SPDX-License-Identifier: GPL-2.0-only
/*
 * device.c - the devices behind an SMMU, and what they can do.
 */
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "root_complex.h"
#include "sysfs.h"

#define CONFIG_OPEN   64  /* bytes of a PCI configuration space that everybody may read */
#define CONFIG_LEGACY 256 /* of conventional PCI; extended capabilities come after them */
#define CONFIG_BYTES  4096

/* Extended capabilities; PCI Express Base Specification, chapter 7.9 and 10.5. */
#define CAP_ATS			 0x0f
#define ATS_ENABLE		 0x80 /* in the last byte of its control register */
#define CAP_PRI			 0x13
#define CAP_PASID		 0x1b
#define PASID_WIDTH(config, cap) ((config)[(cap) + 5] & 0x1f)

#define CLASS_BRIDGE		 0x06

/* Whose devices can be taken; those of others are only shown. */
static const char *const buses[] = { "pci", "platform" };
#define BUSES	  (sizeof(buses) / sizeof(buses[0]))

#define DRIVER_V3 "arm-smmu-v3"
#define DRIVER_V2 "arm-smmu"

struct config {
	uint8_t byte[CONFIG_BYTES];
	bool known;
};

static void read_config(struct config *config, const char *format_link, const char *name)
{
	long n;

	memset(config, 0, sizeof(*config));
	n = sysfs_bytes(config->byte, sizeof(config->byte), "bus/pci/devices/%s/%sconfig", name, format_link);
	config->known = n > CONFIG_OPEN;
}

static uint32_t config_word(const struct config *config, unsigned int at)
{
	uint32_t word;

	memcpy(&word, config->byte + at, sizeof(word));
	return le32toh(word);
}

/* Where an extended capability begins; 0 if there is none. */
static unsigned int find_cap(const struct config *config, unsigned int id)
{
	unsigned int at = CONFIG_LEGACY, left = (CONFIG_BYTES - CONFIG_LEGACY) / 8;

	while (at >= CONFIG_LEGACY && at <= CONFIG_BYTES - 8 && left--) {
		uint32_t head = config_word(config, at);

		if (!head)
			break;
		if ((head & 0xffff) == id)
			return at;
		at = head >> 20 & ~3u;
	}
	return 0;
}

/* A virtual function has ATS of its own, and shares the rest with the physical one. */
static void pci_abilities(struct device *d)
{
	struct config own, shared;
	unsigned int ats, pasid;

	read_config(&own, "", d->name);
	shared = own;
	if (sysfs_exists("bus/pci/devices/%s/physfn", d->name))
		read_config(&shared, "physfn/", d->name);
	d->known = own.known && shared.known;
	if (!d->known)
		return;
	ats = find_cap(&own, CAP_ATS);
	d->ats_capable = ats;
	d->ats_on = ats && own.byte[ats + 7] & ATS_ENABLE;
	/* What is on needs nobody's leave. */
	if (!ats)
		snprintf(d->no_ats, sizeof(d->no_ats), "it has no ATS capability");
	else if (!d->ats_on && root_complex_ats(d->name) == ROOT_COMPLEX_NO)
		snprintf(d->no_ats, sizeof(d->no_ats), "the firmware says that its root complex has no ATS");
	d->ats = !d->no_ats[0];
	d->pri = find_cap(&shared, CAP_PRI);
	pasid = find_cap(&shared, CAP_PASID);
	d->pasid_bits = pasid ? PASID_WIDTH(shared.byte, pasid) : 0;
}

static const char *class_name(unsigned int class)
{
	static const char *const names[] = {
		[0x01] = "storage",    [0x02] = "network",	     [0x03] = "display",       [0x04] = "multimedia",
		[0x05] = "memory",     [CLASS_BRIDGE] = "bridge",    [0x07] = "communication", [0x08] = "system",
		[0x09] = "input",      [0x0b] = "processor",	     [0x0c] = "serial bus",    [0x0d] = "wireless",
		[0x10] = "encryption", [0x11] = "signal processing", [0x12] = "accelerator",
	};

	if (class >> 8 == 0x0108)
		return "NVMe";
	if (class >> 8 == 0x0c03)
		return "USB";
	return class >> 16 < sizeof(names) / sizeof(names[0]) ? names[class >> 16] : NULL;
}

static void describe_pci(struct device *d)
{
	char text[16];
	unsigned int class;

	sysfs_read(text, sizeof(text), "bus/pci/devices/%s/class", d->name);
	class = strtoul(text, NULL, 16);
	d->bridge = class >> 16 == CLASS_BRIDGE;
	if (class_name(class))
		snprintf(d->what, sizeof(d->what), "%s%s", class_name(class),
			 sysfs_exists("bus/pci/devices/%s/physfn", d->name) ? ", virtual" : "");
	else
		snprintf(d->what, sizeof(d->what), "class 0x%06x", class);
	pci_abilities(d);
}

/* What the kernel reads of a platform device: its node of the device tree. */
static void describe_platform(struct device *d)
{
	uint32_t bits;

	/* The first of several names, each with its terminator. */
	sysfs_read(d->what, sizeof(d->what), "bus/platform/devices/%s/of_node/compatible", d->name);
	if (!strcmp(d->what, "invbench,endpoint"))
		strcpy(d->what, "stand-in");
	else if (!d->what[0])
		strcpy(d->what, "platform");
	if (sysfs_bytes(&bits, sizeof(bits), "bus/platform/devices/%s/of_node/pasid-num-bits", d->name) == sizeof(bits))
		d->pasid_bits = be32toh(bits);
	d->ats = d->ats_capable = sysfs_exists("bus/platform/devices/%s/of_node/invbench,claim-ats", d->name);
	if (!d->ats)
		snprintf(d->no_ats, sizeof(d->no_ats), "it is no PCI function");
	d->known = true;
}

static void describe(struct device *d)
{
	if (!strcmp(d->bus, "pci"))
		describe_pci(d);
	else if (!strcmp(d->bus, "platform"))
		describe_platform(d);
	else
		snprintf(d->what, sizeof(d->what), "on bus %s", d->bus);
}

static void read_group(struct device *d)
{
	struct dirent **list;
	int n;

	sysfs_read(d->group_type, sizeof(d->group_type), "kernel/iommu_groups/%s/type", d->group);
	n = sysfs_list(&list, "kernel/iommu_groups/%s/devices", d->group);
	d->in_group = n < 0 ? 0 : n;
	if (n >= 0)
		sysfs_list_free(list, n);
}

/* Its IOMMU. The core's device is a child of the one that the IOMMU's driver is bound to. */
static int read_iommu(struct device *d, const char *bus, const char *name)
{
	char node[DEVICE_NAME];
	int err = sysfs_link(node, sizeof(node), "bus/%s/devices/%s/iommu", bus, name);

	if (err)
		return err;
	if (sysfs_link(d->instance, sizeof(d->instance), "bus/%s/devices/%s/iommu/device", bus, name))
		memcpy(d->instance, node, sizeof(d->instance));
	sysfs_link(d->iommu, sizeof(d->iommu), "bus/%s/devices/%s/iommu/device/driver", bus, name);
	d->smmuv3 = d->iommu[0] ? !strcmp(d->iommu, DRIVER_V3) : !strncmp(node, "smmu3.", 6);
	return 0;
}

/* With a driver and without a group it is behind no IOMMU; unless we are just trying, which shows by the override. */
static bool is_never_bound(const struct device *d)
{
	char driver[DEVICE_NAME], override[DEVICE_NAME];

	if (strcmp(d->bus, "pci"))
		return false;
	return sysfs_link(driver, sizeof(driver), "bus/pci/devices/%s/driver", d->name) == -ENOENT ||
	       (!sysfs_read(override, sizeof(override), "bus/pci/devices/%s/driver_override", d->name) &&
		!strcmp(driver, override));
}

/*
 * Before 6.15 the kernel asks the firmware for a device's IOMMU when it is given a driver, the first
 * one it ever has; until then it has no group. It is behind the SMMU that others of its root complex
 * are behind, the bridge above it first; binding_set() sees if that is true.
 */
static int read_never_bound(struct device *d)
{
	char class[16], other[DEVICE_NAME];
	int err;

	if (!is_never_bound(d) || sysfs_read(class, sizeof(class), "bus/pci/devices/%s/class", d->name) ||
	    strtoul(class, NULL, 16) >> 16 == CLASS_BRIDGE)
		return -ENOENT;
	err = root_complex_neighbour(d->name, other, sizeof(other));
	return err ? err : read_iommu(d, "pci", other);
}

/* -ENOENT: there is no such device, or it is behind no IOMMU. */
static int read_device(struct device *d, const char *bus, const char *name)
{
	int err;

	memset(d, 0, sizeof(*d));
	if (!name[0] || strlen(name) >= sizeof(d->name) || strchr(name, '/') || strlen(bus) >= sizeof(d->bus))
		return -ENOENT;
	strcpy(d->name, name);
	strcpy(d->bus, bus);
	err = sysfs_link(d->group, sizeof(d->group), "bus/%s/devices/%s/iommu_group", bus, name);
	if (!err)
		err = read_iommu(d, bus, name);
	else if (err == -ENOENT)
		err = read_never_bound(d);
	if (err)
		return err;
	err = sysfs_link(d->driver, sizeof(d->driver), "bus/%s/devices/%s/driver", bus, name);
	if (err && err != -ENOENT)
		return err;
	if (d->group[0])
		read_group(d);
	describe(d);
	return 0;
}

static bool is_taken_from(const char *bus)
{
	for (size_t i = 0; i < BUSES; i++) {
		if (!strcmp(bus, buses[i]))
			return true;
	}
	return false;
}

bool device_is_fit(const struct device *device, struct sentence *why)
{
	if (!device->smmuv3 && !strcmp(device->iommu, DRIVER_V2))
		sentence(why, -ENODEV, "it is behind an SMMUv2 (driver " DRIVER_V2 "), and invbench measures SMMUv3s");
	else if (!device->smmuv3)
		sentence(why, -ENODEV, "its IOMMU is no SMMUv3 (%s), and invbench measures those alone",
			 device->iommu[0] ? device->iommu : device->instance);
	else if (!is_taken_from(device->bus))
		sentence(why, -ENODEV, "it is on bus %s, from which invbench takes no devices", device->bus);
	else
		return true;
	return false;
}

/* Calls @visit for each bus until that returns other than -ENOENT; those that are taken from come first. */
static int each_bus(int (*visit)(const char *bus, void *arg), void *arg)
{
	struct dirent **names;
	int n, ret = -ENOENT;

	for (size_t i = 0; i < BUSES && ret == -ENOENT; i++)
		ret = visit(buses[i], arg);
	n = sysfs_list(&names, "bus");
	for (int i = 0; i < n && ret == -ENOENT; i++) {
		if (!is_taken_from(names[i]->d_name))
			ret = visit(names[i]->d_name, arg);
	}
	if (n >= 0)
		sysfs_list_free(names, n);
	return ret;
}

struct search {
	const char *name;
	struct device *device;
};

static int look_on(const char *bus, void *arg)
{
	const struct search *search = arg;

	return read_device(search->device, bus, search->name);
}

int device_find(const char *name, struct device *device)
{
	struct search search = { name, device };

	/* Names become paths, and a device has one alone. */
	if (!*name || *name == '.' || strchr(name, '/'))
		return -ENOENT;
	return each_bus(look_on, &search);
}

struct listing {
	struct device *list;
	int count;
};

/* Appends those of one bus. One that cannot be read, because it goes away just now, is left out. */
static int list_bus(const char *bus, void *arg)
{
	struct listing *all = arg;
	struct dirent **names;
	struct device *more;
	int n = sysfs_list(&names, "bus/%s/devices", bus);

	if (n < 0)
		return n;
	more = realloc(all->list, (all->count + n + 1) * sizeof(*more));
	if (!more) {
		sysfs_list_free(names, n);
		return -ENOMEM;
	}
	all->list = more;
	for (int i = 0; i < n; i++)
		all->count += !read_device(&more[all->count], bus, names[i]->d_name);
	sysfs_list_free(names, n);
	return -ENOENT;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct device *)a)->name, ((const struct device *)b)->name);
}

int devices_list(struct device **list)
{
	struct listing all = {};
	int err = each_bus(list_bus, &all);

	*list = NULL;
	if (err != -ENOENT) {
		free(all.list);
		return err;
	}
	if (all.count)
		qsort(all.list, all.count, sizeof(*all.list), by_name);
	*list = all.list;
	return all.count;
}

/* Bridges' drivers do no DMA, and these two attach domains of their own. */
static bool shares_well(const char *bus, const char *name, const char *driver)
{
	char class[16];

	if (!strcmp(driver, "invbench") || !strcmp(driver, "vfio-pci"))
		return true;
	return !sysfs_read(class, sizeof(class), "bus/%s/devices/%s/class", bus, name) &&
	       strtoul(class, NULL, 16) >> 16 == CLASS_BRIDGE;
}

static bool listed(const char *const *names, const char *name)
{
	for (; names && *names; names++) {
		if (!strcmp(*names, name))
			return true;
	}
	return false;
}

int device_group_in_use(const struct device *device, const char *const *besides, struct sentence *why)
{
	struct dirent **names;
	int n, ret = 0;

	if (!device->group[0])
		return 0; /* binding_set() looks again when it has one */
	n = sysfs_list(&names, "kernel/iommu_groups/%s/devices", device->group);
	if (n < 0)
		return sentence(why, n, "the devices of IOMMU group %s cannot be listed: %s", device->group,
				strerror(-n));
	for (int i = 0; i < n && !ret; i++) {
		const char *name = names[i]->d_name;
		char bus[16], driver[DEVICE_NAME];

		if (!strcmp(name, device->name) || listed(besides, name) ||
		    sysfs_link(driver, sizeof(driver), "kernel/iommu_groups/%s/devices/%s/driver", device->group,
			       name) == -ENOENT)
			continue;
		sysfs_link(bus, sizeof(bus), "kernel/iommu_groups/%s/devices/%s/subsystem", device->group, name);
		if (shares_well(bus, name, driver))
			continue;
		ret = sentence(why, 1, "it shares IOMMU group %s with %s, which has driver %s", device->group, name,
			       driver);
	}
	sysfs_list_free(names, n);
	return ret;
}
