/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_clock.h - this host's time of day stands still for QEMU.
 *
 * QEMU makes a vCPU's TLB smaller by gettimeofday() (docs/qemu.md), and what a guest does hangs on which stale entries are
 * in it. So the plugin is loaded before libc (LD_PRELOAD) as well, and has the function itself.
 */
#ifndef SMMU_MODEL_QEMU_CLOCK_H
#define SMMU_MODEL_QEMU_CLOCK_H

#include "sentence.h"

/* -EINVAL: it is libc's that QEMU calls, and two boots would differ. */
int qemu_clock_stands_still(struct sentence *why);

#endif
