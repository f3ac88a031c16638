// SPDX-License-Identifier: GPL-2.0-only
/* A service whose time is the guest's own: each command ends when it is due, whenever that is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_service.h"

#define START 1000

static void advance(struct guest *g, uint64_t now)
{
	g->now = now;
	service_advance(&g->service, now);
}

/* As enable() does, by time instead of rounds. */
static void switch_on(struct guest *g)
{
	for (unsigned int k = 0; k < INSTANCES; k++) {
		put(g, k, CMDQ_BASE, (QUEUES + k * 0x1000) | 8);
		put(g, k, IRQ_CTRL, IRQ_CTRL_GERROR);
		put(g, k, CR0, CR0_CMDQEN);
	}
	advance(g, START);
	for (unsigned int k = 0; k < INSTANCES; k++)
		assert_int_equal(get(g, k, CR0ACK), CR0_CMDQEN);
}

static void set(struct guest *g, const char *text)
{
	put_control(g, text);
	advance(g, g->now);
	assert_int_equal(g->ring->answered, g->ring->head);
	assert_int_equal(g->ring->answer, 0);
}

/* Of the CMD_SYNCs so far: the largest that "set", "took" or "lateness" has. */
static json_int_t most(struct guest *g, const char *what)
{
	json_t *json = witness_json(g->service.witness);
	json_t *service = json_object_get(json_object_get(json, "total"), "service");
	json_int_t value = json_integer_value(json_object_get(json_object_get(service, what), "max"));

	json_decref(json);
	return value;
}

static void a_sync_ends_when_it_is_due(void **state)
{
	struct guest *g = *state;

	switch_on(g);
	set(g, "sync=5us");
	set(g, "tlbi=1us");
	assert_int_equal(service_due(&g->service), UINT64_MAX);
	send(g, 1, TLBI_NSNH_ALL);
	send(g, 1, CMD_SYNC);
	advance(g, 2000);
	assert_int_equal(service_due(&g->service), 3000);
	advance(g, 7999);
	assert_int_equal(get(g, 1, CMDQ_CONS), 1);
	assert_int_equal(service_due(&g->service), 8000);
	advance(g, 8000);
	assert_int_equal(get(g, 1, CMDQ_CONS), 2);
	assert_int_equal(service_due(&g->service), UINT64_MAX);
}

/* However late it is asked for, and though others came and ended in between. */
static void nothing_is_late(void **state)
{
	struct guest *g = *state;

	switch_on(g);
	set(g, "sync=5us");
	for (unsigned int k = 0; k < INSTANCES; k++) {
		send(g, k, CMD_SYNC);
		advance(g, START + 700 * (k + 1));
	}
	send(g, 0, CMD_SYNC);
	advance(g, 90000);
	for (unsigned int k = 0; k < INSTANCES; k++)
		assert_int_equal(get(g, k, CMDQ_CONS), 1);
	advance(g, 10000000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 2);
	assert_int_equal(most(g, "set"), 5000);
	assert_int_equal(most(g, "took"), 5000);
	assert_int_equal(most(g, "lateness"), 0);
}

/* In the order of their ends, of whichever instance; those of the same moment by instance. */
static void ends_come_in_order(void **state)
{
	static const char *const lines[] = { "2 CMD_SYNC", "0 CMD_SYNC", "1 CMD_SYNC", "2 CMD_SYNC" };
	struct guest *g = *state;
	char text[1024] = "", *line = text;
	FILE *log = fmemopen(text, sizeof(text), "w");

	MUST(log);
	switch_on(g);
	set(g, "sync=5us");
	set(g, "2.sync=3us");
	witness_log_to(g->service.witness, log, false);
	for (unsigned int k = 0; k < INSTANCES; k++)
		send(g, k, CMD_SYNC);
	send(g, 2, CMD_SYNC);
	advance(g, 2000);
	advance(g, 20000);
	fclose(log);
	for (size_t i = 0; i < 4; i++, line = strchr(line, '\n') + 1)
		assert_memory_equal(line, lines[i], strlen(lines[i]));
}

