// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusal.c - may a device be bound to a driver?
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel_config.h"
#include "lockdown.h"
#include "refusal.h"
#include "sysfs.h"

int refusal_find(const char *name, struct device *device, struct sentence *why)
{
	int err = device_find(name, device);

	if (err == -ENOENT)
		sentence(why, err, "there is no device '%s' behind an SMMU; see: invbench devices", name);
	else if (err)
		sentence(why, err, "%s: sysfs cannot be read: %s", name, strerror(-err));
	return err;
}

int refusal_owned(const struct bound *bound, struct sentence *why)
{
	if (!journal_owned(bound))
		return 0;
	return sentence(why, -EBUSY, "%s is held by another invbench that still runs, process %ld", bound->name,
			(long)bound->owner);
}

int refusal_use(const struct device *d, struct device_claims *claims, struct sentence *why)
{
	struct sentence use;
	int ret = device_claim(d, claims, &use);

	if (ret > 0)
		return sentence(why, -EBUSY, "%s is in use: %s", d->name, use.text);
	return ret ? sentence(why, ret, "%s may be in use: %s", d->name, use.text) : 0;
}

int refusal_group(const struct device *d, const char *const *besides, struct sentence *why)
{
	struct sentence use;
	int ret = device_group_in_use(d, besides, &use);

	if (!ret)
		return 0;
	return sentence(why, ret > 0 ? -EBUSY : ret, "%s cannot be had alone: %s", d->name, use.text);
}

int refusal_first_group(const struct bound *before, struct sentence *why)
{
	struct sentence use;
	struct device now;
	int err;

	if (before->group[0])
		return 0;
	err = refusal_find(before->name, &now, why);
	if (err)
		return err;
	if (!now.group[0])
		return sentence(why, -ENODEV, "%s has a driver now and no IOMMU group: it is behind no SMMU",
				before->name);
	if (!device_is_fit(&now, &use))
		return sentence(why, -ENODEV, "%s cannot be taken: %s", before->name, use.text);
	return refusal_group(&now, NULL, why);
}

/* What a kernel is built with for a driver that distributions leave out. */
static const char *symbol_of(const char *driver)
{
	return !strcmp(driver, "dma_map_benchmark") ? "DMA_MAP_BENCHMARK" :
	       !strcmp(driver, "vfio-pci")	    ? "VFIO_PCI" :
						      NULL;
}

static int no_driver(const struct device *d, const char *driver, struct sentence *why)
{
	const char *symbol = symbol_of(driver);
	struct sentence lacks;

	if (!strcmp(driver, "invbench"))
		return sentence(why, -ENODEV, "%s: driver invbench is not there; load the module invbench.ko%s",
				d->name, lockdown_of_modules(&lacks) ? ", signed" : "");
	if (symbol && *kernel_config_lacks(symbol, &lacks))
		return sentence(why, -ENODEV, "%s: bus %s has no driver '%s'%s", d->name, d->bus, driver, lacks.text);
	return sentence(why, -ENODEV, "%s: bus %s has no driver '%s'; load it, as with: modprobe %s", d->name, d->bus,
			driver, driver);
}

int refusal_possible(const struct device *d, const char *driver, struct sentence *why)
{
	struct sentence unfit;
	struct bound saved;
	int err;

	if (d->bridge)
		return sentence(why, -EBUSY, "%s is a bridge; what is behind it would go with it", d->name);
	if (!device_is_fit(d, &unfit))
		return sentence(why, -ENODEV, "%s cannot be taken: %s", d->name, unfit.text);
	if (driver[0] == '.' || strchr(driver, '/') || strlen(driver) >= sizeof(d->driver))
		return sentence(why, -EINVAL, "'%s' is no name of a driver", driver);
	if (driver[0] && !sysfs_exists("bus/%s/drivers/%s", d->bus, driver))
		return no_driver(d, driver, why);
	err = journal_read(d->name, &saved, why);
	if (err)
		return err == -ENOENT ? 0 : err;
	return refusal_owned(&saved, why);
}

int refusal_driver(const struct device *d, const char *driver, const char *const *besides, bool force,
		   struct device_claims *claims, struct sentence *why)
{
	int err = refusal_possible(d, driver, why);

	if (err || force || !strcmp(d->driver, driver))
		return err;
	err = refusal_use(d, claims, why);
	return err || !driver[0] ? err : refusal_group(d, besides, why);
}

int refusal_ask(const struct device *d, struct sentence *why)
{
	if (!device_is_fit(d, why))
		return 1;
	return device_in_use(d, why) ?: device_group_in_use(d, NULL, why);
}
