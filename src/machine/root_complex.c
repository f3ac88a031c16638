// SPDX-License-Identifier: GPL-2.0-only
/*
 * root_complex.c - what a PCI device has of its root complex.
 */
#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "root_complex.h"
#include "sysfs.h"

/* ACPI's IO Remapping Table (Arm DEN 0049): bytes from its beginning, then from that of a node. */
#define IORT_MAX	       (1 << 20)
#define IORT_NODES	       36
#define IORT_FIRST	       40
#define IORT_END	       44
#define NODE_TYPE	       0
#define NODE_LENGTH	       1
#define NODE_ATS	       24
#define NODE_SEGMENT	       28
#define NODE_ROOT_COMPLEX_END  32
#define NODE_TYPE_ROOT_COMPLEX 2
#define NODE_ATS_SUPPORTED     1

#define FOLDER_ROOT_COMPLEX    "pci" /* pci0000:00, which lies in its device of the platform */

/* Where it really is in sysfs, from the root on; and in it the part that is its root complex, or NULL. */
static char *real_place(const char *name, char real[PATH_MAX])
{
	char path[PATH_MAX], *at;

	if (snprintf(path, sizeof(path), "%s/bus/pci/devices/%s", sysfs_root, name) >= (int)sizeof(path) ||
	    !realpath(path, real))
		return NULL;
	for (at = real; (at = strstr(at, "/" FOLDER_ROOT_COMPLEX)); at++) {
		if (isxdigit((unsigned char)at[1 + strlen(FOLDER_ROOT_COMPLEX)]) &&
		    strcspn(at + 1, ":") < strcspn(at + 1, "/"))
			return at + 1;
	}
	return NULL;
}

/* ---- ATS ---- */

static unsigned long segment_of(const char *name)
{
	return strtoul(name, NULL, 16);
}

static uint32_t word(const uint8_t *table, size_t at)
{
	uint32_t value;

	memcpy(&value, table + at, sizeof(value));
	return le32toh(value);
}

static enum root_complex_answer ask_nodes(const uint8_t *table, size_t size, unsigned long segment)
{
	enum root_complex_answer answer = ROOT_COMPLEX_UNKNOWN;
	size_t at = word(table, IORT_FIRST);

	for (uint32_t left = word(table, IORT_NODES); left && at + NODE_ROOT_COMPLEX_END <= size; left--) {
		const size_t length = table[at + NODE_LENGTH] | table[at + NODE_LENGTH + 1] << 8;

		if (table[at + NODE_TYPE] == NODE_TYPE_ROOT_COMPLEX && word(table, at + NODE_SEGMENT) == segment) {
			if (word(table, at + NODE_ATS) & NODE_ATS_SUPPORTED)
				return ROOT_COMPLEX_YES;
			answer = ROOT_COMPLEX_NO;
		}
		if (!length)
			break;
		at += length;
	}
	return answer;
}

static enum root_complex_answer ask_acpi(unsigned long segment)
{
	enum root_complex_answer answer = ROOT_COMPLEX_UNKNOWN;
	uint8_t *table = malloc(IORT_MAX);
	long size = table ? sysfs_bytes(table, IORT_MAX, "firmware/acpi/tables/IORT") : -ENOMEM;

	if (size >= IORT_END)
		answer = ask_nodes(table, size, segment);
	free(table);
	return answer;
}

/* Its node in the device tree, below the root of sysfs; false if it has none. */
static bool find_tree_node(const char *name, char node[PATH_MAX])
{
	char real[PATH_MAX], *root = real_place(name, real);

	if (!root || strncmp(real, sysfs_root, strlen(sysfs_root)))
		return false;
	root[-1] = '\0';
	return snprintf(node, PATH_MAX, "%s/of_node", real + strlen(sysfs_root)) < PATH_MAX && sysfs_exists("%s", node);
}

enum root_complex_answer root_complex_ats(const char *name)
{
	char node[PATH_MAX];

	if (!find_tree_node(name, node))
		return ask_acpi(segment_of(name));
	return sysfs_exists("%s/ats-supported", node) ? ROOT_COMPLEX_YES : ROOT_COMPLEX_NO;
}

/* ---- the map of the device tree ---- */

/* Entries of iommu-map: first requester ID, the SMMU's phandle, first StreamID, how many. */
enum { MAP_FIRST, MAP_SMMU, MAP_STREAM, MAP_LENGTH, MAP_CELLS };
#define MAP_ENTRIES 1024

static bool is_in_map(uint32_t requester, const uint32_t *map, size_t entries)
{
	for (; entries--; map += MAP_CELLS) {
		if (requester - be32toh(map[MAP_FIRST]) < be32toh(map[MAP_LENGTH]))
			return true;
	}
	return false;
}

/* False if the device tree says that no SMMU has it. */
static bool may_be_mapped(const char *name)
{
	uint32_t map[MAP_ENTRIES * MAP_CELLS], mask = UINT32_MAX;
	unsigned int bus, device, function;
	char node[PATH_MAX];
	long size;

	if (!find_tree_node(name, node) || sscanf(name, "%*x:%x:%x.%x", &bus, &device, &function) != 3)
		return true;
	if (sysfs_bytes(&mask, sizeof(mask), "%s/iommu-map-mask", node) == sizeof(mask))
		mask = be32toh(mask);
	size = sysfs_bytes(map, sizeof(map), "%s/iommu-map", node);
	return size > 0 &&
	       is_in_map((bus << 8 | device << 3 | function) & mask, map, size / (MAP_CELLS * sizeof(*map)));
}

/* ---- neighbours ---- */

static bool has_iommu(const char *name)
{
	return sysfs_exists("bus/pci/devices/%s/iommu", name);
}

/* The next above it that has an IOMMU: @real is cut part by part, down to @root. */
static bool find_above(char *real, const char *root, char *other, size_t size)
{
	char *slash;

	while ((slash = strrchr(real, '/')) && slash > root) {
		*slash = '\0';
		if (strrchr(real, '/') > root && has_iommu(strrchr(real, '/') + 1))
			return snprintf(other, size, "%s", strrchr(real, '/') + 1) < (int)size;
	}
	return false;
}

/* Of the same root complex, or of the same segment where sysfs does not show that. */
static bool are_neighbours(const char *a, const char *b)
{
	char real_a[PATH_MAX], real_b[PATH_MAX];
	const char *root_a = real_place(a, real_a), *root_b = real_place(b, real_b);

	if (root_a && root_b)
		return strcspn(root_a, "/") == strcspn(root_b, "/") && !strncmp(root_a, root_b, strcspn(root_a, "/"));
	return segment_of(a) == segment_of(b);
}

static bool find_beside(const char *name, char *other, size_t size)
{
	struct dirent **names;
	int n = sysfs_list(&names, "bus/pci/devices");
	bool found = false;

	for (int i = 0; i < n && !found; i++) {
		const char *beside = names[i]->d_name;

		found = has_iommu(beside) && are_neighbours(name, beside) &&
			snprintf(other, size, "%s", beside) < (int)size;
	}
	if (n >= 0)
		sysfs_list_free(names, n);
	return found;
}

int root_complex_neighbour(const char *name, char *other, size_t size)
{
	char real[PATH_MAX];
	const char *root = real_place(name, real);

	if (!may_be_mapped(name))
		return -ENOENT;
	if (root && find_above(real, root, other, size))
		return 0;
	return find_beside(name, other, size) ? 0 : -ENOENT;
}
