/* SPDX-License-Identifier: GPL-2.0-only */
/* result_unmap.h - what unmaps took their time for, as probe `unmap` saw it. For this folder alone. */
#ifndef INVBENCH_RESULT_UNMAP_H
#define INVBENCH_RESULT_UNMAP_H

#include "reader.h"
#include "result.h"

/* Of `probes` in @object; nothing if that probe was not there, saw no unmap, or did not know its own time. */
void result_unmap_read(struct reader *r, const json_t *object, struct result_unmap *unmap);

#endif
