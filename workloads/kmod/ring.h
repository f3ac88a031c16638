/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * ring.h - what the kernel half tells the SMMU model of bed `model`.
 *
 * A ring of records in guest memory that both map: a reserved-memory node,
 * compatible "invbench,ring", `no-map`, RING_BYTES long. The guest produces,
 * the model consumes. The model zeroes the region, fills the header and sets
 * @magic last, before the guest starts.
 *
 * To produce: interrupts off; slot = fetch-add of @head; wait until
 * slot - @tail < RING_SLOTS; fill the record; store @stamp = slot + 1 with
 * release order. Interrupts stay off in between because the model serves no
 * command while it waits for the stamp of a slot that was taken.
 *
 * To consume: the record at @tail is whole when its @stamp, loaded with acquire
 * order, is @tail + 1. Afterwards @tail is stored with release order.
 *
 * Order is what it is for. The model, before it processes a command, has
 * consumed every record stored before the doorbell (PROD) of that command; and a
 * record stored after a CMD_SYNC was seen to complete is consumed after it.
 *
 * Little-endian, as guest and model both are.
 */
#ifndef INVBENCH_RING_H
#define INVBENCH_RING_H

#include <linux/types.h>

#define RING_MAGIC   0x676e6972766e69ULL /* "invring" */
#define RING_VERSION 1
#define RING_SLOTS   4096 /* a power of two */
#define RING_TEXT    40	  /* of a RING_CONTROL, with its terminating zero */

/*
 * @domain numbers a domain of the kernel half, or an mm that it has bound;
 * unique in a boot, never 0. @smmu is the physical address of the register
 * frame of an endpoint's SMMU, @sid one of the endpoint's StreamIDs (one record
 * for each), @ssid its PASID in @domain, 0 for none.
 */
enum ring_kind {
	RING_NONE,
	RING_JOIN,    /* endpoint: its attach to @domain returned */
	RING_LEAVE,   /* endpoint: its detach from @domain is about to begin */
	RING_ALLOW,   /* endpoint: it is about to be attached to anything; ATC_INVs may reach it */
	RING_BLOCKED, /* endpoint: its attach to the blocking domain returned; no ATC_INV may reach it */
	RING_BEGIN,   /* range: what removes it from @domain is about to begin */
	RING_RETURN,  /* range.id: that has returned; nothing of the range may be cached */
	/*
	 * mark: a pass of a case begins or ends; answered. -EAGAIN at the end: the
	 * model was late too often in it, so its times are not what was set.
	 */
	RING_MARK,
	RING_CONTROL, /* text: a setting of the model, "sync=20us" (smmu-model/settings.h); answered */
};

enum ring_pass { RING_PASS_TIMING, RING_PASS_PROBE, RING_PASS_CHECKED };

struct ring_record {
	__u64 stamp; /* slot + 1 when whole; written last */
	__u32 kind;  /* enum ring_kind */
	__u32 domain;
	union {
		struct {
			__u64 smmu;
			__u32 sid;
			__u32 ssid;
		} endpoint;
		struct {
			__u64 id; /* of this removal; unique among those that are open */
			__u64 iova;
			__u64 size;  /* bytes; 0: all of the domain */
			__u64 grain; /* of the leaves that map it: what one TLBI by address without a range covers */
		} range;
		struct {
			__u32 number; /* of the case in its suite, from 0 */
			__u32 pass;   /* enum ring_pass */
			__u32 begin;  /* 1: begins, 0: ends */
		} mark;
		char text[RING_TEXT];
	};
	__u64 reserved;
};

struct ring {
	__u64 magic;
	__u32 version;
	__u32 slots;
	__u64 head __attribute__((aligned(128))); /* next slot to take; guest writes */
	__u64 tail __attribute__((aligned(128))); /* next slot to consume; model writes */
	/*
	 * The answer to the last RING_MARK or RING_CONTROL: @answer, 0 or a
	 * negative errno, is stored before @answered, its slot + 1. The guest asks
	 * one at a time.
	 */
	__u64 answered;
	__s64 answer;
	struct ring_record record[RING_SLOTS] __attribute__((aligned(128)));
};

#define RING_BYTES ((sizeof(struct ring) + 0xfffUL) & ~0xfffUL)

#endif
