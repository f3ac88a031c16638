// SPDX-License-Identifier: GPL-2.0-only
/*
 * invlat.c - the user side of the probe `invlat`: picks what this kernel has,
 * attaches, and turns the counters into the result format.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "histogram.h"
#include "invbench.h"
#include "invlat.h"
#include "invlat.skel.h"

/* A call that has not returned after so long will not any more. */
#define PATIENCE_MS	1000

static const char *const entry_names[] = {
#define X(ident) "arm_smmu_" #ident,
	INVLAT_ENTRIES(X)
#undef X
	NULL
};

/* 7.3 made the submit function a wrapper that may submit a list twice; the inner one sees both. */
#define SUBMIT_INNER	"__arm_smmu_cmdq_issue_cmdlist"

/* A program that is or may be attached. */
struct hook {
	struct bpf_program *program;
	struct bpf_link *link;
};

struct point {
	char symbol[128];		/* "" if the kernel has none or it was not wished for */
	bool fentry;
	struct hook enter, leave;
};

struct counts {
	unsigned long long lost, batches, commands, syncs;
};

struct invlat {
	struct invlat_bpf *skel;
	struct point points[INVLAT_ENTRY_COUNT];
	int commands_arg, sync_arg;
	struct counts base;		/* what was counted before the last reset */
	unsigned long long since_ns;	/* the last reset */
	unsigned int nr_cpus, bank;
	struct invlat_cpu *cpus;	/* the kernel's own memory */
};

static bool wished[INVLAT_ENTRY_COUNT], any_wish;

static int invlat_select(const char *entry)
{
	int i;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++) {
		if (strcmp(entry, entry_names[i]))
			continue;
		wished[i] = any_wish = true;
		return 0;
	}
	return -ENOENT;
}

static struct bpf_program *program_named(struct invlat *s, const char *prefix, const char *ident)
{
	char name[64];

	snprintf(name, sizeof(name), "%s_%s", prefix, ident);
	return bpf_object__find_program_by_name(s->skel->obj, name);
}

static void choose_program(struct hook *hook, struct bpf_program *program, const struct point *point)
{
	hook->program = program;
	bpf_program__set_autoload(program, true);
	if (point->fentry)
		bpf_program__set_attach_target(program, 0, point->symbol);
}

/* Which arguments to count is known by name only, so a copy whose arguments the compiler changed cannot be counted. */
static int choose_counter(struct invlat *s, char *why, size_t why_size)
{
	struct point *point = &s->points[INVLAT_SUBMIT];

	s->commands_arg = probe_argument(point->symbol, "n");
	s->sync_arg = probe_argument(point->symbol, "sync");
	if (s->commands_arg < 0 || s->sync_arg < 0 || s->commands_arg > 7 || s->sync_arg > 7) {
		snprintf(why, why_size, "this kernel's BTF does not say which arguments of %s are `n` and `sync`",
			 point->symbol);
		return -EOPNOTSUPP;
	}
	s->skel->rodata->commands_arg = s->commands_arg;
	s->skel->rodata->sync_arg = s->sync_arg;
	return 0;
}

static int choose_symbol(enum invlat_entry entry, char *symbol, size_t size)
{
	if (entry == INVLAT_SUBMIT && !probe_symbol(SUBMIT_INNER, symbol, size))
		return 0;
	return probe_symbol(entry_names[entry], symbol, size);
}

/* fentry where possible, else kprobe, else the entry point is left out. */
static int choose(struct invlat *s, char *why, size_t why_size)
{
	unsigned int i, found = 0;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++) {
		struct point *point = &s->points[i];
		const char *ident = entry_names[i] + strlen("arm_smmu_");

		if (any_wish && !wished[i])
			continue;
		if (choose_symbol(i, point->symbol, sizeof(point->symbol))) {
			if (any_wish)
				say("invlat: this kernel has no %s", entry_names[i]);
			continue;
		}
		found++;
		point->fentry = probe_can_fentry(point->symbol);
		choose_program(&point->enter, program_named(s, point->fentry ? "enter" : "kenter", ident), point);
		choose_program(&point->leave, program_named(s, point->fentry ? "leave" : "kleave", ident), point);
	}
	if (!found) {
		snprintf(why, why_size, "this kernel has no SMMUv3 driver with %s entry point; is arm_smmu_v3 loaded?",
			 any_wish ? "that" : "a known");
		return -EOPNOTSUPP;
	}
	return s->points[INVLAT_SUBMIT].symbol[0] ? choose_counter(s, why, why_size) : 0;
}

static int attach_hook(struct hook *hook, const struct point *point, bool at_return)
{
	int err;

	hook->link = point->fentry ? bpf_program__attach_trace(hook->program) :
				     bpf_program__attach_kprobe(hook->program, at_return, point->symbol);
	err = hook->link ? 0 : -errno;
	if (err)
		say("invlat: could not attach to %s: %s (%s)", point->symbol, strerror(-err), probe_complaint());
	return err;
}

