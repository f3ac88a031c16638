// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_command.c - which commands are legal for whom, and what they say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct features everything = {
	.ats = true,
	.pri = true,
	.ril = true,
	.msi = true,
	.sev = true,
	.btm = true,
	.hyp = true,
	.stage1 = true,
	.stage2 = true,
	.asid16 = true,
	.vmid16 = true,
	.stall = 0,
	.ssid_bits = 20,
};

static struct command must_decode(const struct features *f, uint64_t word0, uint64_t word1)
{
	const uint64_t word[2] = { word0, word1 };
	struct command cmd;

	if (!command_decode(word, f, &cmd))
		fail_msg("%#llx %#llx is refused", (unsigned long long)word0, (unsigned long long)word1);
	assert_int_equal(cmd.word[0], word0);
	assert_int_equal(cmd.word[1], word1);
	assert_int_equal(cmd.opcode, word0 & 0xff);
	return cmd;
}

static bool legal(const struct features *f, uint64_t word0, uint64_t word1)
{
	const uint64_t word[2] = { word0, word1 };
	struct command cmd;

	return command_decode(word, f, &cmd);
}

/* 4.1.1, of the Non-secure command queue: all others are illegal. */
static const struct {
	unsigned int opcode;
	const char *name;
	enum command_class class;
	const char *needs; /* of: 1 and 2, stages; e, EL2; a, ATS; p, PRI; s, stalls */
} opcodes[] = {
	{ 0x01, "PREFETCH_CONFIG", COMMAND_PREFETCH, "" },
	{ 0x02, "PREFETCH_ADDR", COMMAND_PREFETCH, "" },
	{ 0x03, "CFGI_STE", COMMAND_CFGI, "" },
	{ 0x04, "CFGI_STE_RANGE", COMMAND_CFGI, "" },
	{ 0x05, "CFGI_CD", COMMAND_CFGI, "1" },
	{ 0x06, "CFGI_CD_ALL", COMMAND_CFGI, "1" },
	{ 0x10, "TLBI_NH_ALL", COMMAND_TLBI, "1" },
	{ 0x11, "TLBI_NH_ASID", COMMAND_TLBI, "1" },
	{ 0x12, "TLBI_NH_VA", COMMAND_TLBI, "1" },
	{ 0x13, "TLBI_NH_VAA", COMMAND_TLBI, "1" },
	{ 0x20, "TLBI_EL2_ALL", COMMAND_TLBI, "1e" },
	{ 0x21, "TLBI_EL2_ASID", COMMAND_TLBI, "1e" },
	{ 0x22, "TLBI_EL2_VA", COMMAND_TLBI, "1e" },
	{ 0x23, "TLBI_EL2_VAA", COMMAND_TLBI, "1e" },
	{ 0x28, "TLBI_S12_VMALL", COMMAND_TLBI, "2" },
	{ 0x2a, "TLBI_S2_IPA", COMMAND_TLBI, "2" },
	{ 0x30, "TLBI_NSNH_ALL", COMMAND_TLBI, "" },
	{ 0x40, "ATC_INV", COMMAND_ATC, "a" },
	{ 0x41, "PRI_RESP", COMMAND_PAGE, "p" },
	{ 0x44, "RESUME", COMMAND_PAGE, "s" },
	{ 0x45, "STALL_TERM", COMMAND_PAGE, "s" },
	{ 0x46, "CMD_SYNC", COMMAND_SYNC, "" },
};

static struct features without(char ability)
{
	struct features f = everything;

	f.stage1 = ability != '1';
	f.stage2 = ability != '2';
	f.hyp = ability != 'e';
	f.ats = ability != 'a';
	f.pri = ability != 'p';
	f.stall = ability == 's' ? 1 : 0;
	return f;
}

static void opcodes_are_legal_by_ability(void **state)
{
	for (unsigned int opcode = 0; opcode < 0x100; opcode++) {
		size_t i;

		for (i = 0; i < COUNT(opcodes) && opcodes[i].opcode != opcode; i++)
			;
		if (i == COUNT(opcodes)) {
			assert_false(legal(&everything, opcode, 0));
			continue;
		}
		assert_int_equal(must_decode(&everything, opcode, 0).class, opcodes[i].class);
		for (const char *ability = "12eaps"; *ability; ability++) {
			struct features f = without(*ability);

			if (legal(&f, opcode, 0) != !strchr(opcodes[i].needs, *ability))
				fail_msg("%s without '%c'", opcodes[i].name, *ability);
		}
	}
}

