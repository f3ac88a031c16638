// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of the probe `split`, run in user space: each moment of a call is in one part of it, and those of
 * calls that nest, overlap or change the CPU are not mixed up.
 */
#include "fake_split.h"

/* Where a kernel may have its arguments. */
static bool elsewhere;

static void submit(uint64_t smmu, bool sync)
{
	const struct fake_submit call = { .smmu = smmu, .sync = sync };

	if (elsewhere)
		enter_submit_any((void *)&call);
	else
		enter_submit((const __u64 *)&call);
}

static const struct split_sum *instance(unsigned int cpu, uint64_t smmu)
{
	return find(cpus[cpu].sums[0][SPLIT_BY_SMMU], smmu);
}

/* In the order of enum split_part. */
static void assert_parts(const struct split_sum *sum, uint64_t rest, uint64_t room, uint64_t issue, uint64_t sync,
			 uint64_t lock)
{
	assert_int_equal(sum->part[SPLIT_REST], rest);
	assert_int_equal(sum->part[SPLIT_ROOM], room);
	assert_int_equal(sum->part[SPLIT_ISSUE], issue);
	assert_int_equal(sum->part[SPLIT_SYNC], sync);
	assert_int_equal(sum->part[SPLIT_LOCK], lock);
	assert_int_equal(sum->total, rest + room + issue + sync + lock);
}

/* Of an SMMU. */
static void assert_lists(const struct split_sum *sum, uint64_t room, uint64_t issue, uint64_t sync)
{
	assert_int_equal(sum->part[SPLIT_REST], 0);
	assert_int_equal(sum->part[SPLIT_ROOM], room);
	assert_int_equal(sum->part[SPLIT_ISSUE], issue);
	assert_int_equal(sum->part[SPLIT_SYNC], sync);
	assert_int_equal(sum->part[SPLIT_LOCK], 0);
}

/* A list, as its owner: room 10, issue 20 + 3 + 4, sync 50. It takes 87. */
static void one_list(uint64_t begin, unsigned int cpu, uint64_t task, uint64_t smmu)
{
	at(begin, cpu, task);
	submit(smmu, true);
	at(begin + 10, cpu, task);
	enter_write(NULL);
	at(begin + 20, cpu, task);
	enter_write(NULL); /* the CMD_SYNC */
	at(begin + 33, cpu, task);
	leave_valid(NULL);
	at(begin + 37, cpu, task);
	leave_valid(NULL);
	at(begin + 87, cpu, task);
	leave_submit(NULL);
}

static void test_one_call(void **state)
{
	at(1000, 1, 7);
	enter_iotlb_sync((void *)0x10);
	one_list(1005, 1, 7, SMMU);
	at(1100, 1, 7);
	leave_iotlb_sync((void *)0x10);
	assert_parts(process(1, 7), 5 + 8, 10, 27, 50, 0);
	assert_lists(instance(1, SMMU), 10, 27, 50);
	assert_int_equal(process(1, 7)->count, 1);
	assert_int_equal(process(1, 7)->late, 0);
	assert_int_equal(fake_names, 2);
	assert_clean();
}

/* Two SMMUs have one each, and the call both; another process has its own. */
static void test_by_smmu_and_process(void **state)
{
	at(0, 0, 7);
	enter_mm_arch_invalidate_secondary_tlbs((void *)0x10);
	one_list(0, 0, 7, SMMU);
	one_list(100, 0, 7, 2 * SMMU);
	at(200, 0, 7);
	leave_mm_arch_invalidate_secondary_tlbs((void *)0x10);
	at(200, 0, 8);
	enter_iotlb_sync((void *)0x20);
	one_list(200, 0, 8, SMMU);
	leave_iotlb_sync((void *)0x20);
	assert_parts(process(0, 7), 26, 20, 54, 100, 0);
	assert_parts(process(0, 8), 0, 10, 27, 50, 0);
	assert_int_equal(process(0, 7)->entry, SPLIT_mm_arch_invalidate_secondary_tlbs);
	assert_int_equal(instance(0, SMMU)->count, 2);
	assert_int_equal(instance(0, 2 * SMMU)->count, 1);
	assert_clean();
}

static void test_arguments_elsewhere(void **state)
{
	elsewhere = true;
	test_one_call(state);
	elsewhere = false;
}

static void test_without_sync(void **state)
{
	at(0, 0, 7);
	enter_iotlb_sync((void *)0x10);
	submit(SMMU, false);
	at(10, 0, 7);
	enter_write(NULL);
	at(30, 0, 7);
	leave_valid(NULL);
	at(35, 0, 7);
	leave_submit(NULL);
	leave_iotlb_sync((void *)0x10);
	assert_parts(process(0, 7), 0, 10, 25, 0, 0);
	assert_clean();
}

