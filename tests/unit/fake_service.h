/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_service.h - a guest with three instances and a ring, whose rounds the test steps. */
#ifndef INVBENCH_TESTS_FAKE_SERVICE_H
#define INVBENCH_TESTS_FAKE_SERVICE_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "registers.h"
#include "service.h"

#define UNUSED	  __attribute__((unused))

#define BASE	  0x40000000ULL
#define BYTES	  0x200000ULL
#define INSTANCES 3
#define RING	  (BASE + INSTANCES * SMMU_FRAME_BYTES)
#define QUEUES	  (BASE + 0x100000) /* 0x1000 bytes each */

struct guest {
	struct service service;
	struct ring *ring;
	uint64_t now;
	unsigned int refused, interrupts;
	unsigned int more; /* so many records come while others are read */
	void *prefaulted;
	uint64_t prefaulted_bytes;
};

static UNUSED uint64_t clock_ns(void *arg)
{
	struct guest *g = arg;

	return g->now;
}

static UNUSED void on_interrupt(void *arg, const struct smmu *smmu, enum smmu_interrupt which)
{
	struct guest *g = arg;

	g->interrupts++;
}

static UNUSED void on_prefault(void *arg, void *host, uint64_t bytes)
{
	struct guest *g = arg;

	g->prefaulted = host;
	g->prefaulted_bytes = bytes;
}

static UNUSED struct ring_record *begin_record(struct guest *g, enum ring_kind kind)
{
	struct ring_record *record = &g->ring->record[g->ring->head++ % RING_SLOTS];

	record->kind = kind;
	return record;
}

static UNUSED void finish_record(struct guest *g)
{
	g->ring->record[(g->ring->head - 1) % RING_SLOTS].stamp = g->ring->head;
}

static UNUSED void put_control(struct guest *g, const char *text)
{
	memcpy(begin_record(g, RING_CONTROL)->text, text, strlen(text) + 1);
	finish_record(g);
}

static UNUSED void on_refused(void *arg, const char *why)
{
	struct guest *g = arg;

	assert_true(*why);
	g->refused++;
	if (!g->more)
		return;
	g->more--;
	put_control(g, "nonesuch=1");
}

static UNUSED struct guest *guest_create(void)
{
	struct guest *g = calloc(1, sizeof(*g));
	struct service *s;

	MUST(g);
	s = &g->service;
	s->memory = (struct memory){ aligned_alloc(4096, BYTES), BASE, BYTES };
	MUST(s->memory.host);
	memset(s->memory.host, 0, BYTES);
	s->instances = INSTANCES;
	s->clock = clock_ns;
	s->interrupt = on_interrupt;
	s->prefault = on_prefault;
	s->refused = on_refused;
	s->arg = g;
	for (unsigned int k = 0; k < INSTANCES; k++)
		settings_init(&s->boot_settings[k]);
	g->now = 1000;
	return g;
}

static UNUSED void guest_destroy(struct guest *g)
{
	service_done(&g->service);
	free(g->service.memory.host);
	free(g);
}

static UNUSED int setup(void **state)
{
	struct guest *g = guest_create();
	const char *why;

	MUST(!service_init(&g->service, BASE, RING, &why));
	g->ring = memory_at(&g->service.memory, RING, RING_BYTES);
	*state = g;
	return 0;
}

static UNUSED int teardown(void **state)
{
	guest_destroy(*state);
	return 0;
}

static UNUSED void put(struct guest *g, unsigned int k, unsigned int offset, uint32_t value)
{
	g->service.smmu[k].reg[offset / 4] = value;
}

static UNUSED uint32_t get(struct guest *g, unsigned int k, unsigned int offset)
{
	return smmu_read32(&g->service.smmu[k], offset);
}

/* Enables all queues, of 256 commands. */
static UNUSED void enable(struct guest *g)
{
	for (unsigned int k = 0; k < INSTANCES; k++) {
		put(g, k, CMDQ_BASE, (QUEUES + k * 0x1000) | 8);
		put(g, k, IRQ_CTRL, IRQ_CTRL_GERROR);
		put(g, k, CR0, CR0_CMDQEN);
	}
	for (unsigned int k = 0; k < INSTANCES; k++)
		assert_false(service_round(&g->service));
}

static UNUSED void send(struct guest *g, unsigned int k, uint64_t word)
{
	uint32_t prod = get(g, k, CMDQ_PROD);
	uint64_t *slot = memory_at(&g->service.memory, QUEUES + k * 0x1000 + prod % 256 * COMMAND_BYTES, COMMAND_BYTES);

	MUST(slot);
	slot[0] = word;
	put(g, k, CMDQ_PROD, prod + 1);
}

static UNUSED void mark(struct guest *g, enum ring_pass pass, uint32_t begin)
{
	struct ring_record *record = begin_record(g, RING_MARK);

	record->mark.number = 3;
	record->mark.pass = pass;
	record->mark.begin = begin;
	finish_record(g);
}

/* A mark is answered in the round after the one that reads it, at the earliest. */
static UNUSED void answer_mark(struct guest *g)
{
	service_round(&g->service);
	assert_int_equal(g->ring->answered, g->ring->head - 1);
	assert_true(service_round(&g->service));
	assert_int_equal(g->ring->answered, g->ring->head);
}

/* What the guest is answered. */
static UNUSED int ask(struct guest *g, const char *text)
{
	put_control(g, text);
	assert_true(service_round(&g->service));
	assert_int_equal(g->ring->answered, g->ring->head);
	return g->ring->answer;
}

static UNUSED json_int_t count_of(struct guest *g, const char *part, size_t pass)
{
	json_t *json = witness_json(g->service.witness);
	const json_t *counts = json_array_get(json_object_get(json, "passes"), pass);
	json_int_t value = json_integer_value(json_object_get(counts, part));

	json_decref(json);
	return value;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
