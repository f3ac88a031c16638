/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hook.h - a BPF program at a function of the kernel, of the two kinds that common.h tells apart.
 */
#ifndef INVBENCH_BPF_HOOK_H
#define INVBENCH_BPF_HOOK_H

#include "target.h"

struct bpf_object;

/* A program that is or may be attached. */
struct hook {
	struct bpf_program *program;
	struct bpf_link *link;
};

/* Before loading: program @name of @object, or "k@name" where fentry does not work, will be attached to @target. */
void hook_choose(struct hook *hook, struct bpf_object *object, const char *name, const struct target *target);

/* After loading; @probe is named in the line on stderr that a failure has. 0, or a negative errno. */
int hook_attach(struct hook *hook, const char *probe, const struct target *target, bool at_return);

/* How often the kernel ran past it. */
unsigned long long hook_missed(const struct hook *hook);

void hook_detach(struct hook *hook);

#endif
