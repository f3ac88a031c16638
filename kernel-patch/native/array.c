// SPDX-License-Identifier: GPL-2.0-only
/* The array, as series linux-6.12 has it. */
#include "design.h"
#include "queue.h"

struct mutex arm_smmu_asid_lock;
#include "driver.c"

static struct arm_smmu_stream streams[MAX_DEVICES];
static struct arm_smmu_master masters[MAX_DEVICES];
static struct arm_smmu_master_domain attachments[MAX_DEVICES];

static void device_init(unsigned int i, bool ats)
{
	streams[i].id = DEVICE_SID(i);
	masters[i] = (struct arm_smmu_master){
		.smmu = &smmu,
		.streams = &streams[i],
		.num_streams = 1,
		.build_invs = arm_smmu_invs_alloc(2, GFP_KERNEL),
	};
	if (!masters[i].build_invs)
		abort();
	attachments[i] = (struct arm_smmu_master_domain){
		.smmu_domain = domain,
		.master = &masters[i],
		.ssid = IOMMU_NO_PASID,
		.ats_enabled = ats,
	};
}

void design_init(bool ats)
{
	unsigned int i;

	domain_init(ats);
	domain->invs = arm_smmu_invs_alloc(0, GFP_KERNEL);
	if (!domain->invs)
		abort();
	for (i = 0; i < MAX_DEVICES; i++)
		device_init(i, ats);
}

void design_exit(void)
{
	unsigned int i;

	for (i = 0; i < MAX_DEVICES; i++)
		kfree(masters[i].build_invs);
	rcu_free_all();
	arm_smmu_domain_free(domain);
	queue_exit(&smmu);
}

int design_attach(unsigned int device)
{
	return arm_smmu_domain_add_invs(&attachments[device]);
}

void design_detach(unsigned int device)
{
	arm_smmu_domain_remove_invs(&attachments[device]);
}

void design_inv_range(unsigned long iova, size_t size)
{
	arm_smmu_domain_inv_range(domain, iova, size, PAGE_SIZE, true);
}