static void forced_stalls_are_stalls(void **state)
{
	struct features f = everything;

	f.stall = 2;
	assert_true(legal(&f, RESUME, 0));
}

static void opcodes_have_names(void **state)
{
	struct command cmd;

	for (size_t i = 0; i < COUNT(opcodes); i++) {
		cmd = must_decode(&everything, opcodes[i].opcode, 0);
		assert_string_equal(command_name(&cmd), opcodes[i].name);
		assert_string_equal(opcode_name(opcodes[i].opcode), opcodes[i].name);
	}
	/* 4.3.2: a range of 31 is all, whatever the StreamID. */
	cmd = must_decode(&everything, CFGI_STE_RANGE, 31);
	assert_string_equal(command_name(&cmd), "CFGI_ALL");
	cmd = must_decode(&everything, CFGI_STE_RANGE, 30);
	assert_string_equal(command_name(&cmd), "CFGI_STE_RANGE");
	assert_null(opcode_name(0));
	assert_null(opcode_name(0xff));
	assert_null(opcode_name(OPCODES));
}

enum { SID = 1, SSID = 2, SSV = 4, ASID = 8, VMID = 16, LEAF = 32, ADDRESS = 64 };

static const struct {
	unsigned int opcode, has;
} fields_of[] = {
	{ PREFETCH_CONFIG, SID | SSID | SSV },
	{ PREFETCH_ADDR, SID | SSID | SSV },
	{ CFGI_STE, SID | LEAF },
	{ CFGI_STE_RANGE, SID },
	{ CFGI_CD, SID | SSID | LEAF },
	{ CFGI_CD_ALL, SID },
	{ TLBI_NH_ALL, VMID },
	{ TLBI_NH_ASID, VMID | ASID },
	{ TLBI_NH_VA, VMID | ASID | LEAF | ADDRESS },
	{ TLBI_NH_VAA, VMID | LEAF | ADDRESS },
	{ TLBI_EL2_ALL, 0 },
	{ TLBI_EL2_ASID, ASID },
	{ TLBI_EL2_VA, ASID | LEAF | ADDRESS },
	{ TLBI_EL2_VAA, LEAF | ADDRESS },
	{ TLBI_S12_VMALL, VMID },
	{ TLBI_S2_IPA, VMID | LEAF | ADDRESS },
	{ TLBI_NSNH_ALL, 0 },
	{ RESUME, SID },
	{ STALL_TERM, SID },
	{ PRI_RESP, SID | SSID | SSV },
	{ ATC_INV, SID | SSID | SSV | ADDRESS },
};

/* All bits of the words set that do not make it illegal; what a command does not have stays zero. */
static void fields_are_where_they_belong(void **state)
{
	struct features f = everything;

	f.ril = false;
	for (size_t i = 0; i < COUNT(fields_of); i++) {
		/* Size of an ATC_INV 3, response 2. */
		uint64_t word1 = fields_of[i].opcode == ATC_INV ? 0xabcdef0123456003 : 0xabcdef0123452fff;
		struct command cmd = must_decode(&f, 0x98765432abcdee00 | fields_of[i].opcode, word1);
		unsigned int has = fields_of[i].has;
		uint64_t address = fields_of[i].opcode == TLBI_S2_IPA ? 0x000def0123452000 :
				   fields_of[i].opcode == ATC_INV     ? 0xabcdef0123450000 :
									0xabcdef0123452000;

		if (cmd.sid != (has & SID ? 0x98765432 : 0) || cmd.ssid != (has & SSID ? 0xabcde : 0) ||
		    cmd.ssid_valid != !!(has & SSV) || cmd.asid != (has & ASID ? 0x9876 : 0) ||
		    cmd.vmid != (has & VMID ? 0x5432 : 0) || cmd.leaf != !!(has & LEAF) ||
		    cmd.by_address != !!(has & ADDRESS) || cmd.address != (has & ADDRESS ? address : 0))
			fail_msg("%s: SID %x, SSID %x %d, ASID %x, VMID %x, leaf %d, address %d %llx",
				 command_name(&cmd), cmd.sid, cmd.ssid, cmd.ssid_valid, cmd.asid, cmd.vmid, cmd.leaf,
				 cmd.by_address, (unsigned long long)cmd.address);
	}
	assert_false(must_decode(&f, PREFETCH_CONFIG | 0xfff700, 0).ssid_valid);
}

