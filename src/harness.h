/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * harness.h - runs one case: setup, threads, gate, warm-up, clock, histograms.
 */
#ifndef INVBENCH_HARNESS_H
#define INVBENCH_HARNESS_H

#include <pthread.h>

#include "device.h"
#include "histogram.h"
#include "invbench.h"
#include "suite.h"

#define CASE_NUMBERS	32

/* A number beside the latencies. */
struct case_number {
	const char *name, *unit;	/* for as long as the program runs */
	double value;
};

/* A case being run, and afterwards its outcome. */
struct run_case {
	const struct case_spec *spec;
	enum status status;
	char reason[512];		/* why not pass */
	pthread_mutex_t lock;		/* of status and reason, and of what whole() records */
	void *private;			/* the workload's */
	enum case_form form;
	int half;			/* the kernel half, or -1 */
	unsigned int bound[INVBENCH_MAX_ENDPOINTS], nr_bound;	/* endpoints bound to this process */
	struct device taken;		/* by case_take(), as it was; without a name if nothing was */
	bool taken_before;		/* somebody had bound it already */
	pid_t guard;			/* puts it back if this process cannot */
	int guard_fd;
	bool report;			/* in the checked pass: operations tell the model what they remove */
	bool late;			/* skipped because the model did not keep to its times */

	unsigned int sub_bits;
	unsigned int nr_threads;
	uint64_t clock_floor_ns;
	struct histogram latency;
	struct invbench_thread *threads;
	uint64_t pass_ops;		/* that the pass did, warm-up included; what counts of a probe are divided by */
	struct case_number numbers[CASE_NUMBERS];
	unsigned int nr_numbers;
};

struct pass {
	enum ring_pass kind;
	bool unmarked;			/* the SMMU model is not told of it */
	size_t number;			/* of the case in its suite */
	/* Called just before the threads start and just after the last has ended; may be NULL. */
	void (*begin)(void *arg);
	void (*end)(void *arg);
	void *arg;
};

/* Runs @spec. @c needs case_free() afterwards, whatever came out. */
void case_run(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits, const struct pass *pass);
void case_free(struct run_case *c);

/* Turns @c into a failure, unless it is one already: the first reason is the one to tell. */
void case_fail(struct run_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The CPU that thread @index belongs on: the index-th that this process may use; -1 past the last. */
int thread_cpu(unsigned int index);

/* Operations in user space, from threads of our own (threads.c); fills the outcome. */
void threads_run(struct run_case *c);

/* A descriptor of the kernel half, or a negative errno with a sentence in @why. */
int half_open(char *why, size_t size);
/* Takes back what case_bind_mm() did; a failure if an endpoint went away meanwhile. */
void half_unbind(struct run_case *c);

/* The most endpoints behind one SMMU, and SMMUs with endpoints; 0 without the kernel half. */
void half_most(unsigned int *devices, unsigned int *instances);
/* Does anybody use the endpoint of that name? 1, 0 (also if there is no kernel half), or a negative errno; @why says more. */
int half_endpoint_in_use(const char *name, char *why, size_t size);
/* The device that cases take, of those that take one. Checked when they do. */
void take_named(const char *name);
/* Puts back what case_take() took. */
void take_back(struct run_case *c);

/* Prints the endpoints of the kernel half as a table. Returns a status. */
int half_list(void);
/* Makes each SMMU with an endpoint issue some commands; an argument for instances_read(). */
int half_traffic(void *unused);

#endif
