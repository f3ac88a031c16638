// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidations that cover all addresses in time and yet leave something in a TLB, as
 * drivers have sent them; and those that look so and do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_driver.h"
#include "fake_tables.h"

#define BLOCK 0x200000ULL

static uint64_t root;

/* Instances 0 and 1 have TLBs, 2 has none. The stage 1 streams of all lead to the same tables. */
static int setup_tables(void **state)
{
	struct bench *b;

	setup(state);
	b = *state;
	root = new_table(b->guest, 12);
	for (unsigned int i = 0; i < GUEST_INSTANCES; i++) {
		uint64_t *ste = memory_at(&b->guest->memory, guest_stream(b->guest, i, PLAIN), 8);
		uint64_t *cd = memory_at(&b->guest->memory, *ste & 0x00ffffffffffffc0, 16);

		b->guest->settings[i].tlb = i < 2;
		cd[0] |= 1ULL << 41 | 1ULL << 30 | 16;
		cd[1] = root;
	}
	return 0;
}

static void map(struct bench *b, unsigned int level, uint64_t iova, uint64_t descriptor)
{
	guest_put(b->guest, place(b->guest, root, 12, 0, level, iova), descriptor);
}

static void map_pages(struct bench *b, uint64_t iova, unsigned int count, uint64_t flags)
{
	for (unsigned int i = 0; i < count; i++)
		map(b, 3, iova + i * PAGE, (0x5000000 + i * PAGE) | PAGE_DESC | NG | flags);
}

static void unmap_pages(struct bench *b, uint64_t iova, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		map(b, 3, iova + i * PAGE, 0);
}

/* As a driver writes it. @granules 0: no range. */
static void tlbi_of(struct bench *b, unsigned int instance, uint64_t iova, unsigned int granules, bool leaf,
		    unsigned int ttl, unsigned int tg)
{
	const uint64_t word[2] = { TLBI_NH_VA | (uint64_t)ASID << 48 | (granules ? (uint64_t)(granules - 1) << 12 : 0),
				   iova | (granules ? tg << 10 | ttl << 8 : 0) | leaf };
	struct command cmd;

	assert_true(command_decode(word, &b->guest->settings[instance].features, &cmd));
	command(b, instance, &cmd);
}

static void begin_of(struct bench *b, uint64_t id, uint64_t iova, uint64_t size)
{
	range(b, RING_BEGIN, id, iova, size, PAGE);
}

static void end_of(struct bench *b, uint64_t id)
{
	range(b, RING_RETURN, id, 0, 0, 0);
}

static void unmapped_and_invalidated(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	join(b, 1, ATS);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	unmap_pages(b, IOVA, 4);
	for (unsigned int i = 0; i < 2; i++) {
		tlbi_of(b, i, IOVA, 4, true, 3, 1);
		sync(b, i);
	}
	atc(b, 1, ATS);
	sync(b, 1);
	end(b);
	expect_clean(b, 3);
}

/* A table of 512 pages goes, and the TLBI says that leaves alone do. */
static void unmap_table(struct bench *b, unsigned int instance, bool leaf)
{
	join(b, instance, PLAIN);
	map_pages(b, BLOCK, 4, 0);
	begin_of(b, 1, BLOCK, BLOCK);
	map(b, 2, BLOCK, 0);
	for (unsigned int i = 0; i < 16; i++)
		tlbi_of(b, instance, BLOCK + i * 32 * PAGE, 32, leaf, leaf ? 3 : 0, 1);
	sync(b, instance);
	end_of(b, 1);
}

static void a_table_needs_more_than_leaf(void **state)
{
	struct bench *b = *state;

	unmap_table(b, 0, true);
	expect_kind(b, "stale-entry", "instance 0, ASID 21, VMID 0: table of level 2, 0x200000-0x3fffff to 0x");
	assert_non_null(strstr(b->text, "TLBI_NH_VA of 0x3e0000 + 0x20000 came at"));
	assert_non_null(strstr(b->text, "it is of a table, and that of leaves alone"));
	/* Through which the device has all of it back. */
	assert_non_null(
		strstr(b->text, "leaf of level 3, 0x200000-0x200fff to 0x5000000, filled by SID 0x1 at 5000001900"));
}

