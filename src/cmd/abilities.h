/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abilities.h - what a device and its SMMU can do, from all that know: sysfs, the
 * firmware, and the driver of the SMMU. One answer for whoever shows it.
 */
#ifndef INVBENCH_ABILITIES_H
#define INVBENCH_ABILITIES_H

#include <jansson.h>

#include "device.h"

struct ability {
	const char *word; /* yes, no, ? (not known); also no:firmware and no:smmu, where the device could */
	const char *why;  /* a sentence unless it is yes; lives as long as the device */
};

/* What the SMMUs say, as instances_read(); NULL without the kernel half, whose traffic makes them show it. */
json_t *abilities_read(void);
struct ability ability_ats(const struct device *device, const json_t *instances);
struct ability ability_ril(const struct device *device, const json_t *instances);

#endif
