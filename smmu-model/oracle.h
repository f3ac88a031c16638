/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * oracle.h - was everything invalidated before the caller was told so?
 *
 * The kernel half says through the ring which endpoints are in a domain, when
 * the removal of a range begins and when it has returned (kmod/ring.h). For
 * each endpoint that is in the domain at the beginning, and still is when it
 * returns, the guest's own stream tables tell at the beginning which tags can
 * be cached. Between the two, on the endpoint's instance and in this order,
 * there must have been
 *
 *   1. TLBIs of that ASID or VMID that together cover the range
 *      (unless CPU broadcasts reach it: stream.h),
 *   2. a CMD_SYNC that completed after those,
 *   3. if STE.EATS allows ATS, ATC_INVs of that SID and SSID that together
 *      cover the range, taken up after 2,
 *   4. a CMD_SYNC that completed after those.
 *
 * An endpoint with ATS that joins before 2 has a tag whose stale entries its ATC may be filled
 * from until then: 3 and 4 are for it as well, unless it leaves before the return.
 *
 * With the setting `tlb` it also keeps what TLBs and ATCs may hold, and tells what in them is
 * stale when a removal has returned (stale.h).
 *
 * And after an endpoint's attach to the blocking domain has returned, no
 * ATC_INV may go to its SID until it is about to be attached again.
 *
 * Nothing is dropped silently: what the oracle has no room to follow is
 * counted, and a run in which that happened has not been checked.
 */
#ifndef SMMU_MODEL_ORACLE_H
#define SMMU_MODEL_ORACLE_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "ring.h"
#include "smmu.h"

struct oracle;

/* @smmu: the instances, an array of @count. NULL: out of memory. */
struct oracle *oracle_create(const struct smmu *smmu, unsigned int count);
void oracle_destroy(struct oracle *o);

/* Records in order of the ring; those that are not for the oracle are ignored. @now in nanoseconds. */
void oracle_record(struct oracle *o, const struct ring_record *record, uint64_t now);
/* Commands in order of each queue, as struct smmu_watch tells them. */
void oracle_command(struct oracle *o, const struct smmu *smmu, const struct command *cmd, uint64_t now);

/* What was checked, and each violation (the first 100 in full) with its two records. */
struct oracle_count {
	uint64_t removals; /* checked to their end */
	uint64_t needs;	   /* tags and SIDs that these had to see invalidated */
	uint64_t violations;
	uint64_t unfollowed; /* removals or endpoints there was no room or sense for */
	uint64_t open;	     /* removals begun and not yet returned */
};
struct oracle_count oracle_count(const struct oracle *o);
json_t *oracle_json(const struct oracle *o);
/* Where each violation is printed when it is found; NULL: nowhere. */
void oracle_print_to(struct oracle *o, FILE *out);

#endif
