// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_model.c - a guest that does anything at all to the SMMU model.
 *
 * The input is a program: actions, each with its operands. Some are what a
 * driver and the kernel half do, so that there is something to break; the rest
 * writes what no driver would. Whatever the guest does, the model must stay
 * inside the guest's memory, which lies between pages that cannot be touched,
 * and account for what it has consumed.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "must.h"
#include "registers.h"
#include "removal.h"
#include "service.h"

#define BASE	  0x40000000ULL
#define BYTES	  0x200000ULL
#define GUARD	  0x1000000ULL
#define INSTANCES 4

/* The guest's memory: register frames, the ring, and what an action fills. */
#define RING	(INSTANCES * SMMU_FRAME_BYTES)
#define QUEUES	0xd0000ULL /* of commands, 0x4000 bytes for each instance */
#define EVENTS	0xe0000ULL /* 0x1000 bytes for each */
#define STREAMS 0xf0000ULL /* stream tables of 16, then CDs, 0x1000 bytes each */

struct input {
	const uint8_t *at;
	size_t left;
};

/* What an instance has been seen to do since its queue was enabled. */
struct tally {
	uint64_t consumed, moved;
};

static struct service service;
static struct tally tally[INSTANCES];
static uint64_t now, commands;
static uint32_t head; /* of the ring, as the guest counts */
static FILE *nowhere;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* When the input ends, so do the actions; operands beyond it are 0. */
static uint64_t take(struct input *in, unsigned int bytes)
{
	uint64_t value = 0;

	if (bytes > in->left)
		bytes = in->left;
	memcpy(&value, in->at, bytes);
	in->at += bytes;
	in->left -= bytes;
	return value;
}

/* Mostly where tables and queues are, often just at an end of memory, seldom anywhere. */
static uint64_t take_address(struct input *in)
{
	switch (take(in, 1) % 8) {
	case 0:
		return BASE + take(in, 3) % BYTES;
	case 1:
		return BASE + BYTES - 0x80 + take(in, 1);
	case 2:
		return BASE - 0x80 + take(in, 1);
	case 3:
		return take(in, 8);
	default:
		return BASE + QUEUES + take(in, 2) * 16;
	}
}

static struct smmu *take_instance(struct input *in)
{
	return &service.smmu[take(in, 1) % service.instances];
}

/* Aligned and inside, or nothing happens: the guest's own access would fault. */
static void put(uint64_t address, uint64_t value)
{
	void *at = memory_at(&service.memory, address, sizeof(value));

	if (at)
		memcpy(at, &value, sizeof(value));
}

static void put_register(const struct smmu *smmu, unsigned int offset, uint64_t value)
{
	smmu->reg[offset / 4] = value;
	if (offset == CMDQ_BASE || offset == EVENTQ_BASE || offset == STRTAB_BASE)
		smmu->reg[offset / 4 + 1] = value >> 32;
}

/* Brings an instance up, as a driver would but for the operands. */
static void set_up(struct input *in)
{
	struct smmu *smmu = take_instance(in);
	unsigned int k = smmu->index;

	put_register(smmu, STRTAB_BASE, BASE + STREAMS + k * 0x2000);
	put_register(smmu, STRTAB_BASE_CFG, 4);
	put_register(smmu, CMDQ_BASE, (BASE + QUEUES + k * 0x4000) | take(in, 1) % 11);
	put_register(smmu, EVENTQ_BASE, (BASE + EVENTS + k * 0x1000) | take(in, 1) % 8);
	put_register(smmu, IRQ_CTRL, take(in, 1));
	put_register(smmu, CR0, take(in, 2) ^ (CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN));
}

static void write_register(struct input *in)
{
	static const unsigned int often[] = {
		CR0,	   CR2,	      GBPA,	 IRQ_CTRL,    GERROR,	   GERRORN,	STRTAB_BASE, STRTAB_BASE_CFG,
		CMDQ_BASE, CMDQ_PROD, CMDQ_CONS, EVENTQ_BASE, EVENTQ_PROD, EVENTQ_CONS,
	};
	struct smmu *smmu = take_instance(in);
	unsigned int which = take(in, 1) % (sizeof(often) / sizeof(often[0]) + 1);
	unsigned int offset = which < sizeof(often) / sizeof(often[0]) ? often[which] : take(in, 2) * 4 % 0x1fffc;

	if (offset == CMDQ_BASE || offset == EVENTQ_BASE || offset == STRTAB_BASE)
		put_register(smmu, offset, take_address(in) ^ take(in, 1));
	else
		put_register(smmu, offset, take(in, 4));
}

