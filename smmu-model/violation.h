/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * violation.h - what the oracle has found, in words.
 */
#ifndef SMMU_MODEL_VIOLATION_H
#define SMMU_MODEL_VIOLATION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define VIOLATIONS_KEPT	  100 /* in full; further ones are only counted */
#define VIOLATION_DETAILS 8

enum violation_kind {
	VIOLATION_MISSING,     /* nothing came before the return */
	VIOLATION_LATE,	       /* nothing came before the return, all of it soon after */
	VIOLATION_SHORT,       /* some of the range was covered */
	VIOLATION_MISDIRECTED, /* what came had another tag, or went to another instance */
	VIOLATION_MISORDERED,  /* ATC_INV came before the TLBIs' CMD_SYNC had completed */
	VIOLATION_UNSYNCED,    /* no CMD_SYNC has completed after it */
	VIOLATION_BLOCKED,     /* ATC_INV went to a blocked StreamID */
	VIOLATION_STALE,       /* an entry that may be cached still translates what is gone */
	VIOLATION_KINDS
};

/* A removal, as its two records told it; of an ATC_INV to a blocked StreamID, RING_BLOCKED and the command. */
struct violation {
	enum violation_kind kind;
	uint32_t domain;
	uint64_t id, iova, size, grain;
	uint64_t begin, end;  /* when the records were consumed, or the ATC_INV taken up; nanoseconds */
	uint64_t late;	      /* when all that lacked had come; 0: it has not */
	unsigned int details; /* of which the first VIOLATION_DETAILS are kept */
	struct {
		enum violation_kind kind;
		char text[200];
	} detail[VIOLATION_DETAILS];
};

struct violations {
	uint64_t count, kind[VIOLATION_KINDS];
	struct violation kept[VIOLATIONS_KEPT];
	FILE *out;
};

const char *violation_name(enum violation_kind kind);
/* A line to @v, from a printf format. Its first line says what kind @v is. */
__attribute__((format(printf, 3, 4))) void violation_detail(struct violation *v, enum violation_kind kind,
							    const char *format, ...);
/* Counts and prints @v. Where it is kept; NULL if there is no room. */
struct violation *violations_add(struct violations *all, const struct violation *v);
/* What lacked at the return has come at @now. */
void violations_amend(struct violations *all, struct violation *kept, uint64_t now);
json_t *violations_json(const struct violations *all);
json_t *violations_kinds_json(const struct violations *all);

#endif
