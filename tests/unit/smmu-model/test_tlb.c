// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each command takes out of a TLB, and what it may leave there. Commands are
 * given as a driver writes them into the queue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tlb.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define VA	     0x40000000ULL
#define PAGE	     0x1000ULL
#define ASID	     5
#define VMID	     7
#define SID	     0x20
#define SSID	     3

static struct settings settings;
static struct tlb tlb;

static int setup(void **state)
{
	settings_init(&settings);
	settings.features.ats = settings.features.hyp = true;
	return 0;
}

static int teardown(void **state)
{
	tlb_free(&tlb);
	return 0;
}

static struct command decode(uint64_t word0, uint64_t word1)
{
	const uint64_t word[2] = { word0, word1 };
	struct command cmd;

	assert_true(command_decode(word, &settings.features, &cmd));
	return cmd;
}

/* A TLBI by address of ASID and VMID. @num 0: no NUM and SCALE. */
static struct command by_va(uint64_t address, bool leaf, unsigned int ttl, unsigned int tg, unsigned int granules)
{
	uint64_t word0 = TLBI_NH_VA | (uint64_t)VMID << 32 | (uint64_t)ASID << 48;

	if (granules)
		word0 |= (uint64_t)(granules - 1) << 12;
	return decode(word0, address | tg << 10 | ttl << 8 | leaf);
}

static struct tlb_entry entry_of(enum need_kind kind, uint64_t address, uint64_t bytes)
{
	return (struct tlb_entry){
		.tag = { .kind = kind, .asid = ASID, .vmid = VMID, .range = span_of(address, bytes) },
		.level = 3,
		.granule_bits = 12,
		.target = address + 0x100000000
	};
}

static void fill(struct tlb_entry entry)
{
	assert_true(tlb_fill(&tlb, &entry));
}

static size_t invalidate(struct command cmd)
{
	return tlb_invalidate(&tlb, &cmd, &settings, 1000);
}

/* ---- Leaf, TTL, TG ---- */

/* Which levels go: leaves, and tables (there is none at level 3). */
static const struct {
	bool leaf;
	unsigned int ttl;
	const char *leaves, *tables;
} levels[] = {
	{ false, 0, "0123", "012" }, { false, 1, "1", "0" }, { false, 2, "2", "01" }, { false, 3, "3", "012" },
	{ true, 0, "0123", "" },     { true, 1, "1", "" },   { true, 2, "2", "" },    { true, 3, "3", "" },
};

static void check_level(size_t i, unsigned int tg, unsigned int granule_bits, bool table, unsigned int level)
{
	bool other = tg && granule_bits != 10 + 2 * tg;
	const char *gone = table ? levels[i].tables : levels[i].leaves;
	bool goes = !other && strchr(gone, (int)('0' + level));
	struct command cmd = by_va(VA, levels[i].leaf, levels[i].ttl, tg, tg ? 2 : 0);
	struct tlb_entry entry = entry_of(NEED_STAGE1, VA, 1ULL << 30);

	entry.table = table;
	entry.level = level;
	entry.granule_bits = granule_bits;
	if ((tlb_fate(&entry, &cmd, &settings) == TLB_REMOVED) != goes)
		fail_msg("Leaf %d, TTL %u, TG %u: %s of level %u, granule 2^%u: %s", levels[i].leaf, levels[i].ttl, tg,
			 table ? "table" : "leaf", level, granule_bits, goes ? "stays" : "goes");
}

static void leaf_ttl_and_tg_say_what_goes(void **state)
{
	for (size_t i = 0; i < COUNT(levels); i++)
		for (unsigned int tg = levels[i].ttl ? 1 : 0; tg <= 3; tg++)
			for (unsigned int granule_bits = 12; granule_bits <= 16; granule_bits += 2)
				for (unsigned int n = 0; n < 7; n++)
					check_level(i, tg, granule_bits, n > 3, n & 3);
}

/* Without TG there is no range, and a TTL says nothing. */
static void ttl_without_tg_says_nothing(void **state)
{
	struct tlb_entry entry = entry_of(NEED_STAGE1, VA, PAGE);

	for (unsigned int ttl = 0; ttl <= 3; ttl++) {
		fill(entry);
		assert_int_equal(invalidate(by_va(VA, true, ttl, 0, 0)), 1);
	}
}

/* ---- which addresses ---- */

