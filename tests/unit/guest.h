/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest.h - a guest's memory for tests of the device model: a buffer with
 * register frames, and tables that are written as a driver would.
 */
#ifndef INVBENCH_TESTS_GUEST_H
#define INVBENCH_TESTS_GUEST_H

#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "registers.h"
#include "smmu.h"

#define GUEST_BASE	0x80000000ULL
#define GUEST_BYTES	(16ULL << 20)
#define GUEST_INSTANCES 3

#define STE_VALID	1ULL
#define STE_ABORT	(0ULL << 1)
#define STE_BYPASS	(4ULL << 1)
#define STE_STAGE1	(5ULL << 1)
#define STE_STAGE2	(6ULL << 1)
#define STE_NESTED	(7ULL << 1)
#define STE_S1FMT(x)	((uint64_t)(x) << 4)
#define STE_S1CDMAX(x)	((uint64_t)(x) << 59)
#define STE1_S1DSS(x)	((uint64_t)(x) << 0)
#define STE1_EATS(x)	((uint64_t)(x) << 28)
#define STE1_STRW(x)	((uint64_t)(x) << 30)
#define CD_VALID	(1ULL << 31)
#define CD_ASET		(1ULL << 47)
#define CD_ASID(x)	((uint64_t)(x) << 48)

struct guest {
	struct memory memory;
	struct settings settings[GUEST_INSTANCES];
	struct smmu smmu[GUEST_INSTANCES];
	uint64_t free; /* what lies above is not in use */
	uint64_t streams[GUEST_INSTANCES];
};

static inline uint64_t guest_alloc(struct guest *g, uint64_t bytes)
{
	uint64_t at = g->free;

	while (at % bytes)
		at += bytes - at % bytes;
	g->free = at + bytes;
	MUST(g->free <= GUEST_BASE + GUEST_BYTES);
	return at;
}

static inline void guest_put(struct guest *g, uint64_t pa, uint64_t value)
{
	uint64_t *at = memory_at(&g->memory, pa, sizeof(value));

	MUST(at);
	*at = value;
}

static inline void guest_register(struct guest *g, unsigned int instance, unsigned int offset, uint64_t value)
{
	g->smmu[instance].reg[offset / 4] = value;
	if (offset == STRTAB_BASE)
		g->smmu[instance].reg[offset / 4 + 1] = value >> 32;
}

/* An instance with a linear stream table of 2^@log2 entries, enabled. */
static inline void guest_linear(struct guest *g, unsigned int instance, unsigned int log2)
{
	g->streams[instance] = guest_alloc(g, 64ULL << log2);
	guest_register(g, instance, STRTAB_BASE, g->streams[instance]);
	guest_register(g, instance, STRTAB_BASE_CFG, log2);
	guest_register(g, instance, CR0, CR0_SMMUEN);
	guest_register(g, instance, CR2, CR2_PTM);
}

static inline void guest_ste(struct guest *g, uint64_t ste, uint64_t word0, uint64_t word1, uint64_t vmid)
{
	guest_put(g, ste, word0);
	guest_put(g, ste + 8, word1);
	guest_put(g, ste + 16, vmid);
}

/* In a linear table. */
static inline uint64_t guest_stream(const struct guest *g, unsigned int instance, uint32_t sid)
{
	return g->streams[instance] + sid * 64ULL;
}

static inline struct guest *guest_create(void)
{
	struct guest *g = calloc(1, sizeof(*g));

	MUST(g);
	g->memory = (struct memory){ aligned_alloc(0x10000, GUEST_BYTES), GUEST_BASE, GUEST_BYTES };
	MUST(g->memory.host);
	memset(g->memory.host, 0, GUEST_BYTES);
	g->free = GUEST_BASE;
	for (unsigned int i = 0; i < GUEST_INSTANCES; i++) {
		struct smmu *smmu = &g->smmu[i];

		g->settings[i].features = (struct features){
			.ats = true,
			.ril = true,
			.btm = true,
			.hyp = true,
			.stage1 = true,
			.stage2 = true,
			.two_level_streams = true,
			.two_level_cds = true,
			.asid16 = true,
			.vmid16 = true,
			.granule4k = true,
			.sid_bits = 16,
			.ssid_bits = 16,
		};
		smmu->index = i;
		smmu->frame = guest_alloc(g, SMMU_FRAME_BYTES);
		smmu->reg = memory_at(&g->memory, smmu->frame, SMMU_FRAME_BYTES);
		smmu->memory = &g->memory;
		smmu->settings = &g->settings[i];
	}
	return g;
}

static inline void guest_destroy(struct guest *g)
{
	free(g->memory.host);
	free(g);
}

#endif
