/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * version1.h - what files of version 1 do not say, and version 2 does. For this folder alone.
 */
#ifndef INVBENCH_VERSION1_H
#define INVBENCH_VERSION1_H

#include "result.h"

/* The code of a case's reason, by words of its sentence. */
enum reason_code version1_reason(const struct result_case *c);
/* Whether its latencies are times, by what the workloads of that version did. */
enum untimed version1_untimed(const struct bed_kind *bed, const struct result_case *c);
/* In a run that has a base: is kernel @name the counterpart of @other, by the '-' in their names? */
bool version1_against(const char *base, const char *name, const char *other);

#endif