/* It neither holds up the others nor is asked for ever; its command starts when the error is acknowledged. */
static void an_error_holds_up_no_other(void **state)
{
	struct guest *g = *state;

	switch_on(g);
	set(g, "sync=5us");
	send(g, 0, 0xff);
	send(g, 1, CMD_SYNC);
	advance(g, 2000);
	assert_int_equal(g->interrupts, 1);
	assert_int_equal(service_due(&g->service), 0);
	advance(g, 50000);
	assert_int_equal(get(g, 1, CMDQ_CONS), 1);
	*(uint64_t *)memory_at(&g->service.memory, QUEUES, 8) = CMD_SYNC;
	advance(g, 60000);
	put(g, 0, GERRORN, get(g, 0, GERROR));
	advance(g, 60001);
	assert_int_equal(service_due(&g->service), 65000);
	advance(g, 65000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	assert_int_equal(most(g, "lateness"), 0);
}

/* An instance that is busy when it is stopped never ends, and time goes on for the others. */
static void a_stopped_instance_holds_up_no_other(void **state)
{
	struct guest *g = *state;

	switch_on(g);
	set(g, "sync=5us");
	send(g, 0, CMD_SYNC);
	send(g, 1, CMD_SYNC);
	advance(g, 2000);
	set(g, "0.fault=stop");
	advance(g, 50000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 0);
	assert_int_equal(get(g, 1, CMDQ_CONS), 1);
}

/* What was sent before a pass is not the pass's, and a mark waits for it. */
static void a_mark_waits_for_what_was_sent_before(void **state)
{
	struct guest *g = *state;

	switch_on(g);
	set(g, "prefetch=3us");
	send(g, 1, PREFETCH_CONFIG);
	mark(g, RING_PASS_CHECKED, 1);
	advance(g, 2000);
	advance(g, 2010);
	assert_int_equal(g->ring->answered, g->ring->head - 1);
	assert_int_equal(service_due(&g->service), 0);
	advance(g, 5000);
	assert_int_equal(g->ring->answered, g->ring->head);
	send(g, 1, TLBI_NSNH_ALL);
	mark(g, RING_PASS_CHECKED, 0);
	advance(g, 6000);
	advance(g, 6001);
	assert_int_equal(g->ring->answered, g->ring->head);
	assert_int_equal(count_of(g, "commands", 0), 1);
}

static void a_half_written_record_holds_up_what_comes(void **state)
{
	struct guest *g = *state;

	switch_on(g);
	begin_record(g, RING_NONE);
	send(g, 1, CMD_SYNC);
	advance(g, 2000);
	assert_int_equal(get(g, 1, CMDQ_CONS), 0);
	assert_int_equal(service_due(&g->service), 0);
	finish_record(g);
	advance(g, 2005);
	assert_int_equal(get(g, 1, CMDQ_CONS), 1);
}

/* Times are drawn for each command, however often time is advanced: the seed alone says which. */
static void random_times_do_not_hang_on_steps(void **state)
{
	uint64_t ended[2][20];

	for (unsigned int run = 0; run < 2; run++) {
		struct guest *g;

		setup((void **)&g);
		switch_on(g);
		set(g, "sync=lognormal:2us:0.5");
		for (unsigned int i = 0; i < 20; i++) {
			send(g, 0, CMD_SYNC);
			advance(g, g->now + 100);
			ended[run][i] = service_due(&g->service);
			for (uint64_t now = g->now; run && now < ended[run][i]; now += 137)
				advance(g, now);
			advance(g, ended[run][i]);
		}
		guest_destroy(g);
	}
	assert_memory_equal(ended[0], ended[1], sizeof(ended[0]));
	assert_true(ended[0][1] - ended[0][0] != ended[0][2] - ended[0][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sync_ends_when_it_is_due),
		TEST(nothing_is_late),
		TEST(ends_come_in_order),
		TEST(an_error_holds_up_no_other),
		TEST(a_stopped_instance_holds_up_no_other),
		TEST(a_mark_waits_for_what_was_sent_before),
		TEST(a_half_written_record_holds_up_what_comes),
		cmocka_unit_test(random_times_do_not_hang_on_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
