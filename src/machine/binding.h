/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * binding.h - takes devices from their drivers, and puts everything back.
 *
 * Before anything is touched, what was is written to a journal, one file a
 * device in /run/invbench, synced: whatever kills the program, `invbench
 * restore` can put it back. All functions return 0 or a negative errno;
 * -EBUSY means that the device is in use, or not ours to change;
 * -EIO that the kernel failed, where others say that nothing was tried.
 *
 * The journal also has the process that changed a device last. While that runs,
 * others are refused with -EBUSY, so that none takes a device from a run.
 */
#ifndef INVBENCH_BINDING_H
#define INVBENCH_BINDING_H

#include <stdbool.h>

#include "sentence.h"

/*
 * Would binding_set() refuse, without @force? Nothing is changed. Devices of
 * @besides (it ends with NULL; may be NULL) do not count as others in its group.
 */
int binding_check(const char *name, const char *driver, const char *const *besides, struct sentence *why);
/* -EINVAL if there is no such type. */
int binding_check_type(const char *type, struct sentence *why);
/* Binds @name to @driver ("invbench", "vfio-pci", ...; "" for none). In use: refused unless @force. */
int binding_set(const char *name, const char *driver, bool force, struct sentence *why);
/* Sets the type of the default domain of its group: "DMA" (strict), "DMA-FQ" (lazy), "identity". Same rules. */
int binding_set_type(const char *name, const char *type, bool force, struct sentence *why);
/* Driver, driver_override and type as they were before the first of these calls. 0 too if there was none. */
int binding_restore(const char *name, struct sentence *why);
/* Does the journal have it: is there something to restore? */
bool binding_journaled(const char *name);
/* All of them; goes on after an error and returns the first, others it says on stderr. @count: how many were put back. */
int binding_restore_all(unsigned int *count, struct sentence *why);

#endif
