/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bed.h - the beds, and what each of them can tell.
 *
 * A bed is found by its name once, and asked from then on. A new one is an entry in
 * bed.c, and scripts/bed-NAME.sh if it is of the lab.
 */
#ifndef INVBENCH_BED_H
#define INVBENCH_BED_H

#include <stdbool.h>
#include <stddef.h>

struct bed_kind {
	const char *name;
	const char *clock; /* in its files: "instructions" or "nanoseconds" */
	const char *unit;  /* of its latencies, in tables */
	bool counts; /* its clock counts instructions: a figure is exact and the same on any host, but no hardware's time */
	bool exact;	    /* and two boots of one kernel are equal in every byte */
	bool turns;	    /* its CPUs run one after the other: an operation contains those of other threads */
	bool leaps;	    /* while all wait its clock leaps: what waits for a device has no latency */
	bool has_model;	    /* the SMMU is smmu-model, which says how it kept its times, and checks the driver */
	size_t boots;	    /* a side: a verdict takes so many */
	const char *note;   /* what a table of it does not say; lines of text, or "" */
	const char *claims; /* what it may claim, and what never, for people */
	bool is_machine;    /* none of the lab's: a machine as it is, that reboots into its kernels */
	const char *virtual_claims; /* of that, where the machine is a virtual one; NULL of the lab's, which all are */
};

/* Ends at the first without a name. */
extern const struct bed_kind bed_kinds[];

/* NULL if no bed has that name. */
const struct bed_kind *bed_kind_find(const char *name);
/* What a run on a machine of that hypervisor may claim; "": it is no virtual one. */
const char *bed_claims(const struct bed_kind *kind, const char *hypervisor);
/* False for a name that no bed has. */
bool bed_name_counts(const char *name);

#endif
