/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record.h - what `invbench run` writes; results/README.md is its contract.
 */
#ifndef INVBENCH_RECORD_H
#define INVBENCH_RECORD_H

#include <jansson.h>

#include "fields.h"
#include "harness.h"
#include "sentence.h"

/* The status that a whole takes from its parts: lost before fail before skip before pass. */
enum status status_worse(enum status a, enum status b);

/* One case of the result file, run on @bed (NULL: none that is known); a new reference, or NULL if out of memory. */
json_t *record_case(const struct run_case *c, const struct bed_kind *bed);
/* One that was never run to its end. */
json_t *record_unfinished(const struct case_spec *spec, enum status status, enum reason_code code, const char *reason);

/*
 * The head of a result file. @context, or NULL, is what only the caller can
 * know: it replaces and completes what the machine says of itself. NULL with a
 * sentence in @why, which begins with @where, if @context is not what it should be.
 * With @elsewhere the kernel it describes did not run here.
 */
json_t *record_boot(const char *suite, const json_t *context, const char *where, bool elsewhere, struct sentence *why);

#endif
