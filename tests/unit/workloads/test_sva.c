// SPDX-License-Identifier: GPL-2.0-only
/* Who is bound to which devices, and memory that merges with no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "must.h"
#include "suite.h"
#include "sva.h"

static struct suite suite;
static struct run_case c;
static struct endpoint_want wanted;
static unsigned int binds;

/* Stands in for domain.c. */
int case_bind_mm(struct run_case *run, const struct endpoint_want *want)
{
	wanted = *want;
	binds++;
	return 0;
}

static void begin(const char *line, unsigned int process)
{
	struct sentence why;

	memset(&suite, 0, sizeof(suite));
	if (suite_add_line(&suite, line, "test", 0, &why))
		fail_msg("%s", why.text);
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
	c.process = process;
	binds = 0;
}

static void end(void)
{
	case_free(&c);
	suite_free(&suite);
}

/* Is a process of the case bound to devices, and has it operations to do? */
static void expect_bound(const char *line, unsigned int process, bool bound, bool idle)
{
	begin(line, process);
	assert_int_equal(sva_bind(&c), 0);
	assert_int_equal(binds, bound);
	assert_int_equal(c.idle, idle);
	end();
}

static void devices_are_those_of_the_parameters(void **state)
{
	begin("sva devices=4 instances=2 ats=on", 0);
	assert_int_equal(sva_bind(&c), 0);
	assert_int_equal(wanted.count, 4);
	assert_int_equal(wanted.spread, 2);
	assert_true(wanted.ats && !wanted.no_ats);
	end();
	begin("sva ats=off", 0);
	assert_int_equal(sva_bind(&c), 0);
	assert_true(!wanted.ats && wanted.no_ats);
	end();
	begin("sva devices=0", 0);
	assert_int_equal(sva_bind(&c), 0);
	assert_int_equal(wanted.count, 0);
	assert_false(wanted.ats || wanted.no_ats);
	end();
}

static void a_bystander_is_the_last_and_bound_to_nothing(void **state)
{
	expect_bound("sva processes=3", 0, true, false);
	expect_bound("sva processes=3", 2, true, false);
	expect_bound("sva processes=3 who=bystander", 0, true, true);
	expect_bound("sva processes=3 who=bystander", 1, true, true);
	expect_bound("sva processes=3 who=bystander", 2, false, false);
}

static void a_bystander_needs_somebody_to_stand_by(void **state)
{
	begin("sva who=bystander", 0);
	assert_true(sva_check(&c) < 0);
	assert_string_equal(c.reason, "who=bystander needs processes=2 or more: the last is the bystander");
	end();
	begin("sva who=bystander processes=2", 0);
	assert_int_equal(sva_check(&c), 0);
	end();
	begin("sva processes=1", 0);
	assert_int_equal(sva_check(&c), 0);
	end();
}

/* In which mapping of this process @at is: its rights, and where it ends. */
static void find_mapping(const char *at, char rights[5], uintptr_t *till)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	uintptr_t from;

	MUST(maps);
	*till = 0;
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %4s", &from, till, rights) == 3 && from <= (uintptr_t)at &&
		    (uintptr_t)at < *till)
			break;
		*till = 0;
	}
	fclose(maps);
}

static void expect_mapping(const char *at, uint64_t size, const char *want)
{
	char rights[5];
	uintptr_t till;

	find_mapping(at, rights, &till);
	assert_true(till == (uintptr_t)at + size);
	assert_string_equal(rights, want);
	find_mapping(at + size, rights, &till);
	assert_int_equal(till, 0); /* the page behind it is nobody's */
}

static void each_thread_has_memory_and_as_much_room(void **state)
{
	const uint64_t page = sysconf(_SC_PAGESIZE), size = 4 * page;
	struct sva_area *area;

	begin("sva threads=3", 0);
	assert_int_equal(sva_areas(&c, size, &area), 0);
	for (unsigned int i = 0; i < 3; i++) {
		expect_mapping(area[i].at, size, "rw-p");
		expect_mapping(area[i].to, size, "---p");
		for (unsigned int p = 0; p < 4; p++)
			assert_int_equal(area[i].at[p * page], 1);
	}
	sva_areas_free(&c, area, size);
	end();
}

static void what_cannot_be_mapped_is_told_and_freed(void **state)
{
	struct sva_area *area;

	begin("sva threads=2", 0);
	assert_true(sva_areas(&c, 1ULL << 60, &area) < 0);
	assert_string_equal(c.reason, "cannot map memory: Cannot allocate memory");
	assert_non_null(area);
	sva_areas_free(&c, area, 1ULL << 60);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_are_those_of_the_parameters),
		cmocka_unit_test(a_bystander_is_the_last_and_bound_to_nothing),
		cmocka_unit_test(a_bystander_needs_somebody_to_stand_by),
		cmocka_unit_test(each_thread_has_memory_and_as_much_room),
		cmocka_unit_test(what_cannot_be_mapped_is_told_and_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
