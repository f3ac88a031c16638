// SPDX-License-Identifier: GPL-2.0-only
/* Beds: each is found by its name, and what is asked of it goes together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bed.h"

static void each_is_found_by_its_name(void **state)
{
	const struct bed_kind *kind;

	for (kind = bed_kinds; kind->name; kind++)
		assert_ptr_equal(bed_kind_find(kind->name), kind);
	assert_int_equal(kind - bed_kinds, 4);
}

static void no_other_is(void **state)
{
	assert_null(bed_kind_find("icoun"));
	assert_null(bed_kind_find("icount2"));
	assert_null(bed_kind_find(""));
	assert_false(bed_name_counts("icount on a host"));
	assert_true(bed_name_counts("icount"));
	assert_false(bed_name_counts("metal"));
}

/* Where instructions are counted the clock says so, or boots are equal in every byte; and the other way round. */
static void what_counts_is_no_time_of_hardware(void **state)
{
	const struct bed_kind *kind;

	for (kind = bed_kinds; kind->name; kind++) {
		const bool instructions = !strcmp(kind->clock, "instructions");

		assert_int_equal(kind->counts, instructions || kind->exact);
		assert_string_equal(kind->unit, instructions ? "instructions" : "ns");
		assert_int_equal(kind->boots < 2, kind->exact);
		assert_non_null(strstr(kind->claims, kind->name));
	}
	assert_true(bed_kind_find("virtual")->exact && bed_kind_find("virtual")->turns);
	assert_true(bed_kind_find("model")->has_model && !bed_kind_find("metal")->has_model);
}

/* What a hypervisor makes of an SMMU has no times of hardware; the lab's beds say what they are anyway. */
static void a_virtual_machine_may_claim_less(void **state)
{
	const struct bed_kind *metal = bed_kind_find("metal"), *icount = bed_kind_find("icount");

	assert_non_null(strstr(bed_claims(metal, ""), "It may claim everything"));
	assert_null(strstr(bed_claims(metal, "QEMU"), "everything"));
	assert_non_null(strstr(bed_claims(metal, "QEMU"), "It may never claim latency"));
	assert_string_equal(bed_claims(icount, "QEMU"), bed_claims(icount, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_virtual_machine_may_claim_less),
		cmocka_unit_test(each_is_found_by_its_name),
		cmocka_unit_test(no_other_is),
		cmocka_unit_test(what_counts_is_no_time_of_hardware),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
