// SPDX-License-Identifier: GPL-2.0-only
/*
 * binding.c - takes devices from their drivers, and puts everything back.
 *
 * Each change is: refuse, or journal what was, then apply() what shall be. To
 * put back is to apply() what was. apply() looks at what is and does what is
 * missing, so it does not matter after which write an earlier one was killed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "binding.h"
#include "device.h"
#include "journal.h"
#include "status.h"
#include "sysfs.h"

#define USE_TRIES 20 /* of 50 ms: what a killed process had open is closed soon after */

static int find(const char *name, struct device *device, char *why, size_t size)
{
	int err = device_find(name, device);

	if (err == -ENOENT)
		snprintf(why, size, "there is no device '%s' behind an SMMU; see: invbench devices", name);
	else if (err)
		snprintf(why, size, "%s: sysfs cannot be read: %s", name, strerror(-err));
	return err;
}

/* An override that was never set reads as "(null)". */
static int read_override(const struct device *d, char *override, size_t size)
{
	int err = sysfs_read(override, size, "bus/%s/devices/%s/driver_override", d->bus, d->name);

	if (!strcmp(override, "(null)"))
		override[0] = '\0';
	return err;
}

static int read_bound(const struct device *d, struct bound *bound, char *why, size_t size)
{
	int err;

	memset(bound, 0, sizeof(*bound));
	memcpy(bound->name, d->name, sizeof(bound->name));
	memcpy(bound->bus, d->bus, sizeof(bound->bus));
	memcpy(bound->driver, d->driver, sizeof(bound->driver));
	memcpy(bound->group, d->group, sizeof(bound->group));
	memcpy(bound->type, d->group_type, sizeof(bound->type));
	sysfs_read(bound->modalias, sizeof(bound->modalias), "bus/%s/devices/%s/modalias", d->bus, d->name);
	err = read_override(d, bound->override, sizeof(bound->override));
	if (err)
		snprintf(why, size, "%s: its driver_override cannot be read: %s", d->name, strerror(-err));
	return err;
}

static int write_override(const struct device *d, const char *override, char *why, size_t size)
{
	char line[DEVICE_NAME + 1];
	int err;

	snprintf(line, sizeof(line), "%s\n", override);
	err = sysfs_write(line, "bus/%s/devices/%s/driver_override", d->bus, d->name);
	if (err)
		snprintf(why, size, "%s: its driver_override cannot be set: %s", d->name, strerror(-err));
	return err;
}

static int unbind(const struct device *d, char *why, size_t size)
{
	int err = sysfs_write(d->name, "bus/%s/drivers/%s/unbind", d->bus, d->driver);

	if (err)
		snprintf(why, size, "%s cannot be taken from driver %s: %s", d->name, d->driver, strerror(-err));
	return err;
}

/* An override makes the driver take it whatever its table of IDs says, and no other driver at the same time. */
static int bind(const struct device *d, const char *driver, char *why, size_t size)
{
	int err = write_override(d, driver, why, size);

	if (err)
		return err;
	err = sysfs_write(d->name, "bus/%s/drivers/%s/bind", d->bus, driver);
	if (err == -ENOENT)
		snprintf(why, size, "%s: driver %s is not loaded", d->name, driver);
	else if (err)
		snprintf(why, size, "driver %s does not take %s: %s (see dmesg)", driver, d->name, strerror(-err));
	return err;
}

static int write_type(const struct device *d, const char *type, char *why, size_t size)
{
	int err = sysfs_write(type, "kernel/iommu_groups/%s/type", d->group);

	if (err)
		snprintf(why, size, "the type of IOMMU group %s (%s) cannot be set to %s: %s%s", d->group, d->name,
			 type, strerror(-err), err == -EPERM ? "; another device of it has a driver" : "");
	return err;
}

/* From strict to lazy the kernel goes while a driver is bound. */
static bool type_can_change_live(const char *from, const char *to)
{
	return !strcmp(from, "DMA") && !strcmp(to, "DMA-FQ");
}

static bool type_differs(const struct device *now, const struct bound *want)
{
	return want->type[0] && strcmp(now->group_type, want->type);
}

/* Must it be taken from the driver that it has? */
static bool must_rebind(const struct device *now, const struct bound *want)
{
	return strcmp(now->driver, want->driver) ||
	       (type_differs(now, want) && !type_can_change_live(now->group_type, want->type));
}

static int verify(const struct bound *want, char *why, size_t size)
{
	struct device now;
	struct bound is;
	int err = find(want->name, &now, why, size);

	if (!err)
		err = read_bound(&now, &is, why, size);
	if (err)
		return err;
	if (!must_rebind(&now, want) && !type_differs(&now, want) && !strcmp(is.override, want->override))
		return 0;
	snprintf(why, size, "%s should have driver '%s', override '%s', type %s and has '%s', '%s', %s", want->name,
		 want->driver, want->override, want->type, is.driver, is.override, is.type);
	return -EIO;
}