static uint64_t range0(unsigned int num, unsigned int scale)
{
	return TLBI_NH_VA | (uint64_t)num << 12 | (uint64_t)scale << 20;
}

/* 4.4.1.1: (NUM + 1) * 2^SCALE granules. */
static void ranges_are_decoded(void **state)
{
	static const struct {
		unsigned int num, scale, tg, ttl;
		uint64_t address, start, size;
	} table[] = {
		{ 1, 0, 1, 0, 0x1000, 0x1000, 0x2000 },
		{ 0, 1, 1, 0, 0x1000, 0x1000, 0x2000 },
		{ 0, 0, 1, 3, 0x1000, 0x1000, 0x1000 },
		{ 0, 0, 1, 1, 0x40000000, 0x40000000, 0x1000 },
		{ 31, 0, 1, 3, 0, 0, 0x20000 },
		{ 31, 5, 1, 0, 0x7000, 0x7000, 0x400000 },
		{ 0, 31, 1, 0, 0, 0, 1ULL << 43 },
		{ 31, 31, 1, 0, 0, 0, 1ULL << 48 },
		{ 2, 0, 2, 0, 0x7000, 0x4000, 3 * 0x4000 },
		{ 0, 0, 2, 2, 0x4000, 0x4000, 0x4000 },
		{ 2, 1, 3, 0, 0x2f000, 0x20000, 6 * 0x10000 },
		{ 31, 31, 3, 3, 0xffffffffffff0000, 0xffffffffffff0000, 1ULL << 52 },
		/* Without TG it is no range, and NUM, SCALE and TTL say nothing. */
		{ 5, 5, 0, 0, 0x1000, 0x1000, 0 },
		{ 0, 0, 0, 3, 0x1000, 0x1000, 0 },
	};
	struct features f = everything;

	for (size_t i = 0; i < COUNT(table); i++) {
		uint64_t word1 = table[i].address | table[i].tg << 10 | table[i].ttl << 8;
		struct command cmd = must_decode(&f, range0(table[i].num, table[i].scale), word1);

		assert_int_equal(cmd.ttl, table[i].tg ? table[i].ttl : 0);
		assert_int_equal(cmd.granule_bits, table[i].tg ? 10 + 2 * table[i].tg : 0);
		if (cmd.address != table[i].start || cmd.size != table[i].size)
			fail_msg("%zu: %#llx, size %#llx", i, (unsigned long long)cmd.address,
				 (unsigned long long)cmd.size);
		assert_true(cmd.by_address);
	}
	/* Nor do they where the SMMU has no ranges. */
	f.ril = false;
	assert_int_equal(must_decode(&f, range0(5, 5), 0x1000 | 1 << 10).size, 0);
	assert_int_equal(must_decode(&f, range0(0, 0), 0x1000 | 1 << 10).size, 0);
}

/* 4.4.1.1: SCALE has a sixth bit with IDR5.DS, and is reserved without. */
static void ds_makes_scale_longer(void **state)
{
	struct features f = everything;
	uint64_t word1 = 0x40000000 | 1 << 10;

	assert_int_equal(must_decode(&f, range0(1, 32 + 3), word1).size, 2 * 0x1000 << 3);
	assert_false(legal(&f, range0(0, 32), word1));
	f.ds = true;
	assert_int_equal(must_decode(&f, range0(1, 3), word1).size, 2 * 0x1000 << 3);
	assert_int_equal(must_decode(&f, range0(0, 32), word1).size, 1ULL << 44);
	assert_int_equal(must_decode(&f, range0(7, 32 + 16), word1).size, 1ULL << 63);
	/* More than there are addresses. */
	assert_int_equal(must_decode(&f, range0(15, 32 + 16), word1).size, UINT64_MAX);
	assert_int_equal(must_decode(&f, range0(16, 32 + 16), word1).size, UINT64_MAX);
	assert_int_equal(must_decode(&f, range0(0, 63), word1).size, UINT64_MAX);
	assert_int_equal(must_decode(&f, range0(31, 63), 0x40000000 | 3 << 10).size, UINT64_MAX);
}

