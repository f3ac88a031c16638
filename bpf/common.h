/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * common.h - the contract of a probe, user side.
 *
 * A probe is bpf/NAME.bpf.c and bpf/NAME.c (and NAME.h if both share types).
 * NAME.c defines one PROBE(); the Makefile finds it, builds the BPF object and
 * its skeleton NAME.skel.h. `invbench run` attaches probes in a pass of their
 * own, `invbench trace NAME` on its own.
 */
#ifndef INVBENCH_BPF_COMMON_H
#define INVBENCH_BPF_COMMON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct bpf_link;
struct bpf_program;

struct probe {
	const char *name;
	const char *summary; /* one line for --help */
	/*
	 * What it can attach to, ended by NULL; and, called before attach() and
	 * as often as needed, a wish for one of them, which then leaves out
	 * those not wished for. Both NULL: no choice. -ENOENT: no such entry.
	 */
	const char *const *entries;
	int (*select)(const char *entry);
	/*
	 * Opens, loads and attaches; *@state is the probe's own. 0, or a negative
	 * errno after one line on stderr. -EOPNOTSUPP: this kernel cannot be
	 * probed, and @why (size @why_size) holds a sentence.
	 */
	int (*attach)(void **state, char *why, size_t why_size);
	/*
	 * From the next reset on counts only commands for the IOMMU group of that number, as it is now; NULL: all. 0, or
	 * a negative errno with a sentence in @why (size @why_size), and all are counted. NULL: it always counts all, or none.
	 */
	int (*of_group)(void *state, const char *group, char *why, size_t why_size);
	void (*reset)(void *state);	     /* forget what was counted so far */
	json_t *(*read)(void *state);	     /* as results/README.md says; new reference, or NULL */
	json_t *(*take)(void *state);	     /* read() and reset() in one, and no event falls between */
	void (*print)(const json_t *result); /* read()'s, as text on stdout; NULL: as entries and counters */
	void (*detach)(void *state);	     /* also after a failed attach(); NULL is fine */
};

#define PROBE(ident) \
	static const struct probe probe_##ident; \
	static const struct probe *const probe_ptr_##ident __attribute__((used, section("probes"))) = &probe_##ident; \
	static const struct probe probe_##ident

/* The probe called @name, or NULL. */
const struct probe *probe_find(const char *name);
/* The n-th probe, NULL past the last. */
const struct probe *probe_nth(size_t n);

/*
 * To be called before all else: 0, or -EOPNOTSUPP with a sentence in @why if
 * no probe can work here (no privilege, no BTF). libbpf becomes silent.
 */
int probe_prepare(char *why, size_t why_size);

/* What libbpf last complained about, on one line; "no reason given" if it did not. */
const char *probe_complaint(void);

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
 * (.isra.0, .constprop.0; .part.0 is not accepted). Drivers may have functions
 * of the same name, as those of SMMUv2 and SMMUv3 do: @family, ended by NULL,
 * are prefixes of names that only the wanted driver has, and the one that
 * lies nearest to any of those is taken. -ENOENT: there is none, or none of
 * the family's kernel or module.
 *
 * INVBENCH_KPROBE in the environment makes all functions such that fentry does
 * not work, so that the fallback can be tested.
 */
int target_find(const char *function, const char *const *family, struct target *target);

/* The position, from 0, of the parameter @name by the kernel's BTF; -ENOENT if it has none. */
int target_argument(const struct target *target, const char *name);

/*
 * Where a member is, in bytes, from what the parameter @name points to; by the
 * kernel's BTF, -ENOENT if it has none. @path is "a.b", or "a->b": then it is
 * counted from what a points to. CO-RE would look the structure up by its name,
 * which drivers can share, and these do.
 */
int target_member(const struct target *target, const char *name, const char *path);

/* Before loading: @program, of the type that @target->fentry asks for, will be attached to @target. */
void target_choose(const struct target *target, struct bpf_program *program);

/* After loading. NULL and errno on failure. */
struct bpf_link *target_attach(const struct target *target, struct bpf_program *program, bool at_return);

/* How often the kernel skipped @program because it was running already on the same CPU. */
unsigned long long probe_skipped(const struct bpf_program *program);

/* How often the kernel could not run the kprobe of @link; 0 for other links and kernels before 6.7. */
unsigned long long probe_missed(const struct bpf_link *link);

/* One more than the highest number a CPU can have; libbpf's count is less if numbers are left out. */
unsigned int probe_cpu_numbers(void);

/* Where symbols are read from, once; only tests set it. */
extern const char *probe_kallsyms;

/* For all probes of the SMMUv3 driver: the family, and the submit function, innermost first, ended by NULL. */
extern const char *const smmu_family[], *const smmu_submit_functions[];

#endif
