// SPDX-License-Identifier: GPL-2.0-only
#include <time.h>

#include "queue.h"

#define SLOTS 4096

unsigned int queue_answer_ns, queue_slow_ns, queue_slow_sid;
void (*queue_witness)(const u64 *command, bool done);

void queue_init(struct arm_smmu_device *smmu)
{
	smmu->cmdq.q.llq.val = 0;
	smmu->cmdq.q.base = calloc(SLOTS * CMDQ_ENT_DWORDS, sizeof(u64));
	if (!smmu->cmdq.q.base)
		abort();
}

void queue_exit(struct arm_smmu_device *smmu)
{
	free(smmu->cmdq.q.base);
}

struct arm_smmu_cmdq *arm_smmu_get_cmdq(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_ent *ent)
{
	(void)ent;
	return &smmu->cmdq;
}

u64 queue_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static bool asks_slow(const u64 *cmds, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (FIELD_GET(CMDQ_0_OP, cmds[i * CMDQ_ENT_DWORDS]) == CMDQ_OP_ATC_INV &&
		    FIELD_GET(CMDQ_ATC_0_SID, cmds[i * CMDQ_ENT_DWORDS]) == queue_slow_sid)
			return true;
	return false;
}

static void wait_for_answer(const u64 *cmds, int n)
{
	u64 end;

	if (queue_slow_ns && asks_slow(cmds, n))
		nanosleep(&(struct timespec){ .tv_nsec = queue_slow_ns }, NULL);
	else if (queue_answer_ns)
		for (end = queue_now_ns() + queue_answer_ns; queue_now_ns() < end;)
			cpu_relax();
}

static void show(const u64 *cmds, int n, bool done)
{
	int i;

	for (i = 0; queue_witness && i < n; i++)
		queue_witness(&cmds[i * CMDQ_ENT_DWORDS], done);
}

static void write_slot(__le64 *base, u32 slot, const u64 *command)
{
	int i;

	for (i = 0; i < CMDQ_ENT_DWORDS; i++)
		WRITE_ONCE(base[slot % SLOTS * CMDQ_ENT_DWORDS + i], command[i]);
}

int arm_smmu_cmdq_issue_cmdlist(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq, u64 *cmds, int n, bool sync)
{
	static const u64 cmd_sync[CMDQ_ENT_DWORDS] = { CMDQ_OP_CMD_SYNC };
	u32 slot;
	int i;

	(void)smmu;
	slot = __atomic_fetch_add(&cmdq->q.llq.atomic.prod.counter, n + sync, __ATOMIC_RELAXED);
	for (i = 0; i < n; i++)
		write_slot(cmdq->q.base, slot + i, &cmds[i * CMDQ_ENT_DWORDS]);
	if (sync)
		write_slot(cmdq->q.base, slot + n, cmd_sync);
	/* The SMMU may see the commands from here on; the driver's own is the one in front of the valid bits */
	dma_wmb();
	show(cmds, n, false);
	if (sync)
		wait_for_answer(cmds, n);
	show(cmds, n, true);
	return 0;
}
