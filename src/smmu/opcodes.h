/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * opcodes.h - what IHI 0070 says of a command in the command queue, as the
 * SMMU model and the probes both need it.
 *
 * Included by BPF programs too, so it holds arithmetic only.
 */
#ifndef INVBENCH_OPCODES_H
#define INVBENCH_OPCODES_H

/* 4.1.3; names as in the specification, without CMD_ but of CMD_SYNC. */
#define SMMU_OPCODES(X) \
	X(PREFETCH_CONFIG, 0x01) \
	X(PREFETCH_ADDR, 0x02) \
	X(CFGI_STE, 0x03) \
	X(CFGI_STE_RANGE, 0x04) /* of range 31 it is CFGI_ALL */ \
	X(CFGI_CD, 0x05) \
	X(CFGI_CD_ALL, 0x06) \
	X(CFGI_VMS_PIDM, 0x07) \
	X(TLBI_NH_ALL, 0x10) \
	X(TLBI_NH_ASID, 0x11) \
	X(TLBI_NH_VA, 0x12) \
	X(TLBI_NH_VAA, 0x13) \
	X(TLBI_EL3_ALL, 0x18) \
	X(TLBI_EL3_VA, 0x1a) \
	X(TLBI_EL2_ALL, 0x20) \
	X(TLBI_EL2_ASID, 0x21) \
	X(TLBI_EL2_VA, 0x22) \
	X(TLBI_EL2_VAA, 0x23) \
	X(TLBI_S12_VMALL, 0x28) \
	X(TLBI_S2_IPA, 0x2a) \
	X(TLBI_NSNH_ALL, 0x30) \
	X(ATC_INV, 0x40) \
	X(PRI_RESP, 0x41) \
	X(RESUME, 0x44) \
	X(STALL_TERM, 0x45) \
	X(CMD_SYNC, 0x46)

enum opcode {
#define X(name, value) name = (value),
	SMMU_OPCODES(X)
#undef X
		OPCODES = 0x100
};

/* "TLBI_NH_VA"; NULL: not an opcode. CFGI_ALL is told apart by cfgi_is_all(). */
const char *opcode_name(unsigned int opcode);

/* 4.3.2: a CFGI_STE_RANGE of this range is CFGI_ALL, whatever its StreamID. */
static inline int cfgi_is_all(unsigned long long word1)
{
	return (word1 & 0x1f) == 31;
}

static inline int tlbi_is_by_address(unsigned int opcode)
{
	return opcode == TLBI_NH_VA || opcode == TLBI_NH_VAA || opcode == TLBI_EL2_VA || opcode == TLBI_EL2_VAA ||
	       opcode == TLBI_S2_IPA || opcode == TLBI_EL3_VA;
}

/* All between; none of them is anything else. */
static inline int opcode_is_tlbi(unsigned int opcode)
{
	return opcode >= TLBI_NH_ALL && opcode <= TLBI_NSNH_ALL;
}

/* 4.4.1.1: TG of a TLBI by address; 0: no range, it covers the one leaf that maps its address. */
static inline unsigned int tlbi_tg(unsigned long long word1)
{
	return word1 >> 10 & 3;
}

/* 4K, 16K, 64K for a TG of 1, 2, 3. */
static inline unsigned int tlbi_granule_bits(unsigned int tg)
{
	return 10 + 2 * tg;
}

static inline unsigned int tlbi_num(unsigned long long word0)
{
	return word0 >> 12 & 0x1f;
}

static inline unsigned int tlbi_scale(unsigned long long word0)
{
	return word0 >> 20 & 0x1f;
}

/* 4.4.1.1: how many granules a range has. */
static inline unsigned long long tlbi_granules(unsigned long long word0)
{
	return (tlbi_num(word0) + 1ULL) << tlbi_scale(word0);
}

/* 4.5.1: an ATC_INV is of 2^this pages of 4K; of ATC_EVERYTHING it is all addresses. */
#define ATC_EVERYTHING 52

static inline unsigned int atc_log2_pages(unsigned long long word1)
{
	return word1 & 0x3f;
}

#endif
