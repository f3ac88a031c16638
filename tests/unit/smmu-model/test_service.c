// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_service.c - rounds: what is looked at before what, and what the guest
 * gets for an answer.
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
#include "service.h"

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

static uint64_t clock_ns(void *arg)
{
	struct guest *g = arg;

	return g->now;
}

static void on_interrupt(void *arg, const struct smmu *smmu, enum smmu_interrupt which)
{
	struct guest *g = arg;

	g->interrupts++;
}

static void on_prefault(void *arg, void *host, uint64_t bytes)
{
	struct guest *g = arg;

	g->prefaulted = host;
	g->prefaulted_bytes = bytes;
}

static struct ring_record *begin_record(struct guest *g, enum ring_kind kind)
{
	struct ring_record *record = &g->ring->record[g->ring->head++ % RING_SLOTS];

	record->kind = kind;
	return record;
}

static void finish_record(struct guest *g)
{
	g->ring->record[(g->ring->head - 1) % RING_SLOTS].stamp = g->ring->head;
}

static void put_control(struct guest *g, const char *text)
{
	memcpy(begin_record(g, RING_CONTROL)->text, text, strlen(text) + 1);
	finish_record(g);
}

static void on_refused(void *arg, const char *why)
{
	struct guest *g = arg;

	assert_true(*why);
	g->refused++;
	if (!g->more)
		return;
	g->more--;
	put_control(g, "nonesuch=1");
}

static struct guest *guest_create(void)
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

static void guest_destroy(struct guest *g)
{
	service_done(&g->service);
	free(g->service.memory.host);
	free(g);
}

static int setup(void **state)
{
	struct guest *g = guest_create();
	const char *why;

	MUST(!service_init(&g->service, BASE, RING, &why));
	g->ring = memory_at(&g->service.memory, RING, RING_BYTES);
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	guest_destroy(*state);
	return 0;
}

static void put(struct guest *g, unsigned int k, unsigned int offset, uint32_t value)
{
	g->service.smmu[k].reg[offset / 4] = value;
}

static uint32_t get(struct guest *g, unsigned int k, unsigned int offset)
{
	return smmu_read32(&g->service.smmu[k], offset);
}

/* Enables all queues, of 256 commands. */
static void enable(struct guest *g)
{
	for (unsigned int k = 0; k < INSTANCES; k++) {
		put(g, k, CMDQ_BASE, (QUEUES + k * 0x1000) | 8);
		put(g, k, IRQ_CTRL, IRQ_CTRL_GERROR);
		put(g, k, CR0, CR0_CMDQEN);
	}
	for (unsigned int k = 0; k < INSTANCES; k++)
		assert_false(service_round(&g->service));
}

static void send(struct guest *g, unsigned int k, uint64_t word)
{
	uint32_t prod = get(g, k, CMDQ_PROD);
	uint64_t *slot = memory_at(&g->service.memory, QUEUES + k * 0x1000 + prod % 256 * COMMAND_BYTES, COMMAND_BYTES);

	MUST(slot);
	slot[0] = word;
	put(g, k, CMDQ_PROD, prod + 1);
}

static void mark(struct guest *g, enum ring_pass pass, uint32_t begin)
{
	struct ring_record *record = begin_record(g, RING_MARK);

	record->mark.number = 3;
	record->mark.pass = pass;
	record->mark.begin = begin;
	finish_record(g);
}

/* A mark is answered in the round after the one that reads it, at the earliest. */
static void answer_mark(struct guest *g)
{
	service_round(&g->service);
	assert_int_equal(g->ring->answered, g->ring->head - 1);
	assert_true(service_round(&g->service));
	assert_int_equal(g->ring->answered, g->ring->head);
}

/* What the guest is answered. */
static int ask(struct guest *g, const char *text)
{
	put_control(g, text);
	assert_true(service_round(&g->service));
	assert_int_equal(g->ring->answered, g->ring->head);
	return g->ring->answer;
}

