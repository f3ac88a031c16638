// SPDX-License-Identifier: GPL-2.0-only
/*
 * instances.c - the SMMUs of this machine: sysfs says which there are, a BPF
 * program what the driver knows of them.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "instances.h"
#include "instances.skel.h"
#include "json_text.h"
#include "status.h"
#include "target.h"

#define DRIVER "arm-smmu-v3"

const char *instances_sysfs = "/sys/class/iommu";

/*
 * Macros, so not in BTF. From drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.h of
 * Linux 6.12; 7.3 has the same.
 */
#define ARM_SMMU_FEAT_ATS	(1u << 5)
#define ARM_SMMU_FEAT_RANGE_INV (1u << 15)
#define ARM_SMMU_OPT_MSIPOLL	(1u << 2)

/* The last part of what the link DIR/NAME/@link points to; "" if there is none. */
static void link_target(const char *name, const char *link, char *target, size_t size)
{
	char path[PATH_MAX], text[PATH_MAX];
	ssize_t len;

	target[0] = '\0';
	snprintf(path, sizeof(path), "%s/%s/%s", instances_sysfs, name, link);
	len = readlink(path, text, sizeof(text) - 1);
	if (len < 0)
		return;
	text[len] = '\0';
	snprintf(target, size, "%.*s", (int)size - 1, strrchr(text, '/') ? strrchr(text, '/') + 1 : text);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct instance *)a)->name, ((const struct instance *)b)->name);
}

/* The SMMUs that the driver has registered, sorted by name, else empty; a negative errno if sysfs cannot be read. */
static int list_instances(struct instance *instances)
{
	DIR *dir = opendir(instances_sysfs);
	struct dirent *entry;
	char driver[64];
	int count = 0;

	if (!dir)
		return -errno;
	while (count < INSTANCES_MAX && (entry = readdir(dir))) {
		link_target(entry->d_name, "device/driver", driver, sizeof(driver));
		if (strcmp(driver, DRIVER))
			continue;
		memset(&instances[count], 0, sizeof(instances[count]));
		link_target(entry->d_name, "device", instances[count].name, INSTANCE_NAME_LEN);
		count++;
	}
	closedir(dir);
	qsort(instances, count, sizeof(*instances), compare_names);
	return count;
}

int instances_at_most(void)
{
	DIR *dir = opendir(instances_sysfs);
	struct dirent *entry;
	int count = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count ?: -ENOENT;
}

/* The submit function, if the SMMU is its first argument, which is what the BPF program believes. */
static int find_submit(struct target *target)
{
	const char *const *name;

	for (name = smmu_submit_functions; *name; name++)
		if (!target_find(*name, smmu_family, target) && target_argument(target, "smmu") == 0)
			return 0;
	return -ENOENT;
}

static int find_layout(const struct target *target, struct instance_layout *layout)
{
	const struct {
		const char *path;
		unsigned int *at;
	} members[] = {
		{ "features", &layout->features },
		{ "options", &layout->options },
		{ "ssid_bits", &layout->ssid_bits },
		{ "cmdq.q.llq.max_n_shift", &layout->cmdq_shift },
		{ "dev", &layout->dev },
		{ "dev->kobj.name", &layout->dev_name },
	};
	size_t i;
	int at;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		at = target_member(target, "smmu", members[i].path);
		if (at < 0)
			return at;
		*members[i].at = at;
	}
	return 0;
}

static struct bpf_link *attach(struct instances_bpf *skel, const struct target *target)
{
	struct bpf_program *program = target->fentry ? skel->progs.note_submit : skel->progs.knote_submit;
	struct instance_layout layout;

	if (find_layout(target, &layout))
		return NULL;
	memcpy(&skel->rodata->layout, &layout, sizeof(layout));
	target_choose(target, program);
	return instances_bpf__load(skel) ? NULL : target_attach(target, program, false);
}

static void take_note(const struct instance *note, struct instance *instances, int count)
{
	struct instance *instance = bsearch(note, instances, count, sizeof(*instances), compare_names);

	if (instance)
		*instance = *note;
}

static void collect(int map, struct instance *instances, int count)
{
	unsigned long long key, *previous = NULL;
	struct instance note;

	while (!bpf_map_get_next_key(map, previous, &key)) {
		previous = &key;
		if (bpf_map_lookup_elem(map, &key, &note))
			continue;
		note.name[INSTANCE_NAME_LEN - 1] = '\0';
		take_note(&note, instances, count);
	}
}

/* Fills in what can be learned; says why if that is nothing. */
static void probe_instances(int (*make_traffic)(void *arg), void *arg, struct instance *instances, int count)
{
	struct instances_bpf *skel = NULL;
	struct bpf_link *link;
	struct target target;
	char why[256];
	int err;

	if (probe_prepare(why, sizeof(why))) {
		say("features of the SMMUs are not known: %s", why);
		return;
	}
	if (!find_submit(&target))
		skel = instances_bpf__open();
	link = skel ? attach(skel, &target) : NULL;
	if (!link) {
		say("features of the SMMUs are not known: the driver's submit function cannot be probed (%s)",
		    probe_complaint());
	} else {
		err = make_traffic ? make_traffic(arg) : 0;
		if (err)
			say("not every SMMU could be made to show its features: %s", strerror(-err));
		collect(bpf_map__fd(skel->maps.instances), instances, count);
	}
	bpf_link__destroy(link);
	instances_bpf__destroy(skel);
}

static json_t *to_json(const struct instance *instance)
{
	if (!instance->cmdq_shift)
		return json_pack("{s:o, s:b}", "name", json_text(instance->name), "features_known", 0);
	return json_pack("{s:o, s:b, s:b, s:b, s:b, s:i, s:i}", "name", json_text(instance->name), "features_known", 1,
			 "ril", !!(instance->features & ARM_SMMU_FEAT_RANGE_INV), "ats",
			 !!(instance->features & ARM_SMMU_FEAT_ATS), "msi_polling",
			 !!(instance->options & ARM_SMMU_OPT_MSIPOLL), "ssid_bits", (int)instance->ssid_bits,
			 "cmdq_entries", 1 << instance->cmdq_shift);
}

int instances_read(int (*make_traffic)(void *arg), void *arg, json_t **out)
{
	static struct instance instances[INSTANCES_MAX];
	int i, count = list_instances(instances);

	if (count < 0 && count != -ENOENT) {
		say("%s cannot be read: %s", instances_sysfs, strerror(-count));
		return count;
	}
	if (count > 0)
		probe_instances(make_traffic, arg, instances, count);
	*out = json_array();
	for (i = 0; i < count; i++) {
		if (json_array_append_new(*out, to_json(&instances[i]))) {
			json_decref(*out);
			return -ENOMEM;
		}
	}
	return 0;
}