/* Small numbers, so that what is invalidated is what was used. */
static uint64_t take_tag(struct input *in)
{
	uint64_t byte = take(in, 1);

	return byte < 0xf0 ? byte % 4 : take(in, 4);
}

static uint64_t take_page(struct input *in)
{
	uint64_t byte = take(in, 1);

	return byte < 0xf0 ? byte << 12 : take(in, 8);
}

static void make_command(struct input *in, uint64_t word[2])
{
	static const uint8_t opcodes[] = {
		PREFETCH_CONFIG, CFGI_STE,	 CFGI_STE_RANGE, CFGI_CD,	CFGI_CD_ALL,   TLBI_NH_ALL,
		TLBI_NH_ASID,	 TLBI_NH_VA,	 TLBI_NH_VAA,	 TLBI_EL2_ALL,	TLBI_EL2_ASID, TLBI_EL2_VA,
		TLBI_EL2_VAA,	 TLBI_S12_VMALL, TLBI_S2_IPA,	 TLBI_NSNH_ALL, ATC_INV,       ATC_INV,
		PRI_RESP,	 RESUME,	 STALL_TERM,	 CMD_SYNC,	CMD_SYNC,      CMD_SYNC,
	};

	word[0] = opcodes[take(in, 1) % sizeof(opcodes)];
	switch (word[0]) {
	case CMD_SYNC:
		word[0] |= take(in, 1) % 4 << 12 | take(in, 1) << 32;
		word[1] = take_address(in);
		break;
	case ATC_INV:
		word[0] |= take_tag(in) << 32 | take_tag(in) % 0x100000 << 12 | take(in, 1) % 8 << 9;
		word[1] = take_page(in) | take(in, 1) % 64;
		break;
	default:
		/* Its operands are ASID, VMID, NUM and SCALE; or StreamID and SubstreamID. */
		word[0] |= take_tag(in) << 48 | take_tag(in) % 0x10000 << 32 | take(in, 3) << 8;
		word[1] = take_page(in) ^ take(in, 2) % 0x1000;
	}
}

/* Where the guest would write its next command, and the doorbell for it. */
static void send_command(struct input *in, bool raw)
{
	struct smmu *smmu = take_instance(in);
	uint32_t prod = smmu_read32(smmu, CMDQ_PROD);
	uint64_t at = smmu->cmdq_base + (uint64_t)(prod & ((1U << smmu->cmdq_log2) - 1)) * COMMAND_BYTES, word[2];

	if (raw) {
		word[0] = take(in, 8);
		word[1] = take(in, 8);
	} else {
		make_command(in, word);
	}
	put(at, word[0]);
	put(at + 8, word[1]);
	put_register(smmu, CMDQ_PROD, prod + 1);
}

static void move_doorbell(struct input *in)
{
	struct smmu *smmu = take_instance(in);

	put_register(smmu, CMDQ_PROD, smmu_read32(smmu, CMDQ_PROD) + (int8_t)take(in, 1));
}

/* 7.5: all errors are acknowledged. The command in error may be replaced before that. */
static void acknowledge(struct input *in)
{
	struct smmu *smmu = take_instance(in);
	uint64_t at = smmu->cmdq_base + (uint64_t)(smmu->cons & ((1U << smmu->cmdq_log2) - 1)) * COMMAND_BYTES;

	if (take(in, 1) % 2)
		put(at, CMD_SYNC);
	put_register(smmu, GERRORN, smmu_read32(smmu, GERROR));
}

static void read_events(struct input *in)
{
	struct smmu *smmu = take_instance(in);

	put_register(smmu, EVENTQ_CONS, smmu_read32(smmu, EVENTQ_PROD) + take(in, 1) % 2);
}

static void write_ste(struct input *in)
{
	uint64_t at = BASE + STREAMS + take(in, 1) % service.instances * 0x2000 + take_tag(in) % 16 * 64;

	put(at, (take_address(in) & ~0x3fULL) | take(in, 1) | take(in, 1) << 56);
	put(at + 8, take(in, 4));
	put(at + 16, take_tag(in));
}

static void write_cd(struct input *in)
{
	uint64_t at = BASE + STREAMS + take(in, 1) % service.instances * 0x2000 + 0x1000 + take_tag(in) % 16 * 64;

	put(at, (take(in, 1) ^ 1) << 31 | take_tag(in) << 48);
}

static void write_word(struct input *in)
{
	uint64_t at = take_address(in);

	put(at, take(in, 1) % 2 ? take_address(in) | take(in, 1) : take(in, 8));
}

