/* SPDX-License-Identifier: GPL-2.0-only */
/* compare_json.h - a comparison as JSON. */
#ifndef INVBENCH_COMPARE_JSON_H
#define INVBENCH_COMPARE_JSON_H

#include "printer.h"

/* With the distributions, or the spread over threads, of each case, where @view wants them. */
json_t *compare_to_json(const struct comparison *c, const struct compare_view *view);

#endif
