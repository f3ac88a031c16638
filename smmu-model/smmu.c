// SPDX-License-Identifier: GPL-2.0-only
/*
 * smmu.c - registers, command queue and event queue of one instance.
 *
 * Section numbers are of IHI 0070.
 */
#include <errno.h>
#include <gsl/gsl_randist.h>
#include <string.h>

#include "registers.h"
#include "smmu.h"

#define EVENT_BYTES   32
#define F_TRANSLATION 0x10
#define UNKNOWN	      UINT64_MAX

uint32_t smmu_read32(const struct smmu *smmu, unsigned int offset)
{
	return __atomic_load_n(&smmu->reg[offset / 4], __ATOMIC_RELAXED);
}

uint64_t smmu_read64(const struct smmu *smmu, unsigned int offset)
{
	return smmu_read32(smmu, offset) | (uint64_t)smmu_read32(smmu, offset + 4) << 32;
}

/* Release: what the guest may do once it sees the register, it may do with all that was written before. */
static void write32(struct smmu *smmu, unsigned int offset, uint32_t value)
{
	__atomic_store_n(&smmu->reg[offset / 4], value, __ATOMIC_RELEASE);
}

/* 6.3.1. TTF is AArch64 only, endianness little. */
static uint32_t idr0(const struct features *f)
{
	return f->stage2 << 0 | f->stage1 << 1 | 2U << 2 | f->coherent << 4 | f->btm << 5 | f->httu << 6 | f->hyp << 9 |
	       f->ats << 10 | f->asid16 << 12 | f->msi << 13 | f->sev << 14 | f->pri << 16 | f->vmid16 << 18 |
	       f->two_level_cds << 19 | 2U << 21 | f->stall << 24 | f->two_level_streams << 27;
}

/* 6.3.2 */
static uint32_t idr1(const struct features *f)
{
	return f->sid_bits | f->ssid_bits << 6 | f->priq_log2 << 11 | f->evtq_log2 << 16 | f->cmdq_log2 << 21;
}

/* 6.3.6. OAS counts 32, 36, 40, 42, 44, 48, 52. */
static uint32_t idr5(const struct features *f)
{
	static const unsigned char oas[] = { 32, 36, 40, 42, 44, 48, 52 };
	uint32_t code;

	for (code = 0; code + 1 < sizeof(oas) && oas[code] != f->oas_bits; code++)
		;
	return code | f->granule4k << 4 | f->granule16k << 5 | f->granule64k << 6 | f->ds << 7 |
	       (f->stall != 1 ? 64U << 16 : 0);
}

/* ProductID, variant, revision and Arm as the implementer (6.3.7); the numbers are those of the driver. */
static const uint32_t iidr[] = { 0, 0x483 << 20 | 0x43b, 0x487 << 20 | 0x43b };

int smmu_init(struct smmu *smmu, unsigned int index, uint64_t frame, const struct memory *memory,
	      struct settings *settings, const struct smmu_watch *watch)
{
	const struct features *f = &settings->features;
	void *reg = memory_at(memory, frame, SMMU_FRAME_BYTES);

	if (!reg)
		return -EINVAL;
	*smmu = (struct smmu){
		.index = index,
		.frame = frame,
		.reg = reg,
		.memory = memory,
		.settings = settings,
		.watch = watch,
		.random = gsl_rng_alloc(gsl_rng_taus2),
	};
	if (!smmu->random)
		return -ENOMEM;
	gsl_rng_set(smmu->random, settings->seed + index);
	memset(reg, 0, SMMU_FRAME_BYTES);
	smmu->reg[IDR0 / 4] = idr0(f);
	smmu->reg[IDR1 / 4] = idr1(f);
	smmu->reg[IDR3 / 4] = f->ril << 10;
	smmu->reg[IDR5 / 4] = idr5(f);
	smmu->reg[IIDR / 4] = iidr[f->product];
	smmu->reg[AIDR / 4] = f->ril ? 2 : 1; /* SMMUv3.2 or 3.1 */
	return 0;
}

