/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - what both sides of `invbench trace --events` share: the points that an
 * event can be of, and its shape in the ring buffer.
 */
#ifndef INVBENCH_BPF_EVENT_H
#define INVBENCH_BPF_EVENT_H

#include "split_parts.h"
#include "submit.h"

/*
 * What is around an invalidation: told only if something was submitted in it. A
 * new point is added here, and its function in events.c.
 */
#define EVENT_OPERATIONS(X) \
	X(munmap) \
	X(notify) \
	X(iommu_unmap)

/* What a list of commands waits for. */
#define EVENT_WAITS(X) \
	X(room) \
	X(sync) \
	X(msi)

enum event_point {
#define X(ident) EVENT_##ident,
	EVENT_OPERATIONS(X) SPLIT_ENTRIES(X) EVENT_WAITS(X)
#undef X
		EVENT_submit,
	EVENT_lock,
	EVENT_POINTS,
	EVENT_SPAN = EVENT_POINTS, /* from one edge to another */
};

#define EVENT_IS_OPERATION(point) ((point) <= EVENT_iommu_unmap)

/* The begin of a point, or its end. */
#define EVENT_EDGE(point, at_end) ((unsigned int)(point) * 2 + (at_end))
#define EVENT_NO_EDGE		  (~0U)

enum event_id {
	EVENT_ID_NONE,
	EVENT_ID_ASID,
	EVENT_ID_VMID,
	EVENT_ID_SID,	  /* of a list alone */
	EVENT_ID_SEVERAL, /* more than one of the first two */
};

/* Of a list, or of all lists in a call. */
struct event_sum {
	unsigned long long smmu; /* its address; 0: none, or several */
	unsigned int submits, commands, syncs;
	unsigned int id;
	unsigned char id_kind; /* enum event_id */
	unsigned char opcode;  /* of a list, that of its first command */
	unsigned char several; /* SMMUs */
	unsigned char refused; /* arguments that cannot be true: `commands` and `syncs` are not known */
};

struct event {
	unsigned long long begin_ns, end_ns; /* CLOCK_MONOTONIC */
	struct event_sum sum;
	unsigned int pid, tid, cpu;
	unsigned short point;
	unsigned short depth; /* calls that it is within */
	char comm[16];
};

/* The kernel puts so much before each. */
#define EVENT_RING_HEADER 8

/* Calls of one task within each other. More need interrupts. */
#define EVENT_CALLS 16

struct event_call {
	unsigned long long frame; /* the stack address of the call */
	unsigned long long begin_ns;
	struct event_sum sum;
	unsigned int point;
};

struct event_task {
	unsigned int depth;
	unsigned long long from_ns; /* when --from was passed; 0: it was not */
	struct event_call calls[EVENT_CALLS];
};

struct event_smmu {
	char name[SPLIT_NAME_LEN]; /* dev_name() */
};

/* Set before loading. */
struct event_config {
	unsigned int shown;    /* a bit for each point */
	unsigned int from, to; /* edges */
	unsigned long long slower_ns;
	struct split_layout layout;
};

#endif
