// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_stream.c - what a StreamID leads to, by tables of every format, and that
 * no table leads out of the guest's memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guest.h"
#include "stream.h"

#define SID 5

static int setup(void **state)
{
	struct guest *g = guest_create();

	guest_linear(g, 0, 8);
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	guest_destroy(*state);
	return 0;
}

static struct features *features(struct guest *g)
{
	return &g->settings[0].features;
}

static struct stream must_read(struct guest *g, uint32_t sid, uint32_t ssid)
{
	struct stream stream;

	assert_true(stream_read(&g->smmu[0], sid, ssid, &stream));
	return stream;
}

static void must_not_read(struct guest *g, uint32_t sid, uint32_t ssid)
{
	struct stream stream;

	assert_false(stream_read(&g->smmu[0], sid, ssid, &stream));
}

/* A stage 2 STE, told apart by its VMID. */
static void put_stage2(struct guest *g, uint64_t ste, uint16_t vmid)
{
	guest_ste(g, ste, STE_VALID | STE_STAGE2, 0, vmid);
}

/* A single CD, or a linear table of them, at @cds; SSID n has ASID 100 + n. */
static uint64_t put_cds(struct guest *g, unsigned int log2)
{
	uint64_t cds = guest_alloc(g, 64ULL << log2);

	for (unsigned int i = 0; i < 1u << log2; i++)
		guest_put(g, cds + i * 64, CD_VALID | CD_ASET | CD_ASID(100 + i));
	return cds;
}

static void linear_streams(void **state)
{
	struct guest *g = *state;

	put_stage2(g, guest_stream(g, 0, 0), 10);
	put_stage2(g, guest_stream(g, 0, 255), 11);
	assert_int_equal(must_read(g, 0, 0).vmid, 10);
	assert_int_equal(must_read(g, 255, 0).vmid, 11);
	must_not_read(g, 1, 0);
	must_not_read(g, 256, 0);
	must_not_read(g, UINT32_MAX, 0);
	/* The table is aligned to its size, whatever the lower bits say. */
	guest_register(g, 0, STRTAB_BASE, guest_stream(g, 0, 1));
	assert_int_equal(must_read(g, 0, 0).vmid, 10);
}

static void nothing_while_off(void **state)
{
	struct guest *g = *state;

	put_stage2(g, guest_stream(g, 0, SID), 10);
	must_read(g, SID, 0);
	guest_register(g, 0, CR0, 0);
	must_not_read(g, SID, 0);
}

static void no_stream_beyond_the_smmu(void **state)
{
	struct guest *g = *state;

	put_stage2(g, guest_stream(g, 0, 15), 10);
	put_stage2(g, guest_stream(g, 0, 16), 10);
	features(g)->sid_bits = 4;
	must_read(g, 15, 0);
	must_not_read(g, 16, 0);
}

static void two_level(struct guest *g, uint32_t split_field, unsigned int split)
{
	uint64_t l1 = guest_alloc(g, 0x1000), full = guest_alloc(g, 64ULL << split), some = guest_alloc(g, 64 * 4);
	uint32_t first = 1u << split;

	guest_register(g, 0, STRTAB_BASE, l1);
	guest_register(g, 0, STRTAB_BASE_CFG, 1u << 16 | split_field << 6 | 12);
	guest_put(g, l1, full | (split + 1));
	guest_put(g, l1 + 8, some | 64 | 3); /* aligned to the array's size, whatever it says */
	guest_put(g, l1 + 16, some | 12);
	guest_put(g, l1 + 24, full | (split + 2));
	put_stage2(g, full, 10);
	put_stage2(g, full + 64 * (first - 1), 11);
	put_stage2(g, some + 64 * 3, 12);
	assert_int_equal(must_read(g, 0, 0).vmid, 10);
	assert_int_equal(must_read(g, first - 1, 0).vmid, 11);
	assert_int_equal(must_read(g, first + 3, 0).vmid, 12);
	must_not_read(g, first + 4, 0);				  /* beyond the span */
	must_not_read(g, 2 * first + 3, 0);			  /* a span that is reserved */
	must_not_read(g, 3 * first, 0);				  /* one larger than the split */
	must_not_read(g, first * 4 < 4096 ? first * 4 : 4096, 0); /* none, or beyond the table */
}

