// SPDX-License-Identifier: GPL-2.0-only
/* test_trusted.c - of PATH root takes what nobody else can write to. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake.h"
#include "must.h"
#include "spawn.h"
#include "trusted.h"

#define OWNER 1001 /* anybody but root */

static char *root, *before;
static struct sentence why;

static const char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

/* A folder of that mode with a program in it, alone in PATH. */
static void alone_in_path(const char *folder, mode_t mode, uid_t owner)
{
	char program[64];

	snprintf(program, sizeof(program), "%s/tool", folder);
	fake_write_text(path_of(program), "#!/bin/sh\necho ran\n");
	MUST(!chmod(path_of(program), 0755) && !chown(path_of(folder), owner, 0) && !chmod(path_of(folder), mode));
	MUST(!setenv("PATH", path_of(folder), 1));
}

static int find(void)
{
	struct trusted t;
	int err = trusted_find(&t, "tool", &why);

	trusted_free(&t);
	return err;
}

static int start(void **state)
{
	if (geteuid()) {
		print_message("it takes root to make folders of others\n");
		skip();
	}
	root = fake_tmpdir();
	before = strdup(getenv("PATH"));
	MUST(before && !chmod(root, 0755));
	return 0;
}

static int stop(void **state)
{
	MUST(!setenv("PATH", before, 1));
	free(before);
	fake_remove(root);
	return 0;
}

/* In the lab of a user root may be alone: then there is nobody to give a folder to. */
static void need_others(void)
{
	if (!chown(root, OWNER, 0) && !chown(root, 0, 0))
		return;
	print_message("there is no other user here\n");
	skip();
}

static void a_folder_of_roots_is_taken(void **state)
{
	char program[512], path[512];
	struct trusted t;

	alone_in_path("bin", 0755, 0);
	assert_int_equal(trusted_find(&t, "tool", &why), 0);
	snprintf(program, sizeof(program), "%s/tool", path_of("bin"));
	snprintf(path, sizeof(path), "PATH=%s", path_of("bin"));
	assert_string_equal(t.program, program);
	assert_string_equal(t.path, path);
	trusted_free(&t);
	MUST(!symlink("bin", path_of("link")) && !setenv("PATH", path_of("link"), 1));
	assert_int_equal(trusted_find(&t, "tool", &why), 0);
	assert_string_equal(t.path, path); /* where it leads to: the link may be another one later */
	trusted_free(&t);
}

static void a_folder_of_others_is_passed_over(void **state)
{
	char expected[600];

	alone_in_path("open", 0777, 0);
	assert_int_equal(find(), -EACCES);
	snprintf(expected, sizeof(expected),
		 "cannot run tool: %s/tool is where others than root can put programs, and root runs none from there",
		 path_of("open"));
	assert_string_equal(why.text, expected);
	alone_in_path("sticky", 01777, 0);
	assert_int_equal(find(), -EACCES);
}

/* He can put another folder in its place. */
static void so_is_one_in_a_folder_of_others(void **state)
{
	alone_in_path("open/bin", 0755, 0);
	MUST(!chmod(path_of("open"), 0777));
	assert_int_equal(find(), -EACCES);
	MUST(!chmod(path_of("open"), 01777));
	assert_int_equal(find(), 0);
}

static void one_that_another_user_owns_is_passed_over(void **state)
{
	need_others();
	alone_in_path("his", 0755, OWNER);
	assert_int_equal(find(), -EACCES);
	alone_in_path("her/bin", 0755, 0);
	MUST(!chown(path_of("her"), OWNER, 0));
	assert_int_equal(find(), -EACCES);
}

static void one_without_an_absolute_path_is_passed_over(void **state)
{
	static const char *const paths[] = { "", ".", "bin", "::", "../bin" };
	char here[512];

	alone_in_path("bin", 0755, 0);
	MUST(getcwd(here, sizeof(here)) && !chdir(root));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		MUST(!setenv("PATH", paths[i], 1));
		assert_true(find() < 0);
	}
	MUST(!chdir(here));
}

static void the_first_that_can_be_taken_is(void **state)
{
	static const char *const argv[] = { "tool", NULL };
	struct spawn s = { .argv = argv, .out.to = SPAWN_MEMORY };
	char path[1100], *text;

	alone_in_path("open", 0777, 0);
	fake_write_text(path_of("open/tool"), "#!/bin/sh\necho wrong\n");
	alone_in_path("bin", 0755, 0);
	snprintf(path, sizeof(path), "%s/open:%s/bin", root, root);
	MUST(!setenv("PATH", path, 1));
	assert_int_equal(spawn_start(&s, &why) ?: spawn_wait(&s, &why), 0);
	assert_int_equal(spawn_text(&s.out, 100, &text, &why), 0);
	assert_string_equal(text, "ran\n");
	free(text);
	spawn_free(&s);
	alone_in_path("open", 0777, 0);
	assert_int_equal(spawn_start(&s, &why), -EACCES);
	spawn_free(&s);
}

static void what_is_nowhere_is_told(void **state)
{
	MUST(!setenv("PATH", "/nonexistent", 1));
	assert_int_equal(find(), -ENOENT);
	assert_string_equal(why.text, "cannot run tool: No such file or directory");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_folder_of_roots_is_taken),
		TEST(a_folder_of_others_is_passed_over),
		TEST(so_is_one_in_a_folder_of_others),
		TEST(one_without_an_absolute_path_is_passed_over),
		TEST(one_that_another_user_owns_is_passed_over),
		TEST(the_first_that_can_be_taken_is),
		TEST(what_is_nowhere_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
