// SPDX-License-Identifier: GPL-2.0-only
/* Several devices at once: bound all or none, and given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_bindings.h"
#include "hold.h"

static void several_are_taken_or_none(void **state)
{
	static const char *const names[] = { NVME, NET, BRIDGE, NULL };
	static const char *const unknown[] = { NVME, "0000:99:00.0", NULL };
	static const char *const twice[] = { NVME, NVME, NULL };
	struct hold hold;

	refused(hold_take(&hold, names, "invbench", NULL, false, &why), -EBUSY,
		BRIDGE " is a bridge; what is behind it would go with it");
	hold_free(&hold);
	refused(hold_take(&hold, twice, "invbench", "lazy", false, &why), -EINVAL,
		"'lazy' is no type of an IOMMU group; there are: DMA, DMA-FQ, identity");
	hold_free(&hold);
	assert_int_equal(hold_take(&hold, unknown, "invbench", NULL, false, &why), -ENOENT);
	hold_free(&hold);
	expect_untouched();
	/* Forced, it shows only on the way. */
	assert_int_equal(hold_take(&hold, names, "invbench", NULL, true, &why), -EBUSY);
	hold_free(&hold);
	expect_pristine();
	assert_int_equal(count_journals(), 0);
	must(hold_take(&hold, twice, "invbench", NULL, false, &why));
	expect(NVME, "invbench", "invbench", "DMA");
	must(hold_give_back(&hold, &why));
	hold_free(&hold);
	expect_pristine();
}

static void one_that_does_not_work_gives_all_back(void **state)
{
	static const char *const names[] = { NVME, NET, NULL };
	struct hold hold;

	must(set(NVME, "vfio-pci"));
	fake_file("3\n", "sys/bus/pci/devices/" NET "/sriov_numvfs");
	fake_kernel.broken_driver = "invbench";
	assert_int_equal(hold_take(&hold, names, "invbench", NULL, true, &why), -EIO);
	hold_free(&hold);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA");
	expect(NET, "e1000", "(null)", "DMA");
	assert_false(binding_journaled(NET));
}

static void those_of_a_group_help_each_other(void **state)
{
	static const char *const twins[] = { TWIN0, TWIN1, NULL }, *const one[] = { TWIN0, NULL };
	struct hold hold;

	assert_int_equal(hold_take(&hold, one, "invbench", NULL, false, &why), -EBUSY);
	hold_free(&hold);
	expect_untouched();
	must(hold_take(&hold, twins, "invbench", NULL, false, &why));
	expect(TWIN0, "invbench", "invbench", "DMA");
	expect(TWIN1, "invbench", "invbench", "DMA");
	must(hold_give_back(&hold, &why));
	hold_free(&hold);
	expect_pristine();
}

static void types_are_set_for_all_or_none(void **state)
{
	static const char *const names[] = { NVME, LOOSE, NULL }, *const worse[] = { NVME, TWIN0, NULL };
	struct hold hold;

	must(set(NVME, "vfio-pci"));
	must(set_type(NVME, "DMA-FQ"));
	must(hold_take(&hold, names, NULL, "identity", false, &why));
	expect(NVME, "vfio-pci", "vfio-pci", "identity");
	expect(LOOSE, "", "someone", "identity");
	must(hold_give_back(&hold, &why));
	hold_free(&hold);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA-FQ");
	expect(LOOSE, "", "someone", "DMA");
	assert_int_equal(hold_take(&hold, worse, NULL, "identity", false, &why), -EBUSY);
	hold_free(&hold);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA-FQ");
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

/* A run gives back what it was given, not what somebody had before. */
static void a_hold_goes_back_one_step(void **state)
{
	static const char *const names[] = { NVME, NET, NULL };
	struct hold hold;

	must(set(NVME, "vfio-pci"));
	must(hold_take(&hold, names, "invbench", NULL, false, &why));
	must(hold_give_back(&hold, &why));
	hold_free(&hold);
	expect(NVME, "vfio-pci", "vfio-pci", "DMA");
	expect(NET, "e1000", "(null)", "DMA");
	assert_int_equal(restore_all(), 1);
	expect_pristine();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(several_are_taken_or_none),	TEST(one_that_does_not_work_gives_all_back),
		TEST(those_of_a_group_help_each_other), TEST(types_are_set_for_all_or_none),
		TEST(a_hold_goes_back_one_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