/* Returns first: the other way round, calls in between would wait for their return for ever. */
static int attach_all(struct invlat *s)
{
	int i, err = 0;

	for (i = 0; i < INVLAT_ENTRY_COUNT && !err; i++) {
		if (!s->points[i].symbol[0])
			continue;
		err = attach_hook(&s->points[i].leave, &s->points[i], true);
		if (!err)
			err = attach_hook(&s->points[i].enter, &s->points[i], false);
	}
	return err;
}

/* One more than the highest number a CPU can have; libbpf's count is less if numbers are left out. */
static unsigned int cpu_numbers(void)
{
	FILE *file = fopen("/sys/devices/system/cpu/possible", "re");
	unsigned int highest = 0;
	char separator;

	if (!file)
		return libbpf_num_possible_cpus();
	while (fscanf(file, "%u%c", &highest, &separator) == 2 && separator != '\n')
		;
	fclose(file);
	return highest + 1;
}

static int load(struct invlat *s)
{
	struct bpf_map *map = s->skel->maps.bss_cpus;
	size_t size;
	int err;

	s->nr_cpus = cpu_numbers();
	s->skel->rodata->nr_cpus = s->nr_cpus;
	err = bpf_map__set_value_size(map, s->nr_cpus * sizeof(struct invlat_cpu));
	if (!err)
		err = invlat_bpf__load(s->skel);
	if (err)
		say("invlat: could not load: %s (%s)", strerror(-err), probe_complaint());
	else
		s->cpus = bpf_map__initial_value(map, &size);
	return err;
}

static void invlat_reset(void *state);

static int invlat_attach(void **state, char *why, size_t why_size)
{
	struct invlat *s;
	int err = probe_prepare(why, why_size);

	*state = NULL;
	if (err)
		return err;
	*state = s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->skel = invlat_bpf__open();
	if (!s->skel)
		return -errno;
	err = choose(s, why, why_size);
	if (!err)
		err = load(s);
	if (!err)
		err = attach_all(s);
	if (!err)
		invlat_reset(s);	/* returns of calls that began before that were counted as lost */
	return err;
}

static void invlat_detach(void *state)
{
	struct invlat *s = state;
	int i;

	if (!s)
		return;
	for (i = 0; i < INVLAT_ENTRY_COUNT; i++) {
		bpf_link__destroy(s->points[i].enter.link);
		bpf_link__destroy(s->points[i].leave.link);
	}
	invlat_bpf__destroy(s->skel);
	free(s);
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static unsigned int calls_between(const struct invlat *s, unsigned long long from, unsigned long long to)
{
	unsigned int cpu, entry, i, sum = 0;

	for (cpu = 0; cpu < s->nr_cpus; cpu++) {
		for (entry = 0; entry < INVLAT_ENTRY_COUNT; entry++) {
			const struct invlat_call *calls = s->cpus[cpu].slots[entry].calls;

			for (i = 0; i < INVLAT_CALLS; i++)
				sum += calls[i].frame && calls[i].start_ns >= from && calls[i].start_ns < to;
		}
	}
	return sum;
}

/*
 * Calls since the last reset whose return the kernel did not show us, as when
 * another tool attaches to the function in the meantime.
 */
static unsigned int calls_without_return(const struct invlat *s)
{
	unsigned long long now = now_ns();
	unsigned int left, i;

	for (i = 0; (left = calls_between(s, s->since_ns, now)) && i < PATIENCE_MS; i++)
		usleep(1000);
	return left;
}

/*
 * Since the probe was attached. A program that the kernel skipped counts
 * nothing; a skipped entry is lost already when its return finds no start.
 */
static void count_point(const struct invlat *s, enum invlat_entry entry, struct counts *sum)
{
	const struct hook *leave = &s->points[entry].leave;
	unsigned int i;

	if (!leave->link)
		return;
	sum->lost += probe_skipped(leave->program) + probe_missed(leave->link);
	for (i = 0; i < s->nr_cpus; i++) {
		const struct invlat_slot *slot = &s->cpus[i].slots[entry];

		sum->lost += slot->lost;
		sum->batches += slot->batches;
		sum->commands += slot->commands;
		sum->syncs += slot->syncs;
	}
}

static struct counts read_counts(const struct invlat *s)
{
	struct counts sum = { 0 };
	int i;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++)
		count_point(s, i, &sum);
	return sum;
}

/* What was counted since the last reset, whose place *@total can take. */
static struct counts counts_since(const struct invlat *s, struct counts *total)
{
	unsigned int unreturned = calls_without_return(s);

