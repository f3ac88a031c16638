// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses of an endpoint, through tables that are made here as a driver would:
 * what they come to, what is cached of them, and where what is cached is stale.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_tables.h"
#include "walk.h"

#define SID  5
#define ASID 9
#define VMID 3
#define NOW  1234

static struct tlb tlb;

static int setup(void **state)
{
	struct guest *g = guest_create();

	guest_linear(g, 0, 8);
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	tlb_free(&tlb);
	guest_destroy(*state);
	return 0;
}

/* ---- tables ---- */

static uint64_t put_cd(struct guest *g, uint64_t low, uint64_t high, unsigned int granule_bits, unsigned int bits)
{
	uint64_t cd = guest_alloc(g, 64), t_size = 64 - bits, tg1 = granule_bits == 12 ? 2 : granule_bits == 16 ? 3 : 1;

	guest_put(g, cd,
		  CD_VALID | CD_ASET | CD_ASID(ASID) | 1ULL << 41 | t_size | tg_of(granule_bits) << 6 | t_size << 16 |
			  tg1 << 22 | (low ? 0 : 1ULL << 14) | (high ? 0 : 1ULL << 30));
	guest_put(g, cd + 8, low);
	guest_put(g, cd + 16, high);
	return cd;
}

static void put_stage2(struct guest *g, uint64_t ste, uint64_t table, unsigned int granule_bits, unsigned int bits,
		       uint64_t sl0)
{
	guest_put(g, ste + 16, VMID | (64ULL - bits) << 32 | sl0 << 38 | tg_of(granule_bits) << 46 | 1ULL << 51);
	guest_put(g, ste + 24, table);
}

static void put_stage1(struct guest *g, uint64_t low, uint64_t high, unsigned int granule_bits, unsigned int bits)
{
	guest_ste(g, guest_stream(g, 0, SID), STE_VALID | STE_STAGE1 | put_cd(g, low, high, granule_bits, bits), 0, 0);
}

static void map(struct guest *g, uint64_t table, unsigned int level, uint64_t va, uint64_t descriptor)
{
	guest_put(g, place(g, table, 12, 0, level, va), descriptor);
}

static struct walk walker(struct guest *g, struct tlb *cached)
{
	const struct endpoint endpoint = { .sid = SID };
	struct walk w;

	assert_true(walk_init(&w, &g->smmu[0], &endpoint, cached, NOW));
	return w;
}

/* Where it comes to, without and with a TLB, and with one that has all of it. 0: a fault. */
static uint64_t access_of(struct guest *g, uint64_t va)
{
	struct walk plain = walker(g, NULL), w = walker(g, &tlb);
	struct tlb_entry leaf;
	uint64_t pa = 0;

	if (walk_access(&plain, va, &leaf))
		pa = leaf.target + (va - leaf.tag.range.first);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(walk_access(&w, va, &leaf), pa != 0);
		if (pa)
			assert_int_equal(leaf.target + (va - leaf.tag.range.first), pa);
	}
	return pa;
}

static const struct tlb_entry *cached_leaf(uint64_t va)
{
	for (size_t i = 0; i < tlb.count; i++)
		if (!tlb.entry[i].table && tlb.entry[i].tag.kind != NEED_ATC && tlb.entry[i].tag.range.first <= va &&
		    va <= tlb.entry[i].tag.range.last)
			return &tlb.entry[i];
	fail_msg("nothing cached of %#llx", (unsigned long long)va);
	return NULL;
}

/* ---- shapes ---- */

/* Where each granule has leaves, how large they are and a contiguous group of them, in log2. */
static const struct {
	unsigned int granule_bits, level, log2, group_log2;
} shapes[] = {
	{ 12, 3, 12, 16 }, { 12, 2, 21, 25 }, { 12, 1, 30, 34 }, { 14, 3, 14, 21 },
	{ 14, 2, 25, 30 }, { 16, 3, 16, 21 }, { 16, 2, 29, 34 },
};

