// SPDX-License-Identifier: GPL-2.0-only
/* Why endpoints have no ATS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_drive.h"
#include "no_ats.h"

static struct endpoints two(unsigned int first, unsigned int second)
{
	struct endpoints list = { .count = 2,
				  .ep = { { .name = NET, .flags = first }, { .name = NVME, .flags = second } } };

	return list;
}

static void put_config(uint8_t cap)
{
	const uint8_t config[4096] = { [0x100] = cap, [0x102] = 1 };

	fake_bytes(config, sizeof(config), "sys/bus/pci/devices/" NVME "/config");
}

static void the_first_one_that_has_none_is_named(void **state)
{
	struct endpoints list = two(INVBENCH_EP_ATS, 0);

	put_config(0x10);
	assert_string_equal(no_ats_why(&list, &why), " (" NVME ": it has no ATS capability)");
	/* One that is in use is not what is missing. */
	list.ep[1].flags = INVBENCH_EP_ATTACHED;
	assert_string_equal(no_ats_why(&list, &why), "");
}

static void the_firmware_is_named(void **state)
{
	const uint8_t iort[128] = { [36] = 1, [40] = 48, [48] = 2, [49] = 36 };
	struct endpoints list = two(0, 0);

	put_config(0x0f);
	fake_bytes(iort, sizeof(iort), "sys/firmware/acpi/tables/IORT");
	assert_string_equal(no_ats_why(&list, &why), " (" NVME ": the firmware says that its root complex has no ATS)");
}

static void what_is_not_known_is_not_said(void **state)
{
	struct endpoints list = two(0, 0);

	put_config(0x0f);
	assert_string_equal(no_ats_why(&list, &why), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_one_that_has_none_is_named),
		TEST(the_firmware_is_named),
		TEST(what_is_not_known_is_not_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
