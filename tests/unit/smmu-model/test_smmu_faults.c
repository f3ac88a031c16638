// SPDX-License-Identifier: GPL-2.0-only
/* Errors of the command queue, and faults that are asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_queues.h"

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

static void sync_msi(struct guest *g, uint64_t signal, uint64_t address)
{
	add(g, 0, CMD_SYNC | signal << 12 | 0x12345678ULL << 32, address);
	ring(g, 0);
	look_and_step(g, 0, 1000);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_illegal_command_stops_the_queue),
		TEST(an_error_makes_nothing_late),
		TEST(errors_do_not_interrupt_unless_asked_to),
		TEST(a_queue_outside_memory_aborts),
		TEST(a_fault_of_atc_fails_its_sync),
		TEST(a_fault_of_illegal_strikes_the_next_command_but_no_sync),
		TEST(a_fault_of_abort_strikes_once),
		TEST(a_fault_of_stop_is_for_ever),
		TEST(a_fault_of_sync_lets_others_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