static void check_shape(struct guest *g, size_t i, bool high, bool group)
{
	unsigned int bits = 48, granule_bits = shapes[i].granule_bits, from = granule_bits == 16 ? 1 : 0;
	unsigned int log2 = group ? shapes[i].group_log2 : shapes[i].log2;
	uint64_t table = new_table(g, granule_bits), first = (high ? 0xffff000000000000 : 0) + (1ULL << 40);
	uint64_t va = first + (3ULL << shapes[i].log2), pa = 0x0000300000000000 + (3ULL << shapes[i].log2);
	uint64_t descriptor = pa | NG | (shapes[i].level == 3 ? PAGE_DESC : BLOCK_DESC) | (group ? CONT : 0);
	const struct tlb_entry *leaf;

	put_stage1(g, high ? 0 : table, high ? table : 0, granule_bits, bits);
	guest_put(g, place(g, table, granule_bits, from, shapes[i].level, va), descriptor);
	if (access_of(g, va + 0x123) != pa + 0x123)
		fail_msg("granule 2^%u, level %u", granule_bits, shapes[i].level);
	leaf = cached_leaf(va);
	assert_int_equal(leaf->tag.range.first, va >> log2 << log2);
	assert_int_equal(leaf->tag.range.last, (va >> log2 << log2) + (1ULL << log2) - 1);
	assert_int_equal(leaf->level, shapes[i].level);
	assert_int_equal(leaf->granule_bits, granule_bits);
	assert_int_equal(leaf->group, group);
	assert_false(leaf->global);
	assert_int_equal(leaf->filled, NOW);
	assert_int_equal(tlb.count, 1 + shapes[i].level - from);
	tlb_free(&tlb);
}

static void leaves_of_each_granule_and_level(void **state)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		for (int n = 0; n < 4; n++)
			check_shape(*state, i, n & 1, n & 2);
}

/* 64K: bits 51 to 48 of an address are elsewhere. */
static void addresses_of_52_bits(void **state)
{
	struct guest *g = *state;
	uint64_t table = new_table(g, 16);

	put_stage1(g, table, 0, 16, 48);
	guest_put(g, place(g, table, 16, 1, 3, 0x50000), 0x10000 | 0xa000 | PAGE_DESC);
	assert_int_equal(access_of(g, 0x50008), 0xa000000010008);
}

/* The first level has what is left of the bits. */
static void walks_begin_as_low_as_they_can(void **state)
{
	static const struct {
		unsigned int granule_bits, bits, level;
	} table[] = { { 12, 48, 0 }, { 12, 40, 0 }, { 12, 39, 1 }, { 12, 31, 1 }, { 12, 30, 2 },
		      { 14, 48, 0 }, { 14, 47, 1 }, { 14, 36, 2 }, { 16, 48, 1 }, { 16, 42, 2 } };
	struct guest *g = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		unsigned int granule_bits = table[i].granule_bits;
		uint64_t root = new_table(g, granule_bits), va = (1ULL << table[i].bits) - 0x10000;

		put_stage1(g, root, 0, granule_bits, table[i].bits);
		guest_put(g, place(g, root, granule_bits, table[i].level, 3, va), 0x12340000 | PAGE_DESC);
		assert_int_equal(access_of(g, va), 0x12340000);
		assert_int_equal(tlb.count, 4 - table[i].level);
		assert_int_equal(access_of(g, va + (1ULL << table[i].bits)), 0);
		tlb_free(&tlb);
	}
}

/* ---- faults ---- */

