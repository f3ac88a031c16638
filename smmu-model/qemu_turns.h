/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_turns.h - what several vCPUs need of QEMU beyond its plugin interface: which one runs, and
 * to have it go on to the next one.
 *
 * QEMU exports these functions to its own modules, where it is built with any. They are no interface: they
 * are looked up by name, and where one is not there, there is one vCPU.
 */
#ifndef SMMU_MODEL_QEMU_TURNS_H
#define SMMU_MODEL_QEMU_TURNS_H

#include <stdio.h>

#include "sentence.h"

/* Prints what QEMU does not export, one name a line; how many those are. The other functions need all. */
unsigned int qemu_turns_missing(FILE *out);
/*
 * For each vCPU, from its init callback. -EINVAL: this QEMU is another inside than is known, and boots would differ.
 */
int qemu_turns_add(unsigned int vcpu, struct sentence *why);
/* From any callback. That which QEMU gives with it is of the vCPU that translated the block. */
unsigned int qemu_turns_current(void);
/*
 * Does not return: the instruction that the callback was called before is not executed, as if the vCPU had not come to it, and QEMU
 * goes on to the next vCPU. From a callback that was registered with QEMU_PLUGIN_CB_R_REGS, so that what the vCPU has in
 * registers is written back; @caller: its __builtin_return_address(0).
 */
_Noreturn void qemu_turns_hold_up(const void *caller);

#endif
