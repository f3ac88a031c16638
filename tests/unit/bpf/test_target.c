// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which function of a kernel a probe takes: names with suffixes, pieces of
 * functions, and names that the drivers of SMMUv2 and SMMUv3 share.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "must.h"
#include "target.h"

/* SMMUv2's driver lies before SMMUv3's, as the linker puts them; a third one is a module. */
static const char symbols[] = "ffff800080000000 T _stext\n"
			      "ffff8000803b6228 t arm_smmu_flush_iotlb_all\n"
			      "ffff8000803b78e8 t arm_smmu_iotlb_sync\n"
			      "ffff8000803b8ec8 t arm_smmu_attach_dev\n"
			      "ffff8000803bc570 t arm_smmu_cmdq_issue_cmdlist.isra.0\n"
			      "ffff8000803bd538 t arm_smmu_atc_inv_master.constprop.0.isra.0\n"
			      "ffff8000803be310 t arm_smmu_attach_dev_ste\n"
			      "ffff8000803be788 t arm_smmu_attach_dev\n"
			      "ffff8000803bead0 T arm_smmu_atc_inv_domain\n"
			      "ffff8000803bed08 t arm_smmu_iotlb_sync\n"
			      "ffff8000803bee88 t arm_smmu_flush_iotlb_all\n"
			      "ffff8000803bf000 t arm_smmu_tlb_inv_walk.part.0\n"
			      "ffff8000803bf100 t arm_smmu_tlb_inv_walk.cold\n"
			      "ffff8000803bf200 d arm_smmu_domain_inv_range\n"
			      "ffff800078ae21b0 t other_cmdq_issue\t[other]\n"
			      "ffff800078ae2200 t other_sync\t[other]\n"
			      "ffff8000803bf300 t other_sync\n"
			      "ffff8000803bf400 t arm_smmu_cmdq_one.__uniq.2394871.llvm.99\n"
			      "ffff8000803bf500 t arm_smmu_cmdq_two.argprom\n"
			      "ffff8000803bf600 t arm_smmu_cmdq_three.argelim.specialized.1\n"
			      "ffff8000803bf700 t arm_smmu_cmdq_four.argprom.part.0\n";

static char path[] = "/tmp/invbench-kallsyms-XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(path);

	MUST(fd >= 0);
	MUST(write(fd, symbols, strlen(symbols)) == (ssize_t)strlen(symbols));
	close(fd);
	target_kallsyms = path;
	return 0;
}

static int teardown(void **state)
{
	return unlink(path);
}

static void assert_target(const char *function, const char *symbol, uint64_t address, bool unique)
{
	struct target target;

	assert_int_equal(target_find(function, smmu_family, &target), 0);
	assert_string_equal(target.symbol, symbol);
	assert_true(target.address == address);
	assert_int_equal(target.unique, unique);
	assert_string_equal(target.module, "");
}

static void assert_none(const char *function)
{
	struct target target;

	assert_true(target_find(function, smmu_family, &target) < 0);
	assert_string_equal(target.symbol, "");
}

static void test_suffix(void **state)
{
	assert_target("arm_smmu_cmdq_issue_cmdlist", "arm_smmu_cmdq_issue_cmdlist.isra.0", 0xffff8000803bc570, true);
	assert_target("arm_smmu_atc_inv_master", "arm_smmu_atc_inv_master.constprop.0.isra.0", 0xffff8000803bd538,
		      true);
	assert_target("arm_smmu_atc_inv_domain", "arm_smmu_atc_inv_domain", 0xffff8000803bead0, true);
	assert_target("arm_smmu_cmdq_one", "arm_smmu_cmdq_one.__uniq.2394871.llvm.99", 0xffff8000803bf400, true);
	assert_target("arm_smmu_cmdq_two", "arm_smmu_cmdq_two.argprom", 0xffff8000803bf500, true);
	assert_target("arm_smmu_cmdq_three", "arm_smmu_cmdq_three.argelim.specialized.1", 0xffff8000803bf600, true);
}

static void test_none(void **state)
{
	assert_none("arm_smmu_tlb_inv_walk"); /* only pieces of it */
	assert_none("arm_smmu_cmdq_four");
	assert_none("arm_smmu_domain_inv_range"); /* data */
	assert_none("arm_smmu_attach");		  /* only longer names */
	assert_none("smmu_attach_dev");		  /* only the end of a name */
}

static void test_two_drivers(void **state)
{
	assert_target("arm_smmu_iotlb_sync", "arm_smmu_iotlb_sync", 0xffff8000803bed08, false);
	assert_target("arm_smmu_attach_dev", "arm_smmu_attach_dev", 0xffff8000803be788, false);
	assert_target("arm_smmu_flush_iotlb_all", "arm_smmu_flush_iotlb_all", 0xffff8000803bee88, false);
}

/* A kernel may have SMMUv2's driver alone. */
static void test_other_driver_only(void **state)
{
	static const char *const family[] = { "other_cmdq_", "nosuch_cmdq_", NULL };
	struct target target;

	assert_true(target_find("arm_smmu_iotlb_sync", family, &target) < 0);
	assert_true(target_find("arm_smmu_atc_inv_domain", family, &target) < 0);
}

static void test_module(void **state)
{
	static const char *const family[] = { "other_cmdq_", NULL };
	struct target target;

	assert_int_equal(target_find("other_sync", family, &target), 0);
	assert_string_equal(target.module, "other");
	assert_true(target.address == 0xffff800078ae2200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suffix),	    cmocka_unit_test(test_none),
		cmocka_unit_test(test_two_drivers), cmocka_unit_test(test_other_driver_only),
		cmocka_unit_test(test_module),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
