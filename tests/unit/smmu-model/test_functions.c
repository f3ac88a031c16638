// SPDX-License-Identifier: GPL-2.0-only
/* Instructions of a pass by function: what is counted before it and elsewhere does not come into it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "functions.h"
#include "must.h"

#define KERNEL 0xffff800080000000

/* Two functions of one name, as static ones may be; the last symbol is where the text ends. */
static void begin(struct functions *f, uint64_t *executed)
{
	FILE *file = fopen("System.map", "w");
	struct sentence why;

	MUST(file);
	fputs("ffff800080000000 T first\nffff800080000100 t twice\nffff800080000200 t twice\nffff800080000300 T _etext\n",
	      file);
	fclose(file);
	MUST(!functions_init(f, "System.map", &why));
	unlink("System.map");
	assert_int_equal(f->count, 6);
	f->executed = executed;
}

static void count(const struct functions *f, uint64_t *executed, uint64_t address, uint64_t instructions)
{
	executed[symbols_find(&f->symbols, address)] += instructions;
}

static json_int_t of(const json_t *json, const char *name)
{
	return json_integer_value(json_object_get(json, name));
}

static void a_pass_has_its_own_instructions(void **state)
{
	uint64_t executed[6] = { 0 };
	struct functions f;
	json_t *json;

	begin(&f, executed);
	count(&f, executed, KERNEL, 100);
	functions_begin(&f);
	count(&f, executed, KERNEL + 0xfc, 7);
	count(&f, executed, KERNEL + 0x100, 20);
	count(&f, executed, KERNEL + 0x2fc, 3);
	count(&f, executed, KERNEL - 4, 11);
	count(&f, executed, KERNEL + 0x300, 2); /* behind the text there are modules as well */
	count(&f, executed, 0x400000, 5);
	json = functions_json(&f);
	assert_int_equal(json_object_size(json), 4);
	assert_int_equal(of(json, "first"), 7);
	assert_int_equal(of(json, "twice"), 23);
	assert_int_equal(of(json, "(a module)"), 13);
	assert_int_equal(of(json, "(a process)"), 5);
	json_decref(json);

	functions_begin(&f);
	json = functions_json(&f);
	assert_int_equal(json_object_size(json), 0);
	json_decref(json);
	functions_done(&f);
}

static void before_there_is_a_vcpu_there_are_none(void **state)
{
	struct functions f;
	json_t *json;

	begin(&f, NULL);
	functions_begin(&f);
	json = functions_json(&f);
	assert_int_equal(json_object_size(json), 0);
	json_decref(json);
	functions_done(&f);
}

static void what_is_no_map_is_refused(void **state)
{
	struct sentence why;
	struct functions f;

	assert_int_equal(functions_init(&f, "/nowhere/System.map", &why), -ENOENT);
	assert_non_null(strstr(why.text, "/nowhere/System.map"));
	functions_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pass_has_its_own_instructions),
		cmocka_unit_test(before_there_is_a_vcpu_there_are_none),
		cmocka_unit_test(what_is_no_map_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
