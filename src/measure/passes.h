/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * passes.h - the passes over a suite in which nothing is attached: the first one,
 * which times, and the one that is checked.
 */
#ifndef INVBENCH_PASSES_H
#define INVBENCH_PASSES_H

#include <jansson.h>

#include "status.h"
#include "suite.h"

/*
 * Both return the worst status of a case. Times all cases, says on stderr how each
 * ended, and adds one to @cases for each; fewer if out of memory. @bed is the boot's.
 */
enum status timing_pass(const struct suite *suite, unsigned int sub_bits, const json_t *bed, json_t *cases);
/* Those of @cases that nothing is wrong with, once more, checked by the SMMU model. Without one nothing is run. */
enum status checked_pass(const struct suite *suite, unsigned int sub_bits, json_t *cases);

#endif
