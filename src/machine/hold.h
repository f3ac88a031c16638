/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hold.h - several devices at once: bound all or none, and given back.
 */
#ifndef INVBENCH_HOLD_H
#define INVBENCH_HOLD_H

#include <stdbool.h>

#include "device.h"

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
 * changes none. Those of one group help each other. Returns 0, or a negative errno with a sentence, as binding_set(). hold_free() in any case.
 */
int hold_take(struct hold *hold, const char *const *names, const char *driver, const char *type, bool force, char *why,
	      size_t size);
/* As they were before hold_take(). Goes on after an error; the first is in @why. */
int hold_give_back(struct hold *hold, char *why, size_t size);
void hold_free(struct hold *hold);

/*
 * Binds the devices named in @list, with commas, to driver invbench, and
 * returns in a child process. The parent gives them back when the child has
 * ended, or on a signal ends it first, and never returns from here. Dies if
 * they cannot be had. Before any thread is started and anything is printed.
 */
void hold_while_running(const char *list);

#endif
