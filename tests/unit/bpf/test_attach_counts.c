// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the probe `attach` tells of arrays and lists: which changes count, which fences are passed, and lengths
 * that cannot be true.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_attach.h"

#define PAGING 3U /* as the DMA API's */

/* ---- arrays ---- */

static void test_merge(void **state)
{
	struct fake_invs old = { 3, 3, 0, 1 }, made = { 5, 5, 0, 1 };
	struct fake_call call = { .args = { (uint64_t)&old }, .result = (uint64_t)&made };

	enter_arm_smmu_invs_merge(&call);
	leave_arm_smmu_invs_merge(&call);
	call.result = (uint64_t)-12; /* ERR_PTR(-ENOMEM) */
	enter_arm_smmu_invs_merge(&call);
	leave_arm_smmu_invs_merge(&call);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_merge)->count, 1);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_merge)->failed, 1);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_merge)->length.buckets[5], 1);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_merge)->last_length, 5);
	assert_int_equal(results[0].fences, 0);
	assert_clean();
}

/* It is looked at when users are gone; what is to go has ATS or not before that. */
static void test_unref(void **state)
{
	struct fake_invs array = { 5, 5, 0, 1 }, ats = { 2, 2, 0, 1 }, plain = { 1, 1, 0, 1 };
	struct fake_call call = { .args = { (uint64_t)&array, (uint64_t)&ats } };

	enter_arm_smmu_invs_unref(&call);
	array.num = 4;
	array.trash = 2;
	ats.num = 0;
	leave_arm_smmu_invs_unref(&call);
	assert_int_equal(results[0].fences, 1);
	call.args[1] = (uint64_t)&plain;
	enter_arm_smmu_invs_unref(&call);
	array.trash = 3;
	leave_arm_smmu_invs_unref(&call);
	assert_int_equal(results[0].fences, 1);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_unref)->length.buckets[4], 2);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_unref)->trash.buckets[2], 1);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_unref)->last_trash, 3);
	assert_clean();
}

/* A flag of the array, of which the bytes beside it are something else. */
static void test_fence_by_flag(void **state)
{
	struct fake_invs array = { 5, 5, 0, 0xffffff00 }, gone = {};
	struct fake_call call = { .args = { (uint64_t)&array, (uint64_t)&gone } };

	layout.fence = ATTACH_FENCE_HAS_ATS;
	enter_arm_smmu_invs_unref(&call);
	leave_arm_smmu_invs_unref(&call);
	assert_int_equal(results[0].fences, 0);
	array.first_ats |= 1;
	enter_arm_smmu_invs_unref(&call);
	leave_arm_smmu_invs_unref(&call);
	assert_int_equal(results[0].fences, 1);
	assert_clean();
}

static void test_fence_is_a_function(void **state)
{
	struct fake_invs array = { 5, 5, 0, 1 };
	struct fake_call call = { .args = { (uint64_t)&array, (uint64_t)&array } }, fence = {};

	layout.fence = ATTACH_FENCE_CALLED;
	enter_arm_smmu_invs_unref(&call);
	leave_arm_smmu_invs_unref(&call);
	at(100, 7);
	enter_arm_smmu_domain_atc_fence(&fence);
	at(130, 7);
	leave_arm_smmu_domain_atc_fence(&fence);
	assert_int_equal(results[0].fences, 1);
	assert_int_equal(results[0].fence_wait.buckets[30], 1);
	assert_clean();
}

/* Nothing to purge is no failure, no memory is. */
static void test_purge(void **state)
{
	struct fake_invs array = { 5, 5, 0, 1 }, made = { 3, 3, 0, 1 };
	struct fake_call call = { .args = { (uint64_t)&array } };

	enter_arm_smmu_invs_purge(&call);
	leave_arm_smmu_invs_purge(&call);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_purge)->failed, 0);
	array.trash = 2;
	enter_arm_smmu_invs_purge(&call);
	leave_arm_smmu_invs_purge(&call);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_purge)->failed, 1);
	call.result = (uint64_t)&made;
	enter_arm_smmu_invs_purge(&call);
	leave_arm_smmu_invs_purge(&call);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_purge)->count, 1);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_purge)->last_length, 3);
	assert_clean();
}