/* 4.4.1.1: a granule with NUM, SCALE and TTL all 0 is reserved; for every command that has a range. */
static void the_reserved_range_is_illegal(void **state)
{
	static const unsigned int ranged[] = { TLBI_NH_VA, TLBI_NH_VAA, TLBI_EL2_VA, TLBI_EL2_VAA, TLBI_S2_IPA };
	static const unsigned int others[] = { TLBI_NH_ALL,   TLBI_NH_ASID,   TLBI_EL2_ALL,
					       TLBI_EL2_ASID, TLBI_S12_VMALL, TLBI_NSNH_ALL };

	for (unsigned int tg = 1; tg <= 3; tg++) {
		for (size_t i = 0; i < COUNT(ranged); i++) {
			assert_false(legal(&everything, ranged[i], 0x1000 | tg << 10));
			assert_true(legal(&everything, ranged[i], 0x1000 | tg << 10 | 1 << 8));
			assert_true(legal(&everything, ranged[i] | 1 << 12, 0x1000 | tg << 10));
			assert_true(legal(&everything, ranged[i] | 1 << 20, 0x1000 | tg << 10));
		}
		for (size_t i = 0; i < COUNT(others); i++) {
			assert_true(legal(&everything, others[i], tg << 10));
			assert_int_equal(must_decode(&everything, others[i] | 1 << 12, tg << 10).size, 0);
		}
	}
}

/* 4.5.1: 2^Size pages of 4K, aligned to that; 52 is everything. */
static void atc_sizes_are_decoded(void **state)
{
	const uint64_t address = 0xfedcba9876543000;

	for (unsigned int size = 0; size < 52; size++) {
		struct command cmd = must_decode(&everything, ATC_INV, address | size);

		assert_true(cmd.by_address);
		assert_int_equal(cmd.size, 0x1000ULL << size);
		assert_int_equal(cmd.address, address >> (size + 12) << (size + 12));
	}
	for (unsigned int size = 52; size < 64; size++)
		assert_int_equal(legal(&everything, ATC_INV, address | size), size == 52);
	assert_false(must_decode(&everything, ATC_INV, address | 52).by_address);
	assert_int_equal(must_decode(&everything, ATC_INV, address | 52).size, 0);
	assert_true(must_decode(&everything, ATC_INV | 1 << 9, 0).global);
	assert_false(must_decode(&everything, ATC_INV | 0xfffffffd00, 0).global);
}

static void syncs_are_decoded(void **state)
{
	struct command cmd = must_decode(&everything, CMD_SYNC | 1 << 12 | 0x89abcdefULL << 32, 0xfff123456789abcf);

	assert_int_equal(cmd.signal, SYNC_IRQ);
	assert_int_equal(cmd.msi_data, 0x89abcdef);
	assert_int_equal(cmd.msi_address, 0x000123456789abcc);
	assert_int_equal(must_decode(&everything, CMD_SYNC, 0).signal, SYNC_NONE);
	assert_int_equal(must_decode(&everything, CMD_SYNC | 2 << 12, 0).signal, SYNC_SEV);
	assert_false(legal(&everything, CMD_SYNC | 3 << 12, 0));
}

static void responses_are_judged(void **state)
{
	for (unsigned int response = 0; response < 4; response++)
		assert_int_equal(legal(&everything, PRI_RESP, response << 12), response != 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opcodes_are_legal_by_ability),
		cmocka_unit_test(forced_stalls_are_stalls),
		cmocka_unit_test(opcodes_have_names),
		cmocka_unit_test(fields_are_where_they_belong),
		cmocka_unit_test(ranges_are_decoded),
		cmocka_unit_test(ds_makes_scale_longer),
		cmocka_unit_test(the_reserved_range_is_illegal),
		cmocka_unit_test(atc_sizes_are_decoded),
		cmocka_unit_test(syncs_are_decoded),
		cmocka_unit_test(responses_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
