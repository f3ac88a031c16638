/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hook.h - a BPF program at a function of the kernel, of the two kinds that common.h tells apart.
 */
#ifndef INVBENCH_BPF_HOOK_H
#define INVBENCH_BPF_HOOK_H

#include <jansson.h>

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

/*
 * The programs lock_begin and lock_end of @object, at the tracepoints where a task begins and ends to wait for a lock.
 * hook_locks_attach(): false if this kernel has none of these: before 5.19 there are none, and some kernels are built without.
 */
void hook_locks_choose(struct hook *begin, struct hook *end, struct bpf_object *object);
bool hook_locks_attach(struct hook *begin, struct hook *end);

/* A function at whose begin and end there may be programs. */
struct hook_point {
	struct target target; /* without symbol: not in this kernel, or not wished for */
	struct hook enter, leave;
};

/* hook_choose() of both; NULL: there is none. */
void hook_point_choose(struct hook_point *point, struct bpf_object *object, const char *enter, const char *leave);
int hook_point_attach(struct hook_point *point, const char *probe);
unsigned long long hook_point_missed(const struct hook_point *point);
void hook_point_detach(struct hook_point *point);
/* What was used, as @name: times of one kind of program and of the other do not compare. */
void hook_point_tell(const struct hook_point *point, const char *name, json_t *symbols, json_t *modes);

#endif
