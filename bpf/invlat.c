// SPDX-License-Identifier: GPL-2.0-only
/*
 * invlat.c - the user side of the probe `invlat`: picks what this kernel has,
 * attaches, and turns the counters into the result format.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "histogram.h"
#include "hook.h"
#include "invlat.h"
#include "invlat.skel.h"
#include "json_text.h"
#include "status.h"
#include "target.h"

/* A call that has not returned after so long will not any more. */
#define PATIENCE_MS 1000

static const char *const entry_names[] = {
#define X(ident) "arm_smmu_" #ident,
	INVLAT_ENTRIES(X)
#undef X
		NULL
};

struct point {
	struct target target; /* without symbol: not in this kernel, or not wished for */
	struct hook enter, leave;
};

struct counts {
	unsigned long long lost, batches, commands, syncs, others, other_syncs;
};

struct invlat {
	struct invlat_bpf *skel;
	struct point points[INVLAT_ENTRY_COUNT];
	int commands_arg, sync_arg, list_arg;
	char group[32];		     /* whose commands are counted; "": all */
	struct counts base;	     /* what was counted before the last reset */
	unsigned long long since_ns; /* the last reset */
	unsigned int nr_cpus, bank;
	struct invlat_cpu *cpus; /* the kernel's own memory */
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

static void choose_program(struct invlat *s, struct hook *hook, const char *prefix, enum invlat_entry entry)
{
	char name[64];

	snprintf(name, sizeof(name), "%s_%s", prefix, entry_names[entry] + strlen("arm_smmu_"));
	hook_choose(hook, s->skel->obj, name, &s->points[entry].target);
}

/* Which arguments to count is known by name only. */
static int choose_args(struct invlat *s, char *why, size_t why_size)
{
	const struct target *target = &s->points[INVLAT_SUBMIT].target;

	s->commands_arg = target_argument(target, "n");
	s->sync_arg = target_argument(target, "sync");
	if (s->commands_arg < 0 || s->sync_arg < 0 || s->commands_arg > 7 || s->sync_arg > 7) {
		snprintf(why, why_size, "the BTF of %s does not say which arguments of %s are `n` and `sync`%s",
			 target->module[0] ? target->module : "this kernel", target->symbol,
			 target->module[0] ? " (CONFIG_DEBUG_INFO_BTF_MODULES)" : "");
		return -EOPNOTSUPP;
	}
	s->skel->rodata->commands_arg = s->commands_arg;
	s->skel->rodata->sync_arg = s->sync_arg;
	s->list_arg = target_argument(target, "cmds");
	if (s->list_arg >= 0)
		s->skel->rodata->list_arg = s->list_arg;
	return 0;
}

static int find_target(enum invlat_entry entry, struct target *target)
{
	return entry == INVLAT_SUBMIT ? target_find_submit(target) :
					target_find(entry_names[entry], smmu_family, target);
}

/* fentry where possible, else kprobe, else the entry point is left out. */
static int choose(struct invlat *s, char *why, size_t why_size)
{
	unsigned int i, found = 0;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++) {
		struct point *point = &s->points[i];

		if (any_wish && !wished[i])
			continue;
		if (find_target(i, &point->target)) {
			if (any_wish)
				say("invlat: this kernel has no %s", entry_names[i]);
			continue;
		}
		found++;
		choose_program(s, &point->enter, "enter", i);
		choose_program(s, &point->leave, "leave", i);
	}
	if (!found) {
		snprintf(why, why_size, "this kernel has no SMMUv3 driver with %s entry point; is arm_smmu_v3 loaded?",
			 any_wish ? "that" : "a known");
		return -EOPNOTSUPP;
	}
	return s->points[INVLAT_SUBMIT].target.symbol[0] ? choose_args(s, why, why_size) : 0;
}

/* Returns first: the other way round, calls in between would wait for their return for ever. */
static int attach_all(struct invlat *s)
{
	int i, err = 0;

	for (i = 0; i < INVLAT_ENTRY_COUNT && !err; i++) {
		struct point *point = &s->points[i];

		if (!point->target.symbol[0])
			continue;
		err = hook_attach(&point->leave, "invlat", &point->target, true);
		if (!err)
			err = hook_attach(&point->enter, "invlat", &point->target, false);
	}
	return err;
}