/* As where what waits is a function by itself: all else of a list is issuing. */
static void test_waits_are_functions(void **state)
{
	first = SPLIT_ISSUE;
	at(0, 0, 7);
	enter_iotlb_sync((void *)0x10);
	submit(SMMU, true);
	at(10, 0, 7);
	enter_room(NULL);
	at(40, 0, 7);
	leave_room(NULL);
	at(45, 0, 7);
	enter_sync(NULL);
	at(95, 0, 7);
	leave_sync(NULL);
	at(97, 0, 7);
	leave_submit(NULL);
	leave_iotlb_sync((void *)0x10);
	assert_parts(process(0, 7), 0, 30, 17, 50, 0);
	assert_clean();
}

/* The CMD_SYNC may have completed right after the last look before a delay. */
static void test_lateness(void **state)
{
	at(0, 0, 7);
	enter_delay(NULL); /* nobody's */
	enter_iotlb_sync((void *)0x10);
	submit(SMMU, true);
	enter_delay(NULL); /* not of a CMD_SYNC */
	leave_valid(NULL);
	at(10, 0, 7);
	enter_delay(NULL);
	at(30, 0, 7);
	enter_delay(NULL);
	at(70, 0, 7);
	leave_submit(NULL);
	leave_iotlb_sync((void *)0x10);
	assert_parts(process(0, 7), 0, 0, 0, 70, 0);
	assert_int_equal(process(0, 7)->late, 40);
	assert_int_equal(instance(0, SMMU)->late, 40);
	assert_clean();
}

static void test_lock(void **state)
{
	at(0, 0, 7);
	lock_begin(NULL); /* nobody's */
	lock_end(NULL);
	enter_iotlb_sync((void *)0x10);
	at(5, 0, 7);
	lock_begin(NULL);
	at(6, 0, 9);
	lock_begin(NULL); /* of a task that has no call */
	lock_end(NULL);
	at(25, 0, 7);
	lock_end(NULL);
	at(30, 0, 7);
	leave_iotlb_sync((void *)0x10);
	assert_parts(process(0, 7), 10, 0, 0, 0, 20);
	assert_clean();
}

/* An attach submits as well, and is no invalidation. */
static void test_list_of_no_call(void **state)
{
	one_list(0, 0, 7, SMMU);
	at(100, 0, 8);
	enter_iotlb_sync((void *)0x10);
	one_list(100, 1, 7, SMMU);
	at(300, 0, 8);
	leave_iotlb_sync((void *)0x10);
	assert_parts(process(0, 8), 200, 0, 0, 0, 0);
	assert_int_equal(cpus[0].sums[0][SPLIT_BY_SMMU][SMMU >> 11].count, 0);
	assert_clean();
}

/* An interrupt unmaps, while the task that it has interrupted does. */
static void test_interrupt(void **state)
{
	at(0, 0, 7);
	enter_iotlb_sync((void *)0x20);
	at(5, 0, 7);
	enter_tlb_inv_walk((void *)0x10);
	one_list(5, 0, 7, SMMU);
	leave_tlb_inv_walk((void *)0x10);
	one_list(100, 0, 7, SMMU);
	at(200, 0, 7);
	leave_iotlb_sync((void *)0x20);
	/* What the interrupt took is the interrupted call's as well: rest. */
	assert_int_equal(cpus[0].sums[0][SPLIT_BY_PROCESS][(7 * SPLIT_ENTRY_COUNT + SPLIT_tlb_inv_walk) & 63].total,
			 87);
	assert_parts(&cpus[0].sums[0][SPLIT_BY_PROCESS][(7 * SPLIT_ENTRY_COUNT) & 63], 113, 10, 27, 50, 0);
	assert_int_equal(instance(0, SMMU)->count, 2);
	assert_clean();
}

/* Preempted by one that comes and one that stays; the first returns below it. */
static void test_preempted(void **state)
{
	at(0, 0, 7);
	enter_iotlb_sync((void *)0x10);
	at(10, 0, 8);
	enter_iotlb_sync((void *)0x20);
	one_list(100, 0, 7, SMMU);
	at(200, 0, 7);
	leave_iotlb_sync((void *)0x10);
	one_list(300, 0, 8, SMMU);
	at(400, 0, 8);
	leave_iotlb_sync((void *)0x20);
	assert_parts(process(0, 7), 113, 10, 27, 50, 0);
	assert_parts(process(0, 8), 303, 10, 27, 50, 0);
	assert_int_equal(cpus[0].depth, 0);
	assert_clean();
}

