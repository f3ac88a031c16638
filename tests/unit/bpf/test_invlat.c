// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of the probe `invlat`, run in user space: what it does with
 * calls that nest, overlap, change the CPU, or are seen by half only. A real
 * kernel does these too rarely to be tested with. And whose commands it counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_bpf.h"

#define INVLAT_CPUS 4

static uint64_t fake_now, fake_current_cpu;

static __u64 fake_cpu(void)
{
	return fake_current_cpu;
}

static __u64 bpf_ktime_get_ns(void)
{
	return fake_now;
}

/* Of the submit function; where each argument is user space finds out before loading. */
#define bpf_get_func_arg(ctx, n, value) fake_argument(ctx, #n, value)

struct fake_submit {
	uint64_t commands, sync, list;
};

static long fake_argument(const struct fake_submit *submit, const char *which, __u64 *value)
{
	*value = !strcmp(which, "list_arg") ? submit->list :
		 !strcmp(which, "sync_arg") ? submit->sync :
					      submit->commands;
	return 0;
}

static long bpf_probe_read_kernel(void *to, uint32_t size, const void *from)
{
	if (from)
		memcpy(to, from, size);
	return from ? 0 : -14;
}

#define bpf_loop(count, step, context, flags) \
	({ \
		for (uint32_t n = 0; n < (count) && !step(n, context); n++) \
			; \
	})

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include "../../bpf/invlat.bpf.c"

static struct invlat_slot *slot_of(unsigned int cpu)
{
	return &cpus[cpu].slots[INVLAT_iotlb_sync];
}

static int setup(void **state)
{
	unsigned int cpu, bank;

	memset(cpus, 0, sizeof(cpus));
	memset(&own, 0, sizeof(own));
	for (cpu = 0; cpu < INVLAT_CPUS; cpu++)
		for (bank = 0; bank < INVLAT_BANKS; bank++)
			slot_of(cpu)->hists[bank].min = ~0ULL;
	return 0;
}

static void enter_at(unsigned int cpu, uint64_t frame, uint64_t now)
{
	fake_current_cpu = cpu;
	fake_now = now;
	enter_iotlb_sync((void *)frame);
}

static void leave_at(unsigned int cpu, uint64_t frame, uint64_t now)
{
	fake_current_cpu = cpu;
	fake_now = now;
	leave_iotlb_sync((void *)frame);
}

static uint64_t total_count(void)
{
	uint64_t sum = 0;
	unsigned int cpu, i;

	for (cpu = 0; cpu < INVLAT_CPUS; cpu++)
		for (i = 0; i < INVLAT_BUCKETS; i++)
			sum += slot_of(cpu)->hists[0].buckets[i];
	return sum;
}

static uint64_t total_lost(void)
{
	uint64_t sum = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < INVLAT_CPUS; cpu++)
		sum += slot_of(cpu)->lost;
	return sum;
}

static unsigned int calls_kept(void)
{
	unsigned int cpu, i, sum = 0;

	for (cpu = 0; cpu < INVLAT_CPUS; cpu++)
		for (i = 0; i < INVLAT_CALLS; i++)
			sum += slot_of(cpu)->calls[i].frame != 0;
	return sum;
}

static void assert_clean(uint64_t count)
{
	assert_int_equal(total_count(), count);
	assert_int_equal(total_lost(), 0);
	assert_int_equal(calls_kept(), 0);
}

static void test_one_call(void **state)
{
	struct invlat_hist *hist = &slot_of(1)->hists[0];

	enter_at(1, 0x1000, 100);
	leave_at(1, 0x1000, 350);
	assert_clean(1);
	assert_int_equal(hist->buckets[hist_index(INVLAT_SUB_BITS, 250)], 1);
	assert_int_equal(hist->sum, 250);
	assert_int_equal(hist->min, 250);
	assert_int_equal(hist->max, 250);
}

/* Interrupts: the last that began is the first to return. */
static void test_nested(void **state)
{
	int i;

	for (i = 0; i < INVLAT_CALLS; i++)
		enter_at(0, 0x1000 + i, i);
	for (i = INVLAT_CALLS; i--;)
		leave_at(0, 0x1000 + i, 1000 + i);
	assert_clean(INVLAT_CALLS);
	assert_int_equal(slot_of(0)->hists[0].min, 1000);
	assert_int_equal(slot_of(0)->hists[0].max, 1000);
}

