// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of the probe `attach`, run in user space: calls that overlap, whose SMMU it was, what is lost,
 * and which grace periods belong to an attach.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_attach.h"

static struct fake_device smmu_device = { .name = "smmu.0" };
static struct fake_smmu smmu = { .dev = &smmu_device };
static struct fake_master master = { .smmu = &smmu };
static struct fake_iommu iommu = { .master = &master };
static struct fake_device device = { .name = "endpoint.0", .iommu = &iommu };

static const struct attach_sum *sum_of(const struct fake_smmu *of, enum attach_point point)
{
	struct attach_sum_key key = { (uint64_t)of, point, bank };

	return bpf_map_lookup_elem(&sums, &key);
}

/* ---- calls ---- */

static void test_one_attach(void **state)
{
	struct fake_call call = { .args = { 0, (uint64_t)&device } };
	uint64_t key = (uint64_t)&smmu;
	struct attach_name *name;

	at(100, 7);
	enter_arm_smmu_attach_dev(&call);
	at(350, 7);
	leave_arm_smmu_attach_dev(&call);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].buckets[hist_index(ATTACH_SUB_BITS, 250)], 1);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].min, 250);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].max, 250);
	assert_int_equal(sum_of(&smmu, AT_arm_smmu_attach_dev)->total, 250);
	name = bpf_map_lookup_elem(&names, &key);
	assert_non_null(name);
	assert_string_equal(name->text, "smmu.0");
	assert_clean();
}

/* Two tasks at once, and one function within another: each return finds its own call. */
static void test_overlapping(void **state)
{
	struct fake_call stack[4] = {};

	for (int i = 0; i < 4; i++)
		stack[i].args[1] = (uint64_t)&device;
	at(0, 7);
	enter_iommu_attach_device(&stack[1]);
	at(10, 8);
	enter_arm_smmu_attach_dev(&stack[3]);
	at(20, 7);
	enter_arm_smmu_attach_dev(&stack[0]);
	at(50, 8);
	leave_arm_smmu_attach_dev(&stack[3]);
	at(60, 7);
	leave_arm_smmu_attach_dev(&stack[0]);
	at(70, 7);
	leave_iommu_attach_device(&stack[1]);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].sum, 80);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].buckets[40], 2);
	assert_int_equal(results[0].latency[AT_iommu_attach_device].sum, 70);
	assert_int_equal(sum_of(&smmu, AT_arm_smmu_attach_dev)->count, 2);
	assert_clean();
}

/* A device of another IOMMU's driver comes by the core's functions only; what it leads to is no SMMU. */
static void test_other_driver(void **state)
{
	struct fake_call call = { .args = { (uint64_t)&device } };
	struct fake_handle handle = { .dev = &device };
	struct fake_call unbind = { .args = { (uint64_t)&handle } };

	enter_iommu_sva_bind_device(&call);
	leave_iommu_sva_bind_device(&call);
	assert_int_equal(results[0].latency[AT_iommu_sva_bind_device].buckets[0], 1);
	assert_null(sum_of(&smmu, AT_iommu_sva_bind_device));

	enter_arm_smmu_sva_set_dev_pasid(&(struct fake_call){ .args = { (uint64_t)&device } });
	enter_iommu_sva_unbind_device(&unbind);
	leave_iommu_sva_unbind_device(&unbind);
	assert_int_equal(sum_of(&smmu, AT_iommu_sva_unbind_device)->count, 1);
}

static void test_unknown_device(void **state)
{
	struct fake_device bare = {};
	struct fake_call call = { .args = { 0, (uint64_t)&bare } };

	enter_arm_smmu_attach_dev(&call);
	leave_arm_smmu_attach_dev(&call);
	layout.smmu_known = 0;
	call.args[1] = (uint64_t)&device;
	enter_arm_smmu_attach_dev(&call);
	leave_arm_smmu_attach_dev(&call);
	layout.arg[AT_arm_smmu_attach_dev] = ATTACH_ABSENT;
	enter_arm_smmu_attach_dev(&call);
	leave_arm_smmu_attach_dev(&call);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].buckets[0], 3);
	assert_null(sum_of(&smmu, AT_arm_smmu_attach_dev));
	assert_clean();
}

/* A return without a call, a call whose return was missed, and no room are said. */
static void test_lost(void **state)
{
	struct fake_call call = { .args = { 0, (uint64_t)&device } }, other = call;

	leave_arm_smmu_attach_dev(&call);
	assert_int_equal(lost, 1);
	enter_arm_smmu_attach_dev(&call);
	at(5, 7);
	enter_arm_smmu_attach_dev(&call);
	assert_int_equal(lost, 2);
	at(9, 7);
	leave_arm_smmu_attach_dev(&call);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].sum, 4);
	fake_room = 0;
	enter_arm_smmu_attach_dev(&other);
	assert_true(lost > 2);
}

static void test_bank(void **state)
{
	struct fake_call call = { .args = { 0, (uint64_t)&device } };

	enter_arm_smmu_attach_dev(&call);
	bank = 1;
	leave_arm_smmu_attach_dev(&call);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].buckets[0], 0);
	assert_int_equal(results[1].latency[AT_arm_smmu_attach_dev].buckets[0], 1);
	assert_non_null(sum_of(&smmu, AT_arm_smmu_attach_dev));
	bank = 0;
	assert_null(sum_of(&smmu, AT_arm_smmu_attach_dev));
	assert_clean();
}

