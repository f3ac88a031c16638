/* SPDX-License-Identifier: GPL-2.0-only */
/* findings_history.h - findings made of what the history says of a kernel. */
#ifndef INVBENCH_FINDINGS_HISTORY_H
#define INVBENCH_FINDINGS_HISTORY_H

#include "findings.h"
#include "history.h"

/* Of a kernel against its history, which @judgement holds @side against; the cases that @globs choose. Of @options: allow_fewer, checked. */
void findings_history(const struct history_judgement *judgement, const struct side *side,
		      const struct compare_options *options, const struct case_globs *globs, struct findings *f);

#endif