static void a_table_that_goes_as_one(void **state)
{
	struct bench *b = *state;

	unmap_table(b, 0, false);
	expect_clean(b, 1);
}

static void without_a_tlb_nothing_is_stale(void **state)
{
	struct bench *b = *state;

	unmap_table(b, 2, true);
	expect_clean(b, 1);
}

/* Below a table of level 1 there are blocks, and the TTL is that of pages. */
static void ttl_of_pages_leaves_blocks(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	map(b, 2, BLOCK, 0x40000000 | BLOCK_DESC | NG);
	begin_of(b, 1, BLOCK, 32 * PAGE);
	map(b, 2, BLOCK, 0);
	tlbi_of(b, 0, BLOCK, 32, false, 3, 1);
	sync(b, 0);
	end_of(b, 1);
	expect_kind(b, "stale-entry", "leaf of level 2, 0x200000-0x3fffff to 0x40000000, filled by SID 0x1 at ");
	assert_non_null(strstr(b->text, "it is of a level that its TTL leaves out"));
}

static void tg_of_another_granule_leaves_all(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	unmap_pages(b, IOVA, 4);
	tlbi_of(b, 0, IOVA, 1, true, 3, 2);
	sync(b, 0);
	end(b);
	expect_kind(b, "stale-entry", "it is of another granule than its TG");
}

/* 16 contiguous pages, as two ranges of 8. */
static void cut_group(struct bench *b, bool erratum, bool whole)
{
	b->guest->settings[0].whole_groups = erratum;
	join(b, 0, PLAIN);
	map_pages(b, IOVA, 16, CONT);
	begin_of(b, 1, IOVA, 16 * PAGE);
	unmap_pages(b, IOVA, 16);
	tlbi_of(b, 0, IOVA, whole ? 16 : 8, true, 3, 1);
	if (!whole)
		tlbi_of(b, 0, IOVA + 8 * PAGE, 8, true, 3, 1);
	sync(b, 0);
	end_of(b, 1);
}

static void a_group_may_be_cut(void **state)
{
	cut_group(*state, false, false);
	expect_clean(*state, 1);
}

static void not_with_the_erratum(void **state)
{
	struct bench *b = *state;

	cut_group(b, true, false);
	expect_kind(b, "stale-entry", "contiguous leaf of level 3, 0x100000-0x10ffff");
	assert_non_null(strstr(b->text, "TLBI_NH_VA of 0x108000 + 0x8000 came at"));
	assert_non_null(strstr(b->text, "it is a contiguous group that it covers in part"));
}

static void with_the_erratum_as_a_whole(void **state)
{
	cut_group(*state, true, true);
	expect_clean(*state, 1);
}

/* What is mapped still, or again to the same, is not gone; what leads elsewhere now is. */
static void what_is_not_gone_is_not_stale(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	end(b);
	expect_kind(b, "missing", "did not come");
	assert_null(strstr(b->text, "stale-entry"));
}

/* As after a fork, whose copies are made by who writes next: the record of the return is read late. */
static void what_goes_after_the_return_is_not_its(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	tlbi_of(b, 0, IOVA, 4, true, 3, 1);
	sync(b, 0);
	unmap_pages(b, IOVA, 4);
	end(b);
	expect_clean(b, 1);
	/* It is that of the next one, which must see to it. */
	range(b, RING_BEGIN, 2, IOVA, SIZE, PAGE);
	tlbi_of(b, 0, IOVA, 4, true, 2, 1);
	sync(b, 0);
	end_of(b, 2);
	expect_kind(b, "stale-entry", "removal 2 of 0x100000");
}

static void what_was_mapped_elsewhere_is(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	map(b, 3, IOVA + PAGE, 0x7000000 | PAGE_DESC | NG);
	tlbi_of(b, 0, IOVA, 4, true, 2, 1);
	sync(b, 0);
	end(b);
	expect_kind(b, "stale-entry", "leaf of level 3, 0x101000-0x101fff to 0x5001000");
	assert_null(strstr(b->text, "0x102000-"));
}

