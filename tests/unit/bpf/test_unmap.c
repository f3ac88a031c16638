// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of the probe `unmap`, run in user space: each moment of an unmap is in one part of it, the probe's own
 * time is beside the part that has it, and what an interrupt unmaps is not mixed up with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_bpf.h"

#define UNMAP_CPUS 2
#define UNMAP_SET

#include "unmap_parts.h"

static uint64_t fake_now, fake_current_cpu;
static unsigned int fake_task;
static struct unmap_task fake_tasks[2];
static bool fake_known[2];

static __u64 fake_cpu(void)
{
	return fake_current_cpu;
}

static __u64 bpf_ktime_get_ns(void)
{
	return fake_now;
}

#define bpf_get_current_task_btf() NULL

static void *bpf_task_storage_get(const void *map, const void *task, const void *value, uint64_t flags)
{
	if (flags)
		fake_known[fake_task] = true;
	return fake_known[fake_task] ? &fake_tasks[fake_task] : NULL;
}

static long bpf_probe_read_kernel(void *to, uint32_t size, const void *from)
{
	memset(to, 0, size);
	return 0;
}

/* The only argument that is asked for: whether there is a CMD_SYNC. */
static bool fake_sync;

static long bpf_get_func_arg(const void *ctx, uint32_t which, __u64 *value)
{
	*value = fake_sync;
	return 0;
}

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include "unmap.bpf.c"

static int setup(void **state)
{
	memset(cpus, 0, sizeof(cpus));
	memset(fake_tasks, 0, sizeof(fake_tasks));
	memset(cost, 0, sizeof(cost));
	memset(fake_known, 0, sizeof(fake_known));
	fake_current_cpu = fake_task = 0;
	fake_sync = true;
	return 0;
}

/* The address of a call, which only has to be another one than those around it have. */
#define AT(n) ((void *)(uintptr_t)(0x100 * (n)))
/* @what happens at @now. */
#define WHEN(now, what) \
	do { \
		fake_now = (now); \
		what; \
	} while (0)

static const struct unmap_sum *sum_of(unsigned int cpu, enum unmap_of of)
{
	return &cpus[cpu].sums[0][of];
}

static void assert_adds_up(const struct unmap_sum *sum)
{
	uint64_t ns = 0;
	int i;

	for (i = 0; i < UNMAP_SLOTS; i++)
		ns += sum->part[i];
	assert_int_equal(ns, sum->total);
	assert_int_equal(sum->part[UNMAP_FREE], 0);
	assert_int_equal(cpus[0].lost + cpus[1].lost, 0);
}

/* As its owner: slots 7, writing 20 + 5 + 6, waiting 50. It takes 88. */
static void one_list(uint64_t begin)
{
	WHEN(begin, enter_submit(AT(5)));
	WHEN(begin + 7, enter_write(AT(6)));
	WHEN(begin + 27, leave_write(AT(6)));
	WHEN(begin + 30, enter_valid(AT(6)));
	WHEN(begin + 32, leave_valid(AT(6)));
	WHEN(begin + 36, enter_valid(AT(6))); /* those of others before it */
	WHEN(begin + 38, leave_valid(AT(6)));
	WHEN(begin + 88, leave_submit(AT(5)));
}

/* From 1000 on: around it 10 + 3 + 2 + 4, the page table 30 + 40, building 5 + 7, the IOVA 60. */
static void one_strict(void)
{
	WHEN(1000, enter_dma_unmap_page_attrs(AT(1)));
	WHEN(1010, enter_lookup(AT(2)));
	WHEN(1040, leave_lookup(AT(2)));
	WHEN(1043, enter___iommu_dma_unmap(AT(2)));
	WHEN(1045, enter_remove(AT(3)));
	WHEN(1085, leave_remove(AT(3)));
	WHEN(1085, enter_sync_range(AT(4)));
	one_list(1090);
	WHEN(1185, leave_sync_range(AT(4)));
	WHEN(1185, enter_iova(AT(3)));
	WHEN(1245, leave_iova(AT(3)));
	WHEN(1247, leave___iommu_dma_unmap(AT(2)));
	WHEN(1249, leave_dma_unmap_page_attrs(AT(1)));
}

