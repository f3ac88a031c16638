// SPDX-License-Identifier: GPL-2.0-only
/*
 * stream.c - from a StreamID to the tags of what may be cached for it.
 *
 * Each word is read once and judged as read: the guest may change it at any
 * time, as it may under an SMMU (IHI 0070, 3.21).
 */
#include "registers.h"
#include "stream.h"

#define CR0_ATSCHK    (1U << 4)

#define STE_BYTES     64
#define CD_BYTES      64
#define CONFIG_STAGE1 1u
#define CONFIG_STAGE2 2u
#define CONFIG_PASSES 4u

/* 5.2: STE.S1Fmt. The reserved value behaves as linear. */
enum cd_format { CD_LINEAR, CD_4K_LEAF, CD_64K_LEAF };
/* 5.2: STE.S1DSS. The reserved value behaves as terminate. */
enum default_substream { DSS_TERMINATE, DSS_BYPASS, DSS_SSID0 };

struct ste {
	uint64_t word[4];
};

static uint64_t bits(uint64_t value, unsigned int high, unsigned int low)
{
	return value >> low & (UINT64_MAX >> (63 - high + low));
}

/* Pointers of tables lose their bits below the alignment that the table has (5.1, 5.2, 6.3.24). */
static uint64_t pointer(uint64_t word, unsigned int log2_bytes)
{
	uint64_t address = word & 0x00ffffffffffffc0;

	if (log2_bytes >= 56)
		return 0;
	return log2_bytes > 6 ? address >> log2_bytes << log2_bytes : address;
}

/* Of a StreamID in the second level: an L1STD whose Span is 0, reserved or beyond the split leads nowhere (5.1). */
static bool second_level_address(const struct smmu *smmu, uint64_t l1, uint32_t sid, unsigned int split, uint64_t *ste)
{
	uint32_t index = sid & ((1u << split) - 1);
	uint64_t descriptor;
	unsigned int span;

	if (!memory_read64(smmu->memory, l1 + (uint64_t)(sid >> split) * 8, &descriptor))
		return false;
	span = bits(descriptor, 4, 0);
	if (!span || span - 1 > split || index >> (span - 1))
		return false;
	*ste = pointer(descriptor, 6 + span - 1) + (uint64_t)index * STE_BYTES;
	return true;
}

/*
 * 6.3.24, 6.3.25: how the table is laid out, and where in it the StreamID's STE
 * is. The StreamID must be in the range of both LOG2SIZE and the SMMU; the
 * table is aligned to LOG2SIZE as it was written.
 */
static bool ste_address(const struct smmu *smmu, uint32_t sid, uint64_t *ste)
{
	const struct features *features = &smmu->settings->features;
	uint64_t base = smmu_read64(smmu, STRTAB_BASE);
	uint32_t config = smmu_read32(smmu, STRTAB_BASE_CFG);
	unsigned int log2_size = bits(config, 5, 0), split = bits(config, 10, 6);

	if ((uint64_t)sid >> log2_size || (uint64_t)sid >> features->sid_bits)
		return false;
	if (!features->two_level_streams || bits(config, 17, 16) != 1) {
		*ste = pointer(base, log2_size + 6) + (uint64_t)sid * STE_BYTES;
		return true;
	}
	if (split != 8 && split != 10)
		split = 6;
	base = pointer(base, log2_size > split ? log2_size - split + 3 : 3);
	return second_level_address(smmu, base, sid, split, ste);
}

static bool read_ste(const struct smmu *smmu, uint32_t sid, struct ste *ste)
{
	uint64_t address;

	if (!(smmu_read32(smmu, CR0) & CR0_SMMUEN) || !ste_address(smmu, sid, &address))
		return false;
	for (unsigned int i = 0; i < 4; i++)
		if (!memory_read64(smmu->memory, address + i * 8, &ste->word[i]))
			return false;
	return bits(ste->word[0], 0, 0);
}

/* S1CDMax, which is nothing to an SMMU without substreams. */
static unsigned int cd_log2(const struct smmu *smmu, const struct ste *ste)
{
	return smmu->settings->features.ssid_bits ? bits(ste->word[0], 63, 59) : 0;
}

