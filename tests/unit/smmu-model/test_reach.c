// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which command reaches which need, and how much of its range: for each kind of violation
 * one sequence that has it, and a neighbour that has not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_driver.h"

static void atc_inv_before_the_sync(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_kind(b, "misordered", "ATC_INV of SID 0x2, no SSID: came before the TLBIs' CMD_SYNC had completed");
}

static void atc_inv_again_after_the_sync(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_clean(b, 2);
}

static void pasid_invalidate(struct bench *b, uint32_t ssid, bool global)
{
	struct command cmd = { .opcode = ATC_INV,
			       .class = COMMAND_ATC,
			       .sid = PASIDS,
			       .global = global,
			       .by_address = true,
			       .address = IOVA,
			       .size = SIZE };

	cmd.ssid_valid = ssid != NO_SSID;
	cmd.ssid = cmd.ssid_valid ? ssid : 0;
	join(b, 0, PASIDS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	command(b, 0, &cmd);
	sync(b, 0);
	end(b);
}

static void wrong_ssid(void **state)
{
	pasid_invalidate(*state, PASID + 1, false);
	expect_kind(*state, "misdirected", "ATC_INV of SID 0x4, SSID 2: ATC_INV of SID 0x4, SSID 3 came to instance 0");
}

static void right_ssid(void **state)
{
	pasid_invalidate(*state, PASID, false);
	expect_clean(*state, 2);
}

static void global_reaches_all_ssids(void **state)
{
	pasid_invalidate(*state, PASID + 1, true);
	expect_clean(*state, 2);
}

static void no_ssid_reaches_all_ssids(void **state)
{
	pasid_invalidate(*state, NO_SSID, false);
	expect_clean(*state, 2);
}

/* What was requested without a PASID stays, global or not. */
static void an_ssid_does_not_reach_those_without(void **state)
{
	struct command cmd = {
		.opcode = ATC_INV, .class = COMMAND_ATC, .sid = ATS, .ssid_valid = true, .global = true
	};
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	command(b, 0, &cmd);
	sync(b, 0);
	end(b);
	expect_kind(b, "misdirected", "ATC_INV of SID 0x2, SSID 0 came");
}

static void one_page_short(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA, SIZE - PAGE);
	sync(b, 0);
	end(b);
	expect_kind(b, "short", "TLBI of ASID 21, VMID 0: only 0x100000-0x102fff");
}

static void one_page_short_of_the_atc(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, IOVA + PAGE, SIZE - PAGE);
	sync(b, 0);
	end(b);
	expect_kind(b, "short", "ATC_INV of SID 0x2, no SSID: only 0x101000-0x103fff");
}

static void page_by_page_in_any_order(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + 2 * PAGE, 0);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + 0xfff, 0); /* any address of the page */
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + 3 * PAGE, 0);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + PAGE, 0);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void a_leaf_is_as_large_as_its_grain(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	range(b, RING_BEGIN, 1, 0x40000000, 0x400000, 0x200000);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, 0x40000000, 0);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, 0x40212000, 0);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void no_sync(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	end(b);
	expect_kind(b, "unsynced", "came, but no CMD_SYNC has completed after it");
}

static void sync_of_another_instance(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 1);
	end(b);
	expect_kind(b, "unsynced", "no CMD_SYNC");
}

static void no_sync_of_the_atc(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	atc(b, 0, ATS);
	end(b);
	expect_kind(b, "unsynced", "ATC_INV of SID 0x2, no SSID: came, but no CMD_SYNC");
}

static void wrong_asid(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID + 1, 0, IOVA, SIZE);
	sync(b, 0);
	end(b);
	expect_kind(b, "misdirected", "TLBI of ASID 21, VMID 0: TLBI_NH_VA of ASID 22, VMID 0 came to instance 0");
}

static void wrong_instance(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 2);
	sync(b, 2);
	end(b);
	expect_kind(b, "misdirected", "came to instance 2");
}