static const char *const known_lines[] = {
	"preset",
	"sync=20us",
	"tlbi=1us",
	"cfgi=lognormal:10us:1",
	"atc=1ms",
	"atc-issue=5ns",
	"scale=0.5",
	"atc-outstanding=1",
	"atc-outstanding=256",
	"fault=stop",
	"fault=sync",
	"fault=illegal",
	"fault=abort",
	"fault=atc",
	"fault=event",
	"1.sync=lognormal:2us:0.5",
	"page=1ms",
	"prefetch=1us",
	"cmdq=3",
	"evtq=2",
	"ats=on",
	"pri=on",
	"hyp=on",
	"btm=on",
	"msi=on",
	"stall=yes",
	"stages=1",
	"stages=2",
	"ril=off",
	"ssid-bits=16",
	"sid-bits=3",
	"two-level-streams=off",
	"two-level-cds=off",
	"evtq=0",
	"cmdq=0",
	"refuse-late=off",
	"cmdq=8",
	"sync=10us",
};

static void take_text(struct input *in, char *text, size_t size)
{
	unsigned int which = take(in, 1);

	if (which < sizeof(known_lines) / sizeof(known_lines[0])) {
		strncpy(text, known_lines[which], size - 1);
		text[size - 1] = '\0';
		return;
	}
	for (size_t i = 0; i < size && i < which % 41; i++)
		text[i] = take(in, 1);
	text[size - 1] = '\0';
}

static void fill_record(struct input *in, struct ring_record *record)
{
	record->kind = take(in, 1) % (RING_CONTROL + 2);
	record->domain = take_tag(in);
	switch (record->kind) {
	case RING_JOIN:
	case RING_LEAVE:
	case RING_ALLOW:
	case RING_BLOCKED:
		record->endpoint.smmu = take_instance(in)->frame;
		record->endpoint.sid = take_tag(in);
		record->endpoint.ssid = take_tag(in);
		break;
	case RING_BEGIN:
	case RING_RETURN:
		record->range.id = take(in, 1);
		record->range.iova = take_page(in);
		record->range.size = take_page(in);
		record->range.grain = 0x1000ULL << take(in, 1) % 64;
		break;
	case RING_MARK:
		record->mark.number = take(in, 1);
		record->mark.pass = take(in, 1);
		record->mark.begin = take(in, 1) % 2;
		break;
	case RING_CONTROL:
		take_text(in, record->text, sizeof(record->text));
		break;
	default:
		break;
	}
}

/* The guest trusts no more than the model does: it takes its slots without looking at the tail. */
static void send_record(struct input *in, bool raw)
{
	struct ring *ring = service.ring.ring;
	struct ring_record record = {};
	bool whole = take(in, 1) % 8;

	if (raw) {
		for (size_t i = 0; i < sizeof(record); i += 8) {
			uint64_t word = take(in, 8);

			memcpy((char *)&record + i, &word, sizeof(word));
		}
	} else {
		fill_record(in, &record);
	}
	record.stamp = whole ? head + 1 : 0;
	ring->record[head % RING_SLOTS] = record;
	ring->head = ++head;
}

static void write_ring(struct input *in)
{
	struct ring *ring = service.ring.ring;
	struct ring_record *slot = &ring->record[service.ring.tail % RING_SLOTS];

	switch (take(in, 1) % 4) {
	case 0: /* the record that was half written is now whole */
	case 1:
		slot->stamp = service.ring.tail + 1;
		break;
	case 2:
		ring->head = take(in, 8);
		break;
	default:
		ring->tail = take(in, 8);
	}
}

static void on_consumed(void *arg, const struct smmu *smmu, const struct command *cmd, uint64_t at)
{
	static const struct smmu_watch *const theirs = &service.watch;

	tally[smmu->index].consumed++;
	commands++;
	MUST(command_name(cmd));
	theirs->consumed(theirs->arg, smmu, cmd, at);
}

static bool enabled(const struct smmu *smmu)
{
	return smmu->cr0 & CR0_CMDQEN;
}

/* CONS has moved by what was consumed, and not beyond a PROD that was seen. */
static void check_instance(const struct smmu *smmu, const struct smmu *before)
{
	struct tally *t = &tally[smmu->index];
	uint32_t mask = (2U << smmu->cmdq_log2) - 1, moved = (smmu->cons - before->cons) & mask;

	MUST(smmu->atc_out <= SMMU_ATC_MAX);
	if (!enabled(smmu) || !enabled(before)) {
		*t = (struct tally){};
		return;
	}
	MUST(moved <= ((smmu->seen - before->cons) & mask));
	MUST(((smmu->seen - smmu->cons) & mask) <= 1U << smmu->cmdq_log2);
	t->moved += moved;
	MUST(t->consumed == t->moved + (smmu->busy && smmu->current.class != COMMAND_SYNC));
	if (moved && !((smmu->gerror ^ before->gerror) & GERROR_CMDQ))
		MUST(smmu_read32(smmu, CMDQ_CONS) == smmu->cons);
}

