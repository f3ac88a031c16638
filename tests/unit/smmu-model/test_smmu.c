// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_smmu.c - one SMMU and several, with a buffer for the guest's memory and
 * numbers for the time: registers, both queues, times, errors and faults.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "registers.h"
#include "smmu.h"

#define BASE	  0x80000000ULL
#define BYTES	  0x1000000ULL
#define INSTANCES 3
#define MSI	  (BASE + 0x80000)
#define EVENTS	  (BASE + 0x100000)
#define COMMANDS  (BASE + 0x800000) /* 2^19 of them, or 0x10000 bytes for each instance */
#define LOG_MAX	  64

struct served {
	uint64_t set, took, late;
};

struct guest {
	struct memory memory;
	struct settings settings[INSTANCES];
	struct smmu smmu[INSTANCES];
	struct smmu_watch watch;
	uint64_t base[INSTANCES];
	unsigned int log2[INSTANCES];
	uint32_t prod[INSTANCES];

	/* What the watch was told, of all instances. */
	void *queue;
	uint64_t queue_bytes, consumed, interrupts[SMMU_INTERRUPTS];
	struct command last;
	unsigned int doorbells, added, depth, nr_served;
	struct served served[LOG_MAX];
	void (*on_consumed)(struct guest *g, const struct smmu *smmu, const struct command *cmd);
};

static void watch_enabled(void *arg, const struct smmu *smmu, void *queue, uint64_t bytes)
{
	struct guest *g = arg;

	g->queue = queue;
	g->queue_bytes = bytes;
}

static void watch_doorbell(void *arg, const struct smmu *smmu, unsigned int added, unsigned int depth, uint64_t now)
{
	struct guest *g = arg;

	g->doorbells++;
	g->added = added;
	g->depth = depth;
}

static void watch_consumed(void *arg, const struct smmu *smmu, const struct command *cmd, uint64_t now)
{
	struct guest *g = arg;

	g->last = *cmd;
	if (g->on_consumed)
		g->on_consumed(g, smmu, cmd);
	g->consumed++;
}

static void watch_served(void *arg, const struct smmu *smmu, uint64_t set_ns, uint64_t took_ns, uint64_t late_ns)
{
	struct guest *g = arg;

	if (g->nr_served < LOG_MAX)
		g->served[g->nr_served] = (struct served){ set_ns, took_ns, late_ns };
	g->nr_served++;
}

static void watch_interrupt(void *arg, const struct smmu *smmu, enum smmu_interrupt which)
{
	struct guest *g = arg;

	g->interrupts[which]++;
}

/* A setting of all instances, or with K. of one, at any time. */
static void set(struct guest *g, const char *line)
{
	char why[128];

	if (settings_apply(g->settings, INSTANCES, line, false, why, sizeof(why)))
		fail_msg("%s", why);
}

static void reset(struct guest *g)
{
	for (unsigned int k = 0; k < INSTANCES; k++) {
		smmu_done(&g->smmu[k]);
		assert_int_equal(
			smmu_init(&g->smmu[k], k, BASE + k * SMMU_FRAME_BYTES, &g->memory, &g->settings[k], &g->watch),
			0);
		g->prod[k] = 0;
	}
}

static int setup(void **state)
{
	struct guest *g = calloc(1, sizeof(*g));

	MUST(g);
	g->memory = (struct memory){ aligned_alloc(4096, BYTES), BASE, BYTES };
	MUST(g->memory.host);
	memset(g->memory.host, 0xa5, BYTES);
	g->watch = (struct smmu_watch){
		.enabled = watch_enabled,
		.doorbell = watch_doorbell,
		.consumed = watch_consumed,
		.served = watch_served,
		.interrupt = watch_interrupt,
		.arg = g,
	};
	for (unsigned int k = 0; k < INSTANCES; k++) {
		settings_init(&g->settings[k]);
		MUST(!smmu_init(&g->smmu[k], k, BASE + k * SMMU_FRAME_BYTES, &g->memory, &g->settings[k], &g->watch));
	}
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	struct guest *g = *state;

	for (unsigned int k = 0; k < INSTANCES; k++)
		smmu_done(&g->smmu[k]);
	free(g->memory.host);
	free(g);
	return 0;
}

static uint32_t get(const struct guest *g, unsigned int k, unsigned int offset)
{
	return smmu_read32(&g->smmu[k], offset);
}

static void put(struct guest *g, unsigned int k, unsigned int offset, uint64_t value)
{
	g->smmu[k].reg[offset / 4] = value;
	if (offset == CMDQ_BASE || offset == EVENTQ_BASE)
		g->smmu[k].reg[offset / 4 + 1] = value >> 32;
}

static uint64_t *at(struct guest *g, uint64_t address)
{
	uint64_t *word = memory_at(&g->memory, address, 8);

	MUST(word);
	return word;
}

/* A command queue of 2^@log2, enabled, with the error interrupt. */
static void enable(struct guest *g, unsigned int k, unsigned int log2)
{
	g->base[k] = log2 > 12 ? COMMANDS : COMMANDS + k * 0x10000;
	g->log2[k] = log2;
	put(g, k, CMDQ_BASE, g->base[k] | log2);
	put(g, k, IRQ_CTRL, IRQ_CTRL_GERROR | IRQ_CTRL_EVENTQ);
	put(g, k, CR0, CR0_CMDQEN | CR0_EVENTQEN);
	smmu_control(&g->smmu[k]);
}

/* Puts a command behind the others; the guest has not rung yet. */
static void add(struct guest *g, unsigned int k, uint64_t word0, uint64_t word1)
{
	uint64_t slot = g->base[k] + (g->prod[k]++ & ((1U << g->log2[k]) - 1)) * COMMAND_BYTES;

	*at(g, slot) = word0;
	*at(g, slot + 8) = word1;
}

static void ring(struct guest *g, unsigned int k)
{
	put(g, k, CMDQ_PROD, g->prod[k] & ((2U << g->log2[k]) - 1));
}

static void look_and_step(struct guest *g, unsigned int k, uint64_t now)
{
	smmu_look(&g->smmu[k], now);
	smmu_step(&g->smmu[k], now);
}

static void send(struct guest *g, unsigned int k, uint64_t word0, uint64_t now)
{
	add(g, k, word0, 0);
	ring(g, k);
	look_and_step(g, k, now);
}

