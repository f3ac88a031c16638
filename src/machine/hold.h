/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hold.h - several devices at once: bound all or none, and given back.
 */
#ifndef INVBENCH_HOLD_H
#define INVBENCH_HOLD_H

#include <stdbool.h>

#include "device.h"
#include "sentence.h"

struct held {
	char name[DEVICE_NAME];
	char before[DEVICE_NAME]; /* its driver */
	char type[16];		  /* of its group */
	bool journaled;		  /* somebody had changed it before: not to be put back further than that */
};

struct hold {
	struct held *device;
	size_t count;
};

/*
 * Binds all of @names, which ends with NULL, to @driver (NULL: each stays with
 * its own), and sets the type of their groups to @type (NULL: as it is); or
 * changes none. Those of one group help each other. Returns 0, or a negative errno, as binding_set(). hold_free() in any case.
 */
int hold_take(struct hold *hold, const char *const *names, const char *driver, const char *type, bool force,
	      struct sentence *why);
/* As they were before hold_take(). Goes on after an error; the first is in @why. */
int hold_give_back(struct hold *hold, struct sentence *why);
void hold_free(struct hold *hold);

#endif
