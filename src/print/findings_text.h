/* SPDX-License-Identifier: GPL-2.0-only */
/* findings_text.h - the figures of a finding, as every form of findings says them. */
#ifndef INVBENCH_FINDINGS_TEXT_H
#define INVBENCH_FINDINGS_TEXT_H

#include <stdio.h>

#include "findings.h"

/* "array on icount": which kernel was judged and where, the same from run to run; to be freed. */
char *findings_title(const struct findings *f);
/* "median 4411 -> 4700 ns, +6.6 % (limit 5 %, 99 % interval +5.9..+7.1 %)"; "commands from 0 to 1.00 per op" */
void finding_print_figure(FILE *out, const struct finding_figure *figure);

#endif