/* NUM and SCALE against pages one by one: those go that are in the range, and no others. */
static void check_range(unsigned int num, unsigned int scale, unsigned int first)
{
	uint64_t word0 = TLBI_NH_VA | (uint64_t)VMID << 32 | (uint64_t)ASID << 48 | num << 12 | scale << 20;
	size_t end = first + ((num + 1) << scale), within = end < 80 ? end - first : 80 - first;

	for (unsigned int page = 0; page < 80; page++)
		fill(entry_of(NEED_STAGE1, VA + page * PAGE, PAGE));
	if (invalidate(decode(word0, (VA + first * PAGE) | 1 << 10 | 3 << 8 | 1)) != within)
		fail_msg("NUM %u, SCALE %u, from page %u: %zu stay", num, scale, first, tlb.count);
	for (size_t i = 0; i < tlb.count; i++) {
		uint64_t page = (tlb.entry[i].tag.range.first - VA) / PAGE;

		assert_true(page < first || page >= end);
	}
	tlb_free(&tlb);
}

static void num_and_scale_are_a_range(void **state)
{
	for (unsigned int num = 0; num < 32; num += 3)
		for (unsigned int scale = 0; scale < 4; scale++)
			for (unsigned int first = 0; first < 80; first += 13)
				check_range(num, scale, first);
}

static void scale_is_longer_with_ds(void **state)
{
	uint64_t word0 = TLBI_NH_VA | (uint64_t)VMID << 32 | (uint64_t)ASID << 48 | 1 << 12 | 33ULL << 20;
	struct tlb_entry far = entry_of(NEED_STAGE1, VA + (1ULL << 45), PAGE);

	fill(far);
	assert_int_equal(invalidate(decode(word0, VA | 1 << 10)), 0); /* without DS: 4 pages */
	settings.features.ds = true;
	assert_int_equal(invalidate(decode(word0, VA | 1 << 10)), 1); /* 2^34 pages: 2^46 bytes */
}

/* An entry that is larger than what is named goes as well, as it translates some of it. */
static void a_part_is_enough(void **state)
{
	struct tlb_entry block = entry_of(NEED_STAGE1, VA, 2 << 20);

	block.level = 2;
	fill(block);
	assert_int_equal(invalidate(by_va(VA - PAGE, true, 0, 0, 0)), 0);
	assert_int_equal(invalidate(by_va(VA + (2 << 20), true, 0, 0, 0)), 0);
	assert_int_equal(invalidate(by_va(VA + (2 << 20) - PAGE, true, 0, 0, 0)), 1);
	fill(block);
	assert_int_equal(invalidate(by_va(VA - 4 * PAGE, true, 0, 1, 4)), 0);
	assert_int_equal(invalidate(by_va(VA - 4 * PAGE, true, 0, 1, 5)), 1);
}

/* ---- contiguous groups ---- */

static struct tlb_entry group_of_16(void)
{
	struct tlb_entry group = entry_of(NEED_STAGE1, VA, 16 * PAGE);

	group.group = true;
	return group;
}

static void a_group_goes_as_one(void **state)
{
	for (unsigned int page = 0; page < 16; page++) {
		fill(group_of_16());
		assert_int_equal(invalidate(by_va(VA + page * PAGE, true, 0, 0, 0)), 1);
		fill(group_of_16());
		assert_int_equal(invalidate(by_va(VA + page * PAGE, true, 3, 1, 1)), 1);
	}
}

/* The erratum: every range of 1 to 32 pages around it, of which those that have all of it take it away. */
static void with_the_erratum_all_or_nothing(void **state)
{
	settings.whole_groups = true;
	for (int first = -8; first < 20; first++) {
		for (int pages = 1; pages <= 32; pages++) {
			bool whole = first <= 0 && first + pages >= 16;
			struct command cmd = by_va(VA + (uint64_t)first * PAGE, true, 3, 1, (unsigned int)pages);
			struct tlb_entry group = group_of_16();
			bool meant = first < 16 && first + pages > 0;

			assert_int_equal(tlb_fate(&group, &cmd, &settings), whole ? TLB_REMOVED :
									    meant ? TLB_GROUP :
										    TLB_NOT_MEANT);
		}
	}
	fill(group_of_16());
	assert_int_equal(invalidate(by_va(VA, true, 3, 1, 8)), 0);
	assert_int_equal(invalidate(by_va(VA + 8 * PAGE, true, 3, 1, 8)), 0);
	assert_int_equal(tlb.entry[0].spared, TLB_GROUP);
	/* What is no range, and what is no group, is not concerned. */
	assert_int_equal(invalidate(by_va(VA + 8 * PAGE, true, 0, 0, 0)), 1);
	fill(entry_of(NEED_STAGE1, VA, 16 * PAGE));
	assert_int_equal(invalidate(by_va(VA, true, 3, 1, 8)), 1);
}