void smmu_done(struct smmu *smmu)
{
	gsl_rng_free(smmu->random);
	smmu->random = NULL;
}

/* Index and wrap bit together. */
static uint32_t queue_mask(unsigned int log2)
{
	return (2U << log2) - 1;
}

static uint64_t draw(struct smmu *smmu, enum time_kind kind)
{
	const struct settings *s = smmu->settings;
	const struct duration *d = &s->time[kind];
	double ns = d->median_ns * s->scale;

	if (d->sigma > 0)
		ns *= gsl_ran_lognormal(smmu->random, 0, d->sigma);
	return ns < 1e12 ? ns : 1e12;
}

/*
 * An error is told by a GERROR bit that differs from GERRORN's, and over when
 * the guest has made them equal again (7.5). One that is active stays as it is.
 */
static bool error_active(const struct smmu *smmu, uint32_t bit)
{
	/* Acquire: before it acknowledged, the guest has replaced the command that was illegal. */
	return (smmu->gerror ^ __atomic_load_n(&smmu->reg[GERRORN / 4], __ATOMIC_ACQUIRE)) & bit;
}

static void interrupt(const struct smmu *smmu, enum smmu_interrupt which, uint32_t enable)
{
	if (smmu->irq_ctrl & enable && smmu->watch->interrupt)
		smmu->watch->interrupt(smmu->watch->arg, smmu, which);
}

static void raise_error(struct smmu *smmu, uint32_t bit)
{
	if (error_active(smmu, bit))
		return;
	smmu->gerror ^= bit;
	write32(smmu, GERROR, smmu->gerror);
	interrupt(smmu, SMMU_GERROR, IRQ_CTRL_GERROR);
}

/* 7.1: CONS stays at the command in error, and nothing is consumed until the error is acknowledged. */
static void command_error(struct smmu *smmu, enum cmdq_error error)
{
	write32(smmu, CMDQ_CONS, smmu->cons | (uint32_t)error << CONS_ERR_SHIFT);
	raise_error(smmu, GERROR_CMDQ);
}

/*
 * What a queue's base register says. 6.3.26, 6.3.28: a size beyond what IDR1
 * reports is taken as that, and the base as aligned to the queue's own size.
 */
static uint64_t queue_base(const struct smmu *smmu, unsigned int offset, unsigned int max_log2,
			   unsigned int entry_bytes, unsigned int *log2)
{
	uint64_t base = smmu_read64(smmu, offset);

	*log2 = base & QUEUE_LOG2;
	if (*log2 > max_log2)
		*log2 = max_log2;
	return base & QUEUE_ADDRESS & ~(((uint64_t)entry_bytes << *log2) - 1);
}

void smmu_event(struct smmu *smmu, const uint64_t event[4])
{
	unsigned int log2;
	uint64_t base = queue_base(smmu, EVENTQ_BASE, smmu->settings->features.evtq_log2, EVENT_BYTES, &log2);
	uint32_t cons = smmu_read32(smmu, EVENTQ_CONS), prod = smmu->evtq_prod, index;
	void *entry;

	if (!(smmu->cr0 & CR0_EVENTQEN))
		return;
	/* 7.4: full if the indices are equal and the wrap bits are not; an event without room flips OVFLG, once. */
	if (((prod ^ cons) & queue_mask(log2)) == 1U << log2) {
		if (!((prod ^ cons) & QUEUE_OVERFLOW))
			smmu->evtq_prod ^= QUEUE_OVERFLOW;
		write32(smmu, EVENTQ_PROD, smmu->evtq_prod);
		return;
	}
	index = prod & ((1U << log2) - 1);
	entry = memory_at(smmu->memory, base + (uint64_t)index * EVENT_BYTES, EVENT_BYTES);
	if (!entry) {
		raise_error(smmu, GERROR_EVENTQ); /* 7.2: the event is lost */
		return;
	}
	memcpy(entry, event, EVENT_BYTES);
	smmu->evtq_prod = (prod & QUEUE_OVERFLOW) | ((prod + 1) & queue_mask(log2));
	write32(smmu, EVENTQ_PROD, smmu->evtq_prod);
	interrupt(smmu, SMMU_EVENTQ, IRQ_CTRL_EVENTQ);
}

