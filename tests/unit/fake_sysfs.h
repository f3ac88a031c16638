/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_sysfs.h - a tree that looks like /sys, /proc and /dev, and a kernel that
 * takes writes to it as the real one does: drivers come and go, a driver that
 * was not asked for refuses, a group's type changes only when it may.
 */
#ifndef INVBENCH_TESTS_FAKE_SYSFS_H
#define INVBENCH_TESTS_FAKE_SYSFS_H

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal.h"
#include "must.h"
#include "sysfs.h"

#define UNUSED __attribute__((unused))

static char fake_root[] = "/tmp/fake_sysfs.XXXXXX";
static char fake_sys[64], fake_proc[64], fake_dev[64], fake_journal[64], fake_run[64];

/* Makes the folders on the way. */
static void fake_folders(const char *path)
{
	char copy[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *at = copy + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		MUST(!mkdir(copy, 0755) || errno == EEXIST);
		*at = '/';
	}
}

#define FAKE_PATH(path) \
	do { \
		va_list args_; \
		size_t n_ = snprintf(path, sizeof(path), "%s/", fake_root); \
		va_start(args_, format); \
		vsnprintf(path + n_, sizeof(path) - n_, format, args_); \
		va_end(args_); \
		fake_folders(path); \
	} while (0)

static UNUSED void fake_bytes(const void *data, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static UNUSED void fake_bytes(const void *data, size_t size, const char *format, ...)
{
	char path[PATH_MAX];
	FILE *file;

	FAKE_PATH(path);
	file = fopen(path, "w");
	MUST(file && (!size || fwrite(data, size, 1, file) == 1) && !fclose(file));
}

#define fake_file(text, ...) fake_bytes(text, strlen(text), __VA_ARGS__)

/* @target is below the root, or absolute. */
static UNUSED void fake_link(const char *target, const char *format, ...) __attribute__((format(printf, 2, 3)));
static UNUSED void fake_link(const char *target, const char *format, ...)
{
	char path[PATH_MAX], to[PATH_MAX];

	FAKE_PATH(path);
	snprintf(to, sizeof(to), "%s%s%s", target[0] == '/' ? "" : fake_root, target[0] == '/' ? "" : "/", target);
	unlink(path);
	MUST(!symlink(to, path));
}

static UNUSED void fake_gone(const char *format, ...) __attribute__((format(printf, 1, 2)));
static UNUSED void fake_gone(const char *format, ...)
{
	char path[PATH_MAX];

	FAKE_PATH(path);
	MUST(!unlink(path));
}

static UNUSED void fake_driver(const char *bus, const char *driver)
{
	fake_file("", "sys/bus/%s/drivers/%s/bind", bus, driver);
	fake_file("", "sys/bus/%s/drivers/%s/unbind", bus, driver);
}

/* A device behind the only SMMU; @driver may be "". */
static UNUSED void fake_device(const char *bus, const char *name, const char *driver, const char *group)
{
	char target[PATH_MAX], folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "sys/devices/%s/%s", bus, name);
	fake_link(folder, "sys/bus/%s/devices/%s", bus, name);
	snprintf(target, sizeof(target), "sys/kernel/iommu_groups/%s", group);
	fake_link(target, "%s/iommu_group", folder);
	fake_link("sys/devices/platform/c000000.smmuv3/iommu/smmu3.0", "%s/iommu", folder);
	fake_link("sys/devices/platform/c000000.smmuv3", "sys/devices/platform/c000000.smmuv3/iommu/smmu3.0/device");
	fake_link(folder, "sys/kernel/iommu_groups/%s/devices/%s", group, name);
	fake_file("DMA\n", "sys/kernel/iommu_groups/%s/type", group);
	fake_file("(null)\n", "%s/driver_override", folder);
	fake_file(name, "%s/modalias", folder);
	snprintf(target, sizeof(target), "sys/bus/%s", bus);
	fake_link(target, "%s/subsystem", folder);
	if (!driver[0])
		return;
	fake_driver(bus, driver);
	snprintf(target, sizeof(target), "sys/bus/%s/drivers/%s", bus, driver);
	fake_link(target, "%s/driver", folder);
	fake_file(driver, "native/%s", name); /* the only one that takes it without an override */
}

/* Block devices of the drive. Device numbers are those of /dev/null and the like, which are there to be opened. */
static UNUSED void fake_block(const char *folder, const char *name, const char *number, const char *device)
{
	char target[300], event[100];

	snprintf(target, sizeof(target), "sys/%s/%s", folder, name);
	fake_file(number, "%s/dev", target);
	snprintf(event, sizeof(event), "MAJOR=1\nDEVNAME=%s\nDEVTYPE=disk\n", name);
	fake_file(event, "%s/uevent", target);
	fake_link("sys/class/block", "%s/subsystem", target);
	fake_file("", "%s/holders/.keep", target);
	fake_gone("%s/holders/.keep", target);
	fake_link(target, "sys/class/block/%s", name);
	fake_link(device, "dev/%s", name);
}

