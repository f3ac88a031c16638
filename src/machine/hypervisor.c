// SPDX-License-Identifier: GPL-2.0-only
/*
 * hypervisor.c - is this machine a virtual one?
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "hypervisor.h"
#include "sysfs.h"

#define TREE		    "firmware/devicetree/base"
#define SMBIOS_FLAGS	    0x13 /* of structure 0: the second byte of its extended characteristics */
#define SMBIOS_VIRTUAL	    0x10
#define FADT_HYPERVISOR	    268 /* ACPI 6.0: eight letters of the hypervisor's vendor */
#define FADT_HYPERVISOR_LEN 8

/* ---- device tree ---- */

/* Names of a property are each ended; the first is what it is called. */
static bool by_node(char *name, size_t size)
{
	return !sysfs_read(name, size, TREE "/hypervisor/compatible") && *name;
}

/* QEMU says so by what it calls its machine without hardware, and by its own device. */
static bool by_qemu(char *name, size_t size)
{
	struct dirent **nodes;
	char text[64];
	bool is = !sysfs_read(text, sizeof(text), TREE "/compatible") && !strcmp(text, "linux,dummy-virt");
	int n = sysfs_list(&nodes, TREE);

	for (int i = 0; i < n && !is; i++)
		is = !strncmp(nodes[i]->d_name, "fw-cfg", 6);
	if (n >= 0)
		sysfs_list_free(nodes, n);
	if (is)
		snprintf(name, size, "QEMU");
	return is;
}

/* ---- DMI ---- */

/* How what stands there begins. A maker of machines as well is told by what it calls this one. */
static const struct {
	const char *key, *begin, *name;
} makers[] = {
	{ "sys_vendor", "QEMU", "QEMU" },
	{ "product_name", "KVM", "KVM" },
	{ "product_name", "QEMU", "QEMU" },
	{ "product_name", "OpenStack", "OpenStack" },
	{ "product_name", "VMware", "VMware" },
	{ "sys_vendor", "VMware", "VMware" },
	{ "product_name", "VirtualBox", "VirtualBox" },
	{ "product_name", "Virtual Machine", "Hyper-V" },
	{ "product_name", "Google Compute Engine", "Google Compute Engine" },
	{ "product_name", "Alibaba Cloud ECS", "Alibaba Cloud" },
	{ "product_name", "Parallels", "Parallels" },
	{ "product_name", "HVM domU", "Xen" },
	{ "product_name", "BHYVE", "bhyve" },
	{ "product_name", "Apple Virtualization", "Apple" },
	{ "sys_vendor", "Xen", "Xen" },
	{ "sys_vendor", "Apple Virtualization", "Apple" },
	{ "sys_vendor", "Parallels", "Parallels" },
	{ "bios_vendor", "BHYVE", "bhyve" },
	{ "bios_vendor", "Bochs", "Bochs" },
};

static bool by_maker(char *name, size_t size)
{
	char text[128];

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (sysfs_read(text, sizeof(text), "class/dmi/id/%s", makers[i].key) ||
		    strncmp(text, makers[i].begin, strlen(makers[i].begin)))
			continue;
		snprintf(name, size, "%s", makers[i].name);
		return true;
	}
	return false;
}

/* Amazon lets whole machines as well, and calls those so. */
static bool by_amazon(char *name, size_t size)
{
	char vendor[64], product[64];

	if (sysfs_read(vendor, sizeof(vendor), "class/dmi/id/sys_vendor") || strcmp(vendor, "Amazon EC2") ||
	    sysfs_read(product, sizeof(product), "class/dmi/id/product_name") || strstr(product, ".metal"))
		return false;
	snprintf(name, size, "Amazon EC2 %s", product);
	return true;
}

/* ---- other tables of the firmware, which root can read ---- */

static bool by_smbios(char *name, size_t size)
{
	uint8_t structure[SMBIOS_FLAGS + 1];

	if (sysfs_bytes(structure, sizeof(structure), "firmware/dmi/entries/0-0/raw") != sizeof(structure) ||
	    !(structure[SMBIOS_FLAGS] & SMBIOS_VIRTUAL))
		return false;
	snprintf(name, size, "a hypervisor");
	return true;
}

static bool by_acpi(char *name, size_t size)
{
	char table[FADT_HYPERVISOR + FADT_HYPERVISOR_LEN];

	if (sysfs_bytes(table, sizeof(table), "firmware/acpi/tables/FACP") != sizeof(table) || !table[FADT_HYPERVISOR])
		return false;
	snprintf(name, size, "%.*s", FADT_HYPERVISOR_LEN, table + FADT_HYPERVISOR);
	return true;
}

static bool by_type(char *name, size_t size)
{
	return !sysfs_read(name, size, "hypervisor/type") && *name;
}

/* Those that tell most come first. */
static bool (*const ways[])(char *name, size_t size) = { by_maker, by_amazon, by_node,	by_qemu,
							 by_acpi,  by_type,   by_smbios };

bool hypervisor_name(char *name, size_t size)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (ways[i](name, size))
			return true;
	}
	name[0] = '\0';
	return false;
}