static void enable_commands(struct smmu *smmu)
{
	uint64_t bytes;
	void *queue;

	smmu->cmdq_base =
		queue_base(smmu, CMDQ_BASE, smmu->settings->features.cmdq_log2, COMMAND_BYTES, &smmu->cmdq_log2);
	smmu->cons = smmu->seen = smmu->door = smmu_read32(smmu, CMDQ_CONS) & queue_mask(smmu->cmdq_log2);
	smmu->door_at = 0;
	smmu->busy = false;
	smmu->free_at = smmu->slack = 0; /* what it was busy with is dropped */
	smmu->atc_out = 0;
	smmu->atc_failed = false;
	bytes = (uint64_t)COMMAND_BYTES << smmu->cmdq_log2;
	queue = memory_at(smmu->memory, smmu->cmdq_base, bytes);
	if (queue && smmu->watch->enabled)
		smmu->watch->enabled(smmu->watch->arg, smmu, queue, bytes);
}

static void follow_cr0(struct smmu *smmu)
{
	uint32_t value = smmu_read32(smmu, CR0) & CR0_MASK, changed = value ^ smmu->cr0;

	if (!changed)
		return;
	if (changed & value & CR0_CMDQEN)
		enable_commands(smmu);
	if (changed & ~value & CR0_CMDQEN)
		smmu->busy = false;
	if (changed & value & CR0_EVENTQEN)
		smmu->evtq_prod = smmu_read32(smmu, EVENTQ_PROD);
	smmu->cr0 = value;
	write32(smmu, CR0ACK, value);
}

/* Takes a fault that strikes now. */
static bool strikes(struct smmu *smmu, enum fault fault)
{
	if (smmu->settings->fault != fault)
		return false;
	smmu->settings->fault = FAULT_NONE;
	return true;
}

/* 7.3: the StreamID is the upper half of the first word. */
static void strike_event(struct smmu *smmu)
{
	const uint64_t event[4] = { F_TRANSLATION | (uint64_t)smmu->sid << 32 };

	if (strikes(smmu, FAULT_EVENT))
		smmu_event(smmu, event);
}

void smmu_control(struct smmu *smmu)
{
	uint32_t value;

	follow_cr0(smmu);
	value = smmu_read32(smmu, IRQ_CTRL) & IRQ_CTRL_MASK;
	if (value != smmu->irq_ctrl) {
		smmu->irq_ctrl = value;
		write32(smmu, IRQ_CTRLACK, value);
	}
	value = smmu_read32(smmu, GBPA);
	if (value & GBPA_UPDATE)
		write32(smmu, GBPA, value & ~GBPA_UPDATE);
	strike_event(smmu);
}

void smmu_look(struct smmu *smmu, uint64_t now)
{
	uint32_t mask = queue_mask(smmu->cmdq_log2), prod, depth;

	if (smmu->cr0 & CR0_CMDQEN) {
		/* Acquire: pairs with the guest's barrier between its commands and its doorbell. */
		prod = __atomic_load_n(&smmu->reg[CMDQ_PROD / 4], __ATOMIC_ACQUIRE) & mask;
		depth = (prod - smmu->cons) & mask;
		/* A PROD that claims more than fits is believed when it makes sense again. */
		if (prod != smmu->seen && depth <= 1U << smmu->cmdq_log2) {
			if (smmu->watch->doorbell)
				smmu->watch->doorbell(smmu->watch->arg, smmu, (prod - smmu->seen) & mask, depth, now);
			/* Commands that no smmu_step() has found yet may wait behind the last door: it stays theirs. */
			if (smmu->door_at != UNKNOWN) {
				smmu->door = smmu->seen;
				smmu->door_at = UNKNOWN;
				smmu->door_earliest = smmu->looked_at;
			}
			smmu->seen = prod;
		}
	}
	smmu->looked_at = now;
}

