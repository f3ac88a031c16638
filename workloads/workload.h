/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workload.h - the contract of a workload.
 *
 * A workload is one file of this folder, under about 150 lines, that defines
 * one WORKLOAD(). The Makefile finds it; there is no list to extend. Its name
 * is its file's name. What several have in common is in lib/.
 *
 * The harness (src/measure/harness.c) owns threads, pinning, the start gate, warm-up,
 * the clock, histograms and output. A workload owns one operation. It comes in
 * one of three forms:
 *
 *   op()      an operation in user space. The harness calls it from its own
 *             threads and times each call.
 *   kernel()  a batch in the kernel half. The workload only fills in what one
 *             operation is; the kernel half has the loop, clock and threads.
 *   whole()   all of it at once, for what has a loop and a clock of its own, as
 *             fio has, or runs several kernel halves side by side.
 *
 * One that can do the same in two ways has two forms, and setup() says which.
 *
 * template.c is the shortest one, with a comment on each part.
 *
 * All functions return 0, or a negative errno after saying why on stderr with
 * case_error(); SKIP after case_skip(), which needs a sentence that tells the
 * user what is missing. teardown() is called whenever setup() was, even when
 * setup() failed or was skipped.
 */
#ifndef INVBENCH_WORKLOAD_H
#define INVBENCH_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "invbench.h"

/* A parameter: a number, or one of the words in @choices (value = its place in the list). */
struct param {
	const char *name;
	const char *summary;
	uint64_t def, min, max;	    /* numbers; "4K", "2M" are understood on input */
	const char *const *choices; /* NULL-terminated, or NULL for a number */
	bool bytes;		    /* a size: shown as 4K, 2M */
	bool model_time;	    /* the harness's own: of the SMMU model, in ns, or PARAM_PRESET */
};

#define PARAM_PRESET	UINT64_MAX /* written "preset" */

#define WORKLOAD_PARAMS 12
#define SKIP		1 /* returned after case_skip() */

struct run_case; /* one case being run; src/measure/case.h */

/*
 * What a case needs of the machine. The harness looks before setup(): where it is
 * missing the case is skipped with a sentence that says what. Which endpoints and
 * devices a case needs follows from its parameters: case_domain(), case_bind_mm()
 * and case_take() say in setup() that they are missing.
 */
struct needs {
	bool half;		 /* the kernel half; without it `invbench run` refuses to begin */
	const char *half_unless; /* a choice with which the case does without: "via=iommufd"; NULL: none */
	bool pages;		 /* parameter "size" in pages of this kernel, which may have larger ones than 4K */
	bool real_dma;		 /* an SMMU that serves devices' DMA: that of bed `model` does not */
	const char *program;	 /* in PATH; NULL: none */
};

struct workload {
	const char *name;    /* mandatory */
	const char *summary; /* mandatory: one sentence for `invbench list` */
	const char *unit;    /* mandatory: what one operation is; a choice "op" says it instead */
	struct needs needs;
	/*
	 * Ends at the first without a name. "threads", "ops" and "warmup" (per
	 * thread) are always there; declare one to set its default or range. So
	 * are "sync", "tlbi" and "atc", which set the SMMUs of bed `model`.
	 */
	struct param params[WORKLOAD_PARAMS];

	int (*check)(
		struct run_case *c); /* optional, of parameters alone: do they go together? Before any case is run */
	int (*setup)(struct run_case *c);			     /* optional; not timed */
	int (*before)(struct run_case *c, unsigned int thread);	     /* optional; before each op(), not timed */
	int (*op)(struct run_case *c, unsigned int thread);	     /* timed, from @threads threads */
	int (*kernel)(struct run_case *c, struct invbench_run *run); /* instead of op(), unless case_set_form() */
	int (*whole)(struct run_case *c);			     /* instead of op() and kernel(), the same */
	void (*teardown)(struct run_case *c);			     /* optional */
	bool idles; /* operations wait for a device: on bed icount, where idle time leaps, their latency is no figure */
	bool forked;		 /* a single process is forked too: for what changes the process for good */
	const char *forked_with; /* the same with this choice alone: "op=fork"; NULL: none */
};

/*
 * Placed side by side in a section of their own; the linker gives its ends.
 * usage: WORKLOAD(dma) = { .name = "dma", ... };
 */
#define WORKLOAD(ident) \
	static const struct workload workload_##ident; \
	static const struct workload *const workload_ptr_##ident __attribute__((used, section("workloads"))) = \
		&workload_##ident; \
	static const struct workload workload_##ident

/*
 * Processes. A workload with op() that declares a parameter "processes" is run
 * by so many, if they are more than one: each is forked and has setup(), threads
 * and teardown() of its own, and nothing in common with the others but the start
 * gate. They are set up one after the other.
 */

/* What a workload may ask of the harness. */
uint64_t case_param(const struct run_case *c, const char *name);     /* exits if undeclared: a bug */
const char *case_choice(const struct run_case *c, const char *name); /* the word */
int case_skip(struct run_case *c, const char *sentence, ...) __attribute__((format(printf, 2, 3)));
int case_error(struct run_case *c, const char *what, ...) __attribute__((format(printf, 2, 3)));
void *case_private(struct run_case *c); /* one pointer for the workload's own use */
void case_set_private(struct run_case *c, void *data);

