/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * udev.h - waits for udev, which opens each device that comes and reads of it.
 *
 * A drive that has just been bound would else seem to be in use, and what udev reads
 * would be counted with what is measured. Where no udev runs there is nothing to wait for.
 */
#ifndef INVBENCH_UDEV_H
#define INVBENCH_UDEV_H

#include <stdbool.h>

/* Has it devices that it has not looked at yet? */
bool udev_is_busy(void);
/* Until it has looked at all that came before this call; at most half a minute. */
void udev_settle(void);
/* Does one run? */
bool udev_runs(void);

#endif
