/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * witness.h - what the instances were sent and how they served it, counted
 * for the whole run and for each pass of a case (RING_MARK).
 */
#ifndef SMMU_MODEL_WITNESS_H
#define SMMU_MODEL_WITNESS_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "functions.h"
#include "ring.h"
#include "smmu.h"

/*
 * A CMD_SYNC is late if it completed more than LATE_NS and more than a tenth of
 * its set time after it should have. A pass in which more than LATE_ALWAYS and
 * more than one in LATE_SHARE were late is invalid: its times are not of the SMMU
 * that was asked for.
 */
#define LATE_NS	    2000
#define LATE_SHARE  100
#define LATE_ALWAYS 2

/*
 * What a guest can make the model keep: so much memory for the passes, by a generous
 * count, and a log of so many bytes. A whole suite on 32 instances needs less.
 */
#define PASSES_BYTES (128ULL << 20)
#define LOG_BYTES    (1ULL << 30)

struct witness;

struct witness *witness_create(unsigned int instances);
void witness_destroy(struct witness *w);
/* What the guest executes in each timing pass is kept with it, by function. */
void witness_functions(struct witness *w, struct functions *functions);
/* Each command as a line, "INSTANCE NAME", with its fields if @fields; marks as lines that begin with #. Ends after LOG_BYTES. */
void witness_log_to(struct witness *w, FILE *log, bool fields);

/* As struct smmu_watch tells them. */
void witness_doorbell(struct witness *w, const struct smmu *smmu, unsigned int added, unsigned int depth, uint64_t now);
void witness_command(struct witness *w, const struct smmu *smmu, const struct command *cmd, uint64_t now);
void witness_served(struct witness *w, const struct smmu *smmu, uint64_t set_ns, uint64_t took_ns, uint64_t late_ns);
/*
 * A pass begins or ends. @oracle: its state then, kept with the pass; a new
 * reference, or NULL. 0, or -EAGAIN at the end of a timing pass that is invalid;
 * -ENOSPC if no more passes are kept.
 */
int witness_mark(struct witness *w, const struct ring_record *record, json_t *oracle);
/* Whether a pass is on. */
bool witness_in_pass(const struct witness *w);

/*
 * { "total": COUNTS, "passes": [ { "case": 0, "pass": "timing", ... COUNTS } ] }
 * where COUNTS is described in results/README.md.
 */
json_t *witness_json(const struct witness *w);

#endif
