// SPDX-License-Identifier: GPL-2.0-only
/*
 * command.c - decodes commands, and says which an SMMU must refuse.
 *
 * Section numbers are of IHI 0070.
 */
#include <stddef.h>

#include "command.h"

/* Bits high..low of a word. */
static uint64_t field(uint64_t word, unsigned int high, unsigned int low)
{
	return word >> low & (~0ULL >> (63 - (high - low)));
}

/* Which ability makes a command legal on the Non-secure queue. */
enum needs { NO_COMMAND, NOTHING, STAGE1, STAGE2, EL2, ATS, PRI, STALLS, SECURE };

static const struct kind {
	enum command_class class;
	enum needs needs;
} kinds[OPCODES] = {
	[PREFETCH_CONFIG] = { COMMAND_PREFETCH, NOTHING },
	[PREFETCH_ADDR] = { COMMAND_PREFETCH, NOTHING },
	[CFGI_STE] = { COMMAND_CFGI, NOTHING },
	[CFGI_STE_RANGE] = { COMMAND_CFGI, NOTHING },
	[CFGI_CD] = { COMMAND_CFGI, STAGE1 },
	[CFGI_CD_ALL] = { COMMAND_CFGI, STAGE1 },
	[CFGI_VMS_PIDM] = { COMMAND_CFGI, SECURE }, /* MPAM, which IDR3 does not report */
	[TLBI_NH_ALL] = { COMMAND_TLBI, STAGE1 },
	[TLBI_NH_ASID] = { COMMAND_TLBI, STAGE1 },
	[TLBI_NH_VA] = { COMMAND_TLBI, STAGE1 },
	[TLBI_NH_VAA] = { COMMAND_TLBI, STAGE1 },
	[TLBI_EL3_ALL] = { COMMAND_TLBI, SECURE },
	[TLBI_EL3_VA] = { COMMAND_TLBI, SECURE },
	[TLBI_EL2_ALL] = { COMMAND_TLBI, EL2 },
	[TLBI_EL2_ASID] = { COMMAND_TLBI, EL2 },
	[TLBI_EL2_VA] = { COMMAND_TLBI, EL2 },
	[TLBI_EL2_VAA] = { COMMAND_TLBI, EL2 },
	[TLBI_S12_VMALL] = { COMMAND_TLBI, STAGE2 },
	[TLBI_S2_IPA] = { COMMAND_TLBI, STAGE2 },
	[TLBI_NSNH_ALL] = { COMMAND_TLBI, NOTHING },
	[ATC_INV] = { COMMAND_ATC, ATS },
	[PRI_RESP] = { COMMAND_PAGE, PRI },
	[RESUME] = { COMMAND_PAGE, STALLS },
	[STALL_TERM] = { COMMAND_PAGE, STALLS },
	[CMD_SYNC] = { COMMAND_SYNC, NOTHING },
};

const char *command_name(const struct command *cmd)
{
	return cmd->opcode == CFGI_STE_RANGE && cfgi_is_all(cmd->size) ? "CFGI_ALL" : opcode_name(cmd->opcode);
}

static bool has(const struct features *f, enum needs needs)
{
	switch (needs) {
	case NOTHING:
		return true;
	case STAGE1:
		return f->stage1;
	case STAGE2:
		return f->stage2;
	case EL2:
		return f->hyp && f->stage1;
	case ATS:
		return f->ats;
	case PRI:
		return f->pri;
	case STALLS:
		return f->stall != 1;
	case SECURE:
	case NO_COMMAND:
		break;
	}
	return false;
}

/* Of a range; what is more than the address space is all of it. */
static uint64_t range_bytes(uint64_t granules, unsigned int log2)
{
	return log2 > 63 || granules << log2 >> log2 != granules ? UINT64_MAX : granules << log2;
}

/*
 * 4.4.1.1: with TG, [address, address + (NUM + 1) * 2^SCALE granules). TG with
 * NUM, SCALE and TTL all 0 is reserved and illegal. SCALE has a sixth bit with IDR5.DS.
 */
static bool decode_range(const uint64_t word[2], const struct features *f, struct command *cmd)
{
	unsigned int tg = tlbi_tg(word[1]), ttl = field(word[1], 9, 8);
	unsigned int scale = f->ds ? field(word[0], 25, 20) : tlbi_scale(word[0]);

	if (!f->ril || !tg)
		return true;
	if (!tlbi_num(word[0]) && !scale && !ttl)
		return false;
	cmd->ttl = ttl;
	cmd->granule_bits = tlbi_granule_bits(tg);
	cmd->address &= ~0ULL << cmd->granule_bits;
	cmd->size = range_bytes(tlbi_num(word[0]) + 1ULL, scale + cmd->granule_bits);
	return true;
}

