/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fold.h - what `perf script` prints, folded: one line for each different
 * stack, from the outermost function to the innermost, and how often it was
 * sampled.
 *
 *     invbench;ret_from_fork_[k];kthread_[k] 12
 *
 * The first name is the program's; a function of the kernel ends with _[k].
 */
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
#define FOLD_KERNEL "_[k]"

/* Adds what @script says. 0, -ENOMEM, or -EINVAL if it is no such text. */
int fold_script(struct fold *f, FILE *script);
/* Sorted by stack. 0 or a negative errno. */
int fold_write(const struct fold *f, FILE *out);
void fold_free(struct fold *f);

#endif
