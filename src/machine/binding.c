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
#include "refusal.h"
#include "status.h"
#include "sysfs.h"
#include "udev.h"

#define USE_TRIES 20 /* of 50 ms: what udev, or a killed process, had open is closed soon after */

/* An override that was never set reads as "(null)". */
static int read_override(const struct device *d, char *override, size_t size)
{
	int err = sysfs_read(override, size, "bus/%s/devices/%s/driver_override", d->bus, d->name);

	if (!strcmp(override, "(null)"))
		override[0] = '\0';
	return err;
}

static int read_bound(const struct device *d, struct bound *bound, struct sentence *why)
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
		sentence(why, err, "%s: its driver_override cannot be read: %s", d->name, strerror(-err));
	return err;
}

static int write_override(const struct device *d, const char *override, struct sentence *why)
{
	char line[DEVICE_NAME + 1];
	int err;

	snprintf(line, sizeof(line), "%s\n", override);
	err = sysfs_write(line, "bus/%s/devices/%s/driver_override", d->bus, d->name);
	if (err)
		sentence(why, err, "%s: its driver_override cannot be set: %s", d->name, strerror(-err));
	return err;
}

static int unbind(const struct device *d, struct sentence *why)
{
	int err = sysfs_write(d->name, "bus/%s/drivers/%s/unbind", d->bus, d->driver);

	if (err)
		sentence(why, err, "%s cannot be taken from driver %s: %s", d->name, d->driver, strerror(-err));
	return err;
}

/* An override makes the driver take it whatever its table of IDs says, and no other driver at the same time. */
static int bind(const struct device *d, const char *driver, struct sentence *why)
{
	int err = write_override(d, driver, why);

	if (err)
		return err;
	err = sysfs_write(d->name, "bus/%s/drivers/%s/bind", d->bus, driver);
	if (err == -ENOENT)
		sentence(why, err, "%s: driver %s is not loaded", d->name, driver);
	else if (err)
		sentence(why, err, "driver %s does not take %s: %s (see dmesg)", driver, d->name, strerror(-err));
	return err;
}

