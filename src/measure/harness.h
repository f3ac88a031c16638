/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * harness.h - runs one case: setup, threads, gate, warm-up, clock, histograms.
 */
#ifndef INVBENCH_HARNESS_H
#define INVBENCH_HARNESS_H

#include <pthread.h>
#include <stdatomic.h>

#include "device.h"
#include "histogram.h"
#include "status.h"
#include "suite.h"
#include "timeline.h"

#define CASE_NUMBERS 32

/* A number beside the latencies. */
struct case_number {
	const char *name, *unit; /* for as long as the program runs */
	double value;
};

/* Where threads wait until all have warmed up; those of all processes of a case, if it has several. */
struct start_gate {
	_Alignas(128) atomic_uint warming;
	_Alignas(128) atomic_bool open;
	atomic_bool stop; /* a thread failed or died */
};

struct processes; /* processes.c */

/* A case being run, and afterwards its outcome. With several processes each has one of its own. */
struct run_case {
	const struct case_spec *spec;
	enum status status;
	char reason[512];     /* why not pass */
	pthread_mutex_t lock; /* of status and reason, and of what whole() records */
	void *private;	      /* the workload's */
	enum case_form form;
	int half;					      /* the kernel half, or -1 */
	unsigned int bound[INVBENCH_MAX_ENDPOINTS], nr_bound; /* endpoints bound to this process */
	struct device taken; /* by case_take(), as it was; without a name if nothing was */
	bool taken_before;   /* somebody had bound it already */
	pid_t guard;	     /* puts it back if this process cannot */
	int guard_fd;
	struct {
		uint32_t domain;
		unsigned int endpoint;
	} member[INVBENCH_MAX_ENDPOINTS]; /* what case_domain() attached, in order */
	unsigned int nr_members;
	bool report; /* in the checked pass: operations tell the model what they remove */
	bool late;   /* skipped because the model did not keep to its times */

	struct processes *processes; /* NULL: no others */
	unsigned int process;	     /* which of them this is */
	bool idle;		     /* it has no threads */
	struct start_gate *gate;     /* of all of them; NULL: threads_run() has one */

	unsigned int sub_bits;
	unsigned int first_cpu; /* of its threads, as thread_cpu() numbers them */
	unsigned int nr_threads;
	uint64_t clock_floor_ns;
	struct histogram latency;
	struct timeline
		timeline; /* the same operations, window by window; without windows where their order is not known */
	struct invbench_thread *threads;
	uint64_t pass_ops; /* that the pass did, warm-up included; what counts of a probe are divided by */
	struct case_number numbers[CASE_NUMBERS];
	unsigned int nr_numbers;
};

struct pass {
	enum ring_pass kind;
	bool unmarked; /* the SMMU model is not told of it */
	size_t number; /* of the case in its suite */
	/* Called just before the threads start and just after the last has ended; may be NULL. */
	void (*begin)(void *arg);
	void (*end)(void *arg);
	void *arg;
};

/* Runs @spec. @c needs case_free() afterwards, whatever came out. */
void case_run(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits, const struct pass *pass);
void case_free(struct run_case *c);

/* Do the parameters of @spec go together? False with a sentence in @why. */
bool case_check(const struct case_spec *spec, char *why, size_t size);

/* Turns @c into a failure, unless it is one already: the first reason is the one to tell. */
void case_fail(struct run_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The CPU that thread @index belongs on: the index-th that this process may use; -1 past the last. */
int thread_cpu(unsigned int index);

/* The parts of a case that a process of it does. */
bool case_prepare(struct run_case *c, struct invbench_run *run);
void case_operate(struct run_case *c, struct invbench_run *run);
void case_leave(struct run_case *c);

/*
 * The same for @count processes, each of them forked: prepares all, false if one
 * did not pass; has them operate; has them leave, and collects what went wrong.
 */
bool processes_prepare(struct run_case *c, unsigned int count);
void processes_operate(struct run_case *c);
void processes_leave(struct run_case *c);

/*
 * Writes to all that this process has in memory. What it had in common with a
 * process that was forked is write-protected, and the write that ends that is
 * invalidated: it must not fall into an operation.
 */
void own_memory(void);

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
