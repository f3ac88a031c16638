// SPDX-License-Identifier: GPL-2.0-only
/* Where a boot's result goes, whoever else writes there. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake.h"
#include "json_read.h"
#include "must.h"
#include "output.h"

#define OWNER	1001 /* anybody but root */
#define WRITERS 8
#define RESULTS 5 /* of each */

static char *dir;
static struct sentence why;

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static json_t *boot_of(const char *kernel)
{
	json_t *boot = json_pack("{s:{s:s}, s:{s:s}, s:[{}, {s:{s:i}}]}", "kernel", "name", kernel, "bed", "name",
				 "metal", "cases", "perf_record", "samples", 7);

	MUST(boot);
	return boot;
}

static int put(const char *wanted, json_t *boot)
{
	struct output output;
	int err = output_open(&output, wanted, boot, &why) ?: output_write(&output, boot, &why);

	output_close(&output);
	return err;
}

/* What the file says that its number is. */
static int number_in(const char *name)
{
	struct sentence unread;
	json_t *boot = json_read(path_of(name), 1 << 20, &unread);
	int number = (int)json_integer_value(json_object_get(boot, "boot"));

	json_decref(boot);
	return number;
}

/* A name in .json is taken as it is; another is a run's folder, and the next number is free. */
static void a_run_counts_its_boots(void **state)
{
	json_t *boot = boot_of("list");

	assert_int_equal(put(dir, boot), 0);
	assert_int_equal(put(dir, boot), 0);
	assert_int_equal(number_in("list/metal/boot-001.json"), 1);
	assert_int_equal(number_in("list/metal/boot-002.json"), 2);
	MUST(!unlink(path_of("list/metal/boot-001.json")));
	assert_int_equal(put(path_of("mine.json"), boot), 0);
	assert_int_equal(put(path_of("new/folders/for/it"), boot), 0);
	assert_int_equal(number_in("new/folders/for/it/list/metal/boot-001.json"), 1);
	json_decref(boot);
}

/* It was free when the run began. */
static void a_number_that_was_taken_meanwhile_is_left(void **state)
{
	json_t *boot = boot_of("list");
	struct output first, second;

	assert_int_equal(output_open(&first, dir, boot, &why), 0);
	assert_int_equal(output_open(&second, dir, boot, &why), 0);
	json_object_set_new(boot, "suite", json_string("second"));
	assert_int_equal(output_write(&second, boot, &why), 0);
	json_object_set_new(boot, "suite", json_string("first"));
	assert_int_equal(output_write(&first, boot, &why), 0);
	output_close(&first);
	output_close(&second);
	json_decref(boot);
	boot = json_read(path_of("list/metal/boot-001.json"), 1 << 20, &why);
	assert_string_equal(json_string_value(json_object_get(boot, "suite")), "second");
	json_decref(boot);
	assert_int_equal(number_in("list/metal/boot-002.json"), 2);
}

static void none_of_many_at_once_is_lost(void **state)
{
	int status, left = WRITERS, failed = 0;
	char name[64];

	for (int writer = 0; writer < WRITERS; writer++) {
		json_t *boot;

		if (fork())
			continue;
		boot = boot_of("list");
		for (int i = 0; i < RESULTS; i++) {
			if (put(dir, boot))
				_exit(1);
		}
		_exit(0);
	}
	while (left--) {
		MUST(wait(&status) > 0);
		failed += status != 0;
	}
	assert_int_equal(failed, 0);
	for (int number = 1; number <= WRITERS * RESULTS; number++) {
		snprintf(name, sizeof(name), "list/metal/boot-%03d.json", number);
		assert_int_equal(number_in(name), number);
	}
}

static void a_run_has_an_end(void **state)
{
	char name[64];
	json_t *boot = boot_of("list");

	for (int number = 1; number <= 999; number++) {
		snprintf(name, sizeof(name), "list/metal/boot-%03d.json", number);
		fake_write_text(path_of(name), "");
	}
	assert_int_equal(put(dir, boot), -EEXIST);
	assert_non_null(strstr(why.text, "/list/metal has 999 boots already; choose another folder"));
	MUST(!unlink(path_of("list/metal/boot-500.json")));
	assert_int_equal(put(dir, boot), 0);
	assert_int_equal(number_in("list/metal/boot-500.json"), 500);
	json_decref(boot);
}

