// SPDX-License-Identifier: GPL-2.0-only
/* Which file a boot's result goes to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "must.h"
#include "output.h"

static json_t *boot_of(const char *kernel)
{
	json_t *boot = json_pack("{s:{s:s}, s:{s:s}}", "kernel", "name", kernel, "bed", "name", "metal");

	MUST(boot);
	return boot;
}

/* A name in .json is taken as it is; another is a run's folder, and the next number is free. */
static void a_run_counts_its_boots(void **state)
{
	char dir[] = "/tmp/test_output.XXXXXX", want[128], command[64];
	json_t *boot = boot_of("list");
	struct sentence why;
	char *path;
	int number;

	MUST(mkdtemp(dir));
	for (number = 1; number <= 2; number++) {
		path = output_file(dir, boot, &why);
		snprintf(want, sizeof(want), "%s/list/metal/boot-%03d.json", dir, number);
		assert_string_equal(path, want);
		assert_int_equal(json_integer_value(json_object_get(boot, "boot")), number);
		MUST(!fclose(fopen(path, "w")));
		free(path);
	}
	snprintf(want, sizeof(want), "%s/mine.json", dir);
	path = output_file(want, boot, &why);
	assert_string_equal(path, want);
	free(path);
	json_decref(boot);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	MUST(!system(command));
}

static void a_name_is_no_way_out(void **state)
{
	json_t *boot = boot_of("../x");
	struct sentence why;

	assert_null(output_file("/tmp", boot, &why));
	assert_non_null(strstr(why.text, "the name of the kernel, '../x', cannot be a folder's"));
	assert_null(output_file("/nowhere/x.json", boot, &why));
	assert_non_null(strstr(why.text, "cannot write /nowhere/x.json"));
	json_decref(boot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_counts_its_boots),
		cmocka_unit_test(a_name_is_no_way_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
