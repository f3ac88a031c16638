// SPDX-License-Identifier: GPL-2.0-only
/* The boots of a side: which files of a folder are taken, in which order, and which are not of one side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "fake_result.h"

static void test_side(void **state)
{
	char folder[512];
	struct sentence why;
	struct side side;

	write_boot("side/boot-10.json", "list", "icount", 10);
	write_boot("side/boot-002.json", "list", "icount", 2);
	fake_write_text(path_of("side/boot-003.json.tmp"), "{");
	fake_write_text(path_of("side/.boot-004.json"), "{");
	fake_write_text(path_of("side/boot-.json"), "{");
	fake_write_text(path_of("side/boot-001.log"), "hello");
	snprintf(folder, sizeof(folder), "%s", path_of("side"));
	assert_int_equal(side_load(folder, &side, &why), 0);
	assert_int_equal(side.nr_boots, 2);
	assert_int_equal(side.boots[0]->number, 2);
	assert_int_equal(side.boots[1]->number, 10);
	assert_string_equal(side.label, "list");
	side_free(&side);

	fake_write_text(path_of("side/boot-003.json"), "{");
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("side/boot-003.json"), "line 1");
	write_boot("side/boot-003.json", "list", "icount", 10);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("side/boot-10.json"), "boot: 10 is also in");
	write_boot("side/boot-003.json", "array", "icount", 3);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("side/boot-003.json"), "kernel.name: not the same as in");
	write_boot("side/boot-003.json", "list", "metal", 3);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("side/boot-003.json"), "bed.name: not the same as in");
	fake_folders(path_of("none/x"));
	snprintf(folder, sizeof(folder), "%s", path_of("none"));
	assert_int_equal(side_load(folder, &side, &why), -ENOENT);
}

/* A file that is refused the later, the more lines it has. */
static void write_late_trouble(const char *path, size_t lines)
{
	char *text = malloc(lines);

	assert_non_null(text);
	memset(text, '\n', lines);
	fake_write(path, text, lines);
	free(text);
}

/* So many boots as keep all threads busy. */
static void write_large_side(char *folder, size_t size)
{
	char name[64];
	int i;

	for (i = 1; i <= 200; i++) {
		snprintf(name, sizeof(name), "large/boot-%03d.json", i);
		write_boot(name, "list", "icount", i);
	}
	snprintf(folder, size, "%s", path_of("large"));
}

/* What threads load, and many at a time: the first bad one in the order of the folder is named each time. */
static void test_large_side(void **state)
{
	char folder[512], name[64];
	struct sentence why;
	struct side side;
	int i, round;

	write_large_side(folder, sizeof(folder));
	assert_int_equal(side_load(folder, &side, &why), 0);
	assert_int_equal(side.nr_boots, 200);
	for (i = 0; i < 200; i++)
		assert_int_equal(side.boots[i]->number, i + 1);
	side_free(&side);

	for (i = 60; i <= 70; i++) {
		snprintf(name, sizeof(name), "large/boot-%03d.json", i);
		fake_write_text(path_of(name), "{");
	}
	for (round = 0; round < 10; round++) {
		write_late_trouble(path_of("large/boot-060.json"), 100000);
		write_late_trouble(path_of("large/boot-061.json"), 1000000);
		assert_int_not_equal(side_load(folder, &side, &why), 0);
		assert_said(why.text, path_of("large/boot-060.json"), "line 100001");
		write_late_trouble(path_of("large/boot-060.json"), 1000000);
		fake_write_text(path_of("large/boot-061.json"), "{");
		assert_int_not_equal(side_load(folder, &side, &why), 0);
		assert_said(why.text, path_of("large/boot-060.json"), "line 1000001");
	}
}

/* What is wrong with boots beside each other, before what is wrong with one that comes later. */
static void test_large_side_of_others(void **state)
{
	char folder[512];
	struct sentence why;
	struct side side;

	write_large_side(folder, sizeof(folder));
	fake_write_text(path_of("large/boot-060.json"), "{");
	write_boot("large/boot-050.json", "list", "icount", 7);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("large/boot-050.json"), "boot: 7 is also in");
	write_boot("large/boot-040.json", "array", "icount", 40);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("large/boot-040.json"), "kernel.name: not the same as in");
	/* Of two boots with two copies each, the copy that comes first. */
	write_boot("large/boot-040.json", "list", "icount", 40);
	write_boot("large/boot-049.json", "list", "icount", 40);
	write_boot("large/boot-048.json", "list", "icount", 9);
	assert_int_not_equal(side_load(folder, &side, &why), 0);
	assert_said(why.text, path_of("large/boot-048.json"), "boot: 9 is also in");
	assert_non_null(strstr(why.text, path_of("large/boot-009.json")));
}

/* A boot that was lost does not know its release or design, and belongs to its side all the same. */
static void test_side_with_lost_boot(void **state)
{
	json_t *lost = fake_boot("list", "icount", 2, json_pack("[o]", fake_no_pass("a", "lost", "guest hung")));
	char folder[512];
	struct sentence why;
	struct side side;

	json_object_set_new(json_object_get(lost, "kernel"), "release", json_string(""));
	json_object_set_new(json_object_get(lost, "kernel"), "design", json_string("unknown"));
	fake_write_json(path_of("lost/boot-001.json"), lost);
	write_boot("lost/boot-002.json", "list", "icount", 3);
	snprintf(folder, sizeof(folder), "%s", path_of("lost"));
	assert_int_equal(side_load(folder, &side, &why), 0);
	assert_int_equal(side.nr_boots, 2);
	assert_string_equal(side_speaker(&side)->kernel.release, "6.12.0-synthetic");
	side_free(&side);
}

/* What `invbench run --lost` writes: the plan knows the kernel's release, and nobody the machine. */
static void test_lost_boot_does_not_speak(void **state)
{
	json_t *lost = fake_boot("list", "icount", 1, json_array()), *machine = json_object_get(lost, "machine");
	struct sentence why;
	struct side side;

	json_object_set_new(machine, "arch", json_string("unknown"));
	json_object_set_new(machine, "cpu", json_string("unknown"));
	json_object_set_new(machine, "cpus", json_integer(0));
	fake_write_json(path_of("mute/boot-001.json"), lost);
	write_boot("mute/boot-002.json", "list", "icount", 2);
	assert_int_equal(side_load(path_of("mute"), &side, &why), 0);
	assert_int_equal(side_speaker(&side)->number, 2);
	side_free(&side);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_side),
		TEST(test_large_side),
		TEST(test_large_side_of_others),
		TEST(test_side_with_lost_boot),
		TEST(test_lost_boot_does_not_speak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