/* An empty world: no process, nothing mounted. */
static UNUSED int fake_setup(void **state)
{
	strcpy(strrchr(fake_root, '.'), ".XXXXXX");
	MUST(mkdtemp(fake_root));
	snprintf(fake_sys, sizeof(fake_sys), "%s/sys", fake_root);
	snprintf(fake_proc, sizeof(fake_proc), "%s/proc", fake_root);
	snprintf(fake_dev, sizeof(fake_dev), "%s/dev", fake_root);
	snprintf(fake_journal, sizeof(fake_journal), "%s/run", fake_root);
	snprintf(fake_run, sizeof(fake_run), "%s/var_run", fake_root); /* no udev in it */
	sysfs_root = fake_sys;
	proc_root = fake_proc;
	dev_root = fake_dev;
	run_root = fake_run;
	journal_folder = fake_journal;
	fake_file("1 1 0:1 / / rw - rootfs rootfs rw\n", "proc/self/mountinfo");
	fake_file("Filename\tType\tSize\tUsed\tPriority\n", "proc/swaps");
	return 0;
}

static UNUSED int fake_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static UNUSED int fake_teardown(void **state)
{
	return nftw(fake_root, fake_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The kernel's side of a write. */

static struct {
	unsigned int writes;	   /* so far */
	unsigned int die_at;	   /* the process ends with FAKE_DEATH at this one; 0: never */
	bool die_after;		   /* after it, else before */
	const char *broken_driver; /* takes no device */
} fake_kernel;

#define FAKE_DEATH 9

/* The part of a path that is @back parts from its end. */
static UNUSED const char *fake_part(const char *path, int back, char part[PATH_MAX])
{
	char copy[PATH_MAX];
	char *slash = NULL;

	snprintf(copy, sizeof(copy), "%s", path);
	for (; back >= 0; back--) {
		slash = strrchr(copy, '/');
		MUST(slash);
		if (back)
			*slash = '\0';
	}
	return strcpy(part, slash + 1);
}

static UNUSED int fake_unbind(const char *bus, const char *driver, const char *name)
{
	char now[64];

	sysfs_link(now, sizeof(now), "bus/%s/devices/%s/driver", bus, name);
	if (strcmp(now, driver))
		return -ENODEV;
	fake_gone("sys/bus/%s/devices/%s/driver", bus, name);
	return 0;
}

static UNUSED int fake_bind(const char *bus, const char *driver, const char *name)
{
	char now[64], override[64], native[64] = "", target[PATH_MAX + 100];
	long n = sysfs_bytes(native, sizeof(native) - 1, "../native/%s", name);

	native[n < 0 ? 0 : n] = '\0';
	sysfs_read(override, sizeof(override), "bus/%s/devices/%s/driver_override", bus, name);
	if (!sysfs_link(now, sizeof(now), "bus/%s/devices/%s/driver", bus, name))
		return -EBUSY;
	if (strcmp(strcmp(override, "(null)") ? override : native, driver))
		return -ENODEV;
	if (fake_kernel.broken_driver && !strcmp(driver, fake_kernel.broken_driver))
		return -EINVAL;
	snprintf(target, sizeof(target), "sys/bus/%.20s/drivers/%s", bus, driver);
	fake_link(target, "sys/bus/%s/devices/%s/driver", bus, name);
	return 0;
}

static UNUSED int fake_type(const char *group, const char *type)
{
	char now[16], driver[64];
	struct dirent **names;
	int n, err = 0;

	sysfs_read(now, sizeof(now), "kernel/iommu_groups/%s/type", group);
	n = sysfs_list(&names, "kernel/iommu_groups/%s/devices", group);
	MUST(n > 0);
	for (int i = 0; i < n; i++) {
		sysfs_link(driver, sizeof(driver), "kernel/iommu_groups/%s/devices/%s/driver", group, names[i]->d_name);
		if (driver[0] && strcmp(driver, "invbench") && strcmp(driver, "vfio-pci") && strcmp(driver, "pcieport"))
			err = -EPERM;
	}
	sysfs_list_free(names, n);
	if (err && (strcmp(now, "DMA") || strcmp(type, "DMA-FQ")))
		return err;
	fake_file(type, "sys/kernel/iommu_groups/%s/type", group);
	return 0;
}

static UNUSED int fake_write(const char *path, const char *text)
{
	char last[PATH_MAX], one[PATH_MAX], two[PATH_MAX];
	struct stat st;

	if (stat(path, &st))
		return -errno;
	fake_part(path, 0, last);
	fake_part(path, 1, one);
	if (!strcmp(last, "unbind"))
		return fake_unbind(fake_part(path, 3, two), one, text);
	if (!strcmp(last, "bind"))
		return fake_bind(fake_part(path, 3, two), one, text);
	if (!strcmp(last, "type"))
		return fake_type(one, text);
	MUST(!strcmp(last, "driver_override") && text[strlen(text) - 1] == '\n');
	fake_file(text[0] == '\n' ? "(null)\n" : text, "%s", path + strlen(fake_root) + 1);
	return 0;
}

static UNUSED int fake_store(const char *path, const char *text)
{
	int err;

	fake_kernel.writes++;
	if (fake_kernel.writes == fake_kernel.die_at && !fake_kernel.die_after)
		_exit(FAKE_DEATH);
	err = fake_write(path, text);
	if (fake_kernel.writes == fake_kernel.die_at)
		_exit(FAKE_DEATH);
	return err;
}

#endif