/* ---- whose ---- */

enum { S1 = 1, S1_ASID = 2, S1_VMID = 4, S1_GLOBAL = 8, EL2_ = 16, EL2_ASID = 32, S2 = 64, S2_VMID = 128, ATC_ = 256 };

/* Two of each kind, one with another ASID or VMID. */
static void fill_whose(void)
{
	struct tlb_entry e[] = { entry_of(NEED_STAGE1, VA, PAGE), entry_of(NEED_STAGE1, VA, PAGE),
				 entry_of(NEED_STAGE1, VA, PAGE), entry_of(NEED_STAGE1, VA, PAGE),
				 entry_of(NEED_EL2, VA, PAGE),	  entry_of(NEED_EL2, VA, PAGE),
				 entry_of(NEED_STAGE2, VA, PAGE), entry_of(NEED_STAGE2, VA, PAGE),
				 entry_of(NEED_ATC, VA, PAGE) };

	e[1].tag.asid = e[5].tag.asid = ASID + 1;
	e[2].tag.vmid = e[7].tag.vmid = VMID + 1;
	e[3].tag.asid = ASID + 2;
	e[3].global = true;
	e[4].tag.vmid = e[5].tag.vmid = 0;
	e[6].tag.asid = e[7].tag.asid = 0;
	for (unsigned int i = 0; i < COUNT(e); i++) {
		e[i].sid = 1U << i;
		fill(e[i]);
	}
}

static const struct {
	enum opcode opcode;
	unsigned int gone;
} whose[] = {
	{ TLBI_NH_ALL, S1 | S1_ASID | S1_GLOBAL },
	{ TLBI_NH_ASID, S1 },
	{ TLBI_NH_VA, S1 | S1_GLOBAL },
	{ TLBI_NH_VAA, S1 | S1_ASID | S1_GLOBAL },
	{ TLBI_EL2_ALL, EL2_ | EL2_ASID },
	{ TLBI_EL2_ASID, EL2_ },
	{ TLBI_EL2_VA, EL2_ },
	{ TLBI_EL2_VAA, EL2_ | EL2_ASID },
	{ TLBI_S12_VMALL, S1 | S1_ASID | S1_GLOBAL | S2 },
	{ TLBI_S2_IPA, S2 },
	{ TLBI_NSNH_ALL, S1 | S1_ASID | S1_VMID | S1_GLOBAL | S2 | S2_VMID },
	{ CMD_SYNC, 0 },
};

static void each_tlbi_is_of_its_own(void **state)
{
	for (size_t i = 0; i < COUNT(whose); i++) {
		unsigned int left = 0;

		fill_whose();
		invalidate(decode(whose[i].opcode | (uint64_t)VMID << 32 | (uint64_t)ASID << 48,
				  tlbi_is_by_address(whose[i].opcode) ? VA : 0));
		for (size_t k = 0; k < tlb.count; k++)
			left |= tlb.entry[k].sid;
		if (left != (0x1ff ^ whose[i].gone))
			fail_msg("%s: %#x gone, not %#x", opcode_name(whose[i].opcode), 0x1ff ^ left, whose[i].gone);
		tlb_free(&tlb);
	}
}

/* Where there is no stage 2 there are no VMIDs to be matched. */
static void vmids_are_of_stage_2(void **state)
{
	struct tlb_entry entry = entry_of(NEED_STAGE1, VA, PAGE);

	entry.tag.vmid = 0;
	fill(entry);
	assert_int_equal(invalidate(by_va(VA, true, 0, 0, 0)), 0);
	settings.features.stage2 = false;
	assert_int_equal(invalidate(by_va(VA, true, 0, 0, 0)), 1);
}

/* ---- ATCs ---- */

static void fill_atc(uint32_t sid, uint32_t ssid, uint64_t address)
{
	struct tlb_entry entry = { .tag = { .kind = NEED_ATC, .sid = sid, .ssid = ssid } };

	entry.tag.range = span_of(address, PAGE);
	fill(entry);
}

static struct command atc_inv(uint32_t sid, int ssid, bool global, uint64_t address, unsigned int log2_pages)
{
	uint64_t word0 = ATC_INV | (uint64_t)sid << 32 | (uint64_t)global << 9;

	if (ssid >= 0)
		word0 |= 1 << 11 | (uint64_t)ssid << 12;
	return decode(word0, address | log2_pages);
}