static json_int_t count_of(struct guest *g, const char *part, size_t pass)
{
	json_t *json = witness_json(g->service.witness);
	const json_t *counts = json_array_get(json_object_get(json, "passes"), pass);
	json_int_t value = json_integer_value(json_object_get(counts, part));

	json_decref(json);
	return value;
}

static void frames_and_ring_must_be_memory(void **state)
{
	static const struct {
		uint64_t frames, ring;
		const char *why;
	} bad[] = {
		{ BASE + BYTES - (INSTANCES - 1) * SMMU_FRAME_BYTES, RING, "registers are not inside" },
		{ 0, RING, "registers are not inside" },
		{ BASE, BASE + BYTES - RING_BYTES + 8, "the ring is not inside" },
		{ BASE, 0, "the ring is not inside" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct guest *g = guest_create();
		const char *why = "";

		assert_int_equal(service_init(&g->service, bad[i].frames, bad[i].ring, &why), -EINVAL);
		assert_non_null(strstr(why, bad[i].why));
		guest_destroy(g);
	}
}

static void a_round_serves_all_instances(void **state)
{
	struct guest *g = *state;

	enable(g);
	assert_ptr_equal(g->prefaulted, memory_at(&g->service.memory, QUEUES + (INSTANCES - 1) * 0x1000, 8));
	assert_int_equal(g->prefaulted_bytes, 0x1000);
	for (unsigned int k = 0; k < INSTANCES; k++)
		send(g, k, CMD_SYNC);
	assert_true(service_round(&g->service));
	for (unsigned int k = 0; k < INSTANCES; k++)
		assert_int_equal(get(g, k, CMDQ_CONS), 1);
	assert_false(service_round(&g->service));
	send(g, 1, 0xff);
	assert_true(service_round(&g->service));
	assert_int_equal(g->interrupts, 1);
}

/* A record that was stored before the doorbell is known before the command is. */
static void records_come_before_commands(void **state)
{
	struct guest *g = *state;

	enable(g);
	send(g, 1, CMD_SYNC);
	assert_int_equal(ask(g, "sync=5us"), 0);
	assert_int_equal(get(g, 1, CMDQ_CONS), 0);
	g->now += 5000;
	assert_true(service_round(&g->service));
	assert_int_equal(get(g, 1, CMDQ_CONS), 1);
}

/* What was sent before a pass, and nobody waited for, is not the pass's; what is sent in it is. */
static void a_pass_begins_when_the_queues_are_empty(void **state)
{
	struct guest *g = *state;

	enable(g);
	assert_int_equal(ask(g, "prefetch=3us"), 0);
	send(g, 1, PREFETCH_CONFIG);
	mark(g, RING_PASS_CHECKED, 1);
	for (unsigned int i = 0; i < 3; i++)
		assert_true(service_round(&g->service));
	assert_int_equal(g->ring->answered, g->ring->head - 1);
	g->now += 3000;
	assert_true(service_round(&g->service));
	assert_int_equal(get(g, 1, CMDQ_CONS), 1);
	assert_int_equal(g->ring->answered, g->ring->head);
	assert_int_equal(g->ring->answer, 0);

	send(g, 1, TLBI_NSNH_ALL);
	mark(g, RING_PASS_CHECKED, 0);
	answer_mark(g);
	assert_int_equal(count_of(g, "commands", 0), 1);
	assert_int_equal(count_of(g, "case", 0), 3);
}

/* An error that the guest does not acknowledge leaves commands in a queue; a mark waits for them, but not for ever. */
static void a_mark_does_not_wait_for_ever(void **state)
{
	struct guest *g = *state;

	enable(g);
	send(g, 0, 0xff);
	mark(g, RING_PASS_TIMING, 1);
	for (unsigned int i = 0; i < 3; i++)
		service_round(&g->service);
	assert_int_equal(g->ring->answered, 0);
	g->now += 10000000;
	service_round(&g->service);
	assert_int_equal(g->ring->answered, 1);
}

static void a_half_written_record_holds_up_all_commands(void **state)
{
	struct guest *g = *state;

	enable(g);
	begin_record(g, RING_NONE);
	for (unsigned int k = 0; k < INSTANCES; k++)
		send(g, k, CMD_SYNC);
	service_round(&g->service);
	service_round(&g->service);
	for (unsigned int k = 0; k < INSTANCES; k++)
		assert_int_equal(get(g, k, CMDQ_CONS), 0);
	finish_record(g);
	service_round(&g->service);
	for (unsigned int k = 0; k < INSTANCES; k++)
		assert_int_equal(get(g, k, CMDQ_CONS), 1);
}

static void a_checked_pass_has_the_oracle(void **state)
{
	struct guest *g = *state;
	json_t *json, *pass;

	mark(g, RING_PASS_CHECKED, 1);
	answer_mark(g);
	mark(g, RING_PASS_CHECKED, 0);
	answer_mark(g);
	json = witness_json(g->service.witness);
	pass = json_array_get(json_object_get(json, "passes"), 0);
	assert_non_null(json_object_get(json_object_get(pass, "oracle"), "removals"));
	json_decref(json);
	assert_int_equal(g->ring->answered, 2);
}

static void the_guest_can_set_what_is_not_fixed(void **state)
{
	struct guest *g = *state;
	const struct settings *all = g->service.settings;

	assert_int_equal(ask(g, "sync=5us"), 0);
	assert_int_equal(ask(g, "2.tlbi=7us"), 0);
	assert_true(all[0].time[TIME_SYNC].median_ns == 5000);
	assert_true(all[1].time[TIME_TLBI].median_ns == 0);
	assert_true(all[2].time[TIME_TLBI].median_ns == 7000);
	assert_int_equal(g->refused, 0);
	assert_int_equal(ask(g, "cmdq=4"), -EINVAL);
	assert_int_equal(ask(g, ""), -EINVAL);
	assert_int_equal(ask(g, "presets"), -EINVAL);
	assert_int_equal(g->refused, 3);
	assert_int_equal(ask(g, "preset"), 0);
	assert_memory_equal(all, g->service.boot_settings, sizeof(g->service.settings));
	assert_true(all[0].time[TIME_SYNC].median_ns == 0);
	assert_int_equal(json_array_size(g->service.controls), 6);
	assert_string_equal(json_string_value(json_array_get(g->service.controls, 1)), "2.tlbi=7us");
}

static void a_text_without_an_end_gets_one(void **state)
{
	struct guest *g = *state;

	memset(begin_record(g, RING_CONTROL)->text, 'x', RING_TEXT);
	finish_record(g);
	service_round(&g->service);
	assert_int_equal(g->ring->answer, -EINVAL);
	assert_int_equal(strlen(json_string_value(json_array_get(g->service.controls, 0))), RING_TEXT - 1);
}

/* A pass of three CMD_SYNCs, each a millisecond too late. */
static void late_pass(struct guest *g)
{
	mark(g, RING_PASS_TIMING, 1);
	answer_mark(g);
	for (unsigned int i = 0; i < 3; i++) {
		g->now += 1000000;
		send(g, 0, CMD_SYNC);
		service_round(&g->service);
	}
	mark(g, RING_PASS_TIMING, 0);
	answer_mark(g);
}

static void a_late_pass_is_refused_unless_it_may_be(void **state)
{
	struct guest *g = *state;

	enable(g);
	late_pass(g);
	assert_int_equal(g->ring->answered, g->ring->head);
	assert_int_equal(g->ring->answer, -EAGAIN);
	assert_int_equal(ask(g, "refuse-late=off"), 0);
	late_pass(g);
	assert_int_equal(g->ring->answer, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* ---- a guest that floods it ---- */

static size_t allocated, most_allocated;

static void *counted_malloc(size_t size)
{
	size_t *p = malloc(size + 16);

	MUST(p);
	*p = size;
	allocated += size + 16;
	most_allocated = allocated > most_allocated ? allocated : most_allocated;
	return (char *)p + 16;
}

static void counted_free(void *memory)
{
	size_t *p = memory ? (size_t *)((char *)memory - 16) : NULL;

	allocated -= p ? *p + 16 : 0;
	free(p);
}

static int count_allocations(void **state)
{
	json_set_alloc_funcs(counted_malloc, counted_free);
	allocated = most_allocated = 0;
	return setup(state);
}

static int uncount_allocations(void **state)
{
	int ret = teardown(state);

	json_set_alloc_funcs(malloc, free);
	return ret;
}

/* Passes as large as they come: all kinds of commands, and a depth for each window of time. */
static int flooded_pass(struct guest *g)
{
	mark(g, RING_PASS_CHECKED, 1);
	answer_mark(g);
	if (g->ring->answer)
		return g->ring->answer;
	for (unsigned int i = 0; i < 256; i++) {
		send(g, i % INSTANCES, i % 2 ? CMD_SYNC : TLBI_NSNH_ALL);
		g->now += 3000000;
		service_round(&g->service);
	}
	mark(g, RING_PASS_CHECKED, 0);
	answer_mark(g);
	return g->ring->answer;
}

static void a_flood_of_passes_is_refused(void **state)
{
	struct guest *g = *state;
	unsigned int passes = 0;
	json_t *json;
	int answer;

	enable(g);
	while (!(answer = flooded_pass(g)) && passes < 20000)
		passes++;
	assert_int_equal(answer, -ENOSPC);
	assert_true(passes > 1000);
	/* From then on it is refused where it begins. */
	assert_int_equal(flooded_pass(g), -ENOSPC);
	assert_true(most_allocated < 192 << 20);
	json = witness_json(g->service.witness);
	assert_int_equal(json_array_size(json_object_get(json, "passes")), passes);
	json_decref(json);
}

static void a_flood_of_settings_is_refused(void **state)
{
	struct guest *g = *state;
	unsigned int settings = 0;

	while (!ask(g, "sync=5us") && settings < 1000000)
		settings++;
	assert_int_equal(g->ring->answer, -ENOSPC);
	assert_int_equal(json_array_size(g->service.controls), settings);
	assert_true(settings > 10000);
	assert_true(most_allocated < 32 << 20);
}

static void refusals_are_told_so_many_times(void **state)
{
	struct guest *g = *state;

	for (unsigned int i = 0; i < 1000; i++)
		assert_int_equal(ask(g, "nonesuch=1"), -EINVAL);
	assert_int_equal(g->refused, 100);
}

/* A guest that never stops writing to the ring does not keep a round from its end. */
static void a_round_reads_no_more_than_a_ring(void **state)
{
	struct guest *g = *state;

	for (unsigned int i = 0; i < RING_SLOTS; i++)
		put_control(g, "nonesuch=1");
	g->more = 50;
	assert_true(service_round(&g->service));
	assert_int_equal(g->more, 0);
	assert_int_equal(g->ring->tail, RING_SLOTS);
	assert_true(service_round(&g->service));
	assert_int_equal(g->ring->tail, RING_SLOTS + 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_and_ring_must_be_memory),
		TEST(a_round_serves_all_instances),
		TEST(records_come_before_commands),
		TEST(a_pass_begins_when_the_queues_are_empty),
		TEST(a_mark_does_not_wait_for_ever),
		TEST(a_half_written_record_holds_up_all_commands),
		TEST(a_checked_pass_has_the_oracle),
		TEST(the_guest_can_set_what_is_not_fixed),
		TEST(a_text_without_an_end_gets_one),
		TEST(a_late_pass_is_refused_unless_it_may_be),
		cmocka_unit_test_setup_teardown(a_flood_of_passes_is_refused, count_allocations, uncount_allocations),
		cmocka_unit_test_setup_teardown(a_flood_of_settings_is_refused, count_allocations, uncount_allocations),
		TEST(refusals_are_told_so_many_times),
		TEST(a_round_reads_no_more_than_a_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
