// SPDX-License-Identifier: GPL-2.0-only
/* The event queue: full, wrapped, overflown, not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_queues.h"

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

/* A device whose stream table entry was changed is there; all entries at once, or a CD, name none. */
static void a_fault_of_event_is_the_last_device_s(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	add(g, 0, CFGI_STE | 0xe001ULL << 32, 0);
	add(g, 0, CFGI_STE | 0xe002ULL << 32, 0);
	add(g, 0, CFGI_STE_RANGE, 31);
	add(g, 0, CFGI_CD | 0xe003ULL << 32, 0);
	ring(g, 0);
	look_and_step(g, 0, 100);
	put(g, 0, EVENTQ_BASE, EVENTS | 2);
	put(g, 0, CR0, CR0_CMDQEN | CR0_EVENTQEN);
	smmu_control(&g->smmu[0]);
	set(g, "0.fault=event");
	smmu_control(&g->smmu[0]);
	assert_int_equal(*at(g, EVENTS), 0xe00200000010);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fault_of_event_is_written),
		TEST(a_fault_of_event_is_the_last_device_s),
		TEST(events_fill_the_queue_and_wrap),
		TEST(events_without_room_overflow),
		TEST(events_go_on_where_the_guest_says),
		TEST(events_are_dropped_where_there_is_no_queue),
		TEST(events_do_not_interrupt_unless_asked_to),
		TEST(the_guest_cannot_move_cons_or_prod),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
