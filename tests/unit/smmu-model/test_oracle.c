// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records and commands as a driver would give them, right and wrong: what comes too late,
 * where nothing may come, and what there is no room to follow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_driver.h"

static void all_as_it_should_be(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	join(b, 0, ATS);
	join(b, 1, ATS);
	begin(b);
	assert_int_equal(oracle_count(b->oracle).open, 1);
	for (unsigned int i = 0; i < 2; i++) {
		tlbi_va(b, i);
		sync(b, i);
		atc(b, i, ATS);
		sync(b, i);
	}
	end(b);
	expect_clean(b, 4); /* a tag and a StreamID on each of two instances */
	fflush(b->out);
	assert_int_equal(b->text_size, 0);
}

static void before_the_beginning_is_too_early(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	tlbi_va(b, 0);
	sync(b, 0);
	begin(b);
	end(b);
	expect_kind(b, "missing", "did not come");
}

static void no_atc_inv(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "instance 0, ATC_INV of SID 0x2, no SSID: did not come");
}

static void one_device_forgotten(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	join(b, 0, ATS_TOO);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x3, no SSID: did not come");
}

static void one_instance_forgotten(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	join(b, 1, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	sync(b, 1);
	end(b);
	expect_kind(b, "missing", "instance 1, TLBI of ASID 21, VMID 0: did not come");
}

static void late(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	end(b);
	assert_true(has_kind(b, "missing"));
	tlbi_va(b, 0);
	assert_true(has_kind(b, "missing"));
	sync(b, 0);
	expect_kind(b, "late", "violation 1: what lacked had come 200 ns after the return (late)");
	sync(b, 0);
	expect(b, 1, 1, 1);
}

static void too_late_to_be_late(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	end(b);
	b->now += 3000000000;
	tlbi_va(b, 0);
	sync(b, 0);
	expect_kind(b, "missing", "did not come");
}

/* The next removal of the same addresses syncs the last one's TLBI; the fault stays what it was. */
static void unsynced_stays_unsynced(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	end(b);
	sync(b, 0);
	expect_kind(b, "unsynced", "had come 100 ns after the return (unsynced)");
}

static void several_can_fail_and_be_late(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	for (uint64_t id = 0; id < 200; id++)
		range(b, RING_BEGIN, id, id * SIZE, SIZE, PAGE);
	for (uint64_t id = 0; id < 200; id++)
		range(b, RING_RETURN, id, id * SIZE, SIZE, PAGE);
	tlbi(b, 0, TLBI_NH_ASID, ASID, 0, 0, ALL);
	sync(b, 0);
	expect(b, 200, 200, 200);
	fflush(b->out);
	assert_non_null(strstr(b->text, "further violations are counted"));
	assert_null(strstr(b->text, "violation 101"));
}

static void blocked_means_blocked(void **state)
{
	struct bench *b = *state;

	endpoint(b, RING_ALLOW, 0, ATS, 0);
	atc(b, 0, ATS);
	endpoint(b, RING_BLOCKED, 0, ATS, 0);
	atc(b, 1, ATS); /* of another instance */
	atc(b, 0, ATS_TOO);
	expect(b, 0, 0, 0);
	atc(b, 0, ATS);
	expect_kind(b, "blocked", "instance 0, ATC_INV of SID 0x2, no SSID");
	assert_non_null(strstr(b->text, "blocked 5.000000300 s, taken up 5.000000600 s, 300 ns later"));
	endpoint(b, RING_ALLOW, 0, ATS, 0);
	atc(b, 0, ATS);
	expect(b, 0, 0, 1);
}

static void a_blocked_stream_blocks_its_ssids(void **state)
{
	struct command global = { .opcode = ATC_INV,
				  .class = COMMAND_ATC,
				  .sid = PASIDS,
				  .ssid_valid = true,
				  .ssid = PASID,
				  .global = true };
	struct bench *b = *state;

	endpoint(b, RING_BLOCKED, 0, PASIDS, 0);
	endpoint(b, RING_ALLOW, 0, PASIDS, PASID);
	atc_inv(b, 0, PASIDS, PASID, IOVA, SIZE);
	expect(b, 0, 0, 0);
	endpoint(b, RING_BLOCKED, 0, PASIDS, PASID);
	atc_inv(b, 0, PASIDS, PASID + 1, IOVA, SIZE);
	atc_inv(b, 0, PASIDS, NO_SSID, IOVA, SIZE);
	command(b, 0, &global);
	endpoint(b, RING_ALLOW, 0, PASIDS, PASID);
	atc_inv(b, 0, PASIDS, PASID, IOVA, SIZE);
	endpoint(b, RING_BLOCKED, 0, PASIDS, PASID);
	expect(b, 0, 0, 0);
	atc_inv(b, 0, PASIDS, PASID, IOVA, SIZE);
	expect_kind(b, "blocked", "SID 0x4, SSID 2");
	endpoint(b, RING_BLOCKED, 0, PASIDS, 0);
	atc_inv(b, 0, PASIDS, PASID + 1, IOVA, SIZE);
	expect(b, 0, 0, 2);
}

static void one_too_many_is_told(void **state)
{
	struct bench *b = *state;

	/* Those that have failed and are kept take no room from those that are open. */
	join(b, 0, PLAIN);
	for (unsigned int i = 0; i < 90; i++) {
		begin(b);
		end(b);
	}
	leave(b, 0, PLAIN);
	for (uint64_t id = 1; id <= 1025; id++)
		range(b, RING_BEGIN, id, 0, SIZE, PAGE);
	assert_int_equal(oracle_count(b->oracle).open, 1025);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
	for (uint64_t id = 1; id <= 1025; id++)
		range(b, RING_RETURN, id, 0, SIZE, PAGE);
	assert_int_equal(oracle_count(b->oracle).open, 0);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
	assert_int_equal(oracle_count(b->oracle).removals, 90 + 1024);
}

static void too_many_endpoints_are_told(void **state)
{
	struct bench *b = *state;

	for (uint32_t ssid = 0; ssid < 65536 + 10; ssid++)
		endpoint(b, RING_JOIN, 0, BYPASS, ssid);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 10);
}

