// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a removal needs: a tag of each stage and a StreamID of each device, of those that
 * are in the domain from its beginning to its return.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_driver.h"

static void nobody_to_tell(void **state)
{
	struct bench *b = *state;

	begin(b);
	end(b);
	expect_clean(b, 0);
}

static void what_does_not_translate_needs_nothing(void **state)
{
	struct bench *b = *state;

	join(b, 0, BYPASS);
	join(b, 0, 0);	  /* an invalid STE */
	join(b, 0, 1000); /* beyond the table */
	begin(b);
	end(b);
	expect_clean(b, 0);
}

static void tag_not_invalidated(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "instance 0, TLBI of ASID 21, VMID 0: did not come");
	assert_non_null(strstr(b->text, "removal 1 of 0x100000 + 0x4000 from domain 3, grain 0x1000"));
	assert_non_null(strstr(b->text, "began 5.000000200 s, returned 5.000000400 s, 200 ns later"));
}

/* CPU broadcasts do the TLB's part, not the ATC's. */
static void broadcasts_spare_the_tlbi(void **state)
{
	struct bench *b = *state;

	join(b, 0, SHARED);
	begin(b);
	atc(b, 0, SHARED);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void broadcasts_do_not_spare_the_atc(void **state)
{
	struct bench *b = *state;

	join(b, 0, SHARED);
	begin(b);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x8");
}

static void nested(struct bench *b, bool stage1_too, bool atc_too)
{
	join(b, 0, NESTED);
	begin(b);
	tlbi(b, 0, TLBI_S2_IPA, 0, VMID, IOVA, SIZE);
	if (stage1_too)
		tlbi(b, 0, TLBI_NH_ALL, 0, VMID, 0, ALL);
	sync(b, 0);
	atc_inv(b, 0, NESTED, NO_SSID, IOVA, atc_too ? ALL : SIZE);
	sync(b, 0);
	end(b);
}

static void nested_needs_both_stages(void **state)
{
	nested(*state, true, true);
	expect_clean(*state, 3);
}

static void nested_without_stage1(void **state)
{
	nested(*state, false, true);
	expect_kind(*state, "missing", "TLBI of ASID 21, VMID 7, all addresses: did not come");
}

/* The ATC has VAs; the range is one of IPAs. */
static void nested_with_an_atc_inv_of_ipas(void **state)
{
	nested(*state, true, false);
	expect_kind(*state, "missing", "ATC_INV of SID 0x6, no SSID, all addresses: did not come");
}

static void nested_out_of_order(void **state)
{
	struct bench *b = *state;

	join(b, 0, NESTED);
	begin(b);
	tlbi(b, 0, TLBI_NH_ALL, 0, VMID, 0, ALL);
	tlbi(b, 0, TLBI_S2_IPA, 0, VMID, IOVA, SIZE / 2);
	sync(b, 0);
	atc_inv(b, 0, NESTED, NO_SSID, 0, ALL);
	tlbi(b, 0, TLBI_S2_IPA, 0, VMID, IOVA + SIZE / 2, SIZE / 2);
	sync(b, 0);
	end(b);
	expect_kind(b, "misordered", "ATC_INV of SID 0x6");
}

static void those_that_leave_need_nothing(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	leave(b, 0, ATS);
	end(b);
	expect_clean(b, 0);
}

static void those_that_stay_need_the_tag(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	join(b, 0, PLAIN);
	begin(b);
	leave(b, 0, ATS);
	end(b);
	expect_kind(b, "missing", "TLBI of ASID 21");
	assert_null(strstr(b->text, "ATC_INV"));
}

static void those_that_join_later_need_nothing(void **state)
{
	struct bench *b = *state;

	begin(b);
	join(b, 0, PLAIN);
	end(b);
	expect_clean(b, 0);
}

static void leaving_and_joining_again(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	leave(b, 0, PLAIN);
	join(b, 0, PLAIN);
	join(b, 0, PLAIN);
	begin(b);
	end(b);
	expect(b, 1, 1, 1);
}

/* Each thread's commands serve all that are open. */
static void many_are_open_at_once(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	for (uint64_t id = 1; id <= 1024; id++)
		range(b, RING_BEGIN, id, id * SIZE, SIZE, PAGE);
	assert_int_equal(oracle_count(b->oracle).open, 1024);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, SIZE, 1024 * SIZE);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, 0, 2048 * SIZE);
	sync(b, 0);
	for (uint64_t id = 1024; id; id--)
		range(b, RING_RETURN, id, id * SIZE, SIZE, PAGE);
	expect(b, 1024, 2048, 0);
}

/* So that a pool that runs dry, and what it gave back, show. */
static void needs_are_given_back(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	for (uint64_t id = 1; id <= 100000; id++) {
		range(b, RING_BEGIN, id, IOVA, SIZE, PAGE);
		if (id % 2) {
			tlbi_va(b, 0);
			sync(b, 0);
			atc(b, 0, ATS);
			sync(b, 0);
		}
		range(b, RING_RETURN, id, IOVA, SIZE, PAGE);
	}
	expect(b, 100000, 200000, 50000);
}

static void more_needs_than_there_is_room_for(void **state)
{
	struct bench *b = *state;

	guest_linear(b->guest, 0, 15);
	for (uint32_t sid = 0; sid < 20000; sid++) {
		guest_ste(b->guest, guest_stream(b->guest, 0, sid), STE_VALID | STE_STAGE2, STE1_EATS(1), VMID);
		join(b, 0, sid);
	}
	begin(b);
	end(b);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
	assert_int_equal(oracle_count(b->oracle).removals, 0);
	assert_int_equal(oracle_count(b->oracle).open, 0);
	for (uint32_t sid = 19999; sid; sid--)
		leave(b, 0, sid);
	begin(b);
	end(b);
	assert_int_equal(oracle_count(b->oracle).removals, 1);
	assert_int_equal(oracle_count(b->oracle).needs, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_to_tell),
		TEST(what_does_not_translate_needs_nothing),
		TEST(tag_not_invalidated),
		TEST(broadcasts_spare_the_tlbi),
		TEST(broadcasts_do_not_spare_the_atc),
		TEST(nested_needs_both_stages),
		TEST(nested_without_stage1),
		TEST(nested_with_an_atc_inv_of_ipas),
		TEST(nested_out_of_order),
		TEST(those_that_leave_need_nothing),
		TEST(those_that_stay_need_the_tag),
		TEST(those_that_join_later_need_nothing),
		TEST(leaving_and_joining_again),
		TEST(many_are_open_at_once),
		TEST(needs_are_given_back),
		TEST(more_needs_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
