// SPDX-License-Identifier: GPL-2.0-only
/* What the designs have in common: the SMMU, the domain, and memory that does not run out. */
#include "design.h"
#include "queue.h"

struct arm_smmu_device smmu;
struct arm_smmu_domain *domain;

void *native_alloc(size_t size)
{
	return calloc(1, size);
}

void domain_init(bool ats)
{
	queue_init(&smmu);
	smmu.features = ARM_SMMU_FEAT_RANGE_INV | (ats ? ARM_SMMU_FEAT_ATS : 0);
	domain = aligned_alloc(SMP_CACHE_BYTES,
			       (sizeof(*domain) + SMP_CACHE_BYTES - 1) / SMP_CACHE_BYTES * SMP_CACHE_BYTES);
	if (!domain)
		abort();
	memset(domain, 0, sizeof(*domain));
	domain->smmu = &smmu;
	domain->stage = ARM_SMMU_DOMAIN_S1;
	domain->cd.asid = ASID;
	domain->domain.pgsize_bitmap = PAGE_SIZE;
}