static unsigned int cd_format(const struct ste *ste, unsigned int log2_cds)
{
	unsigned int format = log2_cds ? bits(ste->word[0], 5, 4) : CD_LINEAR;

	return format > CD_64K_LEAF ? CD_LINEAR : format;
}

/*
 * Where the CD of @ssid is (5.2 S1Fmt, 5.3). With stage 2 these pointers are
 * IPAs; they are followed as if stage 2 mapped the tables to themselves.
 */
static bool cd_address(const struct smmu *smmu, const struct ste *ste, uint32_t ssid, uint64_t *cd)
{
	unsigned int log2_cds = cd_log2(smmu, ste), format = cd_format(ste, log2_cds);
	unsigned int leaf_log2 = format == CD_4K_LEAF ? 6 : 10;
	uint64_t l1, descriptor;

	if (format == CD_LINEAR) {
		*cd = pointer(ste->word[0], log2_cds + 6) + (uint64_t)ssid * CD_BYTES;
		return true;
	}
	l1 = pointer(ste->word[0], log2_cds > leaf_log2 ? log2_cds - leaf_log2 + 3 : 3);
	if (!memory_read64(smmu->memory, l1 + (uint64_t)(ssid >> leaf_log2) * 8, &descriptor) || !(descriptor & 1))
		return false;
	*cd = pointer(descriptor, 12) + (uint64_t)(ssid & ((1u << leaf_log2) - 1)) * CD_BYTES;
	return true;
}

/*
 * DDI 0487, D8.2.5: a level resolves as many bits as a table of one granule has
 * entries; the first one has what is left over, and with stage 2 up to four bits
 * more, in tables side by side. @level: where walks begin; -1: as low as possible.
 */
static struct walk_root root_of(uint64_t base, unsigned int granule_bits, unsigned int size_offset, int level)
{
	unsigned int input_bits = 64 - size_offset, stride = granule_bits - 3, shift;

	if (!granule_bits || size_offset < 12 || input_bits <= granule_bits)
		return (struct walk_root){};
	if (level < 0)
		level = 4 - (int)((input_bits - granule_bits + stride - 1) / stride);
	shift = granule_bits + (3 - (unsigned int)level) * stride;
	if (level < 0 || input_bits <= shift || input_bits - shift > stride + 4)
		return (struct walk_root){};
	return (struct walk_root){ base & 0x000fffffffffffc0, (unsigned int)level, granule_bits, input_bits };
}

/* 5.4: TG0 and TG1 count the granules differently, and EPD0 and EPD1 end walks. */
static void read_roots(const struct smmu *smmu, uint64_t cd, uint64_t word, struct stream *stream)
{
	static const unsigned char tg0[] = { 12, 16, 14, 0 }, tg1[] = { 0, 14, 12, 16 };
	uint64_t low, high;

	if (!bits(word, 41, 41) || !memory_read64(smmu->memory, cd + 8, &low) ||
	    !memory_read64(smmu->memory, cd + 16, &high))
		return;
	if (!bits(word, 14, 14))
		stream->low = root_of(low, tg0[bits(word, 7, 6)], bits(word, 5, 0), -1);
	if (!bits(word, 30, 30))
		stream->high = root_of(high, tg1[bits(word, 23, 22)], bits(word, 21, 16), -1);
}

/* 5.2: S2TG, and S2SL0, which counts levels up from one that depends on it. */
static void read_second_root(const struct ste *ste, struct stream *stream)
{
	static const unsigned char tg[] = { 12, 16, 14, 0 };
	unsigned int granule_bits = tg[bits(ste->word[2], 47, 46)], sl0 = bits(ste->word[2], 39, 38);
	unsigned int from = granule_bits == 12 ? 2 : 3, level = sl0 <= from ? from - sl0 : 3;

	if (bits(ste->word[2], 51, 51))
		stream->second = root_of(ste->word[3], granule_bits, bits(ste->word[2], 37, 32), (int)level);
}

