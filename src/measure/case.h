/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * case.h - a case being run: what all parts of the harness stand on. What
 * workloads may ask of it is in workload.h.
 */
#ifndef INVBENCH_CASE_H
#define INVBENCH_CASE_H

#include <pthread.h>
#include <stdatomic.h>

#include "device.h"
#include "histogram.h"
#include "params.h"
#include "reason.h"
#include "status.h"
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
	/*
	 * In the checked pass: operations tell the model what they remove. Here, as they
	 * look at it while they are timed: further back it takes an instruction more.
	 */
	bool report;
	enum status status;
	enum reason_code code; /* why not pass */
	char reason[512];      /* the same for people */
	bool operating;	       /* it is set up, and operations are going on */
	pthread_mutex_t lock;  /* of status and reason, and of what whole() records */
	bool set_up;	       /* setup() was called: teardown() has to be */
	void *private;	       /* the workload's */
	enum case_form form;
	int half;				/* the kernel half, or -1 */
	uint32_t bound[INVBENCH_MAX_ENDPOINTS]; /* generations of endpoints bound to this process */
	unsigned int nr_bound;
	struct device taken; /* by case_take(), as it was; without a name if nothing was */
	bool taken_before;   /* somebody had bound it already */
	pid_t guard;	     /* puts it back if this process cannot */
	int guard_fd;
	struct {
		uint32_t domain;
		struct invbench_endpoint endpoint;
	} member[INVBENCH_MAX_ENDPOINTS]; /* what case_domain() attached, in order */
	unsigned int nr_members;
	bool nesting; /* its second-stage domain is a nesting parent */
	bool late;    /* skipped because the model did not keep to its times */

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

/* A case of @spec that has not begun; to be freed. Histograms have @sub_bits. */
void case_init(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits);
void case_free(struct run_case *c);

/*
 * Ends @c with @status, fail or skip, unless it failed already: the first reason is
 * the one to tell. What says no code has one by default: a skip needs something, and
 * a failure is of the setup, or of an operation.
 */
void case_end(struct run_case *c, enum status status, enum reason_code code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same for a failure of the default code. */
void case_fail(struct run_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Has @step of the workload, which returned @ret, ended the case? An error without a reason is a failure all the same. */
bool case_went_wrong(struct run_case *c, const char *step, int ret);

#endif