static void test_strict(void **state)
{
	const struct unmap_sum *sum = sum_of(0, UNMAP_OF_CALLS);

	one_strict();
	assert_int_equal(sum->count, 1);
	assert_int_equal(sum->total, 249);
	assert_int_equal(sum->part[UNMAP_TABLE], 70);
	assert_int_equal(sum->part[UNMAP_BUILD], 12);
	assert_int_equal(sum->part[UNMAP_ROOM], 7);
	assert_int_equal(sum->part[UNMAP_ISSUE], 31);
	assert_int_equal(sum->part[UNMAP_SYNC], 50);
	assert_int_equal(sum->part[UNMAP_IOVA], 60);
	assert_int_equal(sum->part[UNMAP_QUEUE], 0);
	assert_int_equal(sum->part[UNMAP_OTHER], 19);
	assert_int_equal(sum->strict, 1);
	assert_int_equal(sum->lists, 1);
	assert_int_equal(sum->syncs, 1);
	assert_int_equal(sum->untold, 0);
	assert_adds_up(sum);
}

/* What follows the removal is the flush queue, but for the address that it frees. */
static void test_lazy(void **state)
{
	const struct unmap_sum *sum = sum_of(0, UNMAP_OF_CALLS);

	WHEN(0, enter_dma_unmap_page_attrs(AT(1)));
	WHEN(10, enter___iommu_dma_unmap(AT(2)));
	WHEN(10, enter_remove(AT(3)));
	WHEN(50, leave_remove(AT(3)));
	WHEN(75, enter_iova(AT(3)));
	WHEN(80, leave_iova(AT(3)));
	WHEN(85, leave___iommu_dma_unmap(AT(2)));
	WHEN(95, leave_dma_unmap_page_attrs(AT(1)));
	assert_int_equal(sum->part[UNMAP_QUEUE], 30);
	assert_int_equal(sum->part[UNMAP_IOVA], 5);
	assert_int_equal(sum->part[UNMAP_TABLE], 40);
	assert_int_equal(sum->part[UNMAP_OTHER], 20);
	assert_int_equal(sum->strict, 0);
	assert_adds_up(sum);
}

/* Each function's own time is in it and around it; where its caller changes its part, half is in each. */
static void test_probe_time(void **state)
{
	const struct unmap_sum *sum = sum_of(0, UNMAP_OF_CALLS);
	uint64_t probe = 0;
	int i;

	for (i = 0; i < UNMAP_CLASSES; i++)
		cost[i] = (struct unmap_cost){ 10, 4 };
	one_strict();
	for (i = 0; i < UNMAP_SLOTS; i++)
		probe += sum->probe[i];
	assert_int_equal(probe, 10 * 10 + 9 * 4);
	assert_int_equal(sum->probe[UNMAP_TABLE], 2 * 10);
	assert_int_equal(sum->probe[UNMAP_IOVA], 10);
	assert_int_equal(sum->probe[UNMAP_BUILD], 10 + 4);
	/* Of the list 5 and 5, of `write` and the second `valid` 2 each. */
	assert_int_equal(sum->probe[UNMAP_ROOM], 5 + 2);
	assert_int_equal(sum->probe[UNMAP_SYNC], 5 + 2);
	assert_int_equal(sum->probe[UNMAP_ISSUE], 3 * 10 + 2 + 4 + 2);
	assert_int_equal(sum->least[UNMAP_TABLE], 70 - 20);
	assert_int_equal(sum->least[UNMAP_BUILD], 0);
}