static void two_level_streams(void **state)
{
	two_level(*state, 6, 6);
	two_level(*state, 8, 8);
	two_level(*state, 10, 10);
	two_level(*state, 7, 6); /* reserved */
}

static void two_level_needs_the_ability(void **state)
{
	struct guest *g = *state;

	put_stage2(g, guest_stream(g, 0, SID), 10);
	guest_register(g, 0, STRTAB_BASE_CFG, 1u << 16 | 8 << 6 | 8);
	features(g)->two_level_streams = false;
	assert_int_equal(must_read(g, SID, 0).vmid, 10);
}

static void configurations(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), cd = put_cds(g, 0);
	struct stream s;

	for (unsigned int config = 0; config < 4; config++) {
		guest_ste(g, ste, STE_VALID | config << 1 | cd, STE1_EATS(1), 7);
		s = must_read(g, SID, 0);
		assert_false(s.stage1 || s.stage2 || s.ats);
	}
	guest_ste(g, ste, STE_VALID | STE_BYPASS | cd, STE1_EATS(1), 7);
	s = must_read(g, SID, 0);
	assert_false(s.stage1 || s.stage2 || s.ats);
	guest_ste(g, ste, STE_VALID | STE_STAGE1 | cd, 0, 7);
	s = must_read(g, SID, 0);
	assert_true(s.stage1 && !s.stage2 && s.asid == 100 && s.vmid == 7);
	guest_ste(g, ste, STE_VALID | STE_STAGE2 | cd, 0, 7);
	s = must_read(g, SID, 0);
	assert_true(!s.stage1 && s.stage2 && s.vmid == 7);
	guest_ste(g, ste, STE_VALID | STE_NESTED | cd, 0, 7);
	s = must_read(g, SID, 0);
	assert_true(s.stage1 && s.stage2 && s.asid == 100 && s.vmid == 7);
	guest_ste(g, ste, STE_NESTED | cd, 0, 7);
	must_not_read(g, SID, 0);
}

static void stages_that_are_not_there(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), cd = put_cds(g, 0);

	features(g)->stage2 = false;
	guest_ste(g, ste, STE_VALID | STE_STAGE2, 0, 7);
	must_not_read(g, SID, 0);
	guest_ste(g, ste, STE_VALID | STE_STAGE1 | cd, 0, 7);
	assert_int_equal(must_read(g, SID, 0).vmid, 0);
	features(g)->stage1 = false;
	must_not_read(g, SID, 0);
}

static void linear_cds(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), cds = put_cds(g, 4);

	put_cds(g, 4);						 /* which lie behind */
	for (unsigned int format = 0; format < 4; format += 3) { /* 3 behaves as 0 */
		guest_ste(g, ste, STE_VALID | STE_STAGE1 | STE_S1CDMAX(4) | STE_S1FMT(format) | cds, STE1_S1DSS(2), 0);
		assert_int_equal(must_read(g, SID, 0).asid, 100);
		assert_int_equal(must_read(g, SID, 1).asid, 101);
		assert_int_equal(must_read(g, SID, 15).asid, 115);
		must_not_read(g, SID, 16);
	}
	guest_put(g, cds + 64, CD_ASID(1));
	must_not_read(g, SID, 1);
}

/* S1FMT 1 and 2: leaves of 64 and of 1024 CDs. */
static void two_level_cds(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID);

	for (unsigned int format = 1; format < 3; format++) {
		unsigned int log2 = format == 1 ? 6 : 10;
		uint64_t l1 = guest_alloc(g, 0x1000), cds = put_cds(g, log2);
		uint32_t leaf = 1u << log2;

		guest_put(g, l1 + 8, cds | 1);
		guest_put(g, l1 + 16, cds);
		guest_ste(g, ste, STE_VALID | STE_STAGE1 | STE_S1CDMAX(14) | STE_S1FMT(format) | l1, 0, 0);
		assert_int_equal(must_read(g, SID, leaf).asid, 100);
		assert_int_equal(must_read(g, SID, leaf + 3).asid, 103);
		assert_int_equal(must_read(g, SID, 2 * leaf - 1).asid, 100 + leaf - 1);
		must_not_read(g, SID, 1);
		must_not_read(g, SID, 2 * leaf);
		features(g)->two_level_cds = false;
		must_not_read(g, SID, leaf);
		features(g)->two_level_cds = true;
	}
}

