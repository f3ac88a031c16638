// SPDX-License-Identifier: GPL-2.0-only
/* The list of devices, as 6.12 has it, or with linux-6.12-fixes (LIST_FIXED). */
#include "design.h"
#include "queue.h"

#include "driver.c"

static struct arm_smmu_stream streams[MAX_DEVICES];
static struct arm_smmu_master masters[MAX_DEVICES];
static struct arm_smmu_master_domain *attachments[MAX_DEVICES];
static bool has_ats;

#ifdef LIST_FIXED
#define change_lock	       write_lock_irqsave
#define change_unlock	       write_unlock_irqrestore
#define enable_ats(attachment) ((attachment)->ats_enabled = true)
#else
#define change_lock	       spin_lock_irqsave
#define change_unlock	       spin_unlock_irqrestore
#define enable_ats(attachment) ((attachment)->master->ats_enabled = true)
#endif

void design_init(bool ats)
{
	unsigned int i;

	domain_init(ats);
	has_ats = ats;
	INIT_LIST_HEAD(&domain->devices);
	for (i = 0; i < MAX_DEVICES; i++) {
		streams[i].id = DEVICE_SID(i);
		masters[i] = (struct arm_smmu_master){ .smmu = &smmu, .streams = &streams[i], .num_streams = 1 };
	}
}

void design_exit(void)
{
	free(domain);
	queue_exit(&smmu);
}

int design_attach(unsigned int device)
{
	struct arm_smmu_master_domain *attachment = kzalloc(sizeof(*attachment), GFP_KERNEL);
	unsigned long flags;

	if (!attachment)
		return -ENOMEM;
	attachment->master = &masters[device];
	attachment->ssid = IOMMU_NO_PASID;
	if (has_ats)
		enable_ats(attachment);
	attachments[device] = attachment;
	change_lock(&domain->devices_lock, flags);
	if (has_ats)
		atomic_inc(&domain->nr_ats_masters);
	list_add(&attachment->devices_elm, &domain->devices);
	change_unlock(&domain->devices_lock, flags);
	return 0;
}

/* As arm_smmu_remove_master_domain() does it. */
void design_detach(unsigned int device)
{
	unsigned long flags;

	change_lock(&domain->devices_lock, flags);
	list_del(&attachments[device]->devices_elm);
	if (has_ats)
		atomic_dec(&domain->nr_ats_masters);
	change_unlock(&domain->devices_lock, flags);
	kfree(attachments[device]);
}

void design_inv_range(unsigned long iova, size_t size)
{
	arm_smmu_tlb_inv_range_domain(iova, size, PAGE_SIZE, true, domain);
}
