/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * folded.h - folded stacks: a text with one line for each different stack, from
 * the outermost function to the innermost, and how often it was sampled.
 *
 *     invbench;ret_from_fork_[k];kthread_[k] 12
 *
 * The first name is the program's; a function of the kernel ends with _[k].
 */
#ifndef INVBENCH_FOLDED_H
#define INVBENCH_FOLDED_H

#define FOLDED_KERNEL "_[k]"

#endif