static void ssids_that_are_not_there(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), cds = put_cds(g, 4);

	guest_ste(g, ste, STE_VALID | STE_STAGE1 | cds, 0, 0);
	assert_int_equal(must_read(g, SID, 0).asid, 100);
	must_not_read(g, SID, 1);
	guest_ste(g, ste, STE_VALID | STE_STAGE2 | STE_S1CDMAX(4), 0, 0);
	must_not_read(g, SID, 1);
	guest_ste(g, ste, STE_VALID | STE_STAGE1 | STE_S1CDMAX(4) | cds, 0, 0);
	features(g)->ssid_bits = 4;
	must_read(g, SID, 1);
	features(g)->ssid_bits = 3;
	must_not_read(g, SID, 1);
	/* Without substreams S1CDMax is not looked at. */
	features(g)->ssid_bits = 0;
	must_not_read(g, SID, 1);
	assert_int_equal(must_read(g, SID, 0).asid, 100);
}

static void default_substreams(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), cds = put_cds(g, 4);
	uint64_t stage1 = STE_VALID | STE_STAGE1 | STE_S1CDMAX(4) | cds;
	uint64_t nested = STE_VALID | STE_NESTED | STE_S1CDMAX(4) | cds;

	for (unsigned int dss = 0; dss < 4; dss++) {
		struct stream s;

		guest_ste(g, ste, stage1, STE1_S1DSS(dss) | STE1_EATS(1), 7);
		s = must_read(g, SID, 0);
		assert_int_equal(s.stage1, dss == 2);
		assert_false(s.stage2);
		s = must_read(g, SID, 2);
		assert_true(s.stage1 && s.ats && s.asid == 102);
		guest_ste(g, ste, nested, STE1_S1DSS(dss) | STE1_EATS(1), 7);
		s = must_read(g, SID, 0);
		assert_int_equal(s.stage1, dss == 2);
		assert_int_equal(s.stage2, dss == 1 || dss == 2);
		assert_int_equal(s.ats, dss == 1 || dss == 2);
	}
}

static void ats(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), cd = put_cds(g, 0);

	for (unsigned int eats = 0; eats < 4; eats++) {
		guest_ste(g, ste, STE_VALID | STE_STAGE1 | cd, STE1_EATS(eats), 0);
		assert_int_equal(must_read(g, SID, 0).ats, eats == 1);
		guest_ste(g, ste, STE_VALID | STE_NESTED | cd, STE1_EATS(eats), 0);
		assert_int_equal(must_read(g, SID, 0).ats, eats == 1);
		guest_register(g, 0, CR0, CR0_SMMUEN | 1u << 4);
		assert_int_equal(must_read(g, SID, 0).ats, eats == 1 || eats == 2);
		guest_register(g, 0, CR0, CR0_SMMUEN);
	}
	guest_ste(g, ste, STE_VALID | STE_STAGE1 | cd, STE1_EATS(1), 0);
	features(g)->ats = false;
	assert_false(must_read(g, SID, 0).ats);
}

static void stream_worlds(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), cd = put_cds(g, 0);
	struct stream s;

	for (unsigned int strw = 0; strw < 4; strw++) {
		guest_ste(g, ste, STE_VALID | STE_STAGE1 | cd, STE1_STRW(strw), 7);
		s = must_read(g, SID, 0);
		assert_int_equal(s.el2, strw == 2);
		assert_int_equal(s.vmid, strw == 2 ? 0 : 7);
		guest_ste(g, ste, STE_VALID | STE_NESTED | cd, STE1_STRW(strw), 7);
		assert_false(must_read(g, SID, 0).el2);
	}
	guest_ste(g, ste, STE_VALID | STE_STAGE1 | cd, STE1_STRW(2), 7);
	features(g)->hyp = false;
	assert_false(must_read(g, SID, 0).el2);
}