static int write_type(const struct device *d, const char *type, struct sentence *why)
{
	int err = sysfs_write(type, "kernel/iommu_groups/%s/type", d->group);

	if (err)
		sentence(why, err, "the type of IOMMU group %s (%s) cannot be set to %s: %s%s", d->group, d->name, type,
			 strerror(-err), err == -EPERM ? "; another device of it has a driver" : "");
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

static int verify(const struct bound *want, struct sentence *why)
{
	struct device now;
	struct bound is;
	int err = refusal_find(want->name, &now, why);

	if (!err)
		err = read_bound(&now, &is, why);
	if (err)
		return err;
	if (!must_rebind(&now, want) && !type_differs(&now, want) && !strcmp(is.override, want->override))
		return 0;
	return sentence(why, -EIO, "%s should have driver '%s', override '%s', type %s and has '%s', '%s', %s",
			want->name, want->driver, want->override, want->type, is.driver, is.override, is.type);
}

/* Until udev has looked at what its driver has made of it, and nobody has that open: the next one looks, or measures. */
static void settle(const char *name)
{
	struct sentence unused;
	struct device now;

	if (!udev_runs() || device_find(name, &now))
		return;
	udev_settle();
	for (int i = 0; i < USE_TRIES && device_in_use(&now, &unused) > 0; i++)
		usleep(50000);
}

/* @claims: of refusal_use(), or NULL. */
static int apply(const struct bound *want, struct device_claims *claims, struct sentence *why)
{
	char override[DEVICE_NAME];
	struct device now;
	bool rebind;
	int err = refusal_find(want->name, &now, why);

	if (err)
		return err;
	rebind = must_rebind(&now, want);
	if (rebind && now.driver[0])
		err = unbind(&now, why);
	if (claims)
		device_let_go(claims);
	if (!err && type_differs(&now, want))
		err = write_type(&now, want->type, why);
	if (!err && rebind && want->driver[0])
		err = bind(&now, want->driver, why);
	if (!err && (read_override(&now, override, sizeof(override)) || strcmp(override, want->override)))
		err = write_override(&now, want->override, why);
	if (!err)
		err = verify(want, why);
	if (!err && rebind && want->driver[0])
		settle(want->name);
	return err;
}

/* How another device of its group found the group, if one was changed before. */
static void type_from_journal(struct bound *bound)
{
	struct dirent **names;
	int n = journal_list(&names);

	for (int i = 0; i < n; i++) {
		struct sentence unused;
		struct bound other;

		if (!journal_read(names[i]->d_name, &other, &unused) && !strcmp(other.group, bound->group))
			memcpy(bound->type, other.type, sizeof(bound->type));
	}
	if (n >= 0)
		sysfs_list_free(names, n);
}

/* What was before the first change is kept; whose it is now changes. @first: there was nothing yet. */
static int remember(const struct bound *before, bool *first, struct sentence *why)
{
	struct bound saved;
	int err = journal_read(before->name, &saved, why);

	*first = err == -ENOENT;
	if (*first) {
		saved = *before;
		type_from_journal(&saved);
		err = 0;
	}
	return err ? err : journal_write(&saved, why);
}

/* Journals, then changes; what goes wrong is undone at once. */
static int change(const struct bound *before, const struct bound *want, struct device_claims *claims,
		  struct sentence *why)
{
	struct sentence second;
	bool first;
	int err = remember(before, &first, why);

	if (err)
		return err;
	err = apply(want, claims, why) ?: refusal_first_group(before, why);
	if (!err)
		return 0;
	if (apply(before, NULL, &second))
		say("%s; `invbench restore` will try again", second.text);
	else if (first)
		journal_remove(before->name, &second);
	return -EIO;
}

int binding_check(const char *name, const char *driver, const char *const *besides, struct sentence *why)
{
	struct device d;
	int err = refusal_find(name, &d, why);

	return err ? err : refusal_driver(&d, driver, besides, false, NULL, why);
}

static int set_driver(const char *name, const char *driver, bool force, struct device_claims *claims,
		      struct sentence *why)
{
	struct bound before, want;
	struct device d;
	int err = refusal_find(name, &d, why);

	if (!err)
		err = refusal_driver(&d, driver, NULL, force, claims, why);
	if (err || !strcmp(d.driver, driver))
		return err;
	err = read_bound(&d, &before, why);
	if (err)
		return err;
	want = before;
	strcpy(want.driver, driver);
	if (driver[0])
		strcpy(want.override, driver);
	return change(&before, &want, claims, why);
}

int binding_set(const char *name, const char *driver, bool force, struct sentence *why)
{
	struct device_claims claims = {};
	int lock = journal_lock(why), err;

	if (lock < 0)
		return lock;
	err = set_driver(name, driver, force, &claims, why);
	device_let_go(&claims);
	journal_unlock(lock);
	return err;
}

int binding_check_type(const char *type, struct sentence *why)
{
	if (!strcmp(type, "DMA") || !strcmp(type, "DMA-FQ") || !strcmp(type, "identity"))
		return 0;
	return sentence(why, -EINVAL, "'%s' is no type of an IOMMU group; there are: DMA, DMA-FQ, identity", type);
}

static int set_type(const char *name, const char *type, bool force, struct device_claims *claims, struct sentence *why)
{
	struct bound before, want;
	struct device d;
	int err = refusal_find(name, &d, why);

	if (!err)
		err = refusal_possible(&d, "", why);
	if (err || !strcmp(d.group_type, type))
		return err;
	if (!d.group[0])
		return sentence(why, -EINVAL,
				"%s had no driver yet, and has an IOMMU group with the first; name one with --driver",
				name);
	if (!force)
		err = refusal_use(&d, claims, why);
	if (!err && !force)
		err = refusal_group(&d, NULL, why);
	if (!err)
		err = read_bound(&d, &before, why);
	if (err)
		return err;
	want = before;
	strcpy(want.type, type);
	return change(&before, &want, claims, why);
}

int binding_set_type(const char *name, const char *type, bool force, struct sentence *why)
{
	struct device_claims claims = {};
	int lock, err = binding_check_type(type, why);

	if (err)
		return err;
	lock = journal_lock(why);
	if (lock < 0)
		return lock;
	err = set_type(name, type, force, &claims, why);
	device_let_go(&claims);
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
static int wait_until_unused(const struct device *d, struct device_claims *claims, struct sentence *why)
{
	int err = refusal_use(d, claims, why);

	for (int i = 1; i < USE_TRIES && err == -EBUSY; i++) {
		usleep(50000);
		err = refusal_use(d, claims, why);
	}
	return err;
}

/* @done: there was something to put back, and now it is. */
static int put_back(const char *name, bool *done, struct sentence *why)
{
	struct device_claims claims = {};
	struct bound saved;
	struct device now;
	int err = journal_read(name, &saved, why);

	*done = false;
	if (err)
		return err == -ENOENT ? 0 : err;
	err = refusal_owned(&saved, why);
	if (err)
		return err;
	if (!is_there(&saved, &now)) {
		say("%s is gone; what was noted of it is dropped", name);
		return journal_remove(name, why);
	}
	if (now.driver[0] && must_rebind(&now, &saved))
		err = wait_until_unused(&now, &claims, why);
	if (!err && apply(&saved, &claims, why))
		err = -EIO;
	device_let_go(&claims);
	if (!err)
		err = journal_remove(name, why);
	*done = !err;
	return err;
}

int binding_restore(const char *name, struct sentence *why)
{
	bool done;
	int lock, err;

	if (!binding_journaled(name))
		return 0;
	lock = journal_lock(why);
	if (lock < 0)
		return lock;
	err = put_back(name, &done, why);
	journal_unlock(lock);
	return err;
}

bool binding_journaled(const char *name)
{
	return !strchr(name, '/') && journal_has(name);
}

/* @last: errors beyond the first are told. */
static int restore_each(unsigned int *count, bool last, struct sentence *why)
{
	struct dirent **names;
	int n = journal_list(&names), first = 0;

	if (n < 0)
		return sentence(why, n, "cannot read %s: %s", journal_folder, strerror(-n));
	for (int i = 0; i < n; i++) {
		struct sentence second;
		bool done;
		int err = put_back(names[i]->d_name, &done, first ? &second : why);

		*count += done;
		if (err && first && last)
			say("%s", second.text);
		first = first ? first : err;
	}
	sysfs_list_free(names, n);
	return first;
}

/* Twice, as the type of a group may have to wait for another device of it. */
static int restore_all(unsigned int *count, struct sentence *why)
{
	int err = restore_each(count, false, why);

	return err ? restore_each(count, true, why) : 0;
}

int binding_restore_all(unsigned int *count, struct sentence *why)
{
	int lock, err;

	*count = 0;
	if (access(journal_folder, F_OK) && errno == ENOENT)
		return 0;
	lock = journal_lock(why);
	if (lock < 0)
		return lock;
	journal_sweep();
	err = restore_all(count, why);
	journal_unlock(lock);
	return err;
}
