// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel was built without, by its configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/utsname.h>
#include <zlib.h>

#include "fake_sysfs.h"
#include "kernel_config.h"

static const char config[] = "CONFIG_ARM_SMMU_V3=y\n# CONFIG_ARM_SMMU_V3_SVA is not set\nCONFIG_VFIO_PCI=m\n"
			     "CONFIG_LOCALVERSION=\"CONFIG_IOMMUFD=y\"\n";
static char boot[100];

static int setup(void **state)
{
	fake_setup(state);
	snprintf(boot, sizeof(boot), "%s/boot", fake_root);
	boot_root = boot;
	return 0;
}

static void expect_read(void)
{
	struct sentence text;

	assert_false(kernel_config_is_off("ARM_SMMU_V3"));
	assert_false(kernel_config_is_off("VFIO_PCI"));
	assert_true(kernel_config_is_off("ARM_SMMU_V3_SVA"));
	assert_true(kernel_config_is_off("IOMMUFD"));
	assert_string_equal(kernel_config_lacks("IOMMUFD", &text), "; this kernel is built without CONFIG_IOMMUFD");
	assert_string_equal(kernel_config_lacks("VFIO_PCI", &text), "");
}

static void a_distribution_has_it_in_boot(void **state)
{
	struct utsname here;

	uname(&here);
	fake_file(config, "boot/config-%s", here.release);
	expect_read();
}

static void the_kernel_may_have_it_itself(void **state)
{
	char path[200];
	gzFile file;

	fake_file("", "proc/.keep");
	snprintf(path, sizeof(path), "%s/proc/config.gz", fake_root);
	file = gzopen(path, "w");
	MUST(file && gzputs(file, config) > 0 && gzclose(file) == Z_OK);
	expect_read();
}

static void without_any_nothing_is_said(void **state)
{
	struct sentence text;

	assert_false(kernel_config_is_off("IOMMUFD"));
	assert_string_equal(kernel_config_lacks("IOMMUFD", &text), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_distribution_has_it_in_boot),
		TEST(the_kernel_may_have_it_itself),
		TEST(without_any_nothing_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
