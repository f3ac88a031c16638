/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stream.h - what a StreamID leads to, read from the guest's own tables
 * (IHI 0070, 3.3, 5.2 STE, 5.4 CD), as the SMMU would on a transaction.
 */
#ifndef SMMU_MODEL_STREAM_H
#define SMMU_MODEL_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "smmu.h"

/* Where the walks of a stage begin (VMSAv8-64, Arm's DDI 0487, D8.2). */
struct walk_root {
	uint64_t base; /* the table, at @level */
	unsigned int level;
	unsigned int granule_bits; /* log2; 0: nothing is translated */
	unsigned int input_bits;   /* of an address */
};

struct stream {
	bool stage1, stage2; /* neither: bypass or abort, nothing to invalidate */
	bool el2;	     /* stage 1 entries are tagged EL2-E2H (STE.STRW), not NSEL1 */
	bool broadcast;	     /* a CPU's TLBI reaches stage 1: BTM, CR2.PTM clear, CD.ASET clear */
	bool ats;	     /* STE.EATS: the endpoint may cache translations */
	uint16_t asid;	     /* of stage 1 */
	uint16_t vmid; /* STE.S2VMID, which tags stage 1 alone too (3.17); 0 without stage 2 in the SMMU, and of EL2 */
	/* Of stage 1 for addresses at the bottom and at the top, and of stage 2. */
	struct walk_root low, high, second;
};

/* False if the tables lead nowhere: SMMU off, SID or SSID out of range, invalid STE or CD, outside memory. */
bool stream_read(const struct smmu *smmu, uint32_t sid, uint32_t ssid, struct stream *stream);

#endif
