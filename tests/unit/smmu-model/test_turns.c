// SPDX-License-Identifier: GPL-2.0-only
/* Blocks of several vCPUs: counted, told, and in turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "file.h"
#include "must.h"
#include "turns.h"

#define TEXT 0xffff800080000000ULL

static struct turns *begin(void)
{
	struct turns *t = calloc(1, sizeof(*t));
	const struct arguments a = { .seed = 1, .map = "System.map", .interleaving = "interleaving" };
	struct sentence why;
	FILE *file = fopen("System.map", "w");

	MUST(t && file);
	fprintf(file, "%llx T arm_smmu_one\n%llx T arm_smmu_two\n%llx T _etext\n", TEXT, TEXT + 0x100, TEXT + 0x200);
	fclose(file);
	unlink("interleaving");
	MUST(!turns_init(t, &a, 2, &why));
	return t;
}

static void end(struct turns *t)
{
	turns_end(t);
	free(t);
}

/* With the turn, and so long that it does not end. */
static void run(struct turns *t, struct turns_block *block, unsigned int vcpu, uint64_t now)
{
	t->schedule.turn = vcpu;
	t->schedule.left = 1000000;
	assert_false(turns_run(t, block, vcpu, now));
}

static void a_block_is_of_a_function(void **state)
{
	struct turns *t = begin();
	struct turns_block *one = turns_translate(t, TEXT + 0x10, TEXT + 0x20, true);
	struct turns_block *module = turns_translate(t, 0xffff800070000000, 0xffff800070000008, true);
	struct turns_block *process = turns_translate(t, 0x400000, 0x400004, false);

	MUST(one && module && process);
	assert_string_equal(one->function, "arm_smmu_one");
	assert_int_equal(one->instructions, 4);
	assert_string_equal(module->function, "(a module)");
	assert_string_equal(process->function, "(a process)");
	free(one);
	free(module);
	free(process);
	end(t);
}

/* What was read before an interrupt, or before another vCPU ran, is not of now. */
static void a_block_goes_on_with_the_last_one(void **state)
{
	struct turns *t = begin();
	struct turns_block *one = turns_translate(t, TEXT, TEXT + 0x10, true);
	struct turns_block *next = turns_translate(t, TEXT + 0x10, TEXT + 0x20, true);

	MUST(one && next);
	run(t, one, 0, 0);
	run(t, next, 0, 4);
	assert_true(t->goes_on);
	run(t, one, 0, 8);
	assert_false(t->goes_on);
	run(t, next, 1, 12);
	assert_false(t->goes_on);
	run(t, next, 0, 16);
	assert_false(t->goes_on);
	assert_int_equal(t->instructions, 20);
	free(one);
	free(next);
	end(t);
}

/* What is not executed is neither counted nor told. */
static void one_that_is_held_up_does_nothing(void **state)
{
	struct turns *t = begin();
	struct turns_block *one = turns_translate(t, TEXT, TEXT + 0x10, true);
	struct turns_block *two = turns_translate(t, TEXT + 0x100, TEXT + 0x110, true);

	MUST(one && two);
	run(t, one, 0, 0);
	assert_true(turns_run(t, two, 1, 4));
	assert_int_equal(t->instructions, 4);
	assert_int_equal(t->interleaving.count, 1);
	assert_false(turns_access(t, 3));
	/* Its turn is over before the third of four. */
	t->schedule.left = -2;
	t->schedule.places = 0;
	assert_true(turns_access(t, 1));
	assert_int_equal(t->instructions, 2);
	assert_int_equal(t->schedule.turn, 1);
	assert_false(turns_run(t, two, 1, 2));
	assert_int_equal(t->instructions, 6);
	free(one);
	free(two);
	end(t);
}

static void the_first_violations_are_told(void **state)
{
	struct turns *t = begin();
	struct turns_block *one = turns_translate(t, TEXT, TEXT + 0x10, true);
	struct sentence why;
	char *text;
	size_t size;

	MUST(one);
	run(t, one, 0, 100);
	for (uint64_t n = 0; n < TURNS_TOLD + 2; n++) {
		turns_violations(t, n, 100 + n);
		turns_violations(t, n, 200 + n);
	}
	end(t);
	assert_int_equal(file_read("interleaving", 1 << 20, &text, &size, &why), 0);
	assert_non_null(strstr(text, "Before violation 1, at 101 ns:\n"));
	assert_non_null(strstr(text, "          -1  arm_smmu_one\n"));
	assert_non_null(strstr(text, "Before violation 3, at 103 ns:\n"));
	assert_null(strstr(text, "violation 4"));
	assert_null(strstr(text, "at 201 ns"));
	free(text);
	free(one);
}

static void nothing_is_written_of_nothing(void **state)
{
	end(begin());
	assert_int_equal(access("interleaving", F_OK), -1);
}

static void a_map_is_needed(void **state)
{
	struct turns *t = calloc(1, sizeof(*t));
	const struct arguments a = { .seed = 1, .map = "not-there" };
	struct sentence why;

	MUST(t);
	assert_int_equal(turns_init(t, &a, 2, &why), -ENOENT);
	free(t);
}

static char folder[] = "/tmp/test_turns.XXXXXX";

static int enter(void **state)
{
	MUST(mkdtemp(folder) && !chdir(folder));
	return 0;
}

static int leave(void **state)
{
	unlink("System.map");
	unlink("interleaving");
	return chdir("/") || rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_of_a_function),	    cmocka_unit_test(a_block_goes_on_with_the_last_one),
		cmocka_unit_test(one_that_is_held_up_does_nothing), cmocka_unit_test(the_first_violations_are_told),
		cmocka_unit_test(nothing_is_written_of_nothing),    cmocka_unit_test(a_map_is_needed),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
