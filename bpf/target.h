/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * target.h - functions of the running kernel that a probe can be attached to.
 */
#ifndef INVBENCH_BPF_TARGET_H
#define INVBENCH_BPF_TARGET_H

#include <stdbool.h>

struct bpf_link;
struct bpf_program;

/* A list of names, as those below take it: a family, or functions of which the first that there is will do. */
#define NAMES(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

/* A function of the running kernel. */
struct target {
	char symbol[128]; /* "": this kernel has none */
	char module[64];  /* "": built in */
	unsigned long long address;
	bool unique; /* no other built-in function has this name */
	bool fentry; /* fentry works here, else kprobe must do */
};

/*
 * Looks up @function in /proc/kallsyms: itself, or with a compiler suffix
 * (.isra.0, .constprop.0, .llvm.4711, .__uniq.17, .specialized.1, .argprom, .argelim; .part.0 is not accepted). Drivers may have functions
 * of the same name, as those of SMMUv2 and SMMUv3 do: @family, ended by NULL,
 * are prefixes of names that only the wanted driver has, and the one that
 * lies nearest to any of those is taken. -ENOENT: there is none, or none of
 * the family's kernel or module.
 *
 * INVBENCH_KPROBE in the environment makes all functions such that fentry does
 * not work, so that the fallback can be tested.
 */
int target_find(const char *function, const char *const *family, struct target *target);

/* target_find() for who only asks BTF: whether fentry works, which is tried out and takes long, is not known then. */
int target_locate(const char *function, const char *const *family, struct target *target);

/* target_find() of the SMMUv3 driver's submit function, the innermost that there is. */
int target_find_submit(struct target *target);

/* The position, from 0, of the parameter @name by the kernel's BTF; -ENOENT if it has none. */
int target_argument(const struct target *target, const char *name);

/*
 * Where a member is, in bytes, from what the parameter @name points to; by the
 * kernel's BTF, -ENOENT if it has none. @path is "a.b", or "a->b": then it is
 * counted from what a points to. CO-RE would look the structure up by its name,
 * which drivers can share, and these do.
 */
int target_member(const struct target *target, const char *name, const char *path);

/* Whether the kernel, or the module, that has the function has a per-CPU variable @name: BTF knows no others. */
bool target_has_per_cpu(const struct target *target, const char *name);

/* Before loading: @program, of the type that @target->fentry asks for, will be attached to @target. */
void target_choose(const struct target *target, struct bpf_program *program);

/* After loading. NULL and errno on failure. */
struct bpf_link *target_attach(const struct target *target, struct bpf_program *program, bool at_return);

/* Why no function of this kernel can be found, in a sentence; NULL: they can. */
const char *target_unreadable(void);

/* Where symbols are read from, once; only tests set it. */
extern const char *target_kallsyms;

/* For all probes of the SMMUv3 driver: the family, and the submit function, innermost first, ended by NULL. */
extern const char *const smmu_family[], *const smmu_submit_functions[];

#endif