/* Tasks that sleep return in any order. */
static void test_overlapping(void **state)
{
	int i;

	for (i = 0; i < INVLAT_CALLS; i++)
		enter_at(0, 0x1000 + i, i);
	for (i = 0; i < INVLAT_CALLS; i++)
		leave_at(0, 0x1000 + i * 5 % INVLAT_CALLS, 1000 + i * 5 % INVLAT_CALLS);
	assert_clean(INVLAT_CALLS);
	assert_int_equal(slot_of(0)->hists[0].min, 1000);
	assert_int_equal(slot_of(0)->hists[0].max, 1000);
}

static void test_other_cpu(void **state)
{
	enter_at(3, 0x1000, 10);
	enter_at(1, 0x2000, 20);
	leave_at(1, 0x1000, 110);
	leave_at(0, 0x2000, 120);
	assert_clean(2);
	assert_int_equal(slot_of(1)->hists[0].sum, 100);
	assert_int_equal(slot_of(0)->hists[0].sum, 100);
}

static void test_return_without_call(void **state)
{
	leave_at(0, 0x1000, 10);
	assert_int_equal(total_lost(), 1);
	assert_int_equal(total_count(), 0);
}

static void test_too_many_calls(void **state)
{
	int i;

	for (i = 0; i < INVLAT_CALLS + 3; i++)
		enter_at(0, 0x1000 + i, i);
	for (i = 0; i < INVLAT_CALLS + 3; i++)
		leave_at(0, 0x1000 + i, 1000);
	assert_int_equal(total_lost(), 3);
	assert_int_equal(total_count(), INVLAT_CALLS);
	assert_int_equal(calls_kept(), 0);
}

/* The stack address comes back, so the return of the first was missed: one is lost, the other right. */
static void test_call_without_return(void **state)
{
	enter_at(0, 0x1000, 10);
	enter_at(0, 0x1000, 500);
	leave_at(0, 0x1000, 600);
	assert_int_equal(total_lost(), 1);
	assert_int_equal(total_count(), 1);
	assert_int_equal(slot_of(0)->hists[0].sum, 100);
	assert_int_equal(calls_kept(), 0);
}

static void record_one(uint64_t value)
{
	record(slot_of(0), value);
}

/* Every bucket's both ends, by table and by search, are where hist.h says. */
static void test_buckets(void **state)
{
	struct invlat_hist *hist = &slot_of(0)->hists[0];
	unsigned int i;

	for (i = 0; i < INVLAT_BUCKETS; i++) {
		record_one(hist_lower(INVLAT_SUB_BITS, i));
		record_one(hist_lower(INVLAT_SUB_BITS, i) + hist_width(INVLAT_SUB_BITS, i) - 1);
		assert_int_equal(hist->buckets[i], 2);
	}
	assert_int_equal(hist->out_of_range, 0);
	assert_int_equal(hist->min, 0);
	assert_true(hist->max == HIST_MAX);
}

static void test_out_of_range(void **state)
{
	struct invlat_hist *hist = &slot_of(0)->hists[0];

	record_one(HIST_MAX + 1);
	record_one(~0ULL);
	assert_int_equal(hist->out_of_range, 2);
	assert_int_equal(total_count(), 0);
	assert_int_equal(hist->sum, 0);
}

static void test_bank(void **state)
{
	slot_of(2)->bank = 1;
	enter_at(2, 0x1000, 0);
	leave_at(2, 0x1000, 5);
	assert_clean(0);
	assert_int_equal(slot_of(2)->hists[1].buckets[5], 1);
}

/* A list of @n commands that begins so. */
static void submit_two(uint64_t first, uint64_t second, uint64_t n, uint64_t sync)
{
	uint64_t list[4] = { first, 0, second };
	struct fake_submit submit = { n, sync, n ? (uint64_t)list : 0 };

	fake_current_cpu = 1;
	enter_cmdq_issue_cmdlist(&submit);
	leave_cmdq_issue_cmdlist(&submit);
}

static void submit(uint64_t first, uint64_t n, uint64_t sync)
{
	submit_two(first, 0, n, sync);
}

