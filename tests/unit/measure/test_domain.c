// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a case does by the kernel half: which endpoints it gets, what it says where
 * there are too few, what it records of a run, and that it gives all back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "case.h"
#include "domain.h"
#include "fake_half.h"
#include "kernel_config.h"
#include "sysfs.h"
#include "suite.h"

static struct suite suite;
static struct run_case c;

static int setup(void **state)
{
	struct sentence why;

	proc_root = boot_root = "/nowhere"; /* what the machine's kernel is built without is its own */
	fake_half_load(0);
	MUST(!suite_add_line(&suite, "noop ops=100 warmup=10", "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
	MUST(!hist_init(&c.latency, HIST_SUB_BITS_MIN) && !timeline_init(&c.timeline) && !case_set_threads(&c, 1));
	return 0;
}

static int teardown(void **state)
{
	domain_leave(&c);
	case_free(&c);
	suite_free(&suite);
	return 0;
}

static void add_two_instances(void)
{
	fake_half_add("a", "smmu0", 0);
	fake_half_add("b", "smmu1", INVBENCH_EP_PASID);
	fake_half_add("c", "smmu0", INVBENCH_EP_PASID);
	fake_half_add("d", "smmu1", INVBENCH_EP_ATS | INVBENCH_EP_PASID);
}

static void assert_domain(const struct endpoint_want *want, const char *instance)
{
	uint32_t domain = 0;

	assert_int_equal(case_domain(&c, want, &domain), 0);
	assert_int_equal(domain, fake_half.domains);
	assert_int_equal(fake_half.attaches, want->dma ? 0 : want->count);
	for (unsigned int i = 0; i < fake_half.attaches; i++) {
		assert_int_equal(fake_half.attached[i].domain, domain);
		assert_string_equal(fake_half.ep[fake_half.attached[i].endpoint].instance, instance);
	}
}

static void assert_ends(int got, enum status status, const char *reason)
{
	if (status == STATUS_SKIP)
		assert_int_equal(got, SKIP);
	else
		assert_true(got < 0);
	assert_int_equal(c.status, status);
	assert_string_equal(c.reason, reason);
}

static void no_domain(const struct endpoint_want *want, enum status status, const char *reason)
{
	uint32_t domain;

	assert_ends(case_domain(&c, want, &domain), status, reason);
}

/* ---- case_domain() ---- */

static void an_instance_with_enough_is_chosen(void **state)
{
	const struct endpoint_want want = { .count = 2 };

	fake_half_add("a", "smmu0", 0);
	fake_half_add("b", "smmu1", 0);
	fake_half_add("c", "smmu0", INVBENCH_EP_BOUND);
	fake_half_add("d", "smmu1", 0);
	assert_domain(&want, "smmu1");
}

static void too_few_are_told(void **state)
{
	const struct endpoint_want want = { .ats = true, .count = 2 };

	add_two_instances();
	no_domain(&want, STATUS_SKIP,
		  "2 free endpoints with ATS behind one SMMU are needed, there is 1; see: invbench list endpoints");
}

static void those_with_ats_and_those_without(void **state)
{
	const struct endpoint_want with = { .ats = true, .count = 1 },
				   without = { .no_ats = true, .count = 1, .instance = 2 };

	add_two_instances();
	assert_domain(&with, "smmu1");
	assert_int_equal(fake_half.attached[0].endpoint, 3);
	assert_int_equal(case_domain(&c, &without, &(uint32_t){ 0 }), 0);
	assert_int_equal(fake_half.attached[1].endpoint, 1);
}

static void ats_that_stays_off_is_told(void **state)
{
	const struct endpoint_want want = { .ats = true, .count = 1 };

	add_two_instances();
	fake_half.ep[3].flags |= INVBENCH_EP_PCI;
	fake_half.ats_stays_off = true;
	no_domain(&want, STATUS_SKIP, "endpoint d can do ATS, but its SMMU smmu1 does not");
}

/* It has no capability that is on or off. */
static void a_stand_in_is_believed(void **state)
{
	const struct endpoint_want want = { .ats = true, .count = 1 };

	add_two_instances();
	fake_half.ats_stays_off = true;
	assert_domain(&want, "smmu1");
	assert_int_equal(fake_half.attached[0].endpoint, 3);
}

/* They are counted used or not, so that the second stays the second. */
static void the_so_many_th_instance(void **state)
{
	const struct endpoint_want second = { .count = 1, .instance = 2 }, third = { .count = 1, .instance = 3 };

	add_two_instances();
	fake_half.ep[0].flags = fake_half.ep[2].flags = INVBENCH_EP_ATTACHED;
	assert_domain(&second, "smmu1");
	no_domain(&third, STATUS_SKIP,
		  "3 SMMUs with such endpoints are needed, there are 2; see: invbench list endpoints");
}

static void kinds_of_domains(void **state)
{
	const struct endpoint_want nested = { .stage2 = true, .count = 1 }, dma = { .dma = true, .count = 1 };

	add_two_instances();
	assert_domain(&nested, "smmu0");
	assert_int_equal(fake_half.domain[0].flags, INVBENCH_DOMAIN_STAGE2);
	assert_false(c.nesting);
	fake_half.attaches = 0;
	assert_domain(&dma, "smmu0");
	assert_int_equal(fake_half.domain[1].flags, INVBENCH_DOMAIN_DMA);
	fake_half.refuse = INVBENCH_DOMAIN_ALLOC;
	fake_half.refuse_errno = EOPNOTSUPP;
	no_domain(&nested, STATUS_SKIP, "SMMU smmu1 or the kernel has no second stage with a nested first one");
}

/* From 6.13 on there is no other second stage, and its unmaps cost more. */
static void a_nesting_parent_is_told(void **state)
{
	const struct endpoint_want nested = { .stage2 = true, .count = 1 }, first = { .count = 1 };

	add_two_instances();
	fake_half.flags |= INVBENCH_INFO_NESTS;
	assert_domain(&nested, "smmu0");
	assert_true(c.nesting);
	fake_half.attaches = 0;
	c.nesting = false;
	assert_domain(&first, "smmu1");
	assert_false(c.nesting);
}

static void a_group_that_is_shared_is_a_failure(void **state)
{
	const struct endpoint_want want = { .count = 1 };

	add_two_instances();
	fake_half.refuse = INVBENCH_ATTACH;
	fake_half.refuse_errno = EINVAL;
	no_domain(&want, STATUS_FAIL, "cannot attach endpoint a: another device is in its IOMMU group");
}

static void without_a_module_it_is_a_skip(void **state)
{
	const struct endpoint_want want = { .count = 1 };

	fake_half.open_errno = ENOENT;
	no_domain(&want, STATUS_SKIP,
		  "cannot open /dev/invbench (No such file or directory); load the module invbench.ko");
}

static void with_another_module_it_is_a_failure(void **state)
{
	const struct endpoint_want want = { .count = 1 };

	fake_half.abi++;
	no_domain(&want, STATUS_FAIL, "the loaded invbench.ko is not of this program; load the one built with it");
}

static void endpoints_come_and_go(void **state)
{
	const struct endpoint_want want = { .count = 2, .instance = 2 };
	uint64_t ns = 0;

	add_two_instances();
	assert_domain(&want, "smmu1");
	assert_int_equal(case_detach(&c, 1, 1, &ns), 0);
	assert_int_equal(ns, 77);
	assert_int_equal(fake_half.detached[0].endpoint, 3);
	assert_int_equal(case_attach(&c, 1, 1, NULL), 0);
	assert_int_equal(fake_half.attached[2].endpoint, 3);
	assert_int_equal(case_claim(&c, 1, 0), 0);
	assert_int_equal(fake_half.claims, 1);
	assert_true(fake_half.ep[1].flags & INVBENCH_EP_ATTACHED);
}

/* Its device is back, and may be anything by now. */
static void an_endpoint_that_came_anew_is_not_taken_for_the_old(void **state)
{
	const struct endpoint_want want = { .count = 2 };

	add_two_instances();
	assert_domain(&want, "smmu0");
	assert_int_equal(case_detach(&c, 1, 1, NULL), 0);
	fake_half_anew(2);
	assert_ends(case_attach(&c, 1, 1, NULL), STATUS_FAIL,
		    "cannot attach endpoint c: it went away meanwhile, even if its device is back");
	assert_int_equal(fake_half.attaches, 2);
}

static void others_that_come_do_no_harm(void **state)
{
	const struct endpoint_want want = { .count = 2 };

	add_two_instances();
	assert_domain(&want, "smmu0");
	fake_half_anew(1);
	memmove(&fake_half.ep[1], &fake_half.ep[2], 2 * sizeof(fake_half.ep[0]));
	fake_half.count--;
	assert_int_equal(case_detach(&c, 1, 1, NULL), 0);
	assert_int_equal(case_attach(&c, 1, 1, NULL), 0);
	assert_true(fake_half.ep[1].flags & INVBENCH_EP_ATTACHED);
	assert_string_equal(fake_half.ep[1].name, "c");
}

/* ---- case_bind_mm() ---- */

static void endpoints_are_dealt(void **state)
{
	const struct endpoint_want want = { .count = 3, .spread = 2 };

	fake_half_add("e", "smmu0", INVBENCH_EP_PASID);
	add_two_instances();
	assert_int_equal(case_bind_mm(&c, &want), 0);
	assert_int_equal(c.nr_bound, 3);
	assert_int_equal(c.bound[0], fake_half.ep[0].generation);
	assert_int_equal(c.bound[1], fake_half.ep[2].generation);
	assert_int_equal(c.bound[2], fake_half.ep[3].generation);
	domain_leave(&c);
	assert_int_equal(fake_half.bound, 0);
	assert_int_equal(c.status, STATUS_PASS);
}

static void too_few_instances_are_told(void **state)
{
	const struct endpoint_want want = { .count = 4, .spread = 2 };

	add_two_instances();
	assert_ends(case_bind_mm(&c, &want), STATUS_SKIP,
		    "2 SMMUs with 2 free endpoints with PASIDs are needed, there is 1; see: invbench list endpoints");
}

static void what_cannot_share_is_a_skip(void **state)
{
	const struct endpoint_want want = { .count = 1 };

	add_two_instances();
	fake_half.refuse = INVBENCH_SVA_BIND;
	fake_half.refuse_errno = EOPNOTSUPP;
	assert_ends(case_bind_mm(&c, &want), STATUS_SKIP,
		    "endpoint c cannot share an address space: its SMMU smmu0 or the kernel cannot do it");
}

static void an_endpoint_that_went_away_is_a_failure(void **state)
{
	const struct endpoint_want want = { .count = 2 };

	add_two_instances();
	assert_int_equal(case_bind_mm(&c, &want), 0);
	fake_half.refuse = INVBENCH_SVA_UNBIND;
	fake_half.refuse_errno = ENODEV;
	domain_leave(&c);
	assert_int_equal(c.status, STATUS_FAIL);
	assert_string_equal(c.reason, "the kernel half: an endpoint in use went away");
}

/* ---- runs ---- */

static struct invbench_run a_run(void)
{
	return (struct invbench_run){ .domain = 1, .op = INVBENCH_OP_UNMAP, .size = 4096, .threads = 1 };
}

static void a_run_is_recorded(void **state)
{
	struct invbench_run run = a_run();

	MUST(!domain_open(&c));
	assert_int_equal(case_run_kernel(&c, &run, 0, true), 0);
	assert_int_equal(fake_half.run.ops, 100);
	assert_int_equal(fake_half.run.warmup, 10);
	assert_int_equal(fake_half.run.flags, 0);
	assert_int_equal(c.latency.count, 100);
	assert_int_equal(c.latency.min, 10);
	assert_int_equal(c.pass_ops, 110);
	assert_int_equal(c.threads[0].ops, 100);
	assert_int_equal(c.clock_floor_ns, 3);
}

/* Its operations count, its latencies do not. */
static void a_run_beside_is_counted(void **state)
{
	struct invbench_run run = a_run();

	MUST(!domain_open(&c));
	run.ops = 5;
	assert_int_equal(case_run_kernel(&c, &run, 0, false), 0);
	assert_int_equal(c.latency.count, 0);
	assert_int_equal(c.pass_ops, 5);
	assert_int_equal(c.threads[0].ops, 0);
	assert_int_equal(c.clock_floor_ns, 0);
}

static void the_checked_pass_reports(void **state)
{
	struct invbench_run run = a_run();

	MUST(!domain_open(&c));
	c.report = true;
	run.flags = INVBENCH_RUN_BARE;
	assert_int_equal(case_run_kernel(&c, &run, 0, true), 0);
	assert_int_equal(fake_half.run.flags, INVBENCH_RUN_REPORT);
}

static void what_a_run_refuses_is_told(void **state)
{
	struct invbench_run run = a_run();

	MUST(!domain_open(&c));
	fake_half.refuse = INVBENCH_RUN;
	fake_half.refuse_errno = ERANGE;
	assert_ends(case_run_kernel(&c, &run, 0, true), STATUS_FAIL,
		    "the kernel half: the domain's address space is too small for so many threads");
	assert_int_equal(c.latency.count, 0);
	assert_int_equal(c.pass_ops, 0);
}

static void sizes_are_powers_of_two(void **state)
{
	struct invbench_run run = a_run();

	MUST(!domain_open(&c));
	run.size = 12288;
	assert_ends(case_run_kernel(&c, &run, 0, true), STATUS_FAIL, "size is not a power of two");
}

static void what_was_opened_is_closed(void **state)
{
	unsigned int before = open_descriptors();

	assert_int_equal(domain_open(&c), 0);
	assert_int_equal(domain_open(&c), 0);
	assert_int_equal(open_descriptors(), before + 1);
	domain_leave(&c);
	assert_int_equal(open_descriptors(), before);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_instance_with_enough_is_chosen),
		TEST(too_few_are_told),
		TEST(those_with_ats_and_those_without),
		TEST(ats_that_stays_off_is_told),
		TEST(a_stand_in_is_believed),
		TEST(the_so_many_th_instance),
		TEST(kinds_of_domains),
		TEST(a_nesting_parent_is_told),
		TEST(an_endpoint_that_came_anew_is_not_taken_for_the_old),
		TEST(others_that_come_do_no_harm),
		TEST(a_group_that_is_shared_is_a_failure),
		TEST(without_a_module_it_is_a_skip),
		TEST(with_another_module_it_is_a_failure),
		TEST(endpoints_come_and_go),
		TEST(endpoints_are_dealt),
		TEST(too_few_instances_are_told),
		TEST(what_cannot_share_is_a_skip),
		TEST(an_endpoint_that_went_away_is_a_failure),
		TEST(a_run_is_recorded),
		TEST(a_run_beside_is_counted),
		TEST(the_checked_pass_reports),
		TEST(what_a_run_refuses_is_told),
		TEST(sizes_are_powers_of_two),
		TEST(what_was_opened_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