static void broadcasts(void **state)
{
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), cd = put_cds(g, 0);

	guest_ste(g, ste, STE_VALID | STE_STAGE1 | cd, 0, 0);
	guest_put(g, cd, CD_VALID | CD_ASID(1));
	assert_false(must_read(g, SID, 0).broadcast); /* CR2.PTM */
	guest_register(g, 0, CR2, 0);
	assert_true(must_read(g, SID, 0).broadcast);
	guest_put(g, cd, CD_VALID | CD_ASET | CD_ASID(1));
	assert_false(must_read(g, SID, 0).broadcast);
	guest_put(g, cd, CD_VALID | CD_ASID(1));
	features(g)->btm = false;
	assert_false(must_read(g, SID, 0).broadcast);
}

static void tables_outside_memory(void **state)
{
	static const uint64_t outside[] = { 0, GUEST_BASE - 64, GUEST_BASE + GUEST_BYTES, 0x00ffffffffffffc0 };
	struct guest *g = *state;
	uint64_t ste = guest_stream(g, 0, SID), l1 = guest_alloc(g, 0x1000);

	for (unsigned int i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		guest_ste(g, ste, STE_VALID | STE_STAGE1 | outside[i], 0, 0);
		must_not_read(g, SID, 0);
		guest_ste(g, ste, STE_VALID | STE_STAGE1 | STE_S1CDMAX(10) | STE_S1FMT(1) | outside[i], 0, 0);
		must_not_read(g, SID, 1);
		guest_put(g, l1, outside[i] | 1);
		guest_ste(g, ste, STE_VALID | STE_STAGE1 | STE_S1CDMAX(10) | STE_S1FMT(1) | l1, 0, 0);
		must_not_read(g, SID, 1);
	}
	for (unsigned int i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		guest_register(g, 0, STRTAB_BASE, outside[i]);
		must_not_read(g, SID, 0);
		guest_register(g, 0, STRTAB_BASE_CFG, 1u << 16 | 8 << 6 | 16);
		must_not_read(g, SID, 0);
		guest_register(g, 0, STRTAB_BASE_CFG, 8);
	}
}

static uint64_t noise(void)
{
	uint64_t n = (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();

	switch (rand() % 4) {
	case 0:
		return n;
	case 1: /* a pointer into memory */
		return GUEST_BASE + n % GUEST_BYTES;
	case 2: /* an STE that is valid */
		return ((GUEST_BASE + n % GUEST_BYTES) & ~0x3fULL) | STE_VALID | 5 << 1 | (n & 0x36) | n << 59;
	default:
		return n | CD_VALID;
	}
}

/* Whatever the tables are, the walk ends, and inside. The sanitizers watch. */
static void noise_does_no_harm(void **state)
{
	struct guest *g = *state;
	struct stream stream;
	unsigned int read = 0;

	srand(1);
	for (uint64_t pa = g->free; pa < GUEST_BASE + GUEST_BYTES; pa += 8)
		guest_put(g, pa, noise());
	for (unsigned int round = 0; round < 200000; round++) {
		guest_register(g, 0, STRTAB_BASE, noise());
		guest_register(g, 0, STRTAB_BASE_CFG, rand());
		features(g)->sid_bits = rand() % 33;
		features(g)->ssid_bits = rand() % 21;
		read += stream_read(&g->smmu[0], rand() >> (rand() % 31), rand() >> (rand() % 31), &stream);
	}
	assert_true(read > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(linear_streams, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_while_off, setup, teardown),
		cmocka_unit_test_setup_teardown(no_stream_beyond_the_smmu, setup, teardown),
		cmocka_unit_test_setup_teardown(two_level_streams, setup, teardown),
		cmocka_unit_test_setup_teardown(two_level_needs_the_ability, setup, teardown),
		cmocka_unit_test_setup_teardown(configurations, setup, teardown),
		cmocka_unit_test_setup_teardown(stages_that_are_not_there, setup, teardown),
		cmocka_unit_test_setup_teardown(linear_cds, setup, teardown),
		cmocka_unit_test_setup_teardown(two_level_cds, setup, teardown),
		cmocka_unit_test_setup_teardown(ssids_that_are_not_there, setup, teardown),
		cmocka_unit_test_setup_teardown(default_substreams, setup, teardown),
		cmocka_unit_test_setup_teardown(ats, setup, teardown),
		cmocka_unit_test_setup_teardown(stream_worlds, setup, teardown),
		cmocka_unit_test_setup_teardown(broadcasts, setup, teardown),
		cmocka_unit_test_setup_teardown(tables_outside_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(noise_does_no_harm, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