static void an_atc_goes_by_sid_ssid_and_size(void **state)
{
	for (unsigned int page = 0; page < 8; page++) {
		fill_atc(SID, 0, VA + page * PAGE);
		fill_atc(SID, SSID, VA + page * PAGE);
		fill_atc(SID, SSID + 1, VA + page * PAGE);
		fill_atc(SID + 1, 0, VA + page * PAGE);
	}
	assert_int_equal(invalidate(atc_inv(SID, SSID, false, VA, 1)), 2);
	assert_int_equal(invalidate(atc_inv(SID, SSID, false, VA, 3)), 6);
	assert_int_equal(invalidate(atc_inv(SID, SSID, true, VA + 4 * PAGE, 2)), 4); /* any PASID, not none */
	assert_int_equal(invalidate(atc_inv(SID, -1, true, VA, 0)), 2); /* none and any; Global is ignored */
	assert_int_equal(invalidate(atc_inv(SID, -1, false, 0, ATC_EVERYTHING)), 7 + 3);
	assert_int_equal(tlb.count, 8);
	assert_int_equal(invalidate(atc_inv(SID + 1, -1, false, VA + 7 * PAGE, 3)), 8); /* aligned to its size */
}

/* ---- the store ---- */

static void walks_use_the_leaf_or_the_lowest_table(void **state)
{
	struct tlb_entry table = entry_of(NEED_STAGE1, VA, 1 << 30), leaf = entry_of(NEED_STAGE1, VA, PAGE);
	struct tag tag = leaf.tag;

	assert_null(tlb_find(&tlb, &tag, VA));
	table.table = true;
	table.level = 1;
	fill(table);
	assert_int_equal(tlb_find(&tlb, &tag, VA)->level, 1);
	table.level = 2;
	table.tag.range = span_of(VA, 2 << 20);
	fill(table);
	assert_int_equal(tlb_find(&tlb, &tag, VA)->level, 2);
	assert_int_equal(tlb_find(&tlb, &tag, VA + (2 << 20))->level, 1);
	leaf.level = 1;
	fill(leaf);
	assert_false(tlb_find(&tlb, &tag, VA + PAGE - 1)->table);
	assert_true(tlb_find(&tlb, &tag, VA + PAGE)->table);
	tag.asid++;
	assert_null(tlb_find(&tlb, &tag, VA));
	leaf.global = true;
	fill(leaf);
	assert_non_null(tlb_find(&tlb, &tag, VA));
	tag.vmid++;
	assert_null(tlb_find(&tlb, &tag, VA));
}

/* What is there stays, with its history; to another target it is another entry. */
static void an_entry_is_there_once(void **state)
{
	struct tlb_entry table = entry_of(NEED_STAGE1, VA, 2 << 20);

	table.table = true;
	table.level = 2;
	fill(table);
	invalidate(by_va(VA, true, 0, 0, 0));
	table.filled = 77;
	fill(table);
	assert_int_equal(tlb.count, 1);
	assert_int_equal(tlb.entry[0].filled, 0);
	assert_int_equal(tlb.entry[0].spared, TLB_TABLE);
	assert_int_equal(tlb.entry[0].spared_at, 1000);
	assert_int_equal(tlb.entry[0].by.opcode, TLBI_NH_VA);
	table.target++;
	fill(table);
	assert_int_equal(tlb.count, 2);
	assert_int_equal(tlb.entry[1].spared, TLB_NOT_MEANT);
	assert_string_equal(tlb_fate_text(TLB_TABLE), "is of a table, and that of leaves alone");
}

static void there_is_room_for_so_many(void **state)
{
	struct tlb_entry entry = entry_of(NEED_STAGE1, VA, PAGE);

	tlb.entry = calloc(TLB_ENTRIES_MAX, sizeof(*tlb.entry));
	assert_non_null(tlb.entry);
	tlb.room = TLB_ENTRIES_MAX;
	tlb.count = TLB_ENTRIES_MAX - 1;
	fill(entry);
	fill(entry);
	entry.target++;
	assert_false(tlb_fill(&tlb, &entry));
	assert_int_equal(invalidate(by_va(VA, true, 0, 0, 0)), 1);
	fill(entry);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(leaf_ttl_and_tg_say_what_goes),
		TEST(ttl_without_tg_says_nothing),
		TEST(num_and_scale_are_a_range),
		TEST(scale_is_longer_with_ds),
		TEST(a_part_is_enough),
		TEST(a_group_goes_as_one),
		TEST(with_the_erratum_all_or_nothing),
		TEST(each_tlbi_is_of_its_own),
		TEST(vmids_are_of_stage_2),
		TEST(an_atc_goes_by_sid_ssid_and_size),
		TEST(walks_use_the_leaf_or_the_lowest_table),
		TEST(an_entry_is_there_once),
		TEST(there_is_room_for_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