/* As if a compiler had moved the argument. */
static void test_array_refused(void **state)
{
	static const struct fake_invs wrong[] = { { 5, 4, 5, 0 }, { 4, 5, 0, 0 }, { ATTACH_LENGTH_MAX + 1, 1, 0, 0 } };

	for (size_t i = 0; i < 3; i++) {
		struct fake_call call = { .args = { (uint64_t)&wrong[i] } };

		enter_arm_smmu_invs_unref(&call);
		leave_arm_smmu_invs_unref(&call);
	}
	assert_int_equal(results[0].refused[AT_arm_smmu_invs_unref - ATTACH_TALLY_FIRST], 3);
	assert_int_equal(tally_of_point(AT_arm_smmu_invs_unref)->count, 0);
	assert_clean();
}

/* ---- lists ---- */

static struct fake_domain domain;
static struct fake_node nodes[3];

/* @length of nodes[] are in the list of the domain. */
static void set_list(unsigned int length)
{
	domain.devices.next = length ? &nodes[0] : &domain.devices;
	for (unsigned int i = 0; i < length; i++)
		nodes[i].next = i + 1 < length ? &nodes[i + 1] : &domain.devices;
}

static void join(uint32_t type, unsigned int before, unsigned int after)
{
	struct fake_call call = { .args = { (uint64_t)&domain.other } };

	domain.type = type;
	set_list(before);
	enter_arm_smmu_attach_prepare(&call);
	set_list(after);
	leave_arm_smmu_attach_prepare(&call);
}

/* Only what changes a list counts; domains without page tables have none. */
static void test_list(void **state)
{
	struct fake_call call = { .args = { (uint64_t)&domain.other } };

	join(PAGING, 0, 1);
	join(DOMAIN_SVA, 1, 2);
	join(PAGING, 2, 2); /* it failed */
	join(4, 0, 1);	    /* identity */
	join(0, 0, 1);	    /* blocked */
	assert_int_equal(tally_of_point(AT_arm_smmu_attach_prepare)->count, 2);
	assert_int_equal(tally_of_point(AT_arm_smmu_attach_prepare)->last_length, 2);
	domain.type = PAGING;
	set_list(3);
	enter_arm_smmu_remove_master_domain(&call);
	set_list(2);
	leave_arm_smmu_remove_master_domain(&call);
	call.args[0] = 0; /* the first attach has no domain before it */
	enter_arm_smmu_remove_master_domain(&call);
	leave_arm_smmu_remove_master_domain(&call);
	assert_int_equal(tally_of_point(AT_arm_smmu_remove_master_domain)->count, 1);
	assert_int_equal(tally_of_point(AT_arm_smmu_remove_master_domain)->length.buckets[2], 1);
	assert_clean();
}

/* One that ends nowhere, and one that never ends. */
static void test_list_refused(void **state)
{
	struct fake_call call = { .args = { (uint64_t)&domain.other } };

	domain.type = PAGING;
	domain.devices.next = (struct fake_node *)BAD;
	enter_arm_smmu_attach_prepare(&call);
	leave_arm_smmu_attach_prepare(&call);
	domain.devices.next = &nodes[0];
	nodes[0].next = &nodes[0];
	enter_arm_smmu_attach_prepare(&call);
	leave_arm_smmu_attach_prepare(&call);
	assert_int_equal(results[0].refused[AT_arm_smmu_attach_prepare - ATTACH_TALLY_FIRST], 2);
	assert_int_equal(tally_of_point(AT_arm_smmu_attach_prepare)->count, 0);
	assert_clean();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_merge, setup),
		cmocka_unit_test_setup(test_unref, setup),
		cmocka_unit_test_setup(test_fence_by_flag, setup),
		cmocka_unit_test_setup(test_fence_is_a_function, setup),
		cmocka_unit_test_setup(test_purge, setup),
		cmocka_unit_test_setup(test_array_refused, setup),
		cmocka_unit_test_setup(test_list, setup),
		cmocka_unit_test_setup(test_list_refused, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