/* What another removal needed was not meant for this one. */
static void another_ones_is_not_misdirected(void **state)
{
	struct ring_record other = { .kind = RING_JOIN, .domain = DOMAIN + 1 };
	struct bench *b = *state;

	join(b, 0, PLAIN);
	other.endpoint.smmu = b->guest->smmu[1].frame;
	other.endpoint.sid = PLAIN;
	record(b, &other);
	begin(b);
	other = (struct ring_record){ .kind = RING_BEGIN, .domain = DOMAIN + 1 };
	other.range.id = 2;
	other.range.iova = IOVA;
	other.range.size = SIZE;
	record(b, &other);
	tlbi_va(b, 1);
	sync(b, 1);
	other.kind = RING_RETURN;
	record(b, &other);
	end(b);
	expect_kind(b, "missing", "instance 0, TLBI");
}

/* Which TLBI reaches which tag, by address or not. */
static const struct tlbi_case {
	enum opcode opcode;
	bool by_address, asid, vmid; /* what must be right for it to reach the tag */
	bool stage1, stage2, el2;    /* whose tags it reaches */
} tlbis[] = {
	{ TLBI_NH_ALL, false, false, true, true, false, false },
	{ TLBI_NH_ASID, false, true, true, true, false, false },
	{ TLBI_NH_VA, true, true, true, true, false, false },
	{ TLBI_NH_VAA, true, false, true, true, false, false },
	{ TLBI_EL2_ALL, false, false, false, false, false, true },
	{ TLBI_EL2_ASID, false, true, false, false, false, true },
	{ TLBI_EL2_VA, true, true, false, false, false, true },
	{ TLBI_EL2_VAA, true, false, false, false, false, true },
	{ TLBI_EL3_ALL, false, false, false, false, false, false },
	{ TLBI_S12_VMALL, false, false, true, true, true, false },
	{ TLBI_S2_IPA, true, false, true, false, true, false },
	{ TLBI_NSNH_ALL, false, false, false, true, true, false },
};

/* Is a removal by @sid, of everything if @all, seen to by that TLBI? */
static bool sees_to(struct bench *b, const struct tlbi_case *t, uint32_t sid, bool all, bool right_asid,
		    bool right_vmid)
{
	uint64_t before = oracle_count(b->oracle).violations;

	join(b, 0, sid);
	if (all)
		begin_all(b);
	else
		begin(b);
	tlbi(b, 0, t->opcode, right_asid ? ASID : ASID + 1, (sid == STAGE2 ? VMID : 0) + !right_vmid, IOVA,
	     t->by_address ? SIZE : ALL);
	sync(b, 0);
	end(b);
	leave(b, 0, sid);
	return oracle_count(b->oracle).violations == before;
}

static void tlbis_and_tags(void **state)
{
	static const uint32_t sids[] = { PLAIN, STAGE2, EL2 };
	struct bench *b = *state;

	/* Else ATC_INV would be needed. */
	guest_put(b->guest, guest_stream(b->guest, 0, STAGE2) + 8, 0);
	for (unsigned int i = 0; i < sizeof(tlbis) / sizeof(*tlbis) * 3 * 8; i++) {
		const struct tlbi_case *t = &tlbis[i / 24];
		const bool of_kind[] = { t->stage1, t->stage2, t->el2 };
		unsigned int kind = i / 8 % 3;
		bool all = i & 1, right_asid = i & 2, right_vmid = i & 4;
		bool reached = of_kind[kind] && (right_asid || !t->asid) && (right_vmid || !t->vmid) &&
			       !(all && t->by_address);

		if (sees_to(b, t, sids[kind], all, right_asid, right_vmid) != reached)
			fail_msg("%s, case %u of it", opcode_name(t->opcode), i % 24);
	}
}

/* An SMMU without stage 2 does not match VMIDs (4.4.2). */
static void vmids_need_stage2(void **state)
{
	struct bench *b = *state;

	b->guest->settings[0].features.stage2 = false;
	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 99, IOVA, SIZE);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void everything_is_not_a_range(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin_all(b);
	tlbi(b, 0, TLBI_NH_ASID, ASID, 0, 0, ALL);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, 0, 1ULL << 62);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x2, no SSID, all addresses: did not come");
}

static void everything(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin_all(b);
	tlbi(b, 0, TLBI_NH_ASID, ASID, 0, 0, ALL);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, 0, ALL);
	sync(b, 0);
	end(b);
	expect_clean(b, 2);
}

