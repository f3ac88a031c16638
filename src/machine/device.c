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

static const char *const buses[] = { "pci", "platform" };

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
	d->ats = ats;
	d->ats_on = ats && own.byte[ats + 7] & ATS_ENABLE;
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
	d->ats = sysfs_exists("bus/platform/devices/%s/of_node/invbench,claim-ats", d->name);
	d->known = true;
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

/* -ENOENT: there is no such device, or it is behind no IOMMU. */
static int read_device(struct device *d, const char *bus, const char *name)
{
	int err;

	memset(d, 0, sizeof(*d));
	if (!name[0] || strlen(name) >= sizeof(d->name) || strchr(name, '/'))
		return -ENOENT;
	strcpy(d->name, name);
	snprintf(d->bus, sizeof(d->bus), "%s", bus);
	err = sysfs_link(d->group, sizeof(d->group), "bus/%s/devices/%s/iommu_group", bus, name);
	if (err)
		return err;
	/* The IOMMU core's device is a child of the one that the driver is bound to. */
	err = sysfs_link(d->instance, sizeof(d->instance), "bus/%s/devices/%s/iommu/device", bus, name);
	if (err)
		err = sysfs_link(d->instance, sizeof(d->instance), "bus/%s/devices/%s/iommu", bus, name);
	if (err)
		return err;
	err = sysfs_link(d->driver, sizeof(d->driver), "bus/%s/devices/%s/driver", bus, name);
	if (err && err != -ENOENT)
		return err;
	read_group(d);
	if (!strcmp(bus, "pci"))
		describe_pci(d);
	else
		describe_platform(d);
	return 0;
}

int device_find(const char *name, struct device *device)
{
	int err = -ENOENT;

	/* Names become paths, and a device has one alone. */
	if (!*name || *name == '.' || strchr(name, '/'))
		return err;
	for (size_t i = 0; i < sizeof(buses) / sizeof(buses[0]) && err == -ENOENT; i++)
		err = read_device(device, buses[i], name);
	return err;
}

/* Appends those of one bus. One that cannot be read, because it goes away just now, is left out. */
static int list_bus(const char *bus, struct device **list, int count)
{
	struct dirent **names;
	struct device *more;
	int n = sysfs_list(&names, "bus/%s/devices", bus);

	if (n < 0)
		return n == -ENOENT ? count : n;
	more = realloc(*list, (count + n + 1) * sizeof(**list));
	if (!more) {
		sysfs_list_free(names, n);
		return -ENOMEM;
	}
	*list = more;
	for (int i = 0; i < n; i++)
		count += !read_device(&more[count], bus, names[i]->d_name);
	sysfs_list_free(names, n);
	return count;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct device *)a)->name, ((const struct device *)b)->name);
}

int devices_list(struct device **list)
{
	int count = 0;

	*list = NULL;
	for (size_t i = 0; i < sizeof(buses) / sizeof(buses[0]) && count >= 0; i++)
		count = list_bus(buses[i], list, count);
	if (count < 0) {
		free(*list);
		*list = NULL;
	} else if (count) {
		qsort(*list, count, sizeof(**list), by_name);
	}
	return count;
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
	int n = sysfs_list(&names, "kernel/iommu_groups/%s/devices", device->group), ret = 0;

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
