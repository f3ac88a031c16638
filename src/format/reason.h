/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reason.h - why a case did not pass, for programs: a code beside the sentence.
 *
 * It is written where it is known, and verdicts go by it. The sentence is for people,
 * and may be reworded.
 */
#ifndef INVBENCH_REASON_H
#define INVBENCH_REASON_H

#include "status.h"

enum reason_code {
	REASON_NONE, /* it passed */
	REASON_OTHER,
	REASON_NEEDS,
	REASON_LATE,
	REASON_SETUP,
	REASON_OPERATION,
	REASON_COUNTS,
	REASON_HALF,
	REASON_MODEL,
	REASON_SPLAT,
	REASON_DIED,
	REASON_HUNG,
	REASON_VIOLATION,
	REASON_UNFOLLOWED,
	REASONS
};

/* Its word in result files; "" for REASON_NONE. */
const char *reason_name(enum reason_code code);
/* What it means, in a sentence. */
const char *reason_summary(enum reason_code code);
/* REASON_OTHER for a word that is none of these: a newer program may have more. */
enum reason_code reason_find(const char *name);

/*
 * Why latencies of a case that passed are no figures, on a bed whose time is not real
 * (bed.h). Where CPUs run in turn, who waits for another waits for its turn: it would look
 * like contention, and be none. Where idle time leaps, it does so to the next event,
 * whenever the host has that ready. Counts hold in both.
 */
enum untimed { UNTIMED_NO, UNTIMED_TURNS, UNTIMED_LEAPS };

/* Its word in result files; NULL for UNTIMED_NO, which is not written. */
const char *untimed_name(enum untimed untimed);
/* For people: "threads took turns"; NULL for UNTIMED_NO. */
const char *untimed_sentence(enum untimed untimed);
/* UNTIMED_NO for a word that is none of these. */
enum untimed untimed_find(const char *name);

#endif
