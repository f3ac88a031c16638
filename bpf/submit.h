/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * submit.h - the driver's function that submits a list of commands: its arguments, and what it calls to wait.
 */
#ifndef INVBENCH_BPF_SUBMIT_H
#define INVBENCH_BPF_SUBMIT_H

#include <stdbool.h>
#include <stddef.h>

struct target;

/* Where the function has its arguments. */
struct submit_args {
	unsigned int smmu, cmdq, list, n, sync;
};

/* By the kernel's BTF: 0, or -EOPNOTSUPP with a sentence in @why. */
int submit_find_args(const struct target *submit, struct submit_args *args, char *why, size_t why_size);

/* Whether they are the first five in this order, as nearly everywhere: then programs read them for less. */
bool submit_has_usual_args(const struct target *submit);

/*
 * Where it waits: for room in the queue; for a CMD_SYNC, by CONS; the same by a word in memory. The first that there
 * is, ended by NULL. No kernel has all, as compilers inline most of these, each in another kernel.
 */
extern const char *const submit_room_functions[], *const submit_sync_functions[], *const submit_msi_functions[];

#endif