/* CONS, without the wrap bit's meaning, is @cons just at @now, and not a nanosecond before. */
static void expect_cons_at(struct guest *g, unsigned int k, uint32_t cons, uint64_t now)
{
	smmu_step(&g->smmu[k], now - 1);
	assert_int_equal(get(g, k, CMDQ_CONS), cons - 1);
	smmu_step(&g->smmu[k], now);
	assert_int_equal(get(g, k, CMDQ_CONS), cons);
}

static void expect_served(const struct guest *g, unsigned int i, uint64_t set_ns, uint64_t took_ns, uint64_t late_ns)
{
	assert_true(g->nr_served > i);
	assert_int_equal(g->served[i].set, set_ns);
	assert_int_equal(g->served[i].took, took_ns);
	assert_int_equal(g->served[i].late, late_ns);
}

static void each_ability_is_reported(void **state)
{
	/* How each setting makes the ID registers differ from those of the default, with 44 bits of output. */
	static const struct {
		const char *line;
		uint32_t idr0, idr1, idr3, idr5, aidr;
	} table[] = {
		{ "ats=on", 1 << 10, 0, 0, 0, 0 },
		{ "pri=on", 1 << 16, 0, 0, 0, 0 },
		{ "ril=off", 0, 0, 1 << 10, 0, 1 ^ 2 },
		{ "msi=on", 1 << 13, 0, 0, 0, 0 },
		{ "sev=on", 1 << 14, 0, 0, 0, 0 },
		{ "btm=on", 1 << 5, 0, 0, 0, 0 },
		{ "hyp=on", 1 << 9, 0, 0, 0, 0 },
		{ "coherent=off", 1 << 4, 0, 0, 0, 0 },
		{ "asid16=off", 1 << 12, 0, 0, 0, 0 },
		{ "vmid16=off", 1 << 18, 0, 0, 0, 0 },
		{ "two-level-streams=off", 1 << 27, 0, 0, 0, 0 },
		{ "two-level-cds=off", 1 << 19, 0, 0, 0, 0 },
		{ "stages=1", 1 << 0, 0, 0, 0, 0 },
		{ "stages=2", 1 << 1, 0, 0, 0, 0 },
		{ "granules=16K+64K", 0, 0, 0, 1 << 4, 0 },
		{ "granules=4K+64K", 0, 0, 0, 1 << 5, 0 },
		{ "granules=4K+16K", 0, 0, 0, 1 << 6, 0 },
		{ "stall=yes", 1 << 24, 0, 0, 64 << 16, 0 },
		{ "stall=force", 3 << 24, 0, 0, 64 << 16, 0 },
		{ "httu=access", 1 << 6, 0, 0, 0, 0 },
		{ "httu=dirty", 2 << 6, 0, 0, 0, 0 },
		{ "oas=32", 0, 0, 0, 4 ^ 0, 0 },
		{ "oas=36", 0, 0, 0, 4 ^ 1, 0 },
		{ "oas=40", 0, 0, 0, 4 ^ 2, 0 },
		{ "oas=42", 0, 0, 0, 4 ^ 3, 0 },
		{ "oas=48", 0, 0, 0, 4 ^ 5, 0 },
		{ "oas=52", 0, 0, 0, 4 ^ 6, 0 },
		{ "sid-bits=32", 0, 16 ^ 32, 0, 0, 0 },
		{ "ssid-bits=20", 0, 20 << 6, 0, 0, 0 },
		{ "priq=3", 0, (19 ^ 3) << 11, 0, 0, 0 },
		{ "evtq=4", 0, (19 ^ 4) << 16, 0, 0, 0 },
		{ "cmdq=5", 0, (19 ^ 5) << 21, 0, 0, 0 },
	};
	struct guest *g = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		settings_init(&g->settings[0]);
		set(g, "oas=44");
		set(g, table[i].line);
		reset(g);
		if (get(g, 0, IDR0) != (0x094c101b ^ table[i].idr0) ||
		    get(g, 0, IDR1) != (0x02739810 ^ table[i].idr1) || get(g, 0, IDR3) != (0x400 ^ table[i].idr3) ||
		    get(g, 0, IDR5) != (0x74 ^ table[i].idr5) || get(g, 0, AIDR) != (2 ^ table[i].aidr))
			fail_msg("%s: IDR0 %#x, IDR1 %#x, IDR3 %#x, IDR5 %#x, AIDR %#x", table[i].line, get(g, 0, IDR0),
				 get(g, 0, IDR1), get(g, 0, IDR3), get(g, 0, IDR5), get(g, 0, AIDR));
	}
}

static void all_else_is_zero_after_reset(void **state)
{
	struct guest *g = *state;

	for (unsigned int offset = 0; offset < SMMU_FRAME_BYTES; offset += 4) {
		if (offset == IDR0 || offset == IDR1 || offset == IDR3 || offset == IDR5 || offset == AIDR)
			continue;
		if (get(g, 0, offset))
			fail_msg("register %#x is %#x", offset, get(g, 0, offset));
	}
}

static void frames_lie_inside_memory(void **state)
{
	static const uint64_t bad[] = {
		0,
		BASE - 8,
		BASE - SMMU_FRAME_BYTES,
		BASE + 4,
		BASE + BYTES,
		BASE + BYTES - SMMU_FRAME_BYTES + 8,
		UINT64_MAX - 7,
	};
	struct guest *g = *state;
	struct smmu smmu;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(smmu_init(&smmu, 0, bad[i], &g->memory, g->settings, &g->watch), -EINVAL);
	assert_int_equal(smmu_init(&smmu, 0, BASE + BYTES - SMMU_FRAME_BYTES, &g->memory, g->settings, &g->watch), 0);
	smmu_done(&smmu);
}

