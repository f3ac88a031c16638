// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the probe `split` sums up: whose a call is, and what there is besides its parts if that is wished for.
 */
#include "fake_split.h"

/* The place in both tables. */
static const struct split_more *more_of(unsigned int cpu, enum split_table table, uint64_t whose)
{
	const struct split_sum *sums = cpus[cpu].sums[0][table];

	return &more[cpu].more[0][table][find(sums, whose) - sums];
}

/* A list of three commands that begins with these two, with a CMD_SYNC after it; it takes 64. */
static void three_commands(uint64_t begin, uint64_t opcode, uint64_t second)
{
	const uint64_t words[6] = { opcode, 0, second };

	fake_list = words;
	at(begin, 0, 7);
	enter_submit_any((void *)&(struct fake_submit){ SMMU, 0, (uint64_t)(uintptr_t)words, 3, true });
	fake_list = NULL;
	at(begin + 64, 0, 7);
	leave_submit(NULL);
}

static void test_detailed(void **state)
{
	const struct split_more *of_process, *of_smmu;

	detailed = 1;
	at(0, 0, 7);
	enter_iotlb_sync((void *)0x10);
	three_commands(0, TLBI_NH_VA, TLBI_NH_VA);
	three_commands(64, ATC_INV, ATC_INV);
	at(200, 0, 7);
	leave_iotlb_sync((void *)0x10);
	of_process = more_of(0, SPLIT_BY_PROCESS, 7);
	of_smmu = more_of(0, SPLIT_BY_SMMU, SMMU);
	assert_int_equal(of_process->sent.commands, 6);
	assert_int_equal(of_process->sent.syncs, 2);
	assert_int_equal(of_process->sent.atc_commands, 3);
	assert_int_equal(of_process->sent.atc_ns, 64);
	assert_memory_equal(&of_smmu->sent, &of_process->sent, sizeof(of_smmu->sent));
	assert_int_equal(of_process->buckets[hist_index(SPLIT_SUB_BITS, 200)], 1);
	assert_int_equal(of_smmu->buckets[hist_index(SPLIT_SUB_BITS, 64)], 2);
	assert_clean();
}

/* As a tuned kernel has it: a TLBI, its CMD_SYNC, and ATC_INVs in one list. */
static void test_inner_sync(void **state)
{
	const struct split_more *of_process;

	detailed = 1;
	at(0, 0, 7);
	enter_iotlb_sync((void *)0x10);
	three_commands(0, TLBI_NH_VA, CMD_SYNC);
	leave_iotlb_sync((void *)0x10);
	of_process = more_of(0, SPLIT_BY_PROCESS, 7);
	assert_int_equal(of_process->sent.commands, 2);
	assert_int_equal(of_process->sent.syncs, 2);
	assert_int_equal(of_process->sent.atc_commands, 1);
	assert_int_equal(of_process->sent.atc_ns, 64);
}

/* The next call has nothing of the one before, and a time that no histogram has is in the last bucket. */
static void test_detailed_anew(void **state)
{
	const struct split_more *of_process;

	test_detailed(state);
	at(1000, 0, 8);
	enter_iotlb_sync((void *)0x10);
	at(1000 + 2 * HIST_MAX, 0, 8);
	leave_iotlb_sync((void *)0x10);
	of_process = more_of(0, SPLIT_BY_PROCESS, 8);
	assert_int_equal(of_process->sent.commands, 0);
	assert_int_equal(of_process->buckets[SPLIT_BUCKETS - 1], 1);
}

static void test_not_detailed(void **state)
{
	static const struct split_cpu_more none[SPLIT_CPUS];

	at(0, 0, 7);
	enter_iotlb_sync((void *)0x10);
	three_commands(0, TLBI_NH_VA, TLBI_NH_VA);
	leave_iotlb_sync((void *)0x10);
	assert_memory_equal(more, none, sizeof(more));
}

/* The idle task is number 0, as a free place is: its calls are nobody's, and do not become those of who takes the place. */
static void test_idle_task(void **state)
{
	unsigned int pid;

	at(0, 0, 0);
	fake_task = 1;
	enter_iotlb_sync((void *)0x10);
	leave_iotlb_sync((void *)0x10);
	for (pid = 1; pid <= SPLIT_SUMS / SPLIT_ENTRY_COUNT; pid++) {
		at(0, 0, pid);
		enter_iotlb_sync((void *)0x10);
		leave_iotlb_sync((void *)0x10);
		assert_int_equal(process(0, pid)->count, 1);
	}
	assert_int_equal(cpus[0].sums[0][SPLIT_BY_PROCESS][SPLIT_SUMS + SPLIT_iotlb_sync].count, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_detailed, setup),	   cmocka_unit_test_setup(test_inner_sync, setup),
		cmocka_unit_test_setup(test_detailed_anew, setup), cmocka_unit_test_setup(test_not_detailed, setup),
		cmocka_unit_test_setup(test_idle_task, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
