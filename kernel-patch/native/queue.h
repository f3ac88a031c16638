/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one queue of commands that stands in for the SMMU's, the same for all designs: slots are taken by an atomic
 * addition, commands stored there, and a CMD_SYNC is answered after a while. Nobody reads the slots, and it is never full.
 */
#ifndef INVBENCH_NATIVE_QUEUE_H
#define INVBENCH_NATIVE_QUEUE_H

#include "kernel.h"
#include "driver.h"

/* Nanoseconds that a CMD_SYNC takes. */
extern unsigned int queue_answer_ns;

/* So long takes one behind an ATC_INV to this device instead, if it is not 0: its caller sleeps, as if it had a CPU to itself. */
extern unsigned int queue_slow_ns, queue_slow_sid;

/* The clock of here, which counts nanoseconds. */
u64 queue_now_ns(void);

/* If it is set: told of each command twice, before it can have been carried out, and when it has been. */
extern void (*queue_witness)(const u64 *command, bool done);

void queue_init(struct arm_smmu_device *smmu);
void queue_exit(struct arm_smmu_device *smmu);

/* As the driver has it. */
int arm_smmu_cmdq_issue_cmdlist(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq, u64 *cmds, int n, bool sync);
struct arm_smmu_cmdq *arm_smmu_get_cmdq(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_ent *ent);

#endif