static void control_registers_are_acknowledged(void **state)
{
	struct guest *g = *state;

	for (unsigned int bit = 0; bit < 32; bit++) {
		put(g, 0, CR0, 1U << bit);
		put(g, 0, IRQ_CTRL, 1U << bit);
		smmu_control(&g->smmu[0]);
		/* 6.3.9: SMMUEN, PRIQEN, EVENTQEN, CMDQEN, ATSCHK, VMW; 6.3.15: GERROR, PRIQ, EVENTQ. */
		assert_int_equal(get(g, 0, CR0ACK), 1U << bit & 0x1df);
		assert_int_equal(get(g, 0, IRQ_CTRLACK), 1U << bit & 7);
	}
	put(g, 0, CR0, 0);
	put(g, 0, GBPA, GBPA_UPDATE | 0x00100123);
	smmu_control(&g->smmu[0]);
	assert_int_equal(get(g, 0, CR0ACK), 0);
	assert_int_equal(get(g, 0, GBPA), 0x00100123);
}

static void nothing_is_consumed_before_the_queue_is_enabled(void **state)
{
	struct guest *g = *state;

	g->base[0] = COMMANDS;
	g->log2[0] = 4;
	put(g, 0, CMDQ_BASE, COMMANDS | 4);
	send(g, 0, TLBI_NSNH_ALL, 100);
	assert_int_equal(g->consumed, 0);
	assert_int_equal(g->doorbells, 0);
	put(g, 0, CR0, CR0_SMMUEN | CR0_EVENTQEN);
	smmu_control(&g->smmu[0]);
	look_and_step(g, 0, 200);
	assert_int_equal(get(g, 0, CMDQ_CONS), 0);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	look_and_step(g, 0, 300);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	assert_int_equal(g->consumed, 1);
}

/* Commands come in the order in which they were put. */
static void expect_next_asid(struct guest *g, const struct smmu *smmu, const struct command *cmd)
{
	if (cmd->opcode != TLBI_NH_ASID || cmd->asid != (g->consumed & 0xffff))
		fail_msg("command %u of ASID %u in place %u", cmd->opcode, cmd->asid, (unsigned int)g->consumed);
}

static void queues_of_each_size_wrap(void **state)
{
	struct guest *g = *state;

	g->on_consumed = expect_next_asid;
	for (unsigned int log2 = 0; log2 <= 19; log2++) {
		unsigned int size = 1U << log2, sent = 0;

		reset(g);
		enable(g, 0, log2);
		g->consumed = 0;
		/* Full, then nearly so, so that the index is in another place at each wrap. */
		for (unsigned int batch = size, round = 0; round < 4; round++, batch = size - round % 2 * (size / 3)) {
			for (unsigned int i = 0; i < batch; i++)
				add(g, 0, TLBI_NH_ASID | (uint64_t)(sent++ & 0xffff) << 48, 0);
			ring(g, 0);
			look_and_step(g, 0, 1000 + round);
			assert_int_equal(g->added, batch);
			assert_int_equal(g->depth, batch);
			assert_int_equal(g->consumed, sent);
			assert_int_equal(get(g, 0, CMDQ_CONS), get(g, 0, CMDQ_PROD));
			assert_int_equal(get(g, 0, CMDQ_CONS), sent & (2 * size - 1));
		}
	}
}

/* 6.3.26: LOG2SIZE is capped at IDR1.CMDQS, and the base aligned to the size. */
static void bases_are_taken_as_the_queue_can_be(void **state)
{
	struct guest *g = *state;

	set(g, "cmdq=3");
	reset(g);
	g->base[0] = COMMANDS;
	g->log2[0] = 3;
	put(g, 0, CMDQ_BASE, (COMMANDS + 0x60) | 31);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	assert_ptr_equal(g->queue, at(g, COMMANDS));
	assert_int_equal(g->queue_bytes, 8 * COMMAND_BYTES);
	g->on_consumed = expect_next_asid;
	for (unsigned int i = 0; i < 20; i++)
		send(g, 0, TLBI_NH_ASID | (uint64_t)i << 48, 100 + i);
	assert_int_equal(g->consumed, 20);
	assert_int_equal(get(g, 0, CMDQ_CONS), 20 % 16);
}

static void prod_beyond_the_queue_waits_for_sense(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 2);
	for (unsigned int i = 0; i < 4; i++)
		add(g, 0, TLBI_NSNH_ALL, 0);
	for (unsigned int prod = 5; prod < 8; prod++) {
		put(g, 0, CMDQ_PROD, prod);
		look_and_step(g, 0, 100);
		assert_int_equal(g->doorbells, 0);
		assert_int_equal(g->consumed, 0);
		assert_int_equal(get(g, 0, CMDQ_CONS), 0);
	}
	/* Bits that an index of this queue does not have are nothing. */
	put(g, 0, CMDQ_PROD, 0xfffffff8 | 4);
	look_and_step(g, 0, 100);
	assert_int_equal(g->consumed, 4);
	assert_int_equal(get(g, 0, CMDQ_CONS), 4);
}

static void steps_go_no_further_than_the_look(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	assert_false(smmu_waits(&g->smmu[0]));
	add(g, 0, TLBI_NSNH_ALL, 0);
	ring(g, 0);
	smmu_look(&g->smmu[0], 100);
	assert_true(smmu_waits(&g->smmu[0]));
	add(g, 0, TLBI_NSNH_ALL, 0);
	ring(g, 0);
	assert_false(smmu_step(&g->smmu[0], 200));
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	look_and_step(g, 0, 300);
	assert_int_equal(get(g, 0, CMDQ_CONS), 2);
	assert_false(smmu_waits(&g->smmu[0]));
}

static void doorbells_tell_what_they_added(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=1us");
	enable(g, 0, 4);
	add(g, 0, TLBI_NSNH_ALL, 0);
	add(g, 0, TLBI_NSNH_ALL, 0);
	ring(g, 0);
	look_and_step(g, 0, 100);
	assert_int_equal(g->added, 2);
	assert_int_equal(g->depth, 2);
	look_and_step(g, 0, 200);
	assert_int_equal(g->doorbells, 1);
	send(g, 0, TLBI_NSNH_ALL, 1100);
	assert_int_equal(g->doorbells, 2);
	assert_int_equal(g->added, 1);
	assert_int_equal(g->depth, 3);
	smmu_step(&g->smmu[0], 1100);
	send(g, 0, TLBI_NSNH_ALL, 1200);
	assert_int_equal(g->added, 1);
	assert_int_equal(g->depth, 3);
}