static void test_migrated(void **state)
{
	at(0, 0, 7);
	enter_iotlb_sync((void *)0x10);
	one_list(100, 1, 7, SMMU);
	one_list(200, 2, 7, SMMU);
	at(300, 3, 7);
	leave_iotlb_sync((void *)0x10);
	assert_parts(process(3, 7), 126, 20, 54, 100, 0);
	assert_int_equal(instance(1, SMMU)->count, 1);
	assert_int_equal(instance(2, SMMU)->count, 1);
	at(400, 0, 8);
	enter_iotlb_sync((void *)0x10);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(cpus[0].depth, 0);
	assert_clean();
}

/* Where the beginning was not seen, or there was no place for it, that is said. */
static void test_lost(void **state)
{
	unsigned int i;

	at(0, 0, 7);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(cpus[0].lost, 1);
	for (i = 0; i <= SPLIT_CALLS; i++)
		enter_iotlb_sync((void *)(0x10 + (uintptr_t)i));
	assert_int_equal(cpus[0].lost, 2);
}

/* More processes than there are places: none of their calls is left out. */
static void test_many_processes(void **state)
{
	uint64_t count = 0;
	unsigned int i;

	for (i = 1; i <= 10 * SPLIT_SUMS; i++) {
		at(i, 0, i);
		enter_iotlb_sync((void *)0x10);
		leave_iotlb_sync((void *)0x10);
		enter_tlb_inv_walk((void *)0x10);
		leave_tlb_inv_walk((void *)0x10);
	}
	for (i = 0; i < SPLIT_PLACES; i++)
		count += cpus[0].sums[0][SPLIT_BY_PROCESS][i].count;
	assert_int_equal(count, 2 * 10 * SPLIT_SUMS);
	for (i = SPLIT_SUMS; i < SPLIT_PLACES; i++) {
		const struct split_sum *others = &cpus[0].sums[0][SPLIT_BY_PROCESS][i];

		assert_int_equal(others->whose, 0);
		if (i == SPLIT_SUMS + SPLIT_iotlb_sync || i == SPLIT_SUMS + SPLIT_tlb_inv_walk)
			assert_true(others->count > 8 * SPLIT_SUMS);
		else
			assert_int_equal(others->count, 0);
		assert_int_equal(others->count ? others->entry : i - SPLIT_SUMS, i - SPLIT_SUMS);
	}
	assert_clean();
}

/* Of the other bank nothing is touched. */
static void test_bank(void **state)
{
	cpus[0].bank = 1;
	at(0, 0, 7);
	enter_iotlb_sync((void *)0x10);
	one_list(0, 0, 7, SMMU);
	leave_iotlb_sync((void *)0x10);
	assert_parts(find(cpus[0].sums[1][SPLIT_BY_PROCESS], 7), 0, 10, 27, 50, 0);
	assert_int_equal(find(cpus[0].sums[0][SPLIT_BY_PROCESS], 0)->count, 0);
	assert_clean();
}

static void test_kprobes(void **state)
{
	struct user_pt_regs regs = { .regs = { SMMU, 0, 0, 0, 1 }, .sp = 0x10 };

	at(0, 0, 7);
	kenter_iotlb_sync(&regs);
	at(5, 0, 7);
	kenter_submit((const __u64 *)regs.regs);
	at(15, 0, 7);
	kenter_write(NULL);
	at(35, 0, 7);
	kleave_valid(NULL);
	at(85, 0, 7);
	kleave_submit(NULL);
	kleave_iotlb_sync(&regs);
	assert_parts(process(0, 7), 5, 10, 20, 50, 0);
	assert_clean();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_call, setup),
		cmocka_unit_test_setup(test_by_smmu_and_process, setup),
		cmocka_unit_test_setup(test_arguments_elsewhere, setup),
		cmocka_unit_test_setup(test_without_sync, setup),
		cmocka_unit_test_setup(test_waits_are_functions, setup),
		cmocka_unit_test_setup(test_lateness, setup),
		cmocka_unit_test_setup(test_lock, setup),
		cmocka_unit_test_setup(test_list_of_no_call, setup),
		cmocka_unit_test_setup(test_interrupt, setup),
		cmocka_unit_test_setup(test_preempted, setup),
		cmocka_unit_test_setup(test_migrated, setup),
		cmocka_unit_test_setup(test_lost, setup),
		cmocka_unit_test_setup(test_many_processes, setup),
		cmocka_unit_test_setup(test_bank, setup),
		cmocka_unit_test_setup(test_kprobes, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
