// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said of each SMMU: which there are by a made-up sysfs, and what a BPF
 * program noted of them, which the test notes in its place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "fake_probe.h"
#include "fake_sysfs.h"
#include "instances.h"
#include "target.h"

#define MAX_NOTES 4

static struct {
	int prepare;			 /* what probe_prepare() returns */
	const char *no_member;		 /* that the driver does not have; or NULL */
	struct instance_layout layout;	 /* as it was loaded */
	struct instance note[MAX_NOTES]; /* by the time the traffic is over */
	unsigned int notes;
} kernel;

/* ---- what stands in for common.c, libbpf and the kernel ---- */

int probe_prepare(char *why, size_t why_size)
{
	snprintf(why, why_size, "the test says so");
	return kernel.prepare;
}

int target_find(const char *function, const char *const *family, struct target *target)
{
	*target = (struct target){ .fentry = true };
	return 0;
}

int target_argument(const struct target *target, const char *name)
{
	return strcmp(name, "smmu") ? -ENOENT : 0;
}

/* Each member of struct arm_smmu_device at a place of its own. */
int target_member(const struct target *target, const char *parameter, const char *path)
{
	static const char *const members[] = { "features", "options",	    "ssid_bits", "cmdq.q.llq.max_n_shift",
					       "dev",	   "dev->kobj.name" };

	for (int i = 0; i < 6; i++) {
		if (!strcmp(path, members[i]))
			return kernel.no_member && !strcmp(path, kernel.no_member) ? -ENOENT : 100 + i;
	}
	return -ENOENT;
}

int bpf_map_get_next_key(int fd, const void *key, void *next)
{
	unsigned long long n = key ? *(const unsigned long long *)key + 1 : 0;

	if (n >= kernel.notes)
		return -ENOENT;
	memcpy(next, &n, sizeof(n));
	return 0;
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	memcpy(value, &kernel.note[*(const unsigned long long *)key], sizeof(kernel.note[0]));
	return 0;
}

/* ---- the machine ---- */

static void add_smmu(const char *name, const char *device, const char *driver)
{
	char target[200];

	snprintf(target, sizeof(target), "sys/devices/platform/%s", device);
	fake_link(target, "sys/class/iommu/%s/device", name);
	snprintf(target, sizeof(target), "sys/bus/platform/drivers/%s", driver);
	fake_link(target, "sys/devices/platform/%s/driver", device);
}

static int setup(void **state)
{
	static char folder[PATH_MAX];

	fake_setup(state);
	memset(&kernel, 0, sizeof(kernel));
	memset(&fake_probe, 0, sizeof(fake_probe));
	fake_probe.layout = &kernel.layout;
	fake_probe.layout_size = sizeof(kernel.layout);
	snprintf(folder, sizeof(folder), "%s/class/iommu", fake_sys);
	instances_sysfs = folder;
	return 0;
}

static int note_both(void *arg)
{
	const struct instance notes[] = {
		{ "b.smmu", .features = 1 << 15, .ssid_bits = 20, .cmdq_shift = 8 },
		{ "other", .cmdq_shift = 3 },
		{ "a.smmu", .features = 1 << 5, .options = 1 << 2, .cmdq_shift = 19 },
	};

	memcpy(kernel.note, notes, sizeof(notes));
	kernel.notes = 3;
	assert_ptr_equal(arg, &kernel);
	return -EIO; /* only reported */
}

static int note_one(void *arg)
{
	kernel.note[kernel.notes++] = (struct instance){ "a.smmu", .cmdq_shift = 1 };
	return 0;
}

static void expect_instances(int (*traffic)(void *arg), const char *want)
{
	json_t *json = NULL;
	char *text;

	assert_int_equal(instances_read(traffic, &kernel, &json), 0);
	text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, want);
	assert_int_equal(fake_probe.links, 0);
	free(text);
	json_decref(json);
}

#define UNKNOWN(name) "{\"features_known\":false,\"name\":\"" name "\"}"

static void sysfs_says_which_there_are(void **state)
{
	kernel.prepare = -EOPNOTSUPP;
	expect_instances(NULL, "[]"); /* no IOMMU at all */
	add_smmu("smmu3.1", "b.smmu", "arm-smmu-v3");
	add_smmu("smmu3.0", "c.smmu", "arm-smmu-v3");
	add_smmu("smmu.0", "a.smmu", "arm-smmu");
	expect_instances(NULL, "[" UNKNOWN("b.smmu") "," UNKNOWN("c.smmu") "]");
}

static void each_has_what_was_noted_of_it(void **state)
{
	add_smmu("smmu3.0", "a.smmu", "arm-smmu-v3");
	add_smmu("smmu3.1", "b.smmu", "arm-smmu-v3");
	expect_instances(note_both,
			 "[{\"ats\":true,\"cmdq_entries\":524288,\"features_known\":true,\"msi_polling\":true,"
			 "\"name\":\"a.smmu\",\"ril\":false,\"ssid_bits\":0},"
			 "{\"ats\":false,\"cmdq_entries\":256,\"features_known\":true,\"msi_polling\":false,"
			 "\"name\":\"b.smmu\",\"ril\":true,\"ssid_bits\":20}]");
	assert_int_equal(kernel.layout.features, 100);
	assert_int_equal(kernel.layout.options, 101);
	assert_int_equal(kernel.layout.ssid_bits, 102);
	assert_int_equal(kernel.layout.cmdq_shift, 103);
	assert_int_equal(kernel.layout.dev, 104);
	assert_int_equal(kernel.layout.dev_name, 105);
}

static void one_without_traffic_is_not_known(void **state)
{
	add_smmu("smmu3.0", "a.smmu", "arm-smmu-v3");
	add_smmu("smmu3.1", "b.smmu", "arm-smmu-v3");
	expect_instances(note_one, "[{\"ats\":false,\"cmdq_entries\":2,\"features_known\":true,\"msi_polling\":false,"
				   "\"name\":\"a.smmu\",\"ril\":false,\"ssid_bits\":0}," UNKNOWN("b.smmu") "]");
}

static void a_driver_that_cannot_be_probed_is_not_known(void **state)
{
	add_smmu("smmu3.0", "a.smmu", "arm-smmu-v3");
	fake_probe.cannot_attach = true;
	expect_instances(note_one, "[" UNKNOWN("a.smmu") "]");
	fake_probe.cannot_attach = false;
	kernel.no_member = "ssid_bits";
	expect_instances(note_one, "[" UNKNOWN("a.smmu") "]");
	assert_int_equal(kernel.notes, 0);
}

static void a_sysfs_that_cannot_be_read_is_an_error(void **state)
{
	json_t *json;

	fake_file("", "sys/class/iommu");
	assert_int_equal(instances_read(NULL, NULL, &json), -ENOTDIR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sysfs_says_which_there_are),
		TEST(each_has_what_was_noted_of_it),
		TEST(one_without_traffic_is_not_known),
		TEST(a_driver_that_cannot_be_probed_is_not_known),
		TEST(a_sysfs_that_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