static void each_kind_takes_its_time_in_turn(void **state)
{
	static const struct {
		const char *line;
		uint64_t command, ns;
	} kinds[] = {
		{ "tlbi=100ns", TLBI_NH_ALL, 100 },	    { "cfgi=200ns", CFGI_STE, 200 },
		{ "prefetch=300ns", PREFETCH_CONFIG, 300 }, { "page=400ns", RESUME, 400 },
		{ "atc-issue=500ns", ATC_INV, 500 },	    { "sync=600ns", CMD_SYNC, 600 },
	};
	const unsigned int count = sizeof(kinds) / sizeof(kinds[0]);
	struct guest *g = *state;
	uint64_t now = 1000;

	set(g, "ats=on");
	set(g, "stall=yes");
	for (unsigned int i = 0; i < count; i++)
		set(g, kinds[i].line);
	enable(g, 0, 5);
	for (unsigned int i = 0; i < 2 * count; i++)
		add(g, 0, kinds[i % count].command, 0);
	ring(g, 0);
	look_and_step(g, 0, now);
	for (unsigned int i = 0; i < 2 * count; i++) {
		now += kinds[i % count].ns;
		expect_cons_at(g, 0, i + 1, now);
	}
	assert_false(smmu_waits(&g->smmu[0]));
}

static void what_was_due_is_made_up_for(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=100ns");
	enable(g, 0, 4);
	for (unsigned int i = 0; i < 5; i++)
		add(g, 0, TLBI_NSNH_ALL, 0);
	ring(g, 0);
	look_and_step(g, 0, 1000);
	assert_int_equal(g->consumed, 1);
	/* At 1350 three are done, and the fourth was begun at 1300. */
	smmu_step(&g->smmu[0], 1350);
	assert_int_equal(get(g, 0, CMDQ_CONS), 3);
	assert_int_equal(g->consumed, 4);
	expect_cons_at(g, 0, 4, 1400);
	expect_cons_at(g, 0, 5, 1500);
}

static void scale_multiplies_all_times(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=100ns");
	set(g, "scale=2.5");
	enable(g, 0, 4);
	send(g, 0, TLBI_NSNH_ALL, 1000);
	expect_cons_at(g, 0, 1, 1250);
	set(g, "scale=0.01");
	send(g, 0, TLBI_NSNH_ALL, 2000);
	expect_cons_at(g, 0, 2, 2001);
}

#define DRAWS 1001

