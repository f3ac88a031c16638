/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile-barriers.h - which instructions of AArch64 order memory, by kind.
 *
 * Encodings are of DDI 0487, C4.1: barriers, load/store exclusive and ordered,
 * atomic memory operations. Of a pair of exclusives the load is counted.
 */
#ifndef PROFILE_BARRIERS_H
#define PROFILE_BARRIERS_H

#include <stdint.h>

/* In the order in which scripts/profile names them. */
enum barrier {
	BARRIER_FULL,
	BARRIER_LOAD,
	BARRIER_STORE,
	BARRIER_DSB,
	BARRIER_LDAR,
	BARRIER_STLR,
	BARRIER_LLSC,
	BARRIER_LSE,
	BARRIERS
};

/* DMB by what it orders; of any shareability. */
static inline enum barrier barrier_of_dmb(uint32_t word)
{
	switch (word >> 8 & 3) {
	case 1:
		return BARRIER_LOAD;
	case 2:
		return BARRIER_STORE;
	default:
		return BARRIER_FULL;
	}
}

/* Exclusives, ordered loads and stores, compare and swap. BARRIERS: one of these, but not counted. */
static inline enum barrier barrier_of_exclusive(uint32_t word)
{
	const uint32_t load = word >> 22 & 1, ordered = word >> 23 & 1, pair_or_cas = word >> 21 & 1, pair = word >> 31;

	if (pair_or_cas && (ordered || !pair))
		return BARRIER_LSE;
	if (ordered)
		return load ? BARRIER_LDAR : BARRIER_STLR;
	return load ? BARRIER_LLSC : BARRIERS;
}

/* BARRIERS if it is none. */
static inline enum barrier barrier_of(uint32_t word)
{
	if ((word & 0xfffff0ff) == 0xd50330bf)
		return barrier_of_dmb(word);
	if ((word & 0xfffff0ff) == 0xd503309f && word >> 8 & 3)
		return BARRIER_DSB;
	if ((word & 0x3f000000) == 0x08000000)
		return barrier_of_exclusive(word);
	if ((word & 0x3ffffc00) == 0x38bfc000) /* LDAPR */
		return BARRIER_LDAR;
	if ((word & 0x3f200c00) == 0x38200000)
		return BARRIER_LSE;
	return BARRIERS;
}

#endif
