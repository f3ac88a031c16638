// SPDX-License-Identifier: GPL-2.0-only
/* Instructions as GNU as encodes them, and what they are taken for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "a64.h"

static void what_accesses_memory(void **state)
{
	static const uint32_t accesses[] = {
		0xf9400020, /* ldr x0, [x1] */
		0xb9000041, /* str w1, [x2] */
		0xa9bf7bfd, /* stp x29, x30, [sp, #-16]! */
		0x58000000, /* ldr x0, . */
		0x885ffc20, /* ldaxr w0, [x1] */
		0xb8e00020, /* ldaddal w0, w0, [x1] */
		0xc8a17c02, /* cas x1, x2, [x0] */
		0x3dc00000, /* ldr q0, [x0] */
		0x4c407000, /* ld1 {v0.16b}, [x0] */
		0xa400a000, /* ld1b {z0.b}, p0/z, [x0] */
		0xe400e000, /* st1b {z0.b}, p0, [x0] */
		0xd50b7420, /* dc zva, x0 */
	};
	static const uint32_t others[] = {
		0xd503201f, /* nop */
		0x91000420, /* add x0, x1, #1 */
		0x54000040, /* b.eq . + 8 */
		0xd65f03c0, /* ret */
		0xd53be040, /* mrs x0, cntvct_el0 */
		0x4e208400, /* add v0.16b, v0.16b, v0.16b */
		0x04200000, /* add z0.b, z0.b, z0.b */
		0xd5033fdf, /* isb */
	};

	for (size_t i = 0; i < sizeof(accesses) / sizeof(*accesses); i++)
		assert_true(a64_accesses_memory(accesses[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(a64_accesses_memory(others[i]));
}

static void what_reads_the_counter(void **state)
{
	unsigned int reg;

	assert_true(a64_reads_counter(0xd53be045, &reg)); /* mrs x5, cntvct_el0 */
	assert_int_equal(reg, 5);
	assert_true(a64_reads_counter(0xd53be03e, &reg)); /* mrs x30, cntpct_el0 */
	assert_int_equal(reg, 30);
	assert_true(a64_reads_counter(0xd53be0c0, &reg));  /* mrs x0, cntvctss_el0 */
	assert_true(a64_reads_counter(0xd53be0a0, &reg));  /* mrs x0, cntpctss_el0 */
	assert_false(a64_reads_counter(0xd53be05f, &reg)); /* mrs xzr, cntvct_el0 */
	assert_false(a64_reads_counter(0xd53be000, &reg)); /* mrs x0, cntfrq_el0 */
	assert_false(a64_reads_counter(0xd51be040, &reg)); /* a write */
}

static void what_waits_and_what_faults(void **state)
{
	assert_true(a64_waits(0xd503205f));	  /* wfe */
	assert_true(a64_waits(0xd503207f));	  /* wfi */
	assert_false(a64_waits(0xd503203f));	  /* yield */
	assert_true(a64_data_abort(0x92000047));  /* from EL0 */
	assert_true(a64_data_abort(0x96000005));  /* from EL1 */
	assert_false(a64_data_abort(0x82000007)); /* of an instruction */
	assert_false(a64_data_abort(0x56000000)); /* svc */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_accesses_memory),
		cmocka_unit_test(what_reads_the_counter),
		cmocka_unit_test(what_waits_and_what_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
