/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * refusal.h - may a device be bound to a driver? What binding.c asks before it
 * changes anything. All return 0, or a negative errno as binding.h has them.
 */
#ifndef INVBENCH_REFUSAL_H
#define INVBENCH_REFUSAL_H

#include <stdbool.h>

#include "device.h"
#include "journal.h"
#include "sentence.h"

int refusal_find(const char *name, struct device *device, struct sentence *why);
/* Has another invbench that still runs changed it? */
int refusal_owned(const struct bound *bound, struct sentence *why);
/* In use? It is in @claims, if that is not NULL, so that it stays unused until it is unbound. */
int refusal_use(const struct device *d, struct device_claims *claims, struct sentence *why);
/* Has another of its group a driver, beside those of @besides? */
int refusal_group(const struct device *d, const char *const *besides, struct sentence *why);
/* Of one that had no group before its first driver: only now the kernel has said what it is behind, and with whom. */
int refusal_first_group(const struct bound *before, struct sentence *why);
/* What --force does not help against. */
int refusal_possible(const struct device *d, const char *driver, struct sentence *why);
/* All of these, as a device is to be bound to @driver. */
int refusal_driver(const struct device *d, const char *driver, const char *const *besides, bool force,
		   struct device_claims *claims, struct sentence *why);

/* What people are told beforehand: 0 if it would be taken without --force; 1 if not; negative: it cannot be checked. */
int refusal_ask(const struct device *d, struct sentence *why);

#endif
