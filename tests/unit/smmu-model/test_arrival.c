// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a removal needs of a device that comes in meanwhile: where a TLBI is due its ATC may
 * be filled from the TLB still.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_driver.h"

static void before_the_tlbi(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	join(b, 0, ATS);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing",
		    "instance 0, ATC_INV of SID 0x2, no SSID, which was attached when the TLBI was due: did not come");
}

static void before_the_tlbi_is_synced(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	join(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x2");
}

static void seen_to(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	join(b, 0, ATS_TOO);
	join(b, 0, PASIDS);
	sync(b, 0);
	atc(b, 0, ATS);
	atc(b, 0, ATS_TOO);
	atc(b, 0, PASIDS);
	sync(b, 0);
	end(b);
	expect_clean(b, 4);
}

/* What it is sent while it is attached may come before the last of what is stale. */
static void seen_to_too_early(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	join(b, 0, ATS);
	atc(b, 0, ATS);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_kind(b, "misordered", "ATC_INV of SID 0x2");
}

static void after_the_tlbi(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	join(b, 0, ATS);
	end(b);
	expect_clean(b, 1);
}

static void halfway(struct bench *b, uint64_t from, uint64_t bytes)
{
	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA, SIZE / 2);
	sync(b, 0);
	join(b, 0, ATS);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + SIZE / 2, SIZE / 2);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, from, bytes);
	sync(b, 0);
	end(b);
}

static void the_half_that_was_due(void **state)
{
	halfway(*state, IOVA + SIZE / 2, SIZE / 2);
	expect_clean(*state, 2);
}

static void the_half_that_was_done(void **state)
{
	halfway(*state, IOVA, SIZE / 2);
	expect_kind(*state, "short", "ATC_INV of SID 0x2");
}

static void without_ats(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	join(b, 0, PLAIN);
	tlbi_va(b, 0);
	sync(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_clean(b, 2);
}

static void on_another_instance(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	join(b, 1, ATS);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void in_another_domain(void **state)
{
	struct bench *b = *state;
	struct ring_record r = { .kind = RING_JOIN, .domain = DOMAIN + 1 };

	join(b, 0, PLAIN);
	begin(b);
	r.endpoint.smmu = b->guest->smmu[0].frame;
	r.endpoint.sid = ATS;
	record(b, &r);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void gone_again(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	join(b, 0, ATS);
	leave(b, 0, ATS);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

/* It was flushed when it went; what counts is what is due when it comes back. */
static void there_at_the_beginning_and_back(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	join(b, 0, ATS);
	begin(b);
	leave(b, 0, ATS);
	join(b, 0, ATS);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x2");
}

/* Whose tag went with the last that had it. */
static void when_nobody_else_is_left(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	leave(b, 0, PLAIN);
	join(b, 0, ATS);
	end(b);
	expect_clean(b, 0);
}

/* When a CPU's TLBI was done nobody tells. */
static void where_broadcasts_are_the_tlbi(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	join(b, 0, SHARED);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void nested_and_all_addresses(void **state)
{
	struct bench *b = *state;

	join(b, 0, STAGE2);
	begin(b);
	join(b, 0, NESTED);
	tlbi(b, 0, TLBI_S2_IPA, 0, VMID, IOVA, SIZE);
	sync(b, 0);
	atc(b, 0, STAGE2);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x6, no SSID, all addresses, which was attached");
}

static void more_than_there_is_room_for(void **state)
{
	struct bench *b = *state;

	guest_linear(b->guest, 0, 15);
	guest_ste(b->guest, guest_stream(b->guest, 0, STAGE2), STE_VALID | STE_STAGE2, 0, VMID);
	join(b, 0, STAGE2);
	begin(b);
	for (uint32_t sid = 100; sid < 20100; sid++) {
		guest_ste(b->guest, guest_stream(b->guest, 0, sid), STE_VALID | STE_STAGE2, STE1_EATS(1), VMID);
		join(b, 0, sid);
	}
	assert_true(oracle_count(b->oracle).unfollowed > 0);
	for (uint32_t sid = 100; sid < 20100; sid++)
		leave(b, 0, sid);
	tlbi(b, 0, TLBI_S2_IPA, 0, VMID, IOVA, SIZE);
	sync(b, 0);
	end(b);
	assert_int_equal(oracle_count(b->oracle).violations, 0);
	assert_int_equal(oracle_count(b->oracle).open, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(before_the_tlbi),
		TEST(before_the_tlbi_is_synced),
		TEST(seen_to),
		TEST(seen_to_too_early),
		TEST(after_the_tlbi),
		TEST(the_half_that_was_due),
		TEST(the_half_that_was_done),
		TEST(without_ats),
		TEST(on_another_instance),
		TEST(in_another_domain),
		TEST(gone_again),
		TEST(there_at_the_beginning_and_back),
		TEST(when_nobody_else_is_left),
		TEST(where_broadcasts_are_the_tlbi),
		TEST(nested_and_all_addresses),
		TEST(more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