static void serve(void)
{
	static struct smmu before[INSTANCES];

	memcpy(before, service.smmu, sizeof(before));
	service_round(&service);
	for (unsigned int k = 0; k < service.instances; k++)
		check_instance(&service.smmu[k], &before[k]);
}

/* The witness has counted what was consumed. */
static void report(void)
{
	json_t *json = witness_json(service.witness), *oracle = oracle_json(service.oracle);
	const json_t *total = json_object_get(json, "total");

	MUST(json && oracle);
	MUST((uint64_t)(json_integer_value(json_object_get(total, "commands")) +
			json_integer_value(json_object_get(total, "syncs"))) == commands);
	json_decref(json);
	json_decref(oracle);
}

static void act(struct input *in)
{
	switch (take(in, 1) % 20) {
	case 0:
		return set_up(in);
	case 1:
		return write_register(in);
	case 2:
		return send_command(in, true);
	case 3:
		return move_doorbell(in);
	case 4:
		return acknowledge(in);
	case 5:
		return read_events(in);
	case 6:
		return write_ste(in);
	case 7:
		return write_cd(in);
	case 8:
		return write_word(in);
	case 9:
		return send_record(in, true);
	case 10:
	case 11:
		return send_record(in, false);
	case 12:
		return write_ring(in);
	case 13:
		now += 1ULL << take(in, 1) % 40;
		return serve();
	case 14:
	case 15:
	case 16:
		return send_command(in, false);
	case 17:
		return report();
	default:
		return serve();
	}
}

static uint64_t clock_ns(void *arg)
{
	return now++;
}

static void on_interrupt(void *arg, const struct smmu *smmu, enum smmu_interrupt which)
{
	MUST(smmu->index < service.instances && which < SMMU_INTERRUPTS);
}

/* The program touches what it is told of. */
static void on_prefault(void *arg, void *host, uint64_t bytes)
{
	uint64_t offset = (uint8_t *)host - service.memory.host;

	MUST(offset < BYTES && bytes <= BYTES - offset);
}

static void on_refused(void *arg, const char *why)
{
	MUST(*why);
}

static uint8_t *guest_memory(void)
{
	static uint8_t *host;

	if (!host) {
		host = mmap(NULL, BYTES + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		MUST(host != MAP_FAILED);
		host += GUARD;
		MUST(!mprotect(host, BYTES, PROT_READ | PROT_WRITE));
	}
	return host;
}

static void boot(struct input *in)
{
	static struct smmu_watch watch;
	unsigned int lines;
	const char *why;
	char text[42], no[128];

	memset(&service, 0, sizeof(service));
	memset(tally, 0, sizeof(tally));
	now = 1000;
	commands = head = 0;
	service.memory = (struct memory){ guest_memory(), BASE, BYTES };
	memset(service.memory.host, 0, BYTES);
	service.instances = 1 + take(in, 1) % INSTANCES;
	service.clock = clock_ns;
	service.interrupt = on_interrupt;
	service.prefault = on_prefault;
	service.refused = on_refused;
	for (unsigned int k = 0; k < service.instances; k++)
		settings_init(&service.boot_settings[k]);
	for (lines = take(in, 1) % 8; lines; lines--) {
		take_text(in, text, sizeof(text));
		settings_apply(service.boot_settings, service.instances, text, false, no, sizeof(no));
	}
	/* So little that a short input can fill it: what is then counted as not followed must be so as well. */
	removals_room = (struct removals_room){ .open = 8, .failed = 4, .needs = 24, .claims = 32 };
	MUST(!service_init(&service, BASE, BASE + RING, &why));
	watch = service.watch;
	watch.consumed = on_consumed;
	for (unsigned int k = 0; k < service.instances; k++)
		service.smmu[k].watch = &watch;
	if (!nowhere)
		nowhere = fopen("/dev/null", "we");
	MUST(nowhere);
	oracle_print_to(service.oracle, nowhere);
	witness_log_to(service.witness, nowhere, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };

	boot(&in);
	while (in.left)
		act(&in);
	serve();
	report();
	service_done(&service);
	return 0;
}