/* Errors are 32 bits of what is returned, or a pointer; what a function returns that returns nothing is none. */
static void test_failed(void **state)
{
	struct fake_call call = { .result = 0xffffffea }, pointer = { .result = (uint64_t)-22 }, void_call = pointer;

	enter_arm_smmu_attach_dev(&call);
	leave_arm_smmu_attach_dev(&call);
	enter_iommu_sva_bind_device(&call);
	leave_iommu_sva_bind_device(&call);
	enter_iommu_sva_bind_device(&pointer);
	leave_iommu_sva_bind_device(&pointer);
	enter_arm_smmu_remove_dev_pasid(&void_call);
	leave_arm_smmu_remove_dev_pasid(&void_call);
	assert_int_equal(results[0].failed[AT_arm_smmu_attach_dev], 1);
	assert_int_equal(results[0].failed[AT_iommu_sva_bind_device], 1);
	assert_int_equal(results[0].failed[AT_arm_smmu_remove_dev_pasid], 0);
	assert_clean();
}

/* 2^37 ns and more are in no bucket. */
static void test_out_of_range(void **state)
{
	struct fake_call call = {};

	at(0, 7);
	enter_arm_smmu_attach_dev(&call);
	at(HIST_MAX + 1, 7);
	leave_arm_smmu_attach_dev(&call);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].out_of_range, 1);
	assert_int_equal(results[0].latency[AT_arm_smmu_attach_dev].max, 0);
	assert_clean();
}

/* ---- grace periods ---- */

/* What others wait for is none of it; one that is waited for by another function is one. */
static void test_rcu(void **state)
{
	struct fake_call stack[4] = {};

	at(0, 9);
	enter_synchronize_rcu(&stack[0]);
	leave_synchronize_rcu(&stack[0]);
	assert_int_equal(lost, 0);
	at(0, 7);
	enter_iommu_sva_unbind_device(&stack[3]);
	enter_arm_smmu_remove_dev_pasid(&stack[2]);
	at(10, 7);
	enter_synchronize_rcu(&stack[1]);
	enter_synchronize_rcu_expedited(&stack[0]);
	at(15, 9);
	enter_synchronize_srcu(&stack[0]);
	leave_synchronize_srcu(&stack[0]);
	at(40, 7);
	leave_synchronize_rcu_expedited(&stack[0]);
	at(50, 7);
	leave_synchronize_rcu(&stack[1]);
	leave_arm_smmu_remove_dev_pasid(&stack[2]);
	leave_iommu_sva_unbind_device(&stack[3]);
	assert_int_equal(results[0].rcu_wait.buckets[40], 1);
	assert_int_equal(results[0].rcu_wait.sum, 40);
	assert_int_equal(results[0].rcu_within[AT_iommu_sva_unbind_device], 1);
	assert_int_equal(results[0].rcu_within[AT_arm_smmu_remove_dev_pasid], 0);
	enter_synchronize_rcu(&stack[0]);
	leave_synchronize_rcu(&stack[0]);
	assert_int_equal(results[0].rcu_wait.sum, 40);
	assert_clean();
}

/* The return of an attach was missed: what the task does later, higher up on its stack, is not within it. */
static void test_rcu_after_missed_return(void **state)
{
	struct fake_call stack[4] = {};

	at(0, 7);
	enter_arm_smmu_attach_dev(&stack[0]);
	enter_synchronize_rcu(&stack[1]);
	leave_synchronize_rcu(&stack[1]);
	assert_int_equal(results[0].rcu_wait.buckets[0], 0);
	enter_iommu_detach_device(&stack[2]);
	enter_synchronize_rcu(&stack[1]);
	leave_synchronize_rcu(&stack[1]);
	leave_iommu_detach_device(&stack[2]);
	assert_int_equal(results[0].rcu_within[AT_iommu_detach_device], 1);
}

static void test_kprobes(void **state)
{
	struct fake_invs array = { 5, 5, 0, 1 }, ats = { 2, 2, 0, 1 }, made = { 7, 7, 0, 1 };
	struct user_pt_regs attach = { .regs = { 0, (uint64_t)&device }, .sp = 0x30 };
	struct user_pt_regs unref = { .regs = { (uint64_t)&array, (uint64_t)&ats }, .sp = 0x20 };
	struct user_pt_regs merge = { .regs = { (uint64_t)&array }, .sp = 0x20 };

	at(100, 7);
	kenter_arm_smmu_attach_dev(&attach);
	kenter_arm_smmu_invs_merge(&merge);
	merge.regs[0] = (uint64_t)&made;
	kleave_arm_smmu_invs_merge(&merge);
	kenter_arm_smmu_invs_unref(&unref);
	unref.regs[0] = 0;
	kleave_arm_smmu_invs_unref(&unref);
	at(130, 7);
	attach.regs[1] = 0;
	kleave_arm_smmu_attach_dev(&attach);
	assert_int_equal(sum_of(&smmu, AT_arm_smmu_attach_dev)->max, 30);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_merge)->last_length, 7);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_unref)->last_length, 5);
	assert_int_equal(results[0].fences, 1);
	assert_clean();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_attach, setup),
		cmocka_unit_test_setup(test_overlapping, setup),
		cmocka_unit_test_setup(test_other_driver, setup),
		cmocka_unit_test_setup(test_unknown_device, setup),
		cmocka_unit_test_setup(test_lost, setup),
		cmocka_unit_test_setup(test_bank, setup),
		cmocka_unit_test_setup(test_failed, setup),
		cmocka_unit_test_setup(test_out_of_range, setup),
		cmocka_unit_test_setup(test_rcu, setup),
		cmocka_unit_test_setup(test_rcu_after_missed_return, setup),
		cmocka_unit_test_setup(test_kprobes, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