static int compare_times(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Serves syncs one after another and notes what time was set for each. */
static void draw_times(struct guest *g, unsigned int k, uint64_t *ns)
{
	enable(g, k, 4);
	for (unsigned int i = 0; i < DRAWS; i++) {
		g->nr_served = 0;
		send(g, k, CMD_SYNC, i * 2000000000ULL);
		smmu_step(&g->smmu[k], i * 2000000000ULL + 1000000000);
		assert_int_equal(g->nr_served, 1);
		ns[i] = g->served[0].set;
	}
}

static void times_are_lognormal_and_repeat(void **state)
{
	static uint64_t first[DRAWS], again[DRAWS], other[DRAWS];
	struct guest *g = *state;

	set(g, "sync=lognormal:10us:0.5");
	draw_times(g, 0, first);
	draw_times(g, 1, other);
	reset(g);
	draw_times(g, 0, again);
	assert_memory_equal(first, again, sizeof(first));
	assert_memory_not_equal(first, other, sizeof(first));
	/* Of 1001 draws the median is known to 2 %, at three sigmas to 6 %; a third lies beyond one sigma. */
	qsort(first, DRAWS, sizeof(first[0]), compare_times);
	assert_in_range(first[DRAWS / 2], 9400, 10600);
	assert_in_range(first[DRAWS * 16 / 100], 5500, 6700);
	assert_in_range(first[DRAWS * 84 / 100], 15000, 18200);
}

/* Four ATC_INVs, then a CMD_SYNC, at 1000. */
static void send_atc(struct guest *g)
{
	enable(g, 0, 4);
	for (unsigned int i = 0; i < 4; i++)
		add(g, 0, ATC_INV, 0);
	add(g, 0, CMD_SYNC, 0);
	ring(g, 0);
	look_and_step(g, 0, 1000);
}

static void round_trips_of_atc_invs_overlap(void **state)
{
	struct guest *g = *state;

	set(g, "ats=on");
	set(g, "atc=1us");
	set(g, "atc-issue=10ns");
	set(g, "sync=50ns");
	send_atc(g);
	for (unsigned int i = 1; i <= 4; i++)
		expect_cons_at(g, 0, i, 1000 + 10 * i);
	/* The last went out at 1030 and is back at 2030; then the CMD_SYNC takes its own time. */
	expect_cons_at(g, 0, 5, 2080);
	expect_served(g, 0, 50, 50, 0 + 1000);
	/* All are back: the next CMD_SYNC waits for none. */
	send(g, 0, CMD_SYNC, 3000);
	expect_cons_at(g, 0, 6, 3050);
}

static void the_queue_waits_while_too_many_atc_invs_are_out(void **state)
{
	struct guest *g = *state;

	set(g, "ats=on");
	set(g, "atc=1us");
	set(g, "atc-issue=10ns");
	set(g, "atc-outstanding=2");
	send_atc(g);
	expect_cons_at(g, 0, 1, 1010);
	expect_cons_at(g, 0, 2, 1020);
	/* The first is back at 2000, the second, sent at 1010, at 2010. */
	expect_cons_at(g, 0, 3, 2010);
	expect_cons_at(g, 0, 4, 2020);
	expect_cons_at(g, 0, 5, 3010);
}

static void fewer_may_be_out_from_now_on(void **state)
{
	struct guest *g = *state;

	set(g, "ats=on");
	set(g, "atc=1us");
	send_atc(g);
	assert_int_equal(get(g, 0, CMDQ_CONS), 4);
	expect_cons_at(g, 0, 5, 2000);
	for (unsigned int i = 0; i < 4; i++)
		send(g, 0, ATC_INV, 3000 + i * 100);
	assert_int_equal(get(g, 0, CMDQ_CONS), 9);
	set(g, "atc-outstanding=1");
	set(g, "atc-issue=1ns");
	/* The last of the four is back at 4300. */
	send(g, 0, ATC_INV, 3400);
	expect_cons_at(g, 0, 10, 4301);
}

/* As many as the array holds. */
static void many_atc_invs_can_be_out(void **state)
{
	struct guest *g = *state;

	set(g, "ats=on");
	set(g, "atc=1us");
	set(g, "atc-outstanding=256");
	enable(g, 0, 9);
	for (unsigned int i = 0; i < 257; i++)
		add(g, 0, ATC_INV, 0);
	ring(g, 0);
	look_and_step(g, 0, 1000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 256);
	expect_cons_at(g, 0, 257, 2000);
}

static void tlbis_do_not_wait_for_atc_invs(void **state)
{
	struct guest *g = *state;

	set(g, "ats=on");
	set(g, "atc=1us");
	set(g, "tlbi=10ns");
	enable(g, 0, 4);
	add(g, 0, ATC_INV, 0);
	add(g, 0, TLBI_NH_ALL, 0);
	add(g, 0, CMD_SYNC, 0);
	ring(g, 0);
	look_and_step(g, 0, 1000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	expect_cons_at(g, 0, 2, 1010);
	expect_cons_at(g, 0, 3, 2000);
}

static void lateness_counts_what_was_not_seen(void **state)
{
	struct guest *g = *state;

	set(g, "sync=100ns");
	enable(g, 0, 4);
	smmu_look(&g->smmu[0], 900);
	add(g, 0, CMD_SYNC, 0);
	add(g, 0, CMD_SYNC, 0);
	ring(g, 0);
	smmu_look(&g->smmu[0], 1000);
	/* It counts from 1040, but may have been there since just after 900. */
	smmu_step(&g->smmu[0], 1040);
	expect_cons_at(g, 0, 1, 1140);
	expect_served(g, 0, 100, 100, 140);
	/* The second could start at 1140 and is seen to 60 ns late; the doubt about the first is its own too. */
	smmu_step(&g->smmu[0], 1300);
	expect_served(g, 1, 100, 160, 60 + 140);
	/* The queue was busy until 1240, so that this can have waited since then at most. */
	add(g, 0, CMD_SYNC, 0);
	ring(g, 0);
	smmu_look(&g->smmu[0], 1310);
	smmu_step(&g->smmu[0], 1310);
	smmu_look(&g->smmu[0], 1400);
	smmu_step(&g->smmu[0], 1410);
	expect_served(g, 2, 100, 100, 1310 - 1240);
}

static void a_doorbell_while_busy_adds_no_doubt(void **state)
{
	struct guest *g = *state;

	set(g, "sync=100ns");
	enable(g, 0, 4);
	smmu_look(&g->smmu[0], 1000);
	send(g, 0, CMD_SYNC, 1000);
	send(g, 0, CMD_SYNC, 1050);
	smmu_look(&g->smmu[0], 1100);
	smmu_step(&g->smmu[0], 1100);
	expect_served(g, 0, 100, 100, 0);
	expect_cons_at(g, 0, 2, 1200);
	expect_served(g, 1, 100, 100, 0);
}

/* What waited behind the first command could start when that was done, whatever came later. */
static void a_late_doorbell_is_of_its_own_commands_alone(void **state)
{
	struct guest *g = *state;

	set(g, "sync=100ns");
	enable(g, 0, 4);
	smmu_look(&g->smmu[0], 1000);
	add(g, 0, CMD_SYNC, 0);
	send(g, 0, CMD_SYNC, 1000);
	send(g, 0, CMD_SYNC, 1150);
	expect_served(g, 0, 100, 150, 50);
	expect_cons_at(g, 0, 2, 1200);
	expect_served(g, 1, 100, 100, 0);
	expect_cons_at(g, 0, 3, 1300);
}

/* No step comes between two doorbells when a record of the ring is half written. */
static void doorbells_without_a_step_between_are_one(void **state)
{
	struct guest *g = *state;

	set(g, "sync=100ns");
	enable(g, 0, 4);
	smmu_look(&g->smmu[0], 10000);
	add(g, 0, CMD_SYNC, 0);
	ring(g, 0);
	smmu_look(&g->smmu[0], 10010);
	add(g, 0, CMD_SYNC, 0);
	ring(g, 0);
	smmu_look(&g->smmu[0], 10020);
	smmu_look(&g->smmu[0], 10030);
	smmu_step(&g->smmu[0], 10040);
	expect_cons_at(g, 0, 1, 10140);
	expect_served(g, 0, 100, 100, 40);
	expect_cons_at(g, 0, 2, 10240);
	expect_served(g, 1, 100, 100, 40);
}

static void instances_work_in_parallel(void **state)
{
	struct guest *g = *state;

	set(g, "sync=100ns");
	set(g, "2.sync=30ns");
	set(g, "1.fault=stop");
	for (unsigned int k = 0; k < INSTANCES; k++) {
		enable(g, k, 4);
		add(g, k, CMD_SYNC, 0);
		add(g, k, CMD_SYNC, 0);
		ring(g, k);
		look_and_step(g, k, 1000 + k);
	}
	expect_cons_at(g, 2, 1, 1032);
	expect_cons_at(g, 2, 2, 1062);
	expect_cons_at(g, 0, 1, 1100);
	expect_cons_at(g, 0, 2, 1200);
	smmu_step(&g->smmu[1], 1000000);
	assert_int_equal(get(g, 1, CMDQ_CONS), 0);
}

static void sync_msi(struct guest *g, uint64_t signal, uint64_t address)
{
	add(g, 0, CMD_SYNC | signal << 12 | 0x12345678ULL << 32, address);
	ring(g, 0);
	look_and_step(g, 0, 1000);
}

static void a_sync_writes_its_msi(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	reset(g);
	enable(g, 0, 4);
	*at(g, MSI) = 0;
	sync_msi(g, SYNC_IRQ, MSI);
	assert_int_equal(*at(g, MSI), 0x12345678);
	sync_msi(g, SYNC_IRQ, MSI + 4);
	assert_int_equal(*at(g, MSI), 0x1234567812345678);
	/* Bits 1:0 and 63:52 are no part of the address (4.7.3). */
	*at(g, MSI) = 0;
	sync_msi(g, SYNC_IRQ, MSI | 0xfff0000000000003);
	assert_int_equal(*at(g, MSI), 0x12345678);
	assert_int_equal(get(g, 0, CMDQ_CONS), 3);
}

static void no_msi_where_none_was_asked_for(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	reset(g);
	enable(g, 0, 4);
	*at(g, MSI) = 0;
	sync_msi(g, SYNC_NONE, MSI);
	sync_msi(g, SYNC_SEV, MSI);
	sync_msi(g, SYNC_IRQ, BASE + BYTES);
	sync_msi(g, SYNC_IRQ, BASE - 4);
	set(g, "msi=off");
	sync_msi(g, SYNC_IRQ, MSI);
	assert_int_equal(*at(g, MSI), 0);
	assert_int_equal(get(g, 0, CMDQ_CONS), 5);
}

/* 4.7.3: none is sent to address 0, not even where that is memory. */
static void address_0_is_no_msi(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	reset(g);
	g->memory.base = 0;
	put(g, 0, CMDQ_BASE, (COMMANDS - BASE) | 4);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	*at(g, COMMANDS - BASE) = CMD_SYNC | SYNC_IRQ << 12 | 0x12345678ULL << 32;
	*at(g, COMMANDS - BASE + 8) = 0;
	put(g, 0, CMDQ_PROD, 1);
	look_and_step(g, 0, 1000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	assert_int_equal(get(g, 0, IDR0), 0x094c101b | 1 << 13);
}

static void expect_nothing_signalled(struct guest *g, const struct smmu *smmu, const struct command *cmd)
{
	assert_int_equal(cmd->opcode, CMD_SYNC);
	assert_int_equal(smmu_read32(smmu, CMDQ_CONS), 0);
	assert_int_equal(*at(g, MSI), 0);
}

static void watchers_hear_of_a_sync_before_the_guest(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	set(g, "sync=100ns");
	reset(g);
	enable(g, 0, 4);
	*at(g, MSI) = 0;
	g->on_consumed = expect_nothing_signalled;
	sync_msi(g, SYNC_IRQ, MSI);
	smmu_step(&g->smmu[0], 1099);
	assert_int_equal(g->consumed, 0);
	assert_int_equal(*at(g, MSI), 0);
	smmu_step(&g->smmu[0], 1100);
	assert_int_equal(g->consumed, 1);
	assert_int_equal(*at(g, MSI), 0x12345678);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
}

/* An MSI to CONS itself shows which of the two was written last. */
static void the_msi_comes_before_cons(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	reset(g);
	enable(g, 0, 4);
	sync_msi(g, SYNC_IRQ, BASE + CMDQ_CONS);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
}

static void expect_error(struct guest *g, uint32_t cons, enum cmdq_error error, uint64_t interrupts)
{
	assert_int_equal(get(g, 0, CMDQ_CONS), cons | (uint32_t)error << 24);
	assert_int_equal((get(g, 0, GERROR) ^ get(g, 0, GERRORN)) & 1, 1);
	assert_int_equal(g->interrupts[SMMU_GERROR], interrupts);
}

static void acknowledge(struct guest *g)
{
	put(g, 0, GERRORN, get(g, 0, GERROR));
}

static void an_illegal_command_stops_the_queue(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	add(g, 0, TLBI_NSNH_ALL, 0);
	add(g, 0, 0xff, 0);
	add(g, 0, TLBI_NSNH_ALL, 0);
	ring(g, 0);
	look_and_step(g, 0, 1000);
	expect_error(g, 1, CERROR_ILL, 1);
	assert_int_equal(g->consumed, 1);
	look_and_step(g, 0, 2000);
	expect_error(g, 1, CERROR_ILL, 1);

	/* Acknowledged, but still there: the bit goes back, which is a new error. */
	acknowledge(g);
	look_and_step(g, 0, 3000);
	expect_error(g, 1, CERROR_ILL, 2);
	assert_int_equal(get(g, 0, GERROR), 0);

	*at(g, g->base[0] + COMMAND_BYTES) = CMD_SYNC;
	look_and_step(g, 0, 4000);
	expect_error(g, 1, CERROR_ILL, 2);
	acknowledge(g);
	look_and_step(g, 0, 5000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 3);
	assert_int_equal(g->consumed, 3);
	assert_int_equal(g->interrupts[SMMU_GERROR], 2);
}

/* What the guest needs to see and acknowledge an error is not the SMMU's lateness. */
static void an_error_makes_nothing_late(void **state)
{
	struct guest *g = *state;

	set(g, "sync=100ns");
	enable(g, 0, 4);
	smmu_look(&g->smmu[0], 1000);
	add(g, 0, 0xff, 0);
	add(g, 0, CMD_SYNC, 0);
	ring(g, 0);
	look_and_step(g, 0, 1000);
	look_and_step(g, 0, 500000);
	*at(g, g->base[0]) = CMD_SYNC;
	acknowledge(g);
	look_and_step(g, 0, 500010);
	smmu_step(&g->smmu[0], 500100);
	expect_served(g, 0, 100, 100, 0);
	smmu_step(&g->smmu[0], 500200);
	expect_served(g, 1, 100, 100, 0);
}

static void errors_do_not_interrupt_unless_asked_to(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	put(g, 0, IRQ_CTRL, IRQ_CTRL_EVENTQ);
	smmu_control(&g->smmu[0]);
	send(g, 0, 0xff, 1000);
	expect_error(g, 0, CERROR_ILL, 0);
}

static void a_queue_outside_memory_aborts(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	put(g, 0, CR0, 0);
	smmu_control(&g->smmu[0]);
	put(g, 0, CMDQ_BASE, (BASE + BYTES) | 4);
	put(g, 0, CR0, CR0_CMDQEN);
	g->queue = NULL;
	smmu_control(&g->smmu[0]);
	assert_null(g->queue);
	put(g, 0, CMDQ_PROD, 1);
	look_and_step(g, 0, 1000);
	expect_error(g, 0, CERROR_ABT, 1);
	assert_int_equal(g->consumed, 0);
}

static void a_fault_of_atc_fails_its_sync(void **state)
{
	struct guest *g = *state;

	set(g, "ats=on");
	set(g, "msi=on");
	set(g, "fault=atc");
	enable(g, 0, 4);
	*at(g, MSI) = 0;
	add(g, 0, TLBI_NH_ALL, 0);
	add(g, 0, ATC_INV, 0);
	add(g, 0, ATC_INV, 0);
	sync_msi(g, SYNC_IRQ, MSI);
	expect_error(g, 3, CERROR_ATC_INV_SYNC, 1);
	assert_int_equal(g->consumed, 3);
	assert_int_equal(g->nr_served, 0);
	assert_int_equal(*at(g, MSI), 0);
	/* The CMD_SYNC is there still; the driver only acknowledges. */
	acknowledge(g);
	look_and_step(g, 0, 2000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 4);
	assert_int_equal(g->nr_served, 1);
	assert_int_equal(*at(g, MSI), 0x12345678);
	/* It struck once. */
	send(g, 0, ATC_INV, 3000);
	send(g, 0, CMD_SYNC, 3000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 6);
	assert_int_equal(g->settings[0].fault, FAULT_NONE);
}

static void a_fault_of_illegal_strikes_the_next_command_but_no_sync(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	set(g, "0.fault=illegal");
	send(g, 0, CMD_SYNC, 1000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	send(g, 0, TLBI_NH_ALL, 2000);
	expect_error(g, 1, CERROR_ILL, 1);
	acknowledge(g);
	look_and_step(g, 0, 3000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 2);
}

static void a_fault_of_abort_strikes_once(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	set(g, "0.fault=abort");
	send(g, 0, CMD_SYNC, 1000);
	expect_error(g, 0, CERROR_ABT, 1);
	acknowledge(g);
	look_and_step(g, 0, 2000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
}

static void a_fault_of_stop_is_for_ever(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=100ns");
	enable(g, 0, 4);
	enable(g, 1, 4);
	send(g, 0, TLBI_NH_ALL, 1000);
	set(g, "0.fault=stop");
	look_and_step(g, 0, 2000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 0);
	put(g, 0, CR0, 0);
	smmu_control(&g->smmu[0]);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	send(g, 0, CMD_SYNC, 3000);
	look_and_step(g, 0, 1000000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 0);
	assert_false(smmu_waits(&g->smmu[0]));
	send(g, 1, CMD_SYNC, 1000);
	assert_int_equal(get(g, 1, CMDQ_CONS), 1);
}

static void a_fault_of_sync_lets_others_pass(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	set(g, "0.fault=sync");
	send(g, 0, TLBI_NH_ALL, 1000);
	send(g, 0, TLBI_NH_ALL, 1000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 2);
	send(g, 0, CMD_SYNC, 1000);
	send(g, 0, TLBI_NH_ALL, 1000);
	look_and_step(g, 0, 1000000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 2);
	assert_int_equal(g->consumed, 2);
	assert_int_equal(get(g, 0, GERROR), 0);
}

static void enable_events(struct guest *g, uint64_t base)
{
	put(g, 0, EVENTQ_BASE, base);
	put(g, 0, IRQ_CTRL, IRQ_CTRL_EVENTQ | IRQ_CTRL_GERROR);
	put(g, 0, CR0, CR0_EVENTQEN);
	smmu_control(&g->smmu[0]);
}

static void event(struct guest *g, uint64_t number)
{
	const uint64_t words[4] = { number, number + 1, number + 2, number + 3 };

	smmu_event(&g->smmu[0], words);
}

static void expect_event(struct guest *g, unsigned int slot, uint64_t number)
{
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(*at(g, EVENTS + slot * 32 + i * 8), number + i);
}

static void a_fault_of_event_is_written(void **state)
{
	struct guest *g = *state;

	enable_events(g, EVENTS | 2);
	set(g, "0.fault=event");
	smmu_control(&g->smmu[0]);
	smmu_control(&g->smmu[0]);
	assert_int_equal(*at(g, EVENTS), 0x10);
	assert_int_equal(*at(g, EVENTS + 8), 0);
	assert_int_equal(get(g, 0, EVENTQ_PROD), 1);
	assert_int_equal(g->interrupts[SMMU_EVENTQ], 1);
}

static void events_fill_the_queue_and_wrap(void **state)
{
	struct guest *g = *state;

	enable_events(g, EVENTS | 2);
	for (unsigned int i = 0; i < 4; i++) {
		event(g, 10 * i);
		expect_event(g, i, 10 * i);
		assert_int_equal(get(g, 0, EVENTQ_PROD), i + 1);
	}
	put(g, 0, EVENTQ_CONS, 3);
	for (unsigned int i = 4; i < 7; i++) {
		event(g, 10 * i);
		expect_event(g, i - 4, 10 * i);
		assert_int_equal(get(g, 0, EVENTQ_PROD), i + 1);
	}
	expect_event(g, 3, 30);
	put(g, 0, EVENTQ_CONS, 7);
	event(g, 70);
	assert_int_equal(get(g, 0, EVENTQ_PROD), 0);
	assert_int_equal(g->interrupts[SMMU_EVENTQ], 8);
}

/* 7.4: OVFLG flips at the first event without room, and not again until it was acknowledged. */
static void events_without_room_overflow(void **state)
{
	struct guest *g = *state;

	enable_events(g, EVENTS | 1);
	*at(g, EVENTS + 64) = 0;
	for (unsigned int i = 0; i < 4; i++)
		event(g, i * 10);
	expect_event(g, 0, 0);
	expect_event(g, 1, 10);
	assert_int_equal(*at(g, EVENTS + 64), 0);
	assert_int_equal(get(g, 0, EVENTQ_PROD), QUEUE_OVERFLOW | 2);
	assert_int_equal(g->interrupts[SMMU_EVENTQ], 2);
	/* Room again, and the overflow not acknowledged. */
	put(g, 0, EVENTQ_CONS, 1);
	event(g, 50);
	expect_event(g, 0, 50);
	assert_int_equal(get(g, 0, EVENTQ_PROD), QUEUE_OVERFLOW | 3);
	event(g, 60);
	assert_int_equal(get(g, 0, EVENTQ_PROD), QUEUE_OVERFLOW | 3);
	/* Acknowledged, and full still: it flips back. */
	put(g, 0, EVENTQ_CONS, QUEUE_OVERFLOW | 1);
	event(g, 70);
	assert_int_equal(get(g, 0, EVENTQ_PROD), 3);
}

static void events_go_on_where_the_guest_says(void **state)
{
	struct guest *g = *state;

	put(g, 0, EVENTQ_PROD, 3);
	put(g, 0, EVENTQ_CONS, 3);
	enable_events(g, (EVENTS + 0x20) | 31);
	set(g, "evtq=1");
	event(g, 10);
	/* The size is capped at two events, and the base aligned to that: the last slot, then the wrap. */
	expect_event(g, 1, 10);
	assert_int_equal(get(g, 0, EVENTQ_PROD), 0);
}

static void events_are_dropped_where_there_is_no_queue(void **state)
{
	struct guest *g = *state;

	event(g, 10);
	assert_int_equal(get(g, 0, EVENTQ_PROD), 0);
	assert_int_equal(get(g, 0, GERROR), 0);
	/* 7.2: with a queue that cannot be written, EVENTQ_ABT_ERR; once. */
	enable_events(g, (BASE + BYTES) | 2);
	event(g, 10);
	event(g, 20);
	assert_int_equal(get(g, 0, EVENTQ_PROD), 0);
	assert_int_equal(get(g, 0, GERROR), 1 << 2);
	assert_int_equal(g->interrupts[SMMU_EVENTQ], 0);
	assert_int_equal(g->interrupts[SMMU_GERROR], 1);
	/* That is no reason for the command queue to stop. */
	enable(g, 0, 4);
	send(g, 0, CMD_SYNC, 1000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
}

static void events_do_not_interrupt_unless_asked_to(void **state)
{
	struct guest *g = *state;

	enable_events(g, EVENTS | 2);
	put(g, 0, IRQ_CTRL, IRQ_CTRL_GERROR);
	smmu_control(&g->smmu[0]);
	event(g, 10);
	assert_int_equal(get(g, 0, EVENTQ_PROD), 1);
	assert_int_equal(g->interrupts[SMMU_EVENTQ], 0);
}

/* Its own copies count: what the guest writes over them changes nothing. */
static void the_guest_cannot_move_cons_or_prod(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	put(g, 0, EVENTQ_BASE, EVENTS | 2);
	send(g, 0, CMD_SYNC, 1000);
	event(g, 10);
	put(g, 0, CMDQ_CONS, 9);
	put(g, 0, EVENTQ_PROD, 3);
	put(g, 0, IDR1, 0);
	send(g, 0, CMD_SYNC, 2000);
	event(g, 20);
	assert_int_equal(get(g, 0, CMDQ_CONS), 2);
	assert_int_equal(g->consumed, 2);
	assert_int_equal(get(g, 0, EVENTQ_PROD), 2);
	expect_event(g, 1, 20);
}

static void a_queue_can_be_disabled_and_go_on(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=1us");
	enable(g, 0, 4);
	send(g, 0, TLBI_NH_ALL, 1000);
	send(g, 0, TLBI_NH_ALL, 1000);
	smmu_step(&g->smmu[0], 2000);
	put(g, 0, CR0, 0);
	smmu_control(&g->smmu[0]);
	look_and_step(g, 0, 10000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	assert_false(smmu_waits(&g->smmu[0]));
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	look_and_step(g, 0, 20000);
	expect_cons_at(g, 0, 2, 21000);
}

/* What a queue was busy with when it was disabled is no burden to the next. */
static void a_queue_begins_afresh(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=1ms");
	set(g, "sync=100ns");
	enable(g, 0, 4);
	send(g, 0, TLBI_NH_ALL, 1000);
	put(g, 0, CR0, 0);
	smmu_control(&g->smmu[0]);
	g->prod[0] = 0;
	put(g, 0, CMDQ_PROD, 0);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	smmu_look(&g->smmu[0], 1900);
	send(g, 0, CMD_SYNC, 2000);
	expect_cons_at(g, 0, 1, 2100);
	expect_served(g, 0, 100, 100, 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_ability_is_reported),
		TEST(all_else_is_zero_after_reset),
		TEST(frames_lie_inside_memory),
		TEST(control_registers_are_acknowledged),
		TEST(nothing_is_consumed_before_the_queue_is_enabled),
		TEST(queues_of_each_size_wrap),
		TEST(bases_are_taken_as_the_queue_can_be),
		TEST(prod_beyond_the_queue_waits_for_sense),
		TEST(steps_go_no_further_than_the_look),
		TEST(doorbells_tell_what_they_added),
		TEST(each_kind_takes_its_time_in_turn),
		TEST(what_was_due_is_made_up_for),
		TEST(scale_multiplies_all_times),
		TEST(times_are_lognormal_and_repeat),
		TEST(round_trips_of_atc_invs_overlap),
		TEST(the_queue_waits_while_too_many_atc_invs_are_out),
		TEST(fewer_may_be_out_from_now_on),
		TEST(many_atc_invs_can_be_out),
		TEST(tlbis_do_not_wait_for_atc_invs),
		TEST(lateness_counts_what_was_not_seen),
		TEST(a_doorbell_while_busy_adds_no_doubt),
		TEST(a_late_doorbell_is_of_its_own_commands_alone),
		TEST(doorbells_without_a_step_between_are_one),
		TEST(instances_work_in_parallel),
		TEST(a_sync_writes_its_msi),
		TEST(no_msi_where_none_was_asked_for),
		TEST(address_0_is_no_msi),
		TEST(watchers_hear_of_a_sync_before_the_guest),
		TEST(the_msi_comes_before_cons),
		TEST(an_illegal_command_stops_the_queue),
		TEST(an_error_makes_nothing_late),
		TEST(errors_do_not_interrupt_unless_asked_to),
		TEST(a_queue_outside_memory_aborts),
		TEST(a_fault_of_atc_fails_its_sync),
		TEST(a_fault_of_illegal_strikes_the_next_command_but_no_sync),
		TEST(a_fault_of_abort_strikes_once),
		TEST(a_fault_of_stop_is_for_ever),
		TEST(a_fault_of_sync_lets_others_pass),
		TEST(a_fault_of_event_is_written),
		TEST(events_fill_the_queue_and_wrap),
		TEST(events_without_room_overflow),
		TEST(events_go_on_where_the_guest_says),
		TEST(events_are_dropped_where_there_is_no_queue),
		TEST(events_do_not_interrupt_unless_asked_to),
		TEST(the_guest_cannot_move_cons_or_prod),
		TEST(a_queue_can_be_disabled_and_go_on),
		TEST(a_queue_begins_afresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
