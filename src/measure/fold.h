/* SPDX-License-Identifier: GPL-2.0-only */
/* fold.h - what `perf script` prints, as folded stacks (folded.h). */
#ifndef INVBENCH_FOLD_H
#define INVBENCH_FOLD_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct fold {
	json_t *stacks;	  /* stack: samples */
	uint64_t samples; /* all of them */
	uint64_t lost;	  /* that perf says it lost */
};

#define FOLD_FIELDS "comm,ip,sym,dso" /* of `perf script -F`; with --show-lost-events */

/* Adds what @script says. 0, -ENOMEM, or -EINVAL if it is no such text. */
int fold_script(struct fold *f, FILE *script);
/* Sorted by stack. 0 or a negative errno. */
int fold_write(const struct fold *f, FILE *out);
void fold_free(struct fold *f);

#endif
