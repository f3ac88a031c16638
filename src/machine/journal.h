/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal.h - what devices were before binding.c changed them; a file for each.
 */
#ifndef INVBENCH_JOURNAL_H
#define INVBENCH_JOURNAL_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

#include "device.h"
#include "sentence.h"

#define JOURNAL_FOLDER "/run/invbench"
/* For unit tests alone to set. */
extern const char *journal_folder;

/* How a device is bound, or was, or shall be. */
struct bound {
	char name[DEVICE_NAME];
	char bus[16];
	char driver[DEVICE_NAME];   /* "": none */
	char override[DEVICE_NAME]; /* driver_override; "": none */
	char group[16];
	char type[16];			/* of the group; "": not known, and left alone */
	char modalias[256];		/* what it is: at its address there may be another one later */
	pid_t owner;			/* the process that changed it last */
	unsigned long long owner_start; /* when that began, as its number is used again */
};

/* One process at a time changes bindings. A descriptor for journal_unlock(), or a negative errno. */
int journal_lock(struct sentence *why);
void journal_unlock(int lock);

/* 0; -ENOENT: there is none; another negative errno. */
int journal_read(const char *name, struct bound *bound, struct sentence *why);
/* On disk when it returns. The owner is set to this process. */
int journal_write(struct bound *bound, struct sentence *why);
int journal_remove(const char *name, struct sentence *why);
bool journal_has(const char *name);

/* The devices it has, sorted, for sysfs_list_free(); d_name is cut to the name. Their number, or a negative errno. */
int journal_list(struct dirent ***list);
/* Removes what a killed process left half-written. Under the lock. */
void journal_sweep(void);

/* Does another process, one that still runs, have it? */
bool journal_owned(const struct bound *bound);

#endif
