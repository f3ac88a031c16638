/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel_config.h - how the running kernel was configured, for the sentence of a skip: what a
 * distribution leaves out is else taken for what the hardware has not.
 */
#ifndef INVBENCH_KERNEL_CONFIG_H
#define INVBENCH_KERNEL_CONFIG_H

#include <stdbool.h>

#include "sentence.h"

/*
 * Is CONFIG_@symbol off? By /proc/config.gz or /boot/config-RELEASE; false too where neither is there.
 */
bool kernel_config_is_off(const char *symbol);
/* "; this kernel is built without CONFIG_@symbol" in @text, or "". */
const char *kernel_config_lacks(const char *symbol, struct sentence *text);

/* For unit tests alone to set. */
extern const char *boot_root;

#endif