static int apply(const struct bound *want, char *why, size_t size)
{
	char override[DEVICE_NAME];
	struct device now;
	bool rebind;
	int err = find(want->name, &now, why, size);

	if (err)
		return err;
	rebind = must_rebind(&now, want);
	if (rebind && now.driver[0])
		err = unbind(&now, why, size);
	if (!err && type_differs(&now, want))
		err = write_type(&now, want->type, why, size);
	if (!err && rebind && want->driver[0])
		err = bind(&now, want->driver, why, size);
	if (!err && (read_override(&now, override, sizeof(override)) || strcmp(override, want->override)))
		err = write_override(&now, want->override, why, size);
	return err ? err : verify(want, why, size);
}

/* How another device of its group found the group, if one was changed before. */
static void type_from_journal(struct bound *bound)
{
	struct dirent **names;
	int n = journal_list(&names);

	for (int i = 0; i < n; i++) {
		struct bound other;
		char why[512];

		if (!journal_read(names[i]->d_name, &other, why, sizeof(why)) && !strcmp(other.group, bound->group))
			memcpy(bound->type, other.type, sizeof(bound->type));
	}
	if (n >= 0)
		sysfs_list_free(names, n);
}

static int owned(const struct bound *bound, char *why, size_t size)
{
	if (!journal_owned(bound))
		return 0;
	snprintf(why, size, "%s is held by another invbench that still runs, process %ld", bound->name,
		 (long)bound->owner);
	return -EBUSY;
}

/* What was before the first change is kept; whose it is now changes. @first: there was nothing yet. */
static int remember(const struct bound *before, bool *first, char *why, size_t size)
{
	struct bound saved;
	int err = journal_read(before->name, &saved, why, size);

	*first = err == -ENOENT;
	if (*first) {
		saved = *before;
		type_from_journal(&saved);
		err = 0;
	}
	return err ? err : journal_write(&saved, why, size);
}

/* Journals, then changes; what goes wrong is undone at once. */
static int change(const struct bound *before, const struct bound *want, char *why, size_t size)
{
	char second[512];
	bool first;
	int err = remember(before, &first, why, size);

	if (err)
		return err;
	err = apply(want, why, size);
	if (!err)
		return 0;
	if (apply(before, second, sizeof(second)))
		say("%s; `invbench restore` will try again", second);
	else if (first)
		journal_remove(before->name, second, sizeof(second));
	return -EIO;
}

static int check_use(const struct device *d, char *why, size_t size)
{
	char use[300];
	int ret = device_in_use(d, use, sizeof(use));

	if (ret > 0)
		snprintf(why, size, "%s is in use: %s", d->name, use);
	else if (ret < 0)
		snprintf(why, size, "%s may be in use: %s", d->name, use);
	return ret > 0 ? -EBUSY : ret;
}

static int check_group(const struct device *d, const char *const *besides, char *why, size_t size)
{
	char use[300];
	int ret = device_group_in_use(d, besides, use, sizeof(use));

	if (ret)
		snprintf(why, size, "%s cannot be had alone: %s", d->name, use);
	return ret > 0 ? -EBUSY : ret;
}

/* What @force does not help against. */
static int check_possible(const struct device *d, const char *driver, char *why, size_t size)
{
	struct bound saved;
	int err;

	if (d->bridge) {
		snprintf(why, size, "%s is a bridge; what is behind it would go with it", d->name);
		return -EBUSY;
	}
	if (strchr(driver, '/') || strlen(driver) >= sizeof(d->driver)) {
		snprintf(why, size, "'%s' is no name of a driver", driver);
		return -EINVAL;
	}
	if (driver[0] && !sysfs_exists("bus/%s/drivers/%s", d->bus, driver)) {
		if (strcmp(driver, "invbench"))
			snprintf(why, size, "%s: bus %s has no driver '%s'; load it, as with: modprobe %s", d->name,
				 d->bus, driver, driver);
		else
			snprintf(why, size, "%s: driver invbench is not there; load the module invbench.ko", d->name);
		return -ENODEV;
	}
	err = journal_read(d->name, &saved, why, size);
	if (err)
		return err == -ENOENT ? 0 : err;
	return owned(&saved, why, size);
}

static int refuse(const struct device *d, const char *driver, const char *const *besides, bool force, char *why,
		  size_t size)
{
	int err = check_possible(d, driver, why, size);

	if (err || force || !strcmp(d->driver, driver))
		return err;
	err = check_use(d, why, size);
	return err || !driver[0] ? err : check_group(d, besides, why, size);
}

int binding_check(const char *name, const char *driver, const char *const *besides, char *why, size_t size)
{
	struct device d;
	int err = find(name, &d, why, size);

	return err ? err : refuse(&d, driver, besides, false, why, size);
}

static int set_driver(const char *name, const char *driver, bool force, char *why, size_t size)
{
	struct bound before, want;
	struct device d;
	int err = find(name, &d, why, size);

	if (!err)
		err = refuse(&d, driver, NULL, force, why, size);
	if (err || !strcmp(d.driver, driver))
		return err;
	err = read_bound(&d, &before, why, size);
	if (err)
		return err;
	want = before;
	strcpy(want.driver, driver);
	if (driver[0])
		strcpy(want.override, driver);
	return change(&before, &want, why, size);
}