static void a_name_is_no_way_out(void **state)
{
	json_t *boot = boot_of("../x");

	assert_int_equal(put(dir, boot), -EINVAL);
	assert_non_null(strstr(why.text, "the name of the kernel, '../x', cannot be a folder's"));
	assert_int_equal(put("/nowhere/x.json", boot), -ENOENT);
	assert_non_null(strstr(why.text, "cannot write /nowhere/x.json"));
	assert_int_equal(put("/dev/null", boot), -EEXIST);
	json_decref(boot);
}

static void a_link_is_no_way_out_either(void **state)
{
	json_t *boot = boot_of("list");
	struct stat st;

	MUST(!mkdir(path_of("other"), 0777) && !mkdir(path_of("list"), 0777));
	MUST(!symlink("../other", path_of("list/metal")));
	assert_int_equal(put(dir, boot), -ELOOP);
	assert_non_null(strstr(why.text, "/list/metal: a link, and what it leads to is left alone"));
	MUST(!rmdir(path_of("other")) && !unlink(path_of("list/metal")) && !mkdir(path_of("list/metal"), 0777));
	MUST(!symlink("../../other", path_of("list/metal/boot-001.json")));
	assert_int_equal(put(dir, boot), 0);
	assert_int_not_equal(stat(path_of("other"), &st), 0);
	assert_int_equal(number_in("list/metal/boot-002.json"), 2);
	json_decref(boot);
}

/* They are called as the result is, whose number nobody knew when they were made. */
static void samples_go_with_the_result(void **state)
{
	json_t *boot = boot_of("list"), *record;
	struct output output;
	struct stat st;

	assert_int_equal(put(dir, boot), 0);
	fake_write_text(path_of("precious"), "mine");
	MUST(!symlink("../../precious", path_of("list/metal/boot-002.2.perf.data")));
	assert_int_equal(output_open(&output, dir, boot, &why), 0);
	assert_int_equal(output_samples(&output, &why), 0);
	assert_int_equal(folder_write(&output.samples, "2.perf.data", "data", 4), 0);
	assert_int_equal(folder_write(&output.samples, "2.folded", "", 0), 0);
	assert_int_equal(output_write(&output, boot, &why), 0);
	output_close(&output);
	record = json_object_get(json_array_get(json_object_get(boot, "cases"), 1), "perf_record");
	assert_string_equal(json_string_value(json_object_get(record, "data")), "boot-002.2.perf.data");
	assert_string_equal(json_string_value(json_object_get(record, "folded")), "boot-002.2.folded");
	json_decref(boot);
	assert_int_equal(access(path_of("list/metal/boot-002.2.folded"), R_OK), 0);
	assert_false(lstat(path_of("list/metal/boot-002.2.perf.data"), &st) || !S_ISREG(st.st_mode));
	assert_false(stat(path_of("precious"), &st) || st.st_size != 4);
	MUST(!unlink(path_of("list/metal/boot-001.json")) && !unlink(path_of("list/metal/boot-002.json")));
	MUST(!unlink(path_of("list/metal/boot-002.2.folded")) && !unlink(path_of("list/metal/boot-002.2.perf.data")));
	assert_int_equal(rmdir(path_of("list/metal")), 0); /* nothing else was left */
}

static void expect_owner(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(path_of(name), &st), 0);
	assert_int_equal(st.st_uid, OWNER);
}

/* Who had it measured by root compares, reports and removes it himself. */
static void a_users_folder_has_his_files(void **state)
{
	json_t *boot = boot_of("list");
	struct output output;

	if (geteuid() || chown(dir, OWNER, OWNER)) {
		print_message("files can be given away by root alone\n");
		json_decref(boot);
		skip();
	}
	assert_int_equal(output_open(&output, path_of("run"), boot, &why), 0);
	assert_int_equal(output_samples(&output, &why), 0);
	assert_int_equal(folder_write(&output.samples, "2.folded", "", 0), 0);
	assert_int_equal(output_write(&output, boot, &why), 0);
	output_close(&output);
	json_decref(boot);
	expect_owner("run");
	expect_owner("run/list");
	expect_owner("run/list/metal");
	expect_owner("run/list/metal/boot-001.json");
	expect_owner("run/list/metal/boot-001.2.folded");
}

static int start(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static int stop(void **state)
{
	fake_remove(dir);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_run_counts_its_boots),	    TEST(a_number_that_was_taken_meanwhile_is_left),
		TEST(none_of_many_at_once_is_lost), TEST(a_run_has_an_end),
		TEST(a_name_is_no_way_out),	    TEST(a_link_is_no_way_out_either),
		TEST(samples_go_with_the_result),   TEST(a_users_folder_has_his_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
