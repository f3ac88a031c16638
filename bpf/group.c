// SPDX-License-Identifier: GPL-2.0-only
/*
 * group.c - the user side of group.bpf.c: finds what it needs in this kernel, and
 * reads the file of sysfs that makes it run.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "file.h"
#include "group.h"
#include "group.skel.h"
#include "target.h"

const char *group_sysfs = "/sys/kernel/iommu_groups";

#define TYPE_MAX 64 /* bytes of its file */

/* The driver's functions that have an argument of the wanted structure; compilers keep not all of them. */
static const char *const of_domains[] = { "arm_smmu_make_s1_cd", "arm_smmu_domain_inv_range", "arm_smmu_atc_inv_domain",
					  "arm_smmu_tlb_inv_range_domain", NULL };

/* A negative errno if @target is no function of this kernel, or BTF does not say where things are. */
static int read_layout(const struct target *target, struct group_layout *layout)
{
	const int domain = target_member(target, "smmu_domain", "domain");
	const int stage = target_member(target, "smmu_domain", "stage");
	const int asid = target_member(target, "smmu_domain", "cd.asid");

	if (domain < 0 || stage < 0 || asid < 0)
		return -ENOENT;
	*layout = (struct group_layout){ domain, stage, asid };
	return 0;
}

static int find_layout(struct group_layout *layout)
{
	const char *const *name;
	struct target target;

	for (name = of_domains; *name; name++) {
		if (!target_find(*name, smmu_family, &target) && !read_layout(&target, layout))
			return 0;
	}
	return -ENOENT;
}

/* All groups tell their types by it. */
static int find_teller(struct target *target)
{
	static const char *const family[] = { "iommu_group_", NULL };
	int err = target_find("iommu_group_show_type", family, target);

	return err ?: (target_argument(target, "group") ? -ENOENT : 0);
}

static struct bpf_link *attach(struct group_bpf *skel, const struct target *target)
{
	struct bpf_program *program = target->fentry ? skel->progs.note_group : skel->progs.knote_group;

	target_choose(target, program);
	return group_bpf__load(skel) ? NULL : target_attach(target, program, false);
}

static int ask(const char *group)
{
	char path[PATH_MAX], *text;
	struct sentence why;
	size_t size;
	int err;

	snprintf(path, sizeof(path), "%s/%s/type", group_sysfs, group);
	err = file_read(path, TYPE_MAX, &text, &size, &why);
	if (!err)
		free(text);
	return err;
}

/* With the program attached. */
static int learn(const struct group_ids *found, const char *group, struct group_ids *ids, char *why, size_t why_size)
{
	int err = ask(group);

	*ids = *found;
	if (err)
		snprintf(why, why_size, "the type of IOMMU group %s cannot be read: %s", group, strerror(-err));
	else if (ids->domain == GROUP_UNSEEN)
		snprintf(why, why_size, "this kernel did not show its IOMMU group %s", group);
	else if (ids->domain == GROUP_STAGE2)
		snprintf(why, why_size, "the domain of IOMMU group %s is of the second stage, and has no ASID", group);
	else if (ids->too_many)
		snprintf(why, why_size, "IOMMU group %s has too many StreamIDs", group);
	else
		return 0;
	return err ?: -EOPNOTSUPP;
}

int group_read(const char *group, struct group_ids *ids, char *why, size_t why_size)
{
	struct group_layout layout;
	struct group_bpf *skel;
	struct bpf_link *link;
	struct target target;
	int err = -EOPNOTSUPP;

	*ids = (struct group_ids){};
	if (find_teller(&target) || find_layout(&layout)) {
		snprintf(why, why_size, "this kernel's BTF does not say where the ASID of a group's domain is");
		return err;
	}
	skel = group_bpf__open();
	if (skel)
		memcpy(&skel->rodata->layout, &layout, sizeof(layout));
	link = skel ? attach(skel, &target) : NULL;
	if (link)
		err = learn(&skel->bss->found, group, ids, why, why_size);
	else
		snprintf(why, why_size, "%s cannot be probed (%s)", target.symbol, probe_complaint());
	bpf_link__destroy(link);
	group_bpf__destroy(skel);
	return err;
}