int binding_set(const char *name, const char *driver, bool force, char *why, size_t size)
{
	int lock = journal_lock(why, size), err;

	if (lock < 0)
		return lock;
	err = set_driver(name, driver, force, why, size);
	journal_unlock(lock);
	return err;
}

int binding_check_type(const char *type, char *why, size_t size)
{
	if (!strcmp(type, "DMA") || !strcmp(type, "DMA-FQ") || !strcmp(type, "identity"))
		return 0;
	snprintf(why, size, "'%s' is no type of an IOMMU group; there are: DMA, DMA-FQ, identity", type);
	return -EINVAL;
}

static int set_type(const char *name, const char *type, bool force, char *why, size_t size)
{
	struct bound before, want;
	struct device d;
	int err = find(name, &d, why, size);

	if (!err)
		err = check_possible(&d, "", why, size);
	if (err || !strcmp(d.group_type, type))
		return err;
	if (!force)
		err = check_use(&d, why, size);
	if (!err && !force)
		err = check_group(&d, NULL, why, size);
	if (!err)
		err = read_bound(&d, &before, why, size);
	if (err)
		return err;
	want = before;
	strcpy(want.type, type);
	return change(&before, &want, why, size);
}

int binding_set_type(const char *name, const char *type, bool force, char *why, size_t size)
{
	int lock, err = binding_check_type(type, why, size);

	if (err)
		return err;
	lock = journal_lock(why, size);
	if (lock < 0)
		return lock;
	err = set_type(name, type, force, why, size);
	journal_unlock(lock);
	return err;
}

/* The same device as then, and not one that was put in its place? */
static bool is_there(const struct bound *saved, struct device *now)
{
	char modalias[sizeof(saved->modalias)];

	if (device_find(saved->name, now))
		return false;
	sysfs_read(modalias, sizeof(modalias), "bus/%s/devices/%s/modalias", now->bus, now->name);
	return !strcmp(now->bus, saved->bus) && !strcmp(modalias, saved->modalias);
}

/* Whoever uses it by now, a virtual machine perhaps, does not lose it. */
static int wait_until_unused(const struct device *d, char *why, size_t size)
{
	int err = check_use(d, why, size);

	for (int i = 1; i < USE_TRIES && err == -EBUSY; i++) {
		usleep(50000);
		err = check_use(d, why, size);
	}
	return err;
}

/* @done: there was something to put back, and now it is. */
static int put_back(const char *name, bool *done, char *why, size_t size)
{
	struct bound saved;
	struct device now;
	int err = journal_read(name, &saved, why, size);

	*done = false;
	if (err)
		return err == -ENOENT ? 0 : err;
	err = owned(&saved, why, size);
	if (err)
		return err;
	if (!is_there(&saved, &now)) {
		say("%s is gone; what was noted of it is dropped", name);
		return journal_remove(name, why, size);
	}
	if (now.driver[0] && must_rebind(&now, &saved))
		err = wait_until_unused(&now, why, size);
	if (!err && apply(&saved, why, size))
		err = -EIO;
	if (!err)
		err = journal_remove(name, why, size);
	*done = !err;
	return err;
}

int binding_restore(const char *name, char *why, size_t size)
{
	bool done;
	int lock, err;

	if (!binding_journaled(name))
		return 0;
	lock = journal_lock(why, size);
	if (lock < 0)
		return lock;
	err = put_back(name, &done, why, size);
	journal_unlock(lock);
	return err;
}

bool binding_journaled(const char *name)
{
	return !strchr(name, '/') && journal_has(name);
}

/* @last: errors beyond the first are told. */
static int restore_each(unsigned int *count, bool last, char *why, size_t size)
{
	struct dirent **names;
	int n = journal_list(&names), first = 0;

	if (n < 0) {
		snprintf(why, size, "cannot read %s: %s", journal_folder, strerror(-n));
		return n;
	}
	for (int i = 0; i < n; i++) {
		char second[512];
		bool done;
		int err = put_back(names[i]->d_name, &done, first ? second : why, first ? sizeof(second) : size);

		*count += done;
		if (err && first && last)
			say("%s", second);
		first = first ? first : err;
	}
	sysfs_list_free(names, n);
	return first;
}

/* Twice, as the type of a group may have to wait for another device of it. */
static int restore_all(unsigned int *count, char *why, size_t size)
{
	int err = restore_each(count, false, why, size);

	return err ? restore_each(count, true, why, size) : 0;
}

int binding_restore_all(unsigned int *count, char *why, size_t size)
{
	int lock, err;

	*count = 0;
	if (access(journal_folder, F_OK) && errno == ENOENT)
		return 0;
	lock = journal_lock(why, size);
	if (lock < 0)
		return lock;
	journal_sweep();
	err = restore_all(count, why, size);
	journal_unlock(lock);
	return err;
}
