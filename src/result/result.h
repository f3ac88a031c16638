/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * result.h - reads what `invbench run` wrote: boot files, and folders of them.
 *
 * A file may come from anywhere, so nothing in it is believed. An error is one
 * line that names the file, the key, what is wrong and what to do.
 */
#ifndef INVBENCH_RESULT_H
#define INVBENCH_RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fields.h"
#include "histogram.h"
#include "reason.h"
#include "sentence.h"
#include "status.h"
#include "timeline.h"

/* Real files have less than 1 MiB; cost.h has what one may take in memory. */
#define RESULT_MAX_BYTES     (32ULL << 20)
#define RESULT_MAX_CASES     10000
#define RESULT_MAX_STRING    4096
#define RESULT_MAX_NUMBERS   64	    /* of a case, of each kind */
#define RESULT_MAX_PARAMS    64	    /* of a case */
#define RESULT_MAX_FUNCTIONS 100000 /* of a case; of all of a distribution's kernel */
#define RESULT_MAX_SLICES    256    /* of an operation */

struct result_thread {
	uint64_t cpu, ops, elapsed_ns, min_ns, max_ns, sum_ns;
};

/* An entry point of the driver, as the probe saw it. */
struct result_entry {
	const char *name;
	uint64_t count, median, p99;
};

/* The invlat probe's counts; they hold for the probe pass only. */
struct result_probe {
	bool present, valid;
	uint64_t ops, lost, commands, syncs, batches;
	uint64_t others, other_syncs; /* of other devices, where one's are counted alone */
	const char *attach;
	const json_t *symbols;
	struct result_entry *entries;
	size_t nr_entries;
};

struct result_witness {
	bool present;
	const char *source;
	uint64_t commands, syncs;
};

/* How bed model kept its own times in a case's timing pass: each CMD_SYNC, as set and as served. */
struct result_service {
	bool present, valid;
	uint64_t syncs, late;
	uint64_t set_min, set_max, set_median, took_median;
	struct histogram lateness;
};

/* The instructions that were executed in a function in a case's timing pass, by a bed that counts them. */
struct result_function {
	const char *name; /* without what the compiler added: two may have one name */
	uint64_t instructions;
};

struct result_functions {
	struct result_function *list;
	size_t count;
};

/* What bed model's oracle checked in a case's checked pass. */
struct result_oracle {
	bool present;
	uint64_t removals, needs, violations, unfollowed;
};

/* A call, a list or a wait; the first of an operation is that itself. */
struct result_slice {
	const char *point, *smmu; /* smmu "": of none, or of several */
	uint64_t begin_ns, ns;	  /* from the operation's begin */
	uint64_t depth;
};

/* One operation with all that it did, in the order of time; empty if nobody looked. */
struct result_operation {
	struct result_slice *list;
	size_t count;
};

/* What an unmap of the DMA API takes its time for: bpf/unmap_parts.h says what each is. */
enum result_unmap_id {
	RESULT_UNMAP_TABLE,
	RESULT_UNMAP_IOVA,
	RESULT_UNMAP_BUILD,
	RESULT_UNMAP_ROOM,
	RESULT_UNMAP_ISSUE,
	RESULT_UNMAP_SYNC,
	RESULT_UNMAP_LOCK,
	RESULT_UNMAP_QUEUE,
	RESULT_UNMAP_OTHER,
	RESULT_UNMAP_PARTS
};

extern const char *const result_unmap_names[RESULT_UNMAP_PARTS];

struct result_unmap_part {
	bool known;	       /* else it is in another part */
	uint64_t ns, probe_ns; /* of all unmaps; and what of it is the probe's own */
	uint64_t least_ns;     /* of one unmap, without the probe's own */
};

/* In the probe's own pass; they add up to @total_ns. */
struct result_unmap {
	bool present;
	uint64_t count, total_ns;
	uint64_t syncs, untold;		   /* CMD_SYNCs; such as were waited for in RESULT_UNMAP_ISSUE */
	uint64_t timer_ns, timer_probe_ns; /* beside them: the timer that empties flush queues */
	struct result_unmap_part parts[RESULT_UNMAP_PARTS];
};

