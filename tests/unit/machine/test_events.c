// SPDX-License-Identifier: GPL-2.0-only
/* test_events.c - whose event a line of the kernel log tells of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "events.h"
#include "fake_sysfs.h"

#define SMMU "arm-smmu-v3 7e000000.smmuv3: "

/* Of one SMMU the StreamID 0xe000 is ours. */
static bool one_is_ours(const char *instance, const uint32_t *sid, const void *arg)
{
	return !strcmp(instance, "7e000000.smmuv3") && (!sid || *sid == 0xe000);
}

static struct events events;
static char said[EVENT_LINE];

static int start(void **state)
{
	events = (struct events){ .is_ours = one_is_ours };
	said[0] = '\0';
	return 0;
}

static enum event_line next(const char *text)
{
	return event_next(&events, text, said);
}

static void ours_by_its_words(void **state)
{
	assert_int_equal(next(SMMU "event 0x10 received:"), EVENT_BEGUN);
	assert_int_equal(next("something else"), EVENT_NONE);
	assert_int_equal(next(SMMU "\t0x0000e00000000010"), EVENT_OURS);
	assert_string_equal(said, SMMU "event 0x10 received:");
	assert_int_equal(next(SMMU "\t0x0000020000000000"), EVENT_NONE);
	assert_false(event_left(&events, said));
}

static void as_dev_kmsg_has_a_tab(void **state)
{
	next(SMMU "event 0x10 received:");
	assert_int_equal(next(SMMU "\\x090x0000e00000000010"), EVENT_OURS);
}

static void of_another_device(void **state)
{
	next(SMMU "event 0x10 received:");
	assert_int_equal(next(SMMU "\t0x0000e00100000010"), EVENT_OTHERS);
	assert_false(event_left(&events, said));
}

static void of_another_smmu(void **state)
{
	next("arm-smmu-v3 arm-smmu-v3.3.auto: event 0x10 received:");
	assert_int_equal(next("arm-smmu-v3 arm-smmu-v3.3.auto: \t0x0000e00000000010"), EVENT_OTHERS);
}

/* Two SMMUs speak at once. */
static void in_turn(void **state)
{
	next("arm-smmu-v3 arm-smmu-v3.3.auto: event 0x10 received:");
	assert_int_equal(next(SMMU "event 0x02 received:"), EVENT_BEGUN);
	assert_int_equal(next("arm-smmu-v3 arm-smmu-v3.3.auto: \t0x0000e00000000010"), EVENT_OTHERS);
	assert_int_equal(next(SMMU "\t0x0000e00000000002"), EVENT_OURS);
	assert_string_equal(said, SMMU "event 0x02 received:");
}

/* The log ends, or the next begins, before the words came: the SMMU alone must tell. */
static void without_words(void **state)
{
	next("arm-smmu-v3 arm-smmu-v3.3.auto: event 0x10 received:");
	assert_false(event_left(&events, said));
	next(SMMU "event 0x10 received:");
	assert_int_equal(next(SMMU "event 0x11 received:"), EVENT_OURS);
	assert_true(event_left(&events, said));
	assert_string_equal(said, SMMU "event 0x11 received:");
}

static void a_page_request(void **state)
{
	next(SMMU "unexpected PRI request received:");
	assert_int_equal(next(SMMU "\tsid 0x0000e001.0x00000: [1L] unprivileged R access at iova 0x0"), EVENT_OTHERS);
	next(SMMU "unexpected PRI request received:");
	assert_int_equal(next(SMMU "\tsid 0x0000e000.0x00000: [1L] unprivileged R access at iova 0x0"), EVENT_OURS);
}

/* What was lost or left out is theirs who made so many. */
static void a_flood(void **state)
{
	assert_int_equal(next(SMMU "EVTQ overflow detected -- events lost"), EVENT_OURS);
	assert_int_equal(next("arm_smmu_evtq_thread: 7 callbacks suppressed"), EVENT_OURS);
	assert_int_equal(next("arm-smmu-v3 arm-smmu-v3.3.auto: EVTQ overflow detected -- events lost"), EVENT_OTHERS);
	assert_int_equal(next("arm_smmu_evtq_thread: 7 callbacks suppressed"), EVENT_OTHERS);
	assert_int_equal(next(SMMU "EVTQ overflow detected -- events lost"), EVENT_OTHERS);
	assert_int_equal(next("arm_smmu_cmdq_issue_cmdlist: 7 callbacks suppressed"), EVENT_NONE);
}

static void all_are_ours(void **state)
{
	events.is_ours = NULL;
	next("arm-smmu-v3 x: event 0x10 received:");
	assert_int_equal(next("arm-smmu-v3 x: \t0x0000000000000010"), EVENT_OURS);
}

static void more_than_there_is_room_for(void **state)
{
	char line[64];

	for (int i = 0; i < 2 * EVENTS_MAX; i++) {
		snprintf(line, sizeof(line), "arm-smmu-v3 smmu%d: event 0x10 received:", i);
		assert_int_equal(next(line), i < EVENTS_MAX ? EVENT_BEGUN : EVENT_OTHERS);
	}
}

/* ---- devices ---- */

/* A device with its node of the device tree. */
static void give(const char *name, const char *driver)
{
	const unsigned char iommus[] = { 0, 0, 0, 5, 0, 0, 0xe0, 0 };

	fake_driver("platform", driver);
	fake_device("platform", name, driver, "3");
	fake_bytes(iommus, sizeof(iommus), "sys/bus/platform/devices/%s/of_node/iommus", name);
}

static bool device_says(uint32_t sid, const char *name)
{
	return event_is_of_device("c000000.smmuv3", &sid, name);
}

static void by_the_device_tree(void **state)
{
	give("endpoint00", "invbench");
	assert_true(device_says(0xe000, ""));
	assert_false(device_says(0xe001, ""));
	assert_true(event_is_of_device("c000000.smmuv3", NULL, ""));
	assert_false(event_is_of_device("7e020000.smmuv3", NULL, ""));
}

static void of_another_driver(void **state)
{
	give("endpoint00", "other");
	assert_false(device_says(0xe000, ""));
	assert_true(device_says(0xe000, "endpoint00"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ours_by_its_words, start),
		cmocka_unit_test_setup(as_dev_kmsg_has_a_tab, start),
		cmocka_unit_test_setup(of_another_device, start),
		cmocka_unit_test_setup(of_another_smmu, start),
		cmocka_unit_test_setup(in_turn, start),
		cmocka_unit_test_setup(without_words, start),
		cmocka_unit_test_setup(a_page_request, start),
		cmocka_unit_test_setup(a_flood, start),
		cmocka_unit_test_setup(all_are_ours, start),
		cmocka_unit_test_setup(more_than_there_is_room_for, start),
		cmocka_unit_test_setup_teardown(by_the_device_tree, fake_setup, fake_teardown),
		cmocka_unit_test_setup_teardown(of_another_driver, fake_setup, fake_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