/* A removal may be seen through range by range, each in order. */
static void half_by_half(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	for (unsigned int half = 0; half < 2; half++) {
		tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + half * SIZE / 2, SIZE / 2);
		sync(b, 0);
		atc_inv(b, 0, ATS, NO_SSID, IOVA + half * SIZE / 2, SIZE / 2);
		sync(b, 0);
	}
	end(b);
	expect_clean(b, 2);
}

/* The first ATC_INV covers all, but the second half's TLBI comes after it. */
static void half_of_it_out_of_order(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA, SIZE / 2);
	sync(b, 0);
	atc(b, 0, ATS);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + SIZE / 2, SIZE / 2);
	sync(b, 0);
	end(b);
	expect_kind(b, "misordered", "ATC_INV of SID 0x2");
}

/* More pieces than can be held: neither clean nor a violation, unless all comes in the end. */
static void too_many_pieces(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	for (unsigned int all = 0; all < 2; all++) {
		range(b, RING_BEGIN, 1, 0, 64 * PAGE, PAGE);
		for (unsigned int page = 0; page < 64; page += 2)
			tlbi(b, 0, TLBI_NH_VA, ASID, 0, page * PAGE, 0);
		if (all)
			tlbi(b, 0, TLBI_NH_ASID, ASID, 0, 0, ALL);
		sync(b, 0);
		end(b);
		assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
		assert_int_equal(oracle_count(b->oracle).removals, all);
		assert_int_equal(oracle_count(b->oracle).violations, 0);
	}
}

static void the_top_of_the_address_space(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	range(b, RING_BEGIN, 1, -SIZE, SIZE, PAGE);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, -SIZE, 2 * SIZE);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

/* Random commands over at most 32 pages, of which 16 pieces can be made, against a bitmap. */
static void coverage_against_a_bitmap(void **state)
{
	uint64_t removals = 0, violations = 0;
	struct bench *b = *state;

	join(b, 0, PLAIN);
	srand(1);
	for (unsigned int round = 0; round < 20000; round++) {
		unsigned int pages = 1 + rand() % 32, count = rand() % 40;
		uint64_t covered = 0, wanted = (1ULL << pages) - 1;

		range(b, RING_BEGIN, 1, IOVA, pages * PAGE, PAGE);
		for (unsigned int i = 0; i < count; i++) {
			int first = rand() % 40 - 4, length = 1 + rand() % 3;

			if (rand() % 2)
				tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + first * PAGE, length * PAGE);
			else
				tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + first * PAGE + rand() % PAGE, length = 0);
			for (int page = first; page < first + (length ? length : 1); page++)
				if (page >= 0)
					covered |= 1ULL << page;
			if (!(rand() % 8))
				sync(b, 0);
		}
		sync(b, 0);
		end(b);
		removals++;
		violations += (covered & wanted) != wanted;
		assert_int_equal(oracle_count(b->oracle).violations, violations);
	}
	assert_true(violations > 1000 && violations < removals - 1000);
	expect(b, removals, removals, violations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(atc_inv_before_the_sync),
		TEST(atc_inv_again_after_the_sync),
		TEST(wrong_ssid),
		TEST(right_ssid),
		TEST(global_reaches_all_ssids),
		TEST(no_ssid_reaches_all_ssids),
		TEST(an_ssid_does_not_reach_those_without),
		TEST(one_page_short),
		TEST(one_page_short_of_the_atc),
		TEST(page_by_page_in_any_order),
		TEST(a_leaf_is_as_large_as_its_grain),
		TEST(no_sync),
		TEST(sync_of_another_instance),
		TEST(no_sync_of_the_atc),
		TEST(wrong_asid),
		TEST(wrong_instance),
		TEST(another_ones_is_not_misdirected),
		TEST(tlbis_and_tags),
		TEST(vmids_need_stage2),
		TEST(everything_is_not_a_range),
		TEST(everything),
		TEST(half_by_half),
		TEST(half_of_it_out_of_order),
		TEST(too_many_pieces),
		TEST(the_top_of_the_address_space),
		TEST(coverage_against_a_bitmap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