/* 5.4. A CD with ASET set is spared by broadcasts that name an ASID (3.17). */
static bool read_cd(const struct smmu *smmu, const struct ste *ste, uint32_t ssid, struct stream *stream)
{
	uint64_t address, word;

	if (!cd_address(smmu, ste, ssid, &address) || !memory_read64(smmu->memory, address, &word) ||
	    !bits(word, 31, 31))
		return false;
	stream->asid = bits(word, 63, 48);
	read_roots(smmu, address, word, stream);
	stream->broadcast = smmu->settings->features.btm && !(smmu_read32(smmu, CR2) & CR2_PTM) && !bits(word, 47, 47);
	return true;
}

/* Which of the illegal configurations of 5.2 concern what is read here. */
static bool ste_legal(const struct smmu *smmu, const struct ste *ste, const struct stream *stream)
{
	const struct features *features = &smmu->settings->features;
	unsigned int log2_cds = cd_log2(smmu, ste);

	if ((stream->stage1 && !features->stage1) || (stream->stage2 && !features->stage2))
		return false;
	if (!stream->stage1)
		return true;
	return log2_cds <= features->ssid_bits && (features->two_level_cds || cd_format(ste, log2_cds) == CD_LINEAR);
}

/* A PASID needs stage 1 and a place in the CD table, or it is C_BAD_SUBSTREAMID (5.2 S1CDMax). */
static bool ssid_legal(const struct smmu *smmu, const struct ste *ste, uint32_t ssid, const struct stream *stream)
{
	unsigned int log2_cds = cd_log2(smmu, ste);

	return !ssid || (stream->stage1 && log2_cds && !(ssid >> log2_cds));
}

/* What becomes of a transaction without PASID where substreams are enabled (5.2 S1DSS). */
static void default_substream(const struct smmu *smmu, const struct ste *ste, struct stream *stream)
{
	if (!stream->stage1 || !cd_log2(smmu, ste))
		return;
	switch (bits(ste->word[1], 1, 0)) {
	case DSS_SSID0:
		break;
	case DSS_BYPASS:
		stream->stage1 = false;
		break;
	default:
		stream->stage1 = stream->stage2 = stream->ats = false;
	}
}

/* 5.2 EATS. Split-stage ATS is for nested streams, and behaves as none without ATSCHK. */
static bool ats_allowed(const struct smmu *smmu, const struct ste *ste, unsigned int config)
{
	unsigned int eats = bits(ste->word[1], 29, 28);

	if (!smmu->settings->features.ats || !(config & (CONFIG_STAGE1 | CONFIG_STAGE2)))
		return false;
	return eats == 1 || (eats == 2 && config == (CONFIG_PASSES | CONFIG_STAGE1 | CONFIG_STAGE2) &&
			     smmu_read32(smmu, CR0) & CR0_ATSCHK);
}

/* 3.17: entries of EL2 have no VMID; those of NSEL1 all have one where stage 2 is implemented. */
static void set_regime(const struct smmu *smmu, const struct ste *ste, struct stream *stream)
{
	const struct features *features = &smmu->settings->features;

	stream->el2 = stream->stage1 && !stream->stage2 && features->hyp && bits(ste->word[1], 31, 30) == 2;
	if (features->stage2 && !stream->el2)
		stream->vmid = bits(ste->word[2], 15, 0);
}

bool stream_read(const struct smmu *smmu, uint32_t sid, uint32_t ssid, struct stream *stream)
{
	unsigned int config;
	struct ste ste;

	*stream = (struct stream){};
	if (!read_ste(smmu, sid, &ste))
		return false;
	config = bits(ste.word[0], 3, 1);
	if (!(config & CONFIG_PASSES))
		return true;
	stream->stage1 = config & CONFIG_STAGE1;
	stream->stage2 = config & CONFIG_STAGE2;
	if (!ste_legal(smmu, &ste, stream) || !ssid_legal(smmu, &ste, ssid, stream))
		return false;
	stream->ats = ats_allowed(smmu, &ste, config);
	if (!ssid)
		default_substream(smmu, &ste, stream);
	set_regime(smmu, &ste, stream);
	if (stream->stage2)
		read_second_root(&ste, stream);
	return !stream->stage1 || read_cd(smmu, &ste, ssid, stream);
}
