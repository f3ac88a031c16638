/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * events.h - what SMMUs say of devices in the kernel log, and whose device that is.
 *
 * An SMMU reports a fault to the log by its own name and the device's StreamID, which comes a line later. A
 * machine may have a device that faults all day long and has nothing to do with what is measured.
 */
#ifndef INVBENCH_EVENTS_H
#define INVBENCH_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

#define EVENT_LINE 256
#define EVENTS_MAX 8 /* SMMUs that are in the middle of saying something */

/* Is it about a device that we measure with? @sid is NULL where it is not said: then, of that SMMU any. */
typedef bool event_is_ours(const char *instance, const uint32_t *sid, const void *arg);

struct events {
	event_is_ours *is_ours; /* NULL: all are */
	const void *arg;
	struct event {
		char instance[DEVICE_NAME]; /* "": free */
		char line[EVENT_LINE];
	} begun[EVENTS_MAX];
	bool others; /* one was not ours */
};

enum event_line {
	EVENT_NONE,   /* the line is no event's */
	EVENT_BEGUN,  /* the next lines will tell */
	EVENT_OTHERS, /* not ours, or its continuation */
	EVENT_OURS,
};

/* What @text, the next line of the log without its prefix, is; of EVENT_OURS the line that it began with is in @line. */
enum event_line event_next(struct events *e, const char *text, char line[EVENT_LINE]);
/* At the end of the log: one that was begun, and is ours as far as it can be told. */
bool event_left(struct events *e, char line[EVENT_LINE]);

/* An event_is_ours() by the devices of this machine: those bound to us or to vfio-pci, and that of the name @arg, if it is not "". */
bool event_is_of_device(const char *instance, const uint32_t *sid, const void *arg);
/* The StreamIDs of a device, as far as the device tree or its PCI address tell: how many, at most @max. */
unsigned int device_streams(const struct device *device, uint32_t *streams, unsigned int max);

#endif
