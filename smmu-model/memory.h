/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory.h - the guest's memory, as the model sees it.
 *
 * Addresses come from the guest and are trusted in nothing. What lies there
 * changes under our hands, so each word is read once, by the functions below.
 */
#ifndef SMMU_MODEL_MEMORY_H
#define SMMU_MODEL_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct memory {
	uint8_t *host; /* where it is mapped */
	uint64_t base; /* guest physical address of its first byte */
	uint64_t size; /* bytes */
};

/* Where @len bytes at guest physical address @pa are; NULL unless all are inside and @pa is 8-byte aligned. */
static inline void *memory_at(const struct memory *m, uint64_t pa, uint64_t len)
{
	uint64_t offset = pa - m->base;

	if (pa < m->base || pa & 7 || len > m->size || offset > m->size - len)
		return NULL;
	return m->host + offset;
}

/* Each fails, with false, where memory_at() does. */
static inline bool memory_read64(const struct memory *m, uint64_t pa, uint64_t *value)
{
	const uint64_t *p = memory_at(m, pa, sizeof(*p));

	if (p)
		*value = __atomic_load_n(p, __ATOMIC_RELAXED);
	return p;
}

#endif