static void assert_counted(uint64_t batches, uint64_t commands, uint64_t syncs, uint64_t others, uint64_t other_syncs)
{
	const struct invlat_slot *slot = &cpus[1].slots[INVLAT_SUBMIT];

	assert_int_equal(slot->batches, batches);
	assert_int_equal(slot->commands, commands);
	assert_int_equal(slot->syncs, syncs);
	assert_int_equal(slot->others, others);
	assert_int_equal(slot->other_syncs, other_syncs);
}

#define ASID(asid, op)	   ((uint64_t)(asid) << 48 | (op))
#define STREAM(stream, op) ((uint64_t)(stream) << 32 | (op))

/* One of each kind, for ASID 7 and stream 0x108, and for neighbours. */
static void submit_all(void)
{
	static const uint64_t ops_of_asids[] = { 0x11, 0x12, 0x13, 0x21, 0x22 }, ops_of_streams[] = { 3, 5, 6, 0x40 };

	for (unsigned int i = 0; i < 5; i++) {
		submit(ASID(7, ops_of_asids[i]), 2, 1);
		submit(ASID(8, ops_of_asids[i]), 10, 1);
	}
	for (unsigned int i = 0; i < 4; i++) {
		submit(STREAM(0x108, ops_of_streams[i]), 3, 0);
		submit(STREAM(0x100, ops_of_streams[i]), 100, 0);
	}
	submit(ASID(7, 0x30), 1000, 1);	   /* of no domain: TLBI_NSNH_ALL */
	submit(STREAM(0x108, 4), 1000, 1); /* of all streams: CFGI_ALL */
	submit(0, 0, 1);		   /* a CMD_SYNC alone */
}

static void test_all_are_counted(void **state)
{
	submit_all();
	assert_counted(21, 5 * 12 + 4 * 103 + 2000, 13, 0, 0);
}

static void test_one_group_is_counted(void **state)
{
	own = (struct invlat_own){ .on = 1,
				   .ids = { .domain = GROUP_ASID, .asid = 7, .streams = 2, .stream = { 9, 0x108 } } };
	submit_all();
	assert_counted(9, 5 * 2 + 4 * 3, 5, 5 * 10 + 4 * 100 + 2000, 8);
}

static void test_syncs_within_a_list(void **state)
{
	own = (struct invlat_own){ .on = 1, .ids = { .domain = GROUP_ASID, .asid = 7 } };
	submit_two(ASID(7, 0x12), 0x46, 3, 1);
	assert_counted(1, 2, 2, 0, 0);
	submit_two(ASID(8, 0x12), 0xfc00046, 10, 1);
	assert_counted(1, 2, 2, 9, 2);
	submit_two(ASID(7, 0x12), ASID(7, 0x12), 3, 1); /* none */
	assert_counted(2, 5, 3, 9, 2);
	submit_two(ASID(7, 0x12), 0x46, 2, 0); /* not in a list of two */
	assert_counted(3, 7, 3, 9, 2);
}

/* What passes through has no ASID, and what was read of one long ago is none. */
static void test_a_bare_group_has_no_asid(void **state)
{
	own = (struct invlat_own){
		.on = 1, .ids = { .domain = GROUP_BARE, .asid = 7, .streams = 1, .stream = { 0x108, 0x100 } }
	};
	submit_all();
	assert_counted(4, 4 * 3, 0, 5 * 12 + 4 * 100 + 2000, 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_call, setup),
		cmocka_unit_test_setup(test_nested, setup),
		cmocka_unit_test_setup(test_overlapping, setup),
		cmocka_unit_test_setup(test_other_cpu, setup),
		cmocka_unit_test_setup(test_return_without_call, setup),
		cmocka_unit_test_setup(test_too_many_calls, setup),
		cmocka_unit_test_setup(test_call_without_return, setup),
		cmocka_unit_test_setup(test_buckets, setup),
		cmocka_unit_test_setup(test_out_of_range, setup),
		cmocka_unit_test_setup(test_bank, setup),
		cmocka_unit_test_setup(test_all_are_counted, setup),
		cmocka_unit_test_setup(test_one_group_is_counted, setup),
		cmocka_unit_test_setup(test_syncs_within_a_list, setup),
		cmocka_unit_test_setup(test_a_bare_group_has_no_asid, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