static bool has_vmid(enum opcode opcode)
{
	return (opcode >= TLBI_NH_ALL && opcode <= TLBI_NH_VAA) || opcode == TLBI_S12_VMALL || opcode == TLBI_S2_IPA;
}

static bool has_asid(enum opcode opcode)
{
	return opcode == TLBI_NH_ASID || opcode == TLBI_NH_VA || opcode == TLBI_EL2_ASID || opcode == TLBI_EL2_VA;
}

/* 4.4: an IPA ends at bit 51, a VA does not. */
static bool decode_tlbi(const uint64_t word[2], const struct features *f, struct command *cmd)
{
	if (has_vmid(cmd->opcode))
		cmd->vmid = field(word[0], 47, 32);
	if (has_asid(cmd->opcode))
		cmd->asid = field(word[0], 63, 48);
	if (!tlbi_is_by_address(cmd->opcode))
		return true;
	cmd->address = word[1] & (cmd->opcode == TLBI_S2_IPA ? 0xffffffffff000ULL : ~0xfffULL);
	cmd->by_address = true;
	cmd->leaf = word[1] & 1;
	return decode_range(word, f, cmd);
}

/* The SubstreamID, and SSV, which says whether it is one. */
static void decode_substream(const uint64_t word[2], struct command *cmd)
{
	cmd->ssid = field(word[0], 31, 12);
	cmd->ssid_valid = field(word[0], 11, 11);
}

/* 4.5.1: 2^Size pages of 4K; a Size of 52 is all addresses, a larger one illegal. */
static bool decode_atc(const uint64_t word[2], struct command *cmd)
{
	unsigned int log2_pages = atc_log2_pages(word[1]);

	cmd->global = field(word[0], 9, 9);
	if (log2_pages > ATC_EVERYTHING)
		return false;
	cmd->by_address = log2_pages < ATC_EVERYTHING;
	if (cmd->by_address) {
		cmd->size = 1ULL << (log2_pages + 12);
		cmd->address = word[1] & ~(cmd->size - 1);
	}
	return true;
}

static bool decode_sync(const uint64_t word[2], struct command *cmd)
{
	unsigned int signal = field(word[0], 13, 12);

	cmd->signal = signal;
	cmd->msi_data = field(word[0], 63, 32);
	cmd->msi_address = word[1] & 0xffffffffffffcULL;
	return signal <= SYNC_SEV;
}

static bool decode_page_response(const uint64_t word[2], struct command *cmd)
{
	decode_substream(word, cmd);
	return field(word[1], 13, 12) != 3; /* 4.6.1: Resp 3 is reserved */
}

static bool decode_atc_inv(const uint64_t word[2], struct command *cmd)
{
	decode_substream(word, cmd);
	return decode_atc(word, cmd);
}

/* Those with a StreamID. */
static bool decode_stream(const uint64_t word[2], struct command *cmd)
{
	cmd->sid = field(word[0], 63, 32);
	switch (cmd->opcode) {
	case CFGI_STE:
		cmd->leaf = word[1] & 1;
		return true;
	case CFGI_STE_RANGE:
		cmd->size = field(word[1], 4, 0);
		return true;
	case CFGI_CD:
		cmd->ssid = field(word[0], 31, 12);
		cmd->leaf = word[1] & 1;
		return true;
	case PREFETCH_CONFIG:
	case PREFETCH_ADDR:
		decode_substream(word, cmd);
		return true;
	case ATC_INV:
		return decode_atc_inv(word, cmd);
	case PRI_RESP:
		return decode_page_response(word, cmd);
	default:
		return true;
	}
}

bool command_decode(const uint64_t word[2], const struct features *f, struct command *cmd)
{
	unsigned int opcode = field(word[0], 7, 0);
	const struct kind *kind = &kinds[opcode];

	*cmd = (struct command){ .word = { word[0], word[1] }, .opcode = opcode, .class = kind->class };
	if (!has(f, kind->needs))
		return false;
	switch (cmd->class) {
	case COMMAND_TLBI:
		return decode_tlbi(word, f, cmd);
	case COMMAND_SYNC:
		return decode_sync(word, cmd);
	default:
		return decode_stream(word, cmd);
	}
}