static void what_faults_is_not_cached(void **state)
{
	static const struct {
		unsigned int level;
		uint64_t descriptor;
	} table[] = { { 3, 0 },
		      { 3, 0x402 },	 /* not valid */
		      { 3, 0x401 },	 /* reserved at level 3 */
		      { 3, 0x3 },	 /* not accessed */
		      { 2, 0x200001 },	 /* the same, a block */
		      { 0, BLOCK_DESC }, /* no blocks here */
		      { 2, 0x7ffffffff000 | TABLE_DESC } /* a table outside of memory */ };
	struct guest *g = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint64_t root = new_table(g, 12);

		put_stage1(g, root, 0, 12, 48);
		map(g, root, table[i].level, 0x200000, table[i].descriptor);
		assert_int_equal(access_of(g, 0x200000), 0);
		for (size_t k = 0; k < tlb.count; k++)
			assert_true(tlb.entry[k].table);
		tlb_free(&tlb);
	}
	g->settings[0].features.httu = 1;
	put_stage1(g, new_table(g, 12), 0, 12, 48);
	assert_int_equal(access_of(g, 1ULL << 50), 0);
	assert_int_equal(access_of(g, 1ULL << 63), 0);
}

/* With HTTU the SMMU sets the access flag itself. */
static void httu_makes_up_for_the_access_flag(void **state)
{
	struct guest *g = *state;
	uint64_t root = new_table(g, 12);

	put_stage1(g, root, 0, 12, 48);
	map(g, root, 3, 0x1000, 0x5000 | TABLE_DESC);
	assert_int_equal(access_of(g, 0x1000), 0);
	g->settings[0].features.httu = 1;
	assert_int_equal(access_of(g, 0x1000), 0x5000);
}

static void a_stream_that_does_not_translate_is_no_walk(void **state)
{
	const struct endpoint endpoint = { .sid = SID };
	struct guest *g = *state;
	struct walk w;

	assert_false(walk_init(&w, &g->smmu[0], &endpoint, &tlb, NOW));
	guest_ste(g, guest_stream(g, 0, SID), STE_VALID | STE_BYPASS, 0, 0);
	assert_false(walk_init(&w, &g->smmu[0], &endpoint, &tlb, NOW));
}

/* ---- stage 2 ---- */

/* Up to 16 tables of the first level lie side by side. */
static void stage_2_has_tables_side_by_side(void **state)
{
	struct guest *g = *state;
	uint64_t tables = guest_alloc(g, 16 * 0x1000), ste = guest_stream(g, 0, SID), ipa = (13ULL << 30) + 0x200000;
	uint64_t level3 = new_table(g, 12);

	guest_ste(g, ste, STE_VALID | STE_STAGE2, 0, 0);
	put_stage2(g, ste, tables, 12, 34, 0); /* from level 2 */
	guest_put(g, tables + 13 * 0x1000 + 8, level3 | TABLE_DESC);
	guest_put(g, level3, 0x77000 | PAGE_DESC);
	assert_int_equal(access_of(g, ipa), 0x77000);
	assert_int_equal(tlb.count, 2);
	assert_int_equal(tlb.entry[0].tag.kind, NEED_STAGE2);
	assert_int_equal(tlb.entry[0].tag.vmid, VMID);
	/* More than 16, or fewer bits than a level has, is no configuration. */
	put_stage2(g, ste, tables, 12, 35, 0);
	tlb_free(&tlb);
	assert_int_equal(access_of(g, ipa), 0);
	put_stage2(g, ste, tables, 12, 34, 2);
	assert_int_equal(access_of(g, ipa), 0);
}

/* Tables of stage 1 are found through stage 2, and one entry has what both have in common. */
static void nested_walks_go_through_both(void **state)
{
	struct guest *g = *state;
	uint64_t first = new_table(g, 12), second = new_table(g, 12), ste = guest_stream(g, 0, SID);
	uint64_t offset = 0x100000000; /* what an IPA is above where it is */
	uint64_t cd;

	map(g, first, 2, 0x40000000, (offset + 0x600000) | BLOCK_DESC | NG);
	for (uint64_t *d = memory_at(&g->memory, first, 8), level = 0; level < 2; level++) {
		uint64_t *next = memory_at(&g->memory, *d & 0xfffffffff000, 8);

		*d += offset;
		d = level ? d : next + 1;
	}
	cd = put_cd(g, first + offset, 0, 12, 48);
	guest_ste(g, ste, STE_VALID | STE_NESTED | cd, 0, 0);
	put_stage2(g, ste, second, 12, 48, 2);
	for (uint64_t pa = GUEST_BASE; pa < GUEST_BASE + GUEST_BYTES; pa += 0x200000)
		map(g, second, 2, offset + pa, pa | BLOCK_DESC);
	map(g, second, 3, offset + 0x603000, 0x999000 | PAGE_DESC);
	assert_int_equal(access_of(g, 0x40003010), 0x999010);
	assert_int_equal(cached_leaf(0x40003000)->tag.asid, ASID);
	assert_int_equal(cached_leaf(0x40003000)->tag.range.last, 0x40003fff);
	assert_int_equal(cached_leaf(0x40003000)->level, 2);
	assert_int_equal(access_of(g, 0x40004000), 0);
}

