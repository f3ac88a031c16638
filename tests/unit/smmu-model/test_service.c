// SPDX-License-Identifier: GPL-2.0-only
/* Rounds: what is looked at before what, and what the guest gets for an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_service.h"

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

/* Whoever waited for a command has given up by then: no pass in which that happened is worth anything, once. */
static void a_pass_in_which_it_stood_still_is_refused(void **state)
{
	struct guest *g = *state;

	enable(g);
	assert_int_equal(ask(g, "refuse-late=off"), 0);
	for (int kind = RING_PASS_TIMING; kind <= RING_PASS_CHECKED; kind++) {
		mark(g, (enum ring_pass)kind, 1);
		answer_mark(g);
		g->now += kind == RING_PASS_TIMING ? 800000000 : 1300000000;
		service_round(&g->service);
		mark(g, (enum ring_pass)kind, 0);
		answer_mark(g);
		assert_int_equal(g->ring->answer, kind == RING_PASS_TIMING ? 0 : -EAGAIN);
	}
	mark(g, RING_PASS_CHECKED, 1);
	answer_mark(g);
	mark(g, RING_PASS_CHECKED, 0);
	answer_mark(g);
	assert_int_equal(g->ring->answer, 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_and_ring_must_be_memory),
		TEST(a_round_serves_all_instances),
		TEST(records_come_before_commands),
		TEST(a_pass_begins_when_the_queues_are_empty),
		TEST(a_mark_does_not_wait_for_ever),
		TEST(a_pass_in_which_it_stood_still_is_refused),
		TEST(a_half_written_record_holds_up_all_commands),
		TEST(a_checked_pass_has_the_oracle),
		TEST(the_guest_can_set_what_is_not_fixed),
		TEST(a_text_without_an_end_gets_one),
		TEST(a_late_pass_is_refused_unless_it_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
