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
	/* Called before attach(): a wish for what top shows besides, which costs each call more. NULL: there is no more. */
	void (*detail)(void);
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

/* How often the kernel skipped @program because it was running already on the same CPU. */
unsigned long long probe_skipped(const struct bpf_program *program);

/* How often the kernel could not run the kprobe of @link; 0 for other links and kernels before 6.7. */
unsigned long long probe_missed(const struct bpf_link *link);

/* Until no program that is running now is any more. They run in RCU read sections, so a grace period will do. */
void probe_wait_for_programs(void);

/* In place of a figure that this kernel does not have. */
json_t *probe_not_available(const char *why);

/* One more than the highest number a CPU can have; libbpf's count is less if numbers are left out. */
unsigned int probe_cpu_numbers(void);

#endif