static int load(struct invlat *s)
{
	struct bpf_map *map = s->skel->maps.bss_cpus;
	size_t size;
	int err;

	s->nr_cpus = probe_cpu_numbers();
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
		invlat_reset(s); /* returns of calls that began before that were counted as lost */
	return err;
}

static void invlat_detach(void *state)
{
	struct invlat *s = state;
	int i;

	if (!s)
		return;
	for (i = 0; i < INVLAT_ENTRY_COUNT; i++) {
		hook_detach(&s->points[i].enter);
		hook_detach(&s->points[i].leave);
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
	sum->lost += hook_missed(leave);
	for (i = 0; i < s->nr_cpus; i++) {
		const struct invlat_slot *slot = &s->cpus[i].slots[entry];

		sum->lost += slot->lost;
		sum->batches += slot->batches;
		sum->commands += slot->commands;
		sum->syncs += slot->syncs;
		sum->others += slot->others;
		sum->other_syncs += slot->other_syncs;
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
		.others = total->others - s->base.others,
		.other_syncs = total->other_syncs - s->base.other_syncs,
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

/* What was used: times of one and of the other do not compare. All in all it is `kprobe` if any had to be. */
static void add_targets(const struct invlat *s, json_t *probe)
{
	json_t *symbols = json_object(), *modes = json_object();
	const char *mode, *all = "fentry";
	int i;

	for (i = 0; i < INVLAT_ENTRY_COUNT; i++) {
		const struct target *target = &s->points[i].target;

		json_object_set_new(symbols, entry_names[i], json_text(target->symbol));
		if (!target->symbol[0])
			continue;
		mode = target->fentry ? "fentry" : "kprobe";
		json_object_set_new(modes, entry_names[i], json_string(mode));
		if (!target->fentry)
			all = mode;
	}
	json_object_update_new(probe,
			       json_pack("{s:s, s:o, s:o}", "attach", all, "symbols", symbols, "attach_modes", modes));
}

static void add_commands(const struct invlat *s, const struct counts *counts, json_t *probe)
{
	json_object_update_new(probe,
			       json_pack("{s:I, s:I, s:I, s:{s:i, s:i}}", "commands", (json_int_t)counts->commands,
					 "syncs", (json_int_t)counts->syncs, "batches", (json_int_t)counts->batches,
					 "submit_args", "n", s->commands_arg, "sync", s->sync_arg));
	if (s->group[0])
		json_object_update_new(probe, json_pack("{s:o, s:I, s:I}", "group", json_text(s->group), "others",
							(json_int_t)counts->others, "other_syncs",
							(json_int_t)counts->other_syncs));
}

static json_t *to_json(const struct invlat *s, const struct counts *counts, json_t *entries)
{
	json_t *probe;

	if (!entries)
		return NULL;
	probe = json_pack("{s:I, s:b, s:o}", "lost", (json_int_t)counts->lost, "valid", counts->lost == 0, "entries",
			  entries);
	add_targets(s, probe);
	if (s->points[INVLAT_SUBMIT].enter.link)
		add_commands(s, counts, probe);
	return probe;
}

static json_t *invlat_read(void *state)
{
	struct invlat *s = state;
	struct counts total, counts = counts_since(s, &total);

	return to_json(s, &counts, read_entries(s, s->bank));
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
	probe_wait_for_programs(); /* none writes to the bank that was left */
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

static int invlat_of_group(void *state, const char *group, char *why, size_t why_size)
{
	struct invlat_own own = {};
	struct invlat *s = state;
	int err = 0;

	if (!s->points[INVLAT_SUBMIT].enter.link)
		return 0;
	if (group && (s->list_arg < 0 || s->list_arg > 7)) {
		snprintf(why, why_size, "this kernel's BTF does not say where the submit function has its commands");
		err = -EOPNOTSUPP;
	} else if (group) {
		err = group_read(group, &own.ids, why, why_size);
	}
	own.on = group && !err;
	snprintf(s->group, sizeof(s->group), "%s", own.on ? group : "");
	s->skel->bss->own = own;
	return err;
}

PROBE(invlat) = {
	.name = "invlat",
	.summary = "latency of the SMMUv3 invalidation path, and what goes to the command queue",
	.entries = entry_names,
	.select = invlat_select,
	.attach = invlat_attach,
	.of_group = invlat_of_group,
	.reset = invlat_reset,
	.read = invlat_read,
	.take = invlat_take,
	.detach = invlat_detach,
};
