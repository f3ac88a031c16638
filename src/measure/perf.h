/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perf.h - perf(1) beside a case: what it counts, and where the time goes.
 *
 * perf is started before the operations and told when they begin and end, so
 * that it counts nothing else.
 */
#ifndef INVBENCH_PERF_H
#define INVBENCH_PERF_H

#include <jansson.h>

#include "extra.h"
#include "sentence.h"
#include "spawn.h"

/* ---- a perf that obeys (perf.c) ---- */

#define PERF_ARGS 24

/* What it has in its environment: what a user prefers perf to do is in files of his. */
extern const char *const perf_variables[];

struct perf {
	const char *argv[PERF_ARGS];
	struct spawn spawn; /* both outputs are in memory */
	int control;	    /* both ways */
};

/* Where perf_start()'s @folder is for perf, whatever else has happened to its path, and in whatever root perf works. */
#define PERF_FOLDER "/proc/self/fd/4"
#define PERF_NONE   { .control = -1 }

/*
 * Starts `perf @args...`, a list that ends with NULL, with its counters off;
 * behind those come the arguments by which it obeys. With @log_out what it
 * reports of its own accord goes to its standard output. It has @folder, or none
 * if that is NULL, as PERF_FOLDER. Waits until it is ready. 0, or a
 * negative errno with a sentence in @why; perf_stop() is to be called either way.
 */
int perf_start(struct perf *p, const char *const *args, bool log_out, const struct folder *folder,
	       struct sentence *why);
/* "enable", "disable"; returns when it has been done. The same. */
int perf_tell(struct perf *p, const char *command, struct sentence *why);
/* Has it write what it knows, and waits for its end. The same. */
int perf_finish(struct perf *p, struct sentence *why);
/* Ends it, whatever it does, and forgets what it wrote. */
void perf_stop(struct perf *p);
/* All that was written to @stream, to be freed. The same. */
int perf_text(const struct spawn_stream *stream, char **text, struct sentence *why);
/* What perf complains of in @text, in one line; "" if it does not. */
void perf_complaint(const char *text, struct sentence *why);
/* The same of what perf wrote to @stream. If that is nothing, @why stays as it is. */
void perf_complained(const struct spawn_stream *stream, struct sentence *why);

/* ---- counts (perf_stat.c) ---- */

/*
 * Appends @arg to @events, NULL at first and to be freed. "smmu" stands for the
 * useful events of all SMMUs' counters; -ENODEV with a sentence if there are none.
 */
int perf_add_events(char **events, const char *arg, struct sentence *why);
/*
 * @text is what `perf stat -j` wrote. A new reference to an object as
 * results/README.md has it; what an event was counted several times is added
 * up. Events that perf could not count, or that cannot be true, are left out, sums of several
 * with them, and @why then names them; else it is "". NULL with a sentence if nothing is left.
 */
json_t *perf_parse_stat(const char *text, struct sentence *why);

/* 0, or a negative errno with a sentence if perf is not there or cannot count @events. */
int perf_stat_check(const char *events, struct sentence *why);

/* One more pass of all cases, in which @events are counted. */
enum status perf_stat_cases(const char *events, const struct suite *suite, unsigned int sub_bits, json_t *cases);

/* ---- samples (perf_record.c) ---- */

#define PERF_DATA   ".perf.data"
#define PERF_FOLDED ".folded"

/*
 * One more pass, which leaves N.perf.data and N.folded for case N, from 1, in @folder: a private one (folder.h), as
 * perf writes through links. What they are called in the end is set by whoever moves them from there.
 */
enum status perf_record_cases(const struct folder *folder, const struct suite *suite, unsigned int sub_bits,
			      json_t *cases);

#endif
