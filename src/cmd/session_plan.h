/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session_plan.h - which boots a session is made of, and which of them there are.
 *
 * The plan is FOLDER/session.json. How far it is follows from the boot files in FOLDER, each
 * of which is there whole or not at all; so it can be interrupted anywhere.
 */
#ifndef INVBENCH_SESSION_PLAN_H
#define INVBENCH_SESSION_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "folder.h"
#include "sentence.h"

#define SESSION_KERNELS_MAX 16
#define SESSION_BOOTS_MAX   999
#define SESSION_TRIES_MAX   3 /* boots in a row without a result */

struct session {
	struct folder folder;
	json_t *plan; /* as session.json has it */
	size_t nr_kernels, boots;
	const char *kernels[SESSION_KERNELS_MAX]; /* releases; the base first */
	size_t have[SESSION_KERNELS_MAX];	  /* boot files of each */
};

/* All return 0 or a negative errno with a sentence. */

/* Takes @plan over, a new reference, writes it, and plan.json for those who read results. */
int session_create(struct session *s, const char *folder, json_t *plan, struct sentence *why);
/* -ENOENT: there is none in @folder. -EPERM: it @runs, and others could have written what it says is run. */
int session_open(struct session *s, const char *folder, bool runs, struct sentence *why);
/* Looks again which boots there are. */
int session_count(struct session *s, struct sentence *why);
/* Writes the plan with @key set to @value, a new reference. */
int session_note(struct session *s, const char *key, json_t *value, struct sentence *why);
void session_close(struct session *s);

/* The kernel that is due: A B B A A B ...; NULL when all boots are there. */
const char *session_due(const struct session *s);
size_t session_done(const struct session *s);
size_t session_total(const struct session *s);
/* Text, or texts, of the plan; "" and NULL if it has none. */
const char *session_text(const struct session *s, const char *key);
const json_t *session_texts(const struct session *s, const char *key);

/* Can it be the release of a kernel: the name of a folder, and a word for any program? */
bool session_is_release(const char *name);

#endif
