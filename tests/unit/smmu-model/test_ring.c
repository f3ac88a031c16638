// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_ring.c - the consuming end of the ring, with a producer that keeps to
 * kmod/ring.h and with one that does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "consumer.h"
#include "must.h"

#define BASE	     0x40000000ULL
#define PRODUCERS    2
#define PER_PRODUCER 30000

struct guest {
	struct memory memory;
	struct ring_consumer consumer;
	struct ring *ring;
};

static int setup(void **state)
{
	struct guest *g = calloc(1, sizeof(*g));

	MUST(g);
	g->memory = (struct memory){ aligned_alloc(4096, RING_BYTES), BASE, RING_BYTES };
	MUST(g->memory.host);
	memset(g->memory.host, 0xa5, RING_BYTES);
	MUST(!ring_init(&g->consumer, &g->memory, BASE));
	g->ring = (struct ring *)g->memory.host;
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	struct guest *g = *state;

	free(g->memory.host);
	free(g);
	return 0;
}

/* Takes a slot, and fills it but for the stamp. */
static uint64_t begin(struct guest *g, uint32_t domain)
{
	uint64_t slot = __atomic_fetch_add(&g->ring->head, 1, __ATOMIC_RELAXED);
	struct ring_record *record = &g->ring->record[slot % RING_SLOTS];

	while (slot - __atomic_load_n(&g->ring->tail, __ATOMIC_ACQUIRE) >= RING_SLOTS)
		sched_yield();
	record->kind = RING_JOIN;
	record->domain = domain;
	record->endpoint.smmu = ~slot;
	record->endpoint.sid = slot;
	return slot;
}

static void finish(struct guest *g, uint64_t slot)
{
	__atomic_store_n(&g->ring->record[slot % RING_SLOTS].stamp, slot + 1, __ATOMIC_RELEASE);
}

static void expect_record(struct guest *g, uint64_t slot, uint32_t domain)
{
	struct ring_record record;

	assert_int_equal(ring_next(&g->consumer, &record), RING_RECORD);
	assert_int_equal(record.stamp, slot + 1);
	assert_int_equal(record.kind, RING_JOIN);
	assert_int_equal(record.domain, domain);
	assert_int_equal(record.endpoint.smmu, ~slot);
	assert_int_equal(g->ring->tail, slot + 1);
}

static void expect_state(struct guest *g, enum ring_state wanted)
{
	struct ring_record record;
	uint64_t tail = g->consumer.tail;

	assert_int_equal(ring_next(&g->consumer, &record), wanted);
	assert_int_equal(g->consumer.tail, tail);
}

static void a_new_ring_is_empty_and_says_what_it_is(void **state)
{
	struct guest *g = *state;
	struct ring clean = { .magic = RING_MAGIC, .version = RING_VERSION, .slots = RING_SLOTS };

	assert_int_equal(g->ring->magic, 0x676e6972766e69);
	assert_memory_equal(g->ring, &clean, sizeof(clean));
	expect_state(g, RING_EMPTY);
}

static void the_ring_lies_inside_memory(void **state)
{
	static const uint64_t bad[] = { 0, BASE - 4096, BASE + 8, BASE + RING_BYTES, UINT64_MAX - 7 };
	struct guest *g = *state;
	struct ring_consumer consumer;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ring_init(&consumer, &g->memory, bad[i]), -EINVAL);
	g->memory.size--;
	assert_int_equal(ring_init(&consumer, &g->memory, BASE), -EINVAL);
}

static void records_come_in_order_and_wrap(void **state)
{
	struct guest *g = *state;
	uint64_t slot = 0;

	/* Batches that fill the ring, and that do not divide it. */
	for (unsigned int batch = RING_SLOTS; batch > RING_SLOTS / 3; batch -= 777) {
		for (unsigned int i = 0; i < batch; i++)
			finish(g, begin(g, i));
		for (unsigned int i = 0; i < batch; i++)
			expect_record(g, slot++, i);
		expect_state(g, RING_EMPTY);
	}
	assert_true(slot > 2 * RING_SLOTS);
}

static void a_half_written_record_holds_up_those_behind(void **state)
{
	struct guest *g = *state;
	uint64_t first, second;

	finish(g, begin(g, 7));
	first = begin(g, 8);
	second = begin(g, 9);
	finish(g, second);
	expect_record(g, 0, 7);
	expect_state(g, RING_WAIT);
	expect_state(g, RING_WAIT);
	finish(g, first);
	expect_record(g, first, 8);
	expect_record(g, second, 9);
	expect_state(g, RING_EMPTY);
}

