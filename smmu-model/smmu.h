/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smmu.h - one SMMUv3 instance, after IHI 0070 (the section is named where it
 * matters).
 *
 * The guest's driver reads and writes a register frame and queues that lie in
 * its own memory, which the model maps. Nothing traps: smmu_step() looks at
 * the frame, does what is due at the time it is told, and returns. It makes no
 * system call, keeps no global and trusts nothing it reads, so that it can be
 * fuzzed and tested with a buffer for a guest.
 *
 * One thread serves all instances. Each has a time of its own up to which it
 * is busy, so that instances work in parallel and each works in order.
 */
#ifndef SMMU_MODEL_SMMU_H
#define SMMU_MODEL_SMMU_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "memory.h"
#include "settings.h"

#define SMMU_FRAME_BYTES   0x20000 /* register pages 0 and 1, 64K each */
#define SMMU_INSTANCES_MAX 32
#define SMMU_ATC_MAX	   256 /* ATC_INVs out at once, at most */

struct smmu;

enum smmu_interrupt { SMMU_EVENTQ, SMMU_GERROR, SMMU_INTERRUPTS };

/*
 * What an instance tells those who watch. Commands come in order of the queue,
 * when the instance takes them up; a CMD_SYNC when all before it and itself have
 * completed, before the guest can see that. Times in nanoseconds. Any may be NULL.
 */
struct smmu_watch {
	/* The command queue was enabled; it is @bytes at @queue. Not told if it is not inside the guest's memory. */
	void (*enabled)(void *arg, const struct smmu *smmu, void *queue, uint64_t bytes);
	/* PROD has moved: @added commands, of which @depth are in the queue now. */
	void (*doorbell)(void *arg, const struct smmu *smmu, unsigned int added, unsigned int depth, uint64_t now);
	void (*consumed)(void *arg, const struct smmu *smmu, const struct command *cmd, uint64_t now);
	/*
	 * A CMD_SYNC that was to take @set_ns from when it could start was seen to
	 * complete after @took_ns, at most @late_ns later than it should have.
	 */
	void (*served)(void *arg, const struct smmu *smmu, uint64_t set_ns, uint64_t took_ns, uint64_t late_ns);
	/* The wire of an interrupt goes up. */
	void (*interrupt)(void *arg, const struct smmu *smmu, enum smmu_interrupt which);
	void *arg;
};

struct smmu {
	unsigned int index;
	uint64_t frame;		/* guest physical address of its registers */
	volatile uint32_t *reg; /* the same, mapped */
	const struct memory *memory;
	struct settings *settings;
	const struct smmu_watch *watch;
	gsl_rng *random;

	/* The instance's own state; the guest can write over its copy in the frame, but not change this. */
	uint32_t cr0, irq_ctrl, gerror, evtq_prod;
	uint64_t cmdq_base;
	unsigned int cmdq_log2;
	uint32_t cons; /* of the command queue: index and wrap bit */
	uint32_t seen; /* PROD, as of the last smmu_look() */
	bool stopped;  /* by FAULT_STOP or FAULT_SYNC: for ever */
	uint32_t sid;  /* whose STE was changed last: FAULT_EVENT is that device's */

	/*
	 * Commands from @door on were there at @door_at, the first smmu_step() after
	 * the look that found them, and cannot have been there before @door_earliest.
	 */
	uint32_t door;
	uint64_t door_at, door_earliest, looked_at;

	/* The command being executed, if @busy, until @free_at. */
	struct command current;
	bool busy;
	uint64_t started, free_at;
	uint64_t slack;			 /* it may have started this much earlier */
	uint64_t atc_back[SMMU_ATC_MAX]; /* when each ATC_INV that is out will be back */
	unsigned int atc_out;
	bool atc_failed; /* one of them will not be */
};

/*
 * Sets the registers up as after reset; smmu_done() frees what it took. -EINVAL:
 * the frame is not inside @memory; -ENOMEM. @settings and @watch are kept, not copied.
 */
int smmu_init(struct smmu *smmu, unsigned int index, uint64_t frame, const struct memory *memory,
	      struct settings *settings, const struct smmu_watch *watch);
void smmu_done(struct smmu *smmu);

/*
 * Looks at the doorbell, PROD. smmu_step() takes up nothing beyond what was seen
 * here, so that the ring can be drained in between. @now: before the look.
 */
void smmu_look(struct smmu *smmu, uint64_t now);
/* The same, for whoever looks as often as PROD is written: what is found now has come at @now. */
void smmu_rang(struct smmu *smmu, uint64_t now);
/* Whether smmu_step() has anything to do. */
bool smmu_waits(const struct smmu *smmu);
/* Does what is due at @now. True if there is more to do: a command is being executed or waits. */
bool smmu_step(struct smmu *smmu, uint64_t now);
/* When the command that is being executed ends; UINT64_MAX: none is. */
uint64_t smmu_due(const struct smmu *smmu);
/* Follows the registers that are set up rarely: CR0, IRQ_CTRL, GBPA, GERRORN, queue bases. */
void smmu_control(struct smmu *smmu);

/* Writes an event to the event queue (7.3), if it is enabled and has room. */
void smmu_event(struct smmu *smmu, const uint64_t event[4]);

/* Registers, as the guest left them. @offset of the frame, aligned. */
uint32_t smmu_read32(const struct smmu *smmu, unsigned int offset);
uint64_t smmu_read64(const struct smmu *smmu, unsigned int offset);

#endif
