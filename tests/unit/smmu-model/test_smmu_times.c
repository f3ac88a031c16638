// SPDX-License-Identifier: GPL-2.0-only
/* How long commands take, one after the other and beside each other, and what is seen late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_queues.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
