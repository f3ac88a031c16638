/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session.h - one guest's time: what is set of the instances when it starts, and what is
 * written of them when it has ended. The same for the program and for the plugin.
 *
 * Functions that return an int: 0 or a negative errno, with a sentence in @why.
 */
#ifndef SMMU_MODEL_SESSION_H
#define SMMU_MODEL_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "guest_time.h"
#include "sentence.h"
#include "service.h"

#define SESSION_SETS_MAX 256 /* some for each of 32 instances */

/* Paths and settings are kept, not copied. NULL: none. */
struct session {
	const char *preset;
	const char *set[SESSION_SETS_MAX]; /* settings after the preset's */
	unsigned int sets;
	const char *path; /* of the JSON */
	const char *log;  /* every command as a line */
	bool log_fields;  /* with its words and time */
	FILE *log_file;
	uint64_t interrupts;		/* raised */
	const struct guest_time *clock; /* of the guest, where that is the time of the instances */
	uint64_t seed;			/* of the turns of several vCPUs, or 0 */
};

/* False: there are SESSION_SETS_MAX already. */
bool session_add_set(struct session *session, const char *line);
/* The settings of an instance, then those of the preset, then each line: to @count of @all. */
int session_settings(const struct session *session, struct settings *all, unsigned int count, struct sentence *why);
/* Begins the log, if there is to be one. */
int session_begin(struct session *session, const struct service *s, struct sentence *why);
/* Writes the JSON, if there is to be one, as of now. A failure is said, for there may be a guest to go on with. */
void session_write(const struct session *session, const struct service *s);
/* Takes what is still in the ring at @now, and writes all that is to be written. */
void session_end(struct session *session, struct service *s, uint64_t now);

#endif