	*total = read_counts(s);
	return (struct counts){
		.lost = total->lost - s->base.lost + unreturned,
		.batches = total->batches - s->base.batches,
		.commands = total->commands - s->base.commands,
		.syncs = total->syncs - s->base.syncs,
	};
}

static int read_entry(const struct invlat *s, enum invlat_entry entry, unsigned int bank, json_t *entries)
{
	const struct invlat_hist *cpu;
	struct histogram hist;
	unsigned int i;
	int err;

	err = hist_init(&hist, INVLAT_SUB_BITS);
	if (err)
		return err;
	for (i = 0; i < s->nr_cpus; i++) {
		cpu = &s->cpus[i].slots[entry].hists[bank];
		hist_add_buckets(&hist, (const uint64_t *)cpu->buckets, cpu->min, cpu->max, cpu->sum,
				 cpu->out_of_range);
	}
	if (hist.count || hist.out_of_range)
		err = json_object_set_new(entries, entry_names[entry], hist_to_json(&hist));
	hist_free(&hist);
	return err;
}

static json_t *read_entries(const struct invlat *s, unsigned int bank)
{
	json_t *entries = json_object();
	int i;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++) {
		if (!s->points[i].leave.link || !read_entry(s, i, bank, entries))
			continue;
		json_decref(entries);
		return NULL;
	}
	return entries;
}

/* `kprobe` if any entry point had to use it. */
static const char *attached_by(const struct invlat *s)
{
	int i;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++)
		if (s->points[i].symbol[0] && !s->points[i].fentry)
			return "kprobe";
	return "fentry";
}

static json_t *symbols(const struct invlat *s)
{
	json_t *object = json_object();
	int i;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++)
		json_object_set_new(object, entry_names[i], json_string(s->points[i].symbol));
	return object;
}

/* What was used for each entry point: times of one and of the other do not compare. */
static json_t *attach_modes(const struct invlat *s)
{
	json_t *object = json_object();
	int i;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++)
		if (s->points[i].symbol[0])
			json_object_set_new(object, entry_names[i],
					    json_string(s->points[i].fentry ? "fentry" : "kprobe"));
	return object;
}

static json_t *to_json(const struct invlat *s, const struct counts *counts, json_t *entries)
{
	json_t *probe;

	if (!entries)
		return NULL;
	probe = json_pack("{s:s, s:I, s:b, s:o, s:o, s:o}", "attach", attached_by(s), "lost", (json_int_t)counts->lost,
			  "valid", counts->lost == 0, "symbols", symbols(s), "attach_modes", attach_modes(s),
			  "entries", entries);
	if (probe && s->points[INVLAT_SUBMIT].enter.link)
		json_object_update_new(probe, json_pack("{s:I, s:I, s:I, s:{s:i, s:i}}",
							"commands", (json_int_t)counts->commands,
							"syncs", (json_int_t)counts->syncs,
							"batches", (json_int_t)counts->batches,
							"submit_args", "n", s->commands_arg, "sync", s->sync_arg));
	return probe;
}

static json_t *invlat_read(void *state)
{
	struct invlat *s = state;
	struct counts total, counts = counts_since(s, &total);

	return to_json(s, &counts, read_entries(s, s->bank));
}

/* Until no program writes to the bank that was left. They run in RCU read sections, so a grace period will do. */
static void wait_for_programs(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(100000);
}

static void clear(struct invlat_hist *hist)
{
	memset(hist, 0, sizeof(*hist));
	hist->min = ~0ULL;
}

/* Makes samples go to the other bank, which is emptied before; returns the one that was left. */
static unsigned int flip(struct invlat *s)
{
	unsigned int old = s->bank, i, entry;

	s->bank = !old;
	for (i = 0; i < s->nr_cpus; i++) {
		for (entry = 0; entry < INVLAT_ENTRY_COUNT; entry++) {
			struct invlat_slot *slot = &s->cpus[i].slots[entry];

			clear(&slot->hists[s->bank]);
			__atomic_store_n(&slot->bank, s->bank, __ATOMIC_RELEASE);
		}
	}
	wait_for_programs();
	return old;
}

static void invlat_reset(void *state)
{
	struct invlat *s = state;

	flip(s);
	s->base = read_counts(s);
	s->since_ns = now_ns();
}

static json_t *invlat_take(void *state)
{
	struct invlat *s = state;
	unsigned int old = flip(s);
	struct counts total, counts = counts_since(s, &total);

	s->base = total;
	s->since_ns = now_ns();
	return to_json(s, &counts, read_entries(s, old));
}

PROBE(invlat) = {
	.name = "invlat",
	.summary = "latency of the SMMUv3 invalidation path, and what goes to the command queue",
	.entries = entry_names,
	.select = invlat_select,
	.attach = invlat_attach,
	.reset = invlat_reset,
	.read = invlat_read,
	.take = invlat_take,
	.detach = invlat_detach,
};