static void records_without_sense_are_told(void **state)
{
	struct ring_record r = { .kind = RING_JOIN, .domain = DOMAIN };
	struct bench *b = *state;

	r.endpoint.smmu = 12345;
	record(b, &r);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
	end(b);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 2);
	begin(b);
	begin(b); /* the same id */
	assert_int_equal(oracle_count(b->oracle).unfollowed, 3);
	end(b);
	end(b);
	assert_int_equal(oracle_count(b->oracle).open, 0);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 3);
	r = (struct ring_record){ .kind = RING_RETURN, .domain = DOMAIN + 1 };
	r.range.id = 1;
	begin(b);
	record(b, &r); /* of another domain */
	assert_int_equal(oracle_count(b->oracle).open, 1);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 4);
}

/* One record or command of any kind. Returns how many removals it began. */
static unsigned int make_noise(struct bench *b)
{
	static const enum opcode opcodes[] = { TLBI_NH_ALL, TLBI_NH_VA,	    TLBI_NH_ASID, TLBI_NH_VAA,
					       TLBI_S2_IPA, TLBI_S12_VMALL, TLBI_EL2_VA,  TLBI_NSNH_ALL };
	unsigned int instance = rand() % GUEST_INSTANCES, id = rand() % 50;

	switch (rand() % 8) {
	case 0:
		endpoint(b, RING_JOIN + rand() % 4, instance, rand() % 12, rand() % 4);
		return 0;
	case 1:
		range(b, RING_BEGIN, id, IOVA + rand() % 8 * PAGE, rand() % 8 * PAGE, rand() % 3 * 0x800);
		return 1;
	case 2:
		range(b, RING_RETURN, id, 0, 0, 0);
		return 0;
	case 3:
		sync(b, instance);
		return 0;
	case 4:
		atc_inv(b, instance, rand() % 12, rand() % 2 ? NO_SSID : rand() % 4u, IOVA,
			rand() % 2 ? ALL : rand() % 8 * PAGE);
		return 0;
	default:
		tlbi(b, instance, opcodes[rand() % 8], ASID + rand() % 2, rand() % 2 * VMID, IOVA + rand() % 8 * PAGE,
		     rand() % 2 ? ALL : rand() % 8 * PAGE);
		return 0;
	}
}

/* Whatever records and commands come, nothing is lost: each removal that has ended is checked or told. */
static void noise_does_no_harm(void **state)
{
	struct bench *b = *state;
	struct oracle_count count;
	uint64_t begun = 0;
	json_t *json;

	srand(3);
	for (unsigned int round = 0; round < 300000; round++)
		begun += make_noise(b);
	count = oracle_count(b->oracle);
	assert_true(count.removals > 1000 && count.violations > 1000);
	assert_true(count.removals + count.unfollowed + count.open >= begun);
	json = oracle_json(b->oracle);
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "in_full")), 100);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_as_it_should_be),
		TEST(before_the_beginning_is_too_early),
		TEST(no_atc_inv),
		TEST(one_device_forgotten),
		TEST(one_instance_forgotten),
		TEST(late),
		TEST(too_late_to_be_late),
		TEST(unsynced_stays_unsynced),
		TEST(several_can_fail_and_be_late),
		TEST(blocked_means_blocked),
		TEST(a_blocked_stream_blocks_its_ssids),
		TEST(one_too_many_is_told),
		TEST(too_many_endpoints_are_told),
		TEST(records_without_sense_are_told),
		TEST(noise_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