/* What only this case can tell: fio's IOPS, an event that perf counted. */
struct result_number {
	const char *name, *unit;
	double value;
	double running; /* the part of the time that it was counted in; 1 unless of perf */
};

struct result_numbers {
	struct result_number *list;
	size_t count;
};

/* Strings and parameters are as in struct boot. */
struct result_case {
	const char *name, *workload, *unit;
	enum status status;
	enum reason_code code; /* why not pass: of a file of version 1 as well as its words tell */
	const char *reason;    /* the same for people */
	enum untimed untimed;  /* its latencies are no times */
	const json_t *params;
	uint64_t ops, elapsed_ns, clock_floor_ns;
	struct histogram latency; /* only of a case that passed */
	struct timeline_cells
		timeline; /* the same over the pass; without windows in older files, and where the order is not known */
	struct result_thread *threads;
	size_t nr_threads;
	struct result_probe probe;
	struct result_witness witness;
	bool late; /* bed model: the model was late in the timing pass, and the other passes were made all the same */
	struct result_service service;
	struct result_oracle oracle;
	struct result_functions functions;
	struct result_numbers numbers, perf;
	struct result_numbers probed; /* by probes other than invlat */
	struct result_operation operation;
	struct result_unmap unmap;
};

struct result_instance {
	const char *name;
	bool features_known, ril, ats, msi_polling;
	uint64_t ssid_bits, cmdq_entries;
};

/*
 * All strings, and what is JSON, are interned: any two that are equal are the
 * same, and all are there as long as the boot. They are not to be changed.
 */
struct boot {
	char *path;
	uint64_t version; /* of the file's format */
	const char *started, *invbench, *suite;
	uint64_t number;
	struct result_machine machine;
	struct result_bed bed;
	struct result_kernel kernel;
	struct result_instance *instances;
	size_t nr_instances;
	struct result_case *cases;
	size_t nr_cases;
	uint32_t *by_name; /* places of the cases, sorted by name */
};

/* boot-NNN.json, gzipped or not, and nothing else: logs and temporary names lie beside them. */
bool result_is_boot(const char *name);
/* NULL with a sentence in @why. Several threads may load at once. */
struct boot *boot_load(const char *path, struct sentence *why);
void boot_free(struct boot *boot);
/* The struct of that name in it (fields.h). */
const void *boot_section(const struct boot *boot, enum section section);
/* The case called @name, or NULL. */
const struct result_case *boot_case(const struct boot *boot, const char *name);

/* A file of this project, parsed with the limits above but not interpreted. NULL with a sentence in @why. */
json_t *result_load_json(const char *path, struct sentence *why);

/* The boots of one kernel on one bed: what a comparison calls a side. */
struct side {
	char *path;
	char *label;	     /* what tables call it; the kernel's name */
	struct boot **boots; /* by number */
	size_t nr_boots;
};

/*
 * Loads @path, a boot file or a folder of them (RESULTS/RUN/KERNEL/BED).
 * Refuses boots of different kernels or beds. -ENOENT: no boot files there.
 * Other errors are negative too; @why is filled.
 */
int side_load(const char *path, struct side *side, struct sentence *why);
void side_free(struct side *side);
/*
 * Is the kernel of @side a variant that is to be held against @other's, beside the
 * base @base? By kernels.conf; of files of version 1 by the '-' in their names.
 */
bool side_is_against(const struct side *base, const struct side *side, const struct side *other);
/* A boot that got far enough to know its machine, if there is one; else the first. */
const struct boot *side_speaker(const struct side *side);

/* All sides of a run on one bed; the first is the base. */
struct run_bed {
	char *bed, *run_path;
	struct side *sides;
	size_t nr_sides;
	char **lost; /* kernels of the plan without a single boot */
	size_t nr_lost;
};

struct run_folder {
	char *path;
	bool planned; /* plan.json gave the order; else it is alphabetical */
	struct run_bed *beds;
	size_t nr_beds;
};

/* Loads RESULTS/RUN. @base: the kernel to put first, or NULL. 0 or a negative errno with a sentence in @why. */
int run_load(const char *path, const char *base, struct run_folder *run, struct sentence *why);
void run_free(struct run_folder *run);

#endif
