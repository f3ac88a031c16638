/* SPDX-License-Identifier: GPL-2.0-only */
/* result_operation.h - one operation of a case with all that it did, as probe `operation` saw it. For this folder alone. */
#ifndef INVBENCH_RESULT_OPERATION_H
#define INVBENCH_RESULT_OPERATION_H

#include "reader.h"
#include "result.h"

/* Of `probes` in @object; nothing if that probe was not there, or saw none. free(@operation->list). */
void result_operation_read(struct reader *r, const json_t *object, struct result_operation *operation);

#endif