/* ---- the TLB ---- */

static void a_stale_leaf_translates_on(void **state)
{
	struct guest *g = *state;
	uint64_t root = new_table(g, 12);
	struct walk w, plain;
	struct tlb_entry leaf;

	put_stage1(g, root, 0, 12, 48);
	map(g, root, 3, 0x1000, 0x5000 | PAGE_DESC | NG);
	assert_int_equal(access_of(g, 0x1000), 0x5000);
	plain = walker(g, NULL);
	assert_false(walk_stale(&plain, cached_leaf(0x1000), SPAN_ALL));
	map(g, root, 3, 0x1000, 0);
	w = walker(g, &tlb);
	assert_true(walk_access(&w, 0x1000, &leaf));
	assert_true(walk_stale(&plain, cached_leaf(0x1000), SPAN_ALL));
	assert_false(walk_stale(&plain, cached_leaf(0x1000), span_of(0x2000, 0x1000)));
	map(g, root, 3, 0x1000, 0x6000 | PAGE_DESC | NG);
	assert_true(walk_stale(&plain, cached_leaf(0x1000), SPAN_ALL));
	map(g, root, 3, 0x1000, 0x5000 | PAGE_DESC);
	assert_false(walk_stale(&plain, cached_leaf(0x1000), SPAN_ALL));
}

/* A table that is cached leads into what has become of it. */
static void a_stale_table_leads_astray(void **state)
{
	struct guest *g = *state;
	uint64_t root = new_table(g, 12), other = new_table(g, 12);
	struct walk w, plain;
	struct tlb_entry leaf;
	bool stale = false;

	put_stage1(g, root, 0, 12, 48);
	map(g, root, 3, 0x1000, 0x5000 | PAGE_DESC | NG);
	map(g, root, 3, 0x2000, 0x6000 | PAGE_DESC | NG);
	assert_int_equal(access_of(g, 0x1000), 0x5000);
	map(g, root, 2, 0, other | TABLE_DESC);
	w = walker(g, &tlb);
	plain = walker(g, NULL);
	assert_true(walk_access(&w, 0x2000, &leaf));
	assert_int_equal(leaf.target, 0x6000);
	assert_false(walk_access(&plain, 0x2000, &leaf));
	for (size_t i = 0; i < tlb.count; i++)
		if (tlb.entry[i].table) {
			bool is = walk_stale(&plain, &tlb.entry[i], SPAN_ALL);

			assert_int_equal(is, tlb.entry[i].level == 2);
			stale |= is;
		}
	assert_true(stale);
}

/* A block that was split is stale where one of its pages has gone, and nowhere else. */
static void a_split_block_is_stale_in_part(void **state)
{
	struct guest *g = *state;
	uint64_t root = new_table(g, 12);
	struct tlb_entry block;
	struct walk plain;

	put_stage1(g, root, 0, 12, 48);
	map(g, root, 2, 0x200000, 0x600000 | BLOCK_DESC | NG);
	assert_int_equal(access_of(g, 0x201000), 0x601000);
	block = *cached_leaf(0x200000);
	map(g, root, 2, 0x200000, 0);
	for (uint64_t page = 0; page < 512; page++)
		map(g, root, 3, 0x200000 + page * 0x1000, page == 7 ? 0 : (0x600000 + page * 0x1000) | PAGE_DESC);
	plain = walker(g, NULL);
	assert_true(walk_stale(&plain, &block, SPAN_ALL));
	assert_false(walk_stale(&plain, &block, span_of(0x208000, 0x1000)));
	assert_true(walk_stale(&plain, &block, span_of(0x206000, 0x3000)));
}