/* The ATC is filled again from the TLB. */
static void an_atc_before_its_tlb(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	unmap_pages(b, IOVA, 4);
	atc(b, 0, ATS);
	tlbi_of(b, 0, IOVA, 4, true, 3, 1);
	sync(b, 0);
	end(b);
	expect_kind(b, "misordered", "stale-entry: instance 0, the ATC of SID 0x2, no SSID: leaf");
	assert_non_null(strstr(b->text, "no command has come near it since"));
}

/* One that joins fills its ATC while the TLBI is due. */
static void an_atc_that_came_meanwhile(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	unmap_pages(b, IOVA, 4);
	join(b, 0, ATS);
	tlbi_of(b, 0, IOVA, 4, true, 3, 1);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "stale-entry: instance 0, the ATC of SID 0x2");
}

/* Its next attach begins with an empty ATC. */
static void an_atc_is_empty_after_an_attach(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	leave(b, 0, ATS);
	unmap_pages(b, IOVA, 4);
	tlbi_of(b, 0, IOVA, 4, true, 3, 1);
	sync(b, 0);
	end(b);
	join(b, 0, ATS);
	range(b, RING_BEGIN, 2, IOVA, SIZE, PAGE);
	tlbi_of(b, 0, IOVA, 4, true, 3, 1);
	sync(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end_of(b, 2);
	expect(b, 2, 2, 0);
}

/* A table goes with the second of two removals below it, whose invalidation is under way. */
static void what_others_remove_is_theirs(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	map_pages(b, BLOCK, 4, 0);
	begin_of(b, 1, BLOCK, PAGE);
	begin_of(b, 2, BLOCK + PAGE, PAGE);
	unmap_pages(b, BLOCK, 1);
	map(b, 2, BLOCK, 0);
	tlbi_of(b, 0, BLOCK, 1, true, 3, 1);
	sync(b, 0);
	end_of(b, 1);
	assert_int_equal(oracle_count(b->oracle).violations, 0);
	tlbi_of(b, 0, BLOCK + PAGE, 1, true, 3, 1);
	sync(b, 0);
	end_of(b, 2);
	expect_kind(b, "stale-entry", "removal 2 of 0x201000");
}

static void it_is_told_once(void **state)
{
	struct bench *b = *state;

	unmap_table(b, 0, true);
	begin_of(b, 2, BLOCK, PAGE);
	tlbi_of(b, 0, BLOCK, 1, true, 3, 1);
	sync(b, 0);
	end_of(b, 2);
	expect(b, 2, 2, 1);
}

/* Several devices of one ASID have one TLB, and each its ATC. */
static void each_atc_by_itself(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	join(b, 0, ATS_TOO);
	map_pages(b, IOVA, 4, 0);
	begin(b);
	unmap_pages(b, IOVA, 4);
	tlbi_of(b, 0, IOVA, 4, true, 3, 1);
	sync(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "stale-entry: instance 0, the ATC of SID 0x3");
	assert_null(strstr(b->text, "stale-entry: instance 0, the ATC of SID 0x2"));
}

#define WITH_TABLES(name) cmocka_unit_test_setup_teardown(name, setup_tables, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TABLES(unmapped_and_invalidated),
		WITH_TABLES(a_table_needs_more_than_leaf),
		WITH_TABLES(a_table_that_goes_as_one),
		WITH_TABLES(without_a_tlb_nothing_is_stale),
		WITH_TABLES(ttl_of_pages_leaves_blocks),
		WITH_TABLES(tg_of_another_granule_leaves_all),
		WITH_TABLES(a_group_may_be_cut),
		WITH_TABLES(not_with_the_erratum),
		WITH_TABLES(with_the_erratum_as_a_whole),
		WITH_TABLES(what_is_not_gone_is_not_stale),
		WITH_TABLES(what_goes_after_the_return_is_not_its),
		WITH_TABLES(what_was_mapped_elsewhere_is),
		WITH_TABLES(an_atc_before_its_tlb),
		WITH_TABLES(an_atc_that_came_meanwhile),
		WITH_TABLES(an_atc_is_empty_after_an_attach),
		WITH_TABLES(what_others_remove_is_theirs),
		WITH_TABLES(it_is_told_once),
		WITH_TABLES(each_atc_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
