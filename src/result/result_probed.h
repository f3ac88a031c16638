/* SPDX-License-Identifier: GPL-2.0-only */
/* result_probed.h - what probes other than invlat saw of a case, as numbers that compare. For this folder alone. */
#ifndef INVBENCH_RESULT_PROBED_H
#define INVBENCH_RESULT_PROBED_H

#include "reader.h"
#include "result.h"

/*
 * Of `probes` in @object: counts an operation of the probe's own pass, times a call. What a kernel does not have, and
 * a pass that lost events, gives none.
 */
void result_probed_read(struct reader *r, const json_t *object, struct result_numbers *numbers);

#endif