/* What CPUs broadcast for would never be seen to go. */
static void broadcast_streams_are_not_kept(void **state)
{
	struct guest *g = *state;
	uint64_t root = new_table(g, 12), cd = put_cd(g, root, 0, 12, 48);

	guest_put(g, cd, *(uint64_t *)memory_at(&g->memory, cd, 8) & ~CD_ASET);
	guest_ste(g, guest_stream(g, 0, SID), STE_VALID | STE_STAGE1 | cd, STE1_EATS(1), 0);
	guest_register(g, 0, CR2, 0);
	map(g, root, 3, 0x1000, 0x5000 | PAGE_DESC | NG);
	assert_int_equal(access_of(g, 0x1000), 0x5000);
	assert_int_equal(tlb.count, 1);
	assert_int_equal(tlb.entry[0].tag.kind, NEED_ATC);
	assert_int_equal(tlb.entry[0].tag.sid, SID);
}

static void an_atc_is_filled_through_the_tlb(void **state)
{
	struct guest *g = *state;
	uint64_t root = new_table(g, 12), cd = put_cd(g, root, 0, 12, 48);
	struct tlb_entry leaf;
	struct walk w;

	guest_ste(g, guest_stream(g, 0, SID), STE_VALID | STE_STAGE1 | cd, 0, 0);
	map(g, root, 3, 0x1000, 0x5000 | PAGE_DESC | NG);
	assert_int_equal(access_of(g, 0x1000), 0x5000);
	map(g, root, 3, 0x1000, 0);
	guest_ste(g, guest_stream(g, 0, SID), STE_VALID | STE_STAGE1 | cd, STE1_EATS(1), 0);
	w = walker(g, &tlb);
	assert_true(walk_access(&w, 0x1000, &leaf));
	assert_int_equal(leaf.tag.kind, NEED_ATC);
	assert_int_equal(leaf.target, 0x5000);
	w = walker(g, NULL);
	assert_true(walk_stale(&w, &leaf, SPAN_ALL));
}

static void spans_are_walked_leaf_by_leaf(void **state)
{
	struct guest *g = *state;
	uint64_t root = new_table(g, 12);
	size_t leaves = 0;
	struct walk w;

	put_stage1(g, root, 0, 12, 48);
	for (uint64_t page = 0; page < 16; page += 2)
		map(g, root, 3, page * 0x1000, 0x5000 | PAGE_DESC | NG);
	map(g, root, 2, 0x200000, 0x600000 | BLOCK_DESC | NG);
	w = walker(g, &tlb);
	walk_span(&w, span_of(0, 0x10000), 64);
	walk_span(&w, span_of(0x200000, 0x200000), 1);
	for (size_t i = 0; i < tlb.count; i++)
		leaves += !tlb.entry[i].table;
	assert_int_equal(leaves, 9);
	tlb_free(&tlb);
	walk_span(&w, span_of(0, 0x10000), 4);
	assert_int_equal(tlb.count, 3 + 2);
	walk_span(&w, (struct span){ UINT64_MAX, UINT64_MAX }, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(leaves_of_each_granule_and_level),	 TEST(addresses_of_52_bits),
		TEST(walks_begin_as_low_as_they_can),	 TEST(what_faults_is_not_cached),
		TEST(httu_makes_up_for_the_access_flag), TEST(a_stream_that_does_not_translate_is_no_walk),
		TEST(stage_2_has_tables_side_by_side),	 TEST(nested_walks_go_through_both),
		TEST(a_stale_leaf_translates_on),	 TEST(a_stale_table_leads_astray),
		TEST(a_split_block_is_stale_in_part),	 TEST(broadcast_streams_are_not_kept),
		TEST(an_atc_is_filled_through_the_tlb),	 TEST(spans_are_walked_leaf_by_leaf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