/* A workload with several forms, in setup(): this case takes @form. */
enum case_form { FORM_OP, FORM_KERNEL, FORM_WHOLE };
void case_set_form(struct run_case *c, enum case_form form);
/* Any workload, in setup(): the case has @threads threads, each on a CPU of its own, and not the parameter's. */
int case_set_threads(struct run_case *c, unsigned int threads);
/* Which of the case's processes this is, from 0. */
unsigned int case_process(const struct run_case *c);
/* In setup(): this process does no operations. It stays as it was set up while the others do theirs. */
void case_idle(struct run_case *c);
/* In any pass: a number that belongs beside the latencies. The last value given to a name counts. */
void case_number(struct run_case *c, const char *name, double value, const char *unit);

/*
 * For whole(), from any thread of its own. What is recorded is the case's
 * latency; each operation that the pass did, recorded or not, is to be counted:
 * without, what probes count is dropped.
 */
struct histogram; /* src/base/histogram.h */
void case_sample(struct run_case *c, unsigned int thread, uint64_t ns);
void case_samples(struct run_case *c, unsigned int thread, const struct histogram *h);
/* Drops what was recorded so far, for a run that has to be made again. */
void case_forget(struct run_case *c);
void case_count(struct run_case *c, uint64_t ops);
/* The precision that histograms of this case have. */
unsigned int case_sub_bits(const struct run_case *c);
/* What the clock of a recorded operation costs; without it 0. */
void case_clock_floor(struct run_case *c, uint64_t ns);
/*
 * Runs @run in the kernel half on @run->threads threads, of the case's the
 * @first and those after it, and waits for its end. With @record its latencies are
 * the case's; its operations are counted either way. The workload sets domain,
 * op, size, flags, threads; warmup and ops too if they are not the parameters'.
 */
int case_run_kernel(struct run_case *c, struct invbench_run *run, unsigned int first, bool record);
/*
 * The same, and says when, by CLOCK_MONOTONIC, its timed operations were surely
 * going on: they began at @from or before, and ended at @till or later. @till is not
 * after @from if the run was too short to say.
 */
struct span {
	uint64_t from, till;
};
int case_run_span(struct run_case *c, struct invbench_run *run, unsigned int first, bool record, struct span *span);
/* The CPU of the case's thread @thread. */
unsigned int case_cpu(const struct run_case *c, unsigned int thread);
/* Puts the calling thread on it. */
void case_pin(struct run_case *c, unsigned int thread);
/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t case_now(void);

/* Devices, by the kernel half. All return 0, SKIP or a negative errno as above. */
struct endpoint_want {
	bool ats;	       /* only endpoints with ATS */
	bool no_ats;	       /* only endpoints without */
	bool pasid;	       /* only endpoints with PASIDs */
	bool stage2;	       /* case_domain(): a second-stage domain */
	bool dma;	       /* case_domain(): the default domain of one endpoint, for the DMA API */
	unsigned int count;    /* so many, all behind one instance; 0: one is chosen, for allocation only */
	unsigned int instance; /* case_domain(): behind the so-many-th, from 1, that has such endpoints; 0: any */
	unsigned int spread;   /* case_bind_mm(): over so many instances; 0: one */
	const char *name;      /* this one, or NULL */
};
/* Opens the kernel half, allocates a domain and attaches @want->count endpoints to it; undone by the harness. */
int case_domain(struct run_case *c, const struct endpoint_want *want, uint32_t *domain);
/*
 * Takes the @n-th endpoint, from 0, that case_domain() attached to @domain out of it, and
 * puts it back, from any thread. @ns: how long the call took; may be NULL.
 */
int case_detach(struct run_case *c, uint32_t domain, unsigned int n, uint64_t *ns);
int case_attach(struct run_case *c, uint32_t domain, unsigned int n, uint64_t *ns);
/* From then on it is blocked while it is detached, and not in its default domain. Only while it is attached. */
int case_claim(struct run_case *c, uint32_t domain, unsigned int n);
/*
 * Binds this process to @want->count endpoints with PASIDs, dealt one by one
 * over @want->spread instances; undone by the harness.
 */
int case_bind_mm(struct run_case *c, const struct endpoint_want *want);

/* A device to take: the one of --device, else the first of these that nobody uses. */
struct device_want {
	const char *what;   /* for people */
	const char *driver; /* that it has */
	bool no_ats;
	const char *type; /* of its group's default domain: DMA, DMA-FQ, identity; NULL: as it is */
	const char *as;	  /* driver that it is given; NULL: as it is */
};
/* At most one in a case; undone by the harness. @name stays as long as the case. */
int case_take(struct run_case *c, const struct device_want *want, const char **name);
/* The name after --device, or NULL. */
const char *case_device(const struct run_case *c);

/*
 * Around what removes whole pages, or rights to them, from the address space of
 * this process, in op(): what is said in the checked pass (invbench run
 * --checked) is held against the commands that the SMMUs saw. In other passes
 * these do nothing.
 */
uint64_t case_report_begin(struct run_case *c, const void *start, uint64_t size);
void case_report_return(struct run_case *c, uint64_t id);

#endif
