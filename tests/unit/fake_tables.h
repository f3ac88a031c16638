/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_tables.h - translation tables in a guest's memory, made as a driver would (DDI 0487, D8.3). */
#ifndef INVBENCH_TESTS_FAKE_TABLES_H
#define INVBENCH_TESTS_FAKE_TABLES_H

#include "guest.h"

#define PAGE_DESC  0x403ULL /* valid, a page, accessed; global without NG */
#define BLOCK_DESC 0x401ULL
#define TABLE_DESC 0x3ULL
#define NG	   (1ULL << 11)
#define CONT	   (1ULL << 52)

/* TG0, and S2TG; TG1 counts otherwise. */
static inline uint64_t tg_of(unsigned int granule_bits)
{
	return granule_bits == 12 ? 0 : granule_bits == 16 ? 1 : 2;
}

static inline uint64_t new_table(struct guest *g, unsigned int granule_bits)
{
	return guest_alloc(g, 1ULL << granule_bits);
}

/* The place of the descriptor of @address at @level, in tables that are made where there are none. */
static inline uint64_t place(struct guest *g, uint64_t table, unsigned int granule_bits, unsigned int from,
			     unsigned int level, uint64_t address)
{
	unsigned int stride = granule_bits - 3;

	address &= (1ULL << 48) - 1;
	for (;; from++) {
		uint64_t at = table + (address >> (granule_bits + (3 - from) * stride) & ((1U << stride) - 1)) * 8;
		uint64_t *next = memory_at(&g->memory, at, 8);

		if (from == level)
			return at;
		if (!*next)
			*next = new_table(g, granule_bits) | TABLE_DESC;
		table = *next & 0xfffffffff000;
	}
}

#endif