/* A softirq unmaps in the middle of it, then the timer of the flush queue runs. */
static void test_interrupts(void **state)
{
	const struct unmap_sum *sum = sum_of(0, UNMAP_OF_CALLS), *timer = sum_of(0, UNMAP_OF_TIMER);

	WHEN(0, enter_dma_unmap_page_attrs(AT(9)));
	WHEN(10, enter___iommu_dma_unmap(AT(8)));
	WHEN(15, enter_dma_unmap_page_attrs(AT(2)));
	WHEN(16, enter___iommu_dma_unmap(AT(1)));
	WHEN(116, leave___iommu_dma_unmap(AT(1)));
	WHEN(117, leave_dma_unmap_page_attrs(AT(2)));
	WHEN(120, enter_fq_flush_timeout(AT(2)));
	WHEN(150, leave_fq_flush_timeout(AT(2)));
	WHEN(155, leave___iommu_dma_unmap(AT(8)));
	WHEN(160, leave_dma_unmap_page_attrs(AT(9)));
	assert_int_equal(sum->count, 2);
	assert_int_equal(sum->total, 102 + (160 - 102 - 30));
	assert_int_equal(timer->count, 1);
	assert_int_equal(timer->total, 30);
	assert_int_equal(timer->part[UNMAP_QUEUE], 30);
	assert_adds_up(sum);
}

/* A lock is waited for within the flush queue, which another task holds; it goes on on another CPU. */
static void test_lock_and_migration(void **state)
{
	const struct unmap_sum *sum = sum_of(1, UNMAP_OF_CALLS);

	WHEN(0, enter_dma_unmap_page_attrs(AT(1)));
	WHEN(10, enter_queue(AT(2)));
	WHEN(20, lock_begin(NULL));
	fake_task = 1;
	WHEN(30, lock_begin(NULL));
	WHEN(40, lock_end(NULL));
	fake_task = 0;
	fake_current_cpu = 1;
	WHEN(70, lock_end(NULL));
	WHEN(75, leave_queue(AT(2)));
	WHEN(80, leave_dma_unmap_page_attrs(AT(1)));
	assert_int_equal(sum->part[UNMAP_LOCK], 50);
	assert_int_equal(sum->part[UNMAP_QUEUE], 15);
	assert_int_equal(sum->part[UNMAP_OTHER], 15);
	assert_adds_up(sum);
}

/* Nothing tells waiting from writing: that is counted. */
static void test_untold(void **state)
{
	const struct unmap_sum *sum = sum_of(0, UNMAP_OF_CALLS);

	first = UNMAP_ISSUE;
	WHEN(0, enter_dma_unmap_page_attrs(AT(1)));
	WHEN(0, enter_submit(AT(2)));
	WHEN(20, leave_submit(AT(2)));
	fake_sync = false;
	WHEN(20, enter_submit(AT(2)));
	WHEN(30, leave_submit(AT(2)));
	WHEN(30, leave_dma_unmap_page_attrs(AT(1)));
	first = UNMAP_ROOM;
	assert_int_equal(sum->lists, 2);
	assert_int_equal(sum->syncs, 1);
	assert_int_equal(sum->untold, 1);
	assert_int_equal(sum->part[UNMAP_ISSUE], 30);
	assert_adds_up(sum);
}

/* What is no part of an unmap is nothing; a return whose begin was not seen is lost. */
static void test_strangers(void **state)
{
	WHEN(0, enter_submit(AT(1)));
	WHEN(9, leave_submit(AT(1)));
	WHEN(10, lock_end(NULL));
	assert_int_equal(cpus[0].lost, 0);
	WHEN(20, enter_dma_unmap_page_attrs(AT(1)));
	WHEN(30, leave_iova(AT(2)));
	assert_int_equal(cpus[0].lost, 1);
	WHEN(40, leave_dma_unmap_page_attrs(AT(1)));
	assert_int_equal(sum_of(0, UNMAP_OF_CALLS)->total, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_strict, setup),
		cmocka_unit_test_setup(test_lazy, setup),
		cmocka_unit_test_setup(test_probe_time, setup),
		cmocka_unit_test_setup(test_interrupts, setup),
		cmocka_unit_test_setup(test_lock_and_migration, setup),
		cmocka_unit_test_setup(test_untold, setup),
		cmocka_unit_test_setup(test_strangers, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