/* The stamp of the round before is not this one's. */
static void an_old_stamp_is_not_whole(void **state)
{
	struct guest *g = *state;
	uint64_t slot = 0;

	for (unsigned int i = 0; i < RING_SLOTS; i++)
		finish(g, begin(g, i));
	for (unsigned int i = 0; i < RING_SLOTS; i++)
		expect_record(g, slot++, i);
	slot = begin(g, 1);
	assert_int_equal(g->ring->record[0].stamp, 1);
	expect_state(g, RING_WAIT);
	finish(g, slot);
	expect_record(g, slot, 1);
}

static void what_the_guest_writes_over_is_not_believed(void **state)
{
	struct guest *g = *state;

	finish(g, begin(g, 1));
	finish(g, begin(g, 2));
	g->ring->tail = 1;
	g->ring->slots = 1;
	g->ring->magic = 0;
	expect_record(g, 0, 1);
	g->ring->tail = 77;
	expect_record(g, 1, 2);
	expect_state(g, RING_EMPTY);
	g->ring->head = UINT64_MAX;
	expect_state(g, RING_WAIT);
	g->ring->head = 1;
	expect_state(g, RING_WAIT);
	g->ring->head = 2;
	expect_state(g, RING_EMPTY);
}

static void the_consumer_has_a_copy(void **state)
{
	struct guest *g = *state;
	struct ring_record record;

	finish(g, begin(g, 5));
	assert_int_equal(ring_next(&g->consumer, &record), RING_RECORD);
	g->ring->record[0].domain = 6;
	assert_int_equal(record.domain, 5);
}

static void answers_name_their_question(void **state)
{
	struct guest *g = *state;
	struct ring_record record = { .stamp = 12345678901 };

	ring_answer(&g->consumer, &record, -EINVAL);
	assert_int_equal(g->ring->answered, 12345678901);
	assert_int_equal(g->ring->answer, -EINVAL);
	record.stamp = 12345678902;
	ring_answer(&g->consumer, &record, 0);
	assert_int_equal(g->ring->answered, 12345678902);
	assert_int_equal(g->ring->answer, 0);
}

struct producer {
	struct guest *guest;
	uint32_t number;
};

static void *produce(void *arg)
{
	const struct producer *p = arg;

	for (unsigned int i = 0; i < PER_PRODUCER; i++)
		finish(p->guest, begin(p->guest, p->number << 24 | i));
	return NULL;
}

/* None is lost, doubled or torn, and those of one producer keep their order. */
static void threads_produce_at_once(void **state)
{
	struct guest *g = *state;
	struct producer producer[PRODUCERS];
	pthread_t thread[PRODUCERS];
	uint32_t next[PRODUCERS] = {};
	struct ring_record record;

	for (unsigned int i = 0; i < PRODUCERS; i++) {
		producer[i] = (struct producer){ g, i };
		MUST(!pthread_create(&thread[i], NULL, produce, &producer[i]));
	}
	for (uint64_t slot = 0; slot < PRODUCERS * PER_PRODUCER;) {
		unsigned int from;

		if (ring_next(&g->consumer, &record) != RING_RECORD) {
			sched_yield();
			continue;
		}
		from = record.domain >> 24;
		assert_true(from < PRODUCERS);
		assert_int_equal(record.domain & 0xffffff, next[from]++);
		assert_int_equal(record.stamp, slot + 1);
		assert_int_equal(record.endpoint.smmu, ~slot);
		assert_int_equal(record.endpoint.sid, slot);
		slot++;
	}
	for (unsigned int i = 0; i < PRODUCERS; i++)
		MUST(!pthread_join(thread[i], NULL));
	expect_state(g, RING_EMPTY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_ring_is_empty_and_says_what_it_is),
		TEST(the_ring_lies_inside_memory),
		TEST(records_come_in_order_and_wrap),
		TEST(a_half_written_record_holds_up_those_behind),
		TEST(an_old_stamp_is_not_whole),
		TEST(what_the_guest_writes_over_is_not_believed),
		TEST(the_consumer_has_a_copy),
		TEST(answers_name_their_question),
		TEST(threads_produce_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
