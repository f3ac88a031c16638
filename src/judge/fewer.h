/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fewer.h - a kernel that sends less than its base for the same operation.
 *
 * It may be better, or may have stopped to invalidate: its counts do not say which, and its times, which got better as well, do not
 * either. An oracle does (beds model and virtual).
 */
#ifndef INVBENCH_FEWER_H
#define INVBENCH_FEWER_H

#include "comparison.h"

#define FEWER_SENTENCE "not judged faster until an oracle has checked it"

/* Commands and CMD_SYNCs, the metrics of which there may be fewer. */
bool fewer_is_of(enum metric_id id);
/* Nothing is attached in a case with these parameters: a design that knows has nothing to send. */
bool fewer_is_right(const json_t *params);
/* Has the oracle followed each boot's removals in case @name, and found nothing? In @side, or in other boots of the kernel, if @checked. */
bool fewer_is_checked(const struct side *side, const struct side *checked, const char *name);
/* What the oracle found in case @name in a boot of @checked (or NULL); NULL: nothing. */
const char *fewer_caught(const struct side *checked, const char *name);
/*
 * In @row, where devices are attached, @side has less of @id than the base, by more than is judged and as often in each boot, and is
 * not checked. Where boots of a side differ, as a count hangs on the time, there has to be none left.
 */
bool fewer_in_row(const struct comparison *c, const struct row *row, size_t side, enum metric_id id);

#endif
