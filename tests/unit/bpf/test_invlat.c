// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of the probe `invlat`, run in user space: what it does with
 * calls that nest, overlap, change the CPU, or are seen by half only. A real
 * kernel does these too rarely to be tested with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <linux/bpf.h>

/* In place of libbpf's bpf_helpers.h. */
#define __BPF_HELPERS__
#define SEC(name)
#define __noinline		      __attribute__((noinline))
#define BPF_FUNC_get_smp_processor_id fake_cpu
#define INVLAT_CPUS		      4

static uint64_t fake_now, fake_current_cpu;

static __u64 fake_cpu(void)
{
	return fake_current_cpu;
}

static __u64 bpf_ktime_get_ns(void)
{
	return fake_now;
}

static long bpf_get_func_arg(void *ctx, uint32_t n, __u64 *value)
{
	*value = ((uint64_t *)ctx)[n];
	return 0;
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
