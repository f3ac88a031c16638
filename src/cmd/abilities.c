// SPDX-License-Identifier: GPL-2.0-only
/*
 * abilities.c - what a device and its SMMU can do.
 */
#include <string.h>
#include <unistd.h>

#include "abilities.h"
#include "half.h"
#include "instances.h"

#define NOT_SHOWN "an SMMU shows what it can do when the module invbench.ko is loaded and has an endpoint behind it"

json_t *abilities_read(void)
{
	json_t *instances = NULL;

	if (!access(INVBENCH_DEVICE, R_OK | W_OK))
		instances_read(half_traffic, NULL, &instances);
	return instances;
}

/* True or false as JSON has them; NULL: not known. */
static const json_t *of_instance(const json_t *instances, const char *name, const char *key)
{
	const json_t *instance;
	size_t i;

	json_array_foreach (instances, i, instance) {
		if (!strcmp(json_string_value(json_object_get(instance, "name")), name))
			return json_object_get(instance, key);
	}
	return NULL;
}

struct ability ability_ril(const struct device *device, const json_t *instances)
{
	const json_t *ril = of_instance(instances, device->instance, "ril");

	if (!ril)
		return (struct ability){ "?", NOT_SHOWN };
	return json_is_true(ril) ? (struct ability){ "yes", "" } : (struct ability){ "no", "its SMMU has none" };
}

/* Of one that claims ATS without being a PCI function, nothing but a run shows whether the driver believes it. */
struct ability ability_ats(const struct device *device, const json_t *instances)
{
	const json_t *ats = of_instance(instances, device->instance, "ats");

	if (!device->known)
		return (struct ability){ "?", "only root can see it" };
	if (device->no_ats[0])
		return (struct ability){ device->ats_capable ? "no:firmware" : "no", device->no_ats };
	if (device->ats_on || strcmp(device->bus, "pci"))
		return (struct ability){ "yes", "" };
	if (!ats)
		return (struct ability){ "?", NOT_SHOWN };
	return json_is_true(ats) ? (struct ability){ "yes", "" } : (struct ability){ "no:smmu", "its SMMU has no ATS" };
}
