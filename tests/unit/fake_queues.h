/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_queues.h - one SMMU and several, with a buffer for the guest's memory and numbers for
 * the time, whose queues are written as a driver would.
 */
#ifndef INVBENCH_TESTS_FAKE_QUEUES_H
#define INVBENCH_TESTS_FAKE_QUEUES_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "registers.h"
#include "smmu.h"

#define UNUSED	  __attribute__((unused))

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

static UNUSED void watch_enabled(void *arg, const struct smmu *smmu, void *queue, uint64_t bytes)
{
	struct guest *g = arg;

	g->queue = queue;
	g->queue_bytes = bytes;
}

static UNUSED void watch_doorbell(void *arg, const struct smmu *smmu, unsigned int added, unsigned int depth,
				  uint64_t now)
{
	struct guest *g = arg;

	g->doorbells++;
	g->added = added;
	g->depth = depth;
}

static UNUSED void watch_consumed(void *arg, const struct smmu *smmu, const struct command *cmd, uint64_t now)
{
	struct guest *g = arg;

	g->last = *cmd;
	if (g->on_consumed)
		g->on_consumed(g, smmu, cmd);
	g->consumed++;
}

static UNUSED void watch_served(void *arg, const struct smmu *smmu, uint64_t set_ns, uint64_t took_ns, uint64_t late_ns)
{
	struct guest *g = arg;

	if (g->nr_served < LOG_MAX)
		g->served[g->nr_served] = (struct served){ set_ns, took_ns, late_ns };
	g->nr_served++;
}

static UNUSED void watch_interrupt(void *arg, const struct smmu *smmu, enum smmu_interrupt which)
{
	struct guest *g = arg;

	g->interrupts[which]++;
}

/* A setting of all instances, or with K. of one, at any time. */
static UNUSED void set(struct guest *g, const char *line)
{
	char why[128];

	if (settings_apply(g->settings, INSTANCES, line, false, why, sizeof(why)))
		fail_msg("%s", why);
}

static UNUSED void reset(struct guest *g)
{
	for (unsigned int k = 0; k < INSTANCES; k++) {
		smmu_done(&g->smmu[k]);
		assert_int_equal(
			smmu_init(&g->smmu[k], k, BASE + k * SMMU_FRAME_BYTES, &g->memory, &g->settings[k], &g->watch),
			0);
		g->prod[k] = 0;
	}
}

static UNUSED int setup(void **state)
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

static UNUSED int teardown(void **state)
{
	struct guest *g = *state;

	for (unsigned int k = 0; k < INSTANCES; k++)
		smmu_done(&g->smmu[k]);
	free(g->memory.host);
	free(g);
	return 0;
}

static UNUSED uint32_t get(const struct guest *g, unsigned int k, unsigned int offset)
{
	return smmu_read32(&g->smmu[k], offset);
}

static UNUSED void put(struct guest *g, unsigned int k, unsigned int offset, uint64_t value)
{
	g->smmu[k].reg[offset / 4] = value;
	if (offset == CMDQ_BASE || offset == EVENTQ_BASE)
		g->smmu[k].reg[offset / 4 + 1] = value >> 32;
}

static UNUSED uint64_t *at(struct guest *g, uint64_t address)
{
	uint64_t *word = memory_at(&g->memory, address, 8);

	MUST(word);
	return word;
}

/* A command queue of 2^@log2, enabled, with the error interrupt. */
static UNUSED void enable(struct guest *g, unsigned int k, unsigned int log2)
{
	g->base[k] = log2 > 12 ? COMMANDS : COMMANDS + k * 0x10000;
	g->log2[k] = log2;
	put(g, k, CMDQ_BASE, g->base[k] | log2);
	put(g, k, IRQ_CTRL, IRQ_CTRL_GERROR | IRQ_CTRL_EVENTQ);
	put(g, k, CR0, CR0_CMDQEN | CR0_EVENTQEN);
	smmu_control(&g->smmu[k]);
}

/* Puts a command behind the others; the guest has not rung yet. */
static UNUSED void add(struct guest *g, unsigned int k, uint64_t word0, uint64_t word1)
{
	uint64_t slot = g->base[k] + (g->prod[k]++ & ((1U << g->log2[k]) - 1)) * COMMAND_BYTES;

	*at(g, slot) = word0;
	*at(g, slot + 8) = word1;
}

static UNUSED void ring(struct guest *g, unsigned int k)
{
	put(g, k, CMDQ_PROD, g->prod[k] & ((2U << g->log2[k]) - 1));
}

static UNUSED void look_and_step(struct guest *g, unsigned int k, uint64_t now)
{
	smmu_look(&g->smmu[k], now);
	smmu_step(&g->smmu[k], now);
}

static UNUSED void send(struct guest *g, unsigned int k, uint64_t word0, uint64_t now)
{
	add(g, k, word0, 0);
	ring(g, k);
	look_and_step(g, k, now);
}

/* CONS, without the wrap bit's meaning, is @cons just at @now, and not a nanosecond before. */
static UNUSED void expect_cons_at(struct guest *g, unsigned int k, uint32_t cons, uint64_t now)
{
	smmu_step(&g->smmu[k], now - 1);
	assert_int_equal(get(g, k, CMDQ_CONS), cons - 1);
	smmu_step(&g->smmu[k], now);
	assert_int_equal(get(g, k, CMDQ_CONS), cons);
}

static UNUSED void expect_served(const struct guest *g, unsigned int i, uint64_t set_ns, uint64_t took_ns,
				 uint64_t late_ns)
{
	assert_true(g->nr_served > i);
	assert_int_equal(g->served[i].set, set_ns);
	assert_int_equal(g->served[i].took, took_ns);
	assert_int_equal(g->served[i].late, late_ns);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
