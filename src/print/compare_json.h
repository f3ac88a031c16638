/* SPDX-License-Identifier: GPL-2.0-only */
/* compare_json.h - a comparison as JSON. */
#ifndef INVBENCH_COMPARE_JSON_H
#define INVBENCH_COMPARE_JSON_H

#include "comparison.h"

json_t *compare_to_json(const struct comparison *c);
/* The same with the distributions, or the spread over threads, of each case. */
json_t *compare_to_json_with(const struct comparison *c, bool distributions, bool threads);

#endif