void smmu_rang(struct smmu *smmu, uint64_t now)
{
	smmu->looked_at = now;
	smmu_look(smmu, now);
}

static void *command_at(const struct smmu *smmu, uint32_t cons)
{
	uint32_t index = cons & ((1U << smmu->cmdq_log2) - 1);

	return memory_at(smmu->memory, smmu->cmdq_base + (uint64_t)index * COMMAND_BYTES, COMMAND_BYTES);
}

static bool fetch(struct smmu *smmu, struct command *cmd)
{
	const uint64_t *entry = command_at(smmu, smmu->cons);
	uint64_t word[2];

	if (!entry || strikes(smmu, FAULT_ABORT)) {
		command_error(smmu, CERROR_ABT);
		return false;
	}
	word[0] = __atomic_load_n(&entry[0], __ATOMIC_RELAXED);
	word[1] = __atomic_load_n(&entry[1], __ATOMIC_RELAXED);
	if (!command_decode(word, &smmu->settings->features, cmd) ||
	    (cmd->class != COMMAND_SYNC && strikes(smmu, FAULT_ILLEGAL))) {
		command_error(smmu, CERROR_ILL);
		return false;
	}
	return true;
}

/*
 * When the command at CONS could start: when the one before it was done, or,
 * if it came after that, when its doorbell was seen.
 */
static uint64_t start_of(struct smmu *smmu)
{
	uint32_t mask = queue_mask(smmu->cmdq_log2);
	bool behind_door = ((smmu->seen - smmu->cons) & mask) <= ((smmu->seen - smmu->door) & mask);

	if (!behind_door || smmu->door_at <= smmu->free_at)
		return smmu->free_at;
	smmu->slack = smmu->door_at - (smmu->door_earliest > smmu->free_at ? smmu->door_earliest : smmu->free_at);
	return smmu->door_at;
}

/* The queue waits while too many ATC_INVs are out. Returns when this one can go out. */
static uint64_t issue_atc(struct smmu *smmu, uint64_t start)
{
	unsigned int limit = smmu->settings->atc_outstanding, first = 0;

	while (smmu->atc_out >= limit) {
		for (unsigned int i = first = 0; i < smmu->atc_out; i++) {
			if (smmu->atc_back[i] < smmu->atc_back[first])
				first = i;
		}
		if (start < smmu->atc_back[first])
			start = smmu->atc_back[first];
		smmu->atc_back[first] = smmu->atc_back[--smmu->atc_out];
	}
	if (strikes(smmu, FAULT_ATC))
		smmu->atc_failed = true;
	smmu->atc_back[smmu->atc_out++] = start + draw(smmu, TIME_ATC);
	return start;
}

/* 4.7.3: a CMD_SYNC waits for all ATC_INVs before it. */
static uint64_t wait_atc(struct smmu *smmu, uint64_t start)
{
	while (smmu->atc_out) {
		uint64_t back = smmu->atc_back[--smmu->atc_out];

		if (start < back)
			start = back;
	}
	return start;
}

static void take_up(struct smmu *smmu, const struct command *cmd)
{
	static const enum time_kind kinds[] = {
		[COMMAND_PREFETCH] = TIME_PREFETCH, [COMMAND_CFGI] = TIME_CFGI, [COMMAND_TLBI] = TIME_TLBI,
		[COMMAND_ATC] = TIME_ATC_ISSUE,	    [COMMAND_PAGE] = TIME_PAGE, [COMMAND_SYNC] = TIME_SYNC,
	};
	uint64_t start = start_of(smmu);

	if (cmd->class == COMMAND_ATC)
		start = issue_atc(smmu, start);
	if (cmd->class == COMMAND_SYNC)
		start = wait_atc(smmu, start);
	if (cmd->opcode == CFGI_STE)
		smmu->sid = cmd->sid;
	smmu->current = *cmd;
	smmu->busy = true;
	smmu->started = start;
	smmu->free_at = start + draw(smmu, kinds[cmd->class]);
}

static void advance(struct smmu *smmu)
{
	smmu->cons = (smmu->cons + 1) & queue_mask(smmu->cmdq_log2);
	smmu->busy = false;
	write32(smmu, CMDQ_CONS, smmu->cons);
}

/* The MSI goes to the guest's memory only: the driver polls it there. An address that is a device's is not served. */
static void signal_sync(struct smmu *smmu, const struct command *cmd)
{
	uint64_t address = cmd->msi_address;
	uint8_t *word;

	if (cmd->signal != SYNC_IRQ || !smmu->settings->features.msi || !address)
		return;
	word = memory_at(smmu->memory, address & ~7ULL, 8);
	if (word)
		__atomic_store_n((uint32_t *)(word + (address & 4)), cmd->msi_data, __ATOMIC_RELEASE);
}

/* False if it has failed; it is then still at CONS. */
static bool complete_sync(struct smmu *smmu, uint64_t now)
{
	const struct smmu_watch *watch = smmu->watch;
	struct command cmd = smmu->current;

	if (smmu->atc_failed) {
		smmu->atc_failed = false;
		smmu->busy = false;
		command_error(smmu, CERROR_ATC_INV_SYNC);
		return false;
	}
	/* Watchers first: what the guest does once it sees the sync done comes after. */
	if (watch->consumed)
		watch->consumed(watch->arg, smmu, &cmd, now);
	if (watch->served)
		watch->served(watch->arg, smmu, smmu->free_at - smmu->started, now - smmu->started,
			      now - smmu->free_at + smmu->slack);
	/* The MSI may be the command's own slot: written before CONS hands the slot back. */
	signal_sync(smmu, &cmd);
	advance(smmu);
	return true;
}

bool smmu_waits(const struct smmu *smmu)
{
	return smmu->cr0 & CR0_CMDQEN && !smmu->stopped && smmu->cons != smmu->seen;
}

uint64_t smmu_due(const struct smmu *smmu)
{
	return smmu->busy ? smmu->free_at : UINT64_MAX;
}

bool smmu_step(struct smmu *smmu, uint64_t now)
{
	const struct smmu_watch *watch = smmu->watch;
	struct command cmd;

	/*
	 * A doorbell counts from now on, a time after the look that found it: the
	 * model may have been off its CPU in between, and must not answer early.
	 */
	if (smmu->door_at == UNKNOWN)
		smmu->door_at = now;
	if (strikes(smmu, FAULT_STOP))
		smmu->stopped = true;
	if (error_active(smmu, GERROR_CMDQ)) {
		/* What waits behind the error cannot start before the guest has acknowledged it. */
		smmu->free_at = now;
		smmu->slack = 0;
		return smmu_waits(smmu);
	}
	while (smmu_waits(smmu)) {
		if (!smmu->busy) {
			if (!fetch(smmu, &cmd))
				return true;
			if (cmd.class == COMMAND_SYNC && strikes(smmu, FAULT_SYNC)) {
				smmu->stopped = true;
				return false;
			}
			take_up(smmu, &cmd);
			if (cmd.class != COMMAND_SYNC && watch->consumed)
				watch->consumed(watch->arg, smmu, &cmd, now);
		}
		if (now < smmu->free_at)
			return true;
		if (smmu->current.class != COMMAND_SYNC)
			advance(smmu);
		else if (!complete_sync(smmu, now))
			return true;
	}
	return smmu_waits(smmu);
}
