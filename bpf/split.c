// SPDX-License-Identifier: GPL-2.0-only
/*
 * split.c - the user side of the probe `split`: picks the functions by which this kernel
 * tells one part of an invalidation from another, and adds up what was booked.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "hook.h"
#include "json_text.h"
#include "split_parts.h"
#include "split.skel.h"
#include "split_figures.h"
#include "status.h"
#include "submit.h"
#include "target.h"

/*
 * What tells the parts apart. No kernel has all: compilers inline most of these,
 * each in another kernel.
 */
enum mark {
	MARK_SUBMIT, /* a list, from its begin to its end */
	MARK_WRITE,  /* the first call comes once the list has its place in the queue */
	MARK_VALID,  /* the last return comes before the wait for a CMD_SYNC */
	MARK_ROOM,   /* a wait for room */
	MARK_SYNC,   /* a wait for a CMD_SYNC, by CONS */
	MARK_MSI,    /* the same, by a word in memory */
	MARK_DELAY,  /* a look at the queue is over, and the next one is some time ahead */
	MARKS
};

static const char *const mark_names[MARKS] = {
	[MARK_SUBMIT] = "submit", [MARK_WRITE] = "write", [MARK_VALID] = "valid", [MARK_ROOM] = "room",
	[MARK_SYNC] = "sync",	  [MARK_MSI] = "msi",	  [MARK_DELAY] = "delay",
};

static const struct {
	const char *const *functions, *const *family; /* the first that there is; as target_find() */
	const char *enter, *leave;		      /* programs, or NULL */
} marks[MARKS] = {
	[MARK_SUBMIT] = { NULL, smmu_family, "enter_submit", "leave_submit" },
	[MARK_WRITE] = { NAMES("arm_smmu_cmdq_write_entries"), smmu_family, "enter_write", NULL },
	[MARK_VALID] = { NAMES("__arm_smmu_cmdq_poll_set_valid_map"), smmu_family, NULL, "leave_valid" },
	[MARK_ROOM] = { submit_room_functions, smmu_family, "enter_room", "leave_room" },
	[MARK_SYNC] = { submit_sync_functions, smmu_family, "enter_sync", "leave_sync" },
	[MARK_MSI] = { submit_msi_functions, smmu_family, "enter_msi", "leave_msi" },
	[MARK_DELAY] = { NAMES("__udelay"), NAMES("__udelay"), "enter_delay", NULL },
};

struct split {
	struct split_bpf *skel;
	struct hook_point entries[SPLIT_ENTRY_COUNT], marks[MARKS];
	struct hook lock_begin, lock_end;
	struct split_missing missing;
	unsigned long long lost; /* before the last reset */
	unsigned int nr_cpus, bank;
	struct split_cpu *cpus;	     /* the kernel's own memory */
	struct split_cpu_more *more; /* the same; NULL if it is not detailed */
};

static bool wished[SPLIT_ENTRY_COUNT], any_wish, detailed;

static int split_select(const char *entry)
{
	int i;

	for (i = 0; i < SPLIT_ENTRY_COUNT; i++) {
		if (strcmp(entry, split_entry_names[i]))
			continue;
		wished[i] = any_wish = true;
		return 0;
	}
	return -ENOENT;
}

static void split_detail(void)
{
	detailed = true;
}

/* ---- what this kernel has ---- */

static int choose_entries(struct split *s, char *why, size_t why_size)
{
	char enter[64], leave[64];
	int i, found = 0;

	for (i = 0; i < SPLIT_ENTRY_COUNT; i++) {
		const char *ident = split_entry_names[i] + strlen("arm_smmu_");

		if ((any_wish && !wished[i]) || target_find(split_entry_names[i], smmu_family, &s->entries[i].target))
			continue;
		snprintf(enter, sizeof(enter), "enter_%s", ident);
		snprintf(leave, sizeof(leave), "leave_%s", ident);
		hook_point_choose(&s->entries[i], s->skel->obj, enter, leave);
		found++;
	}
	if (found)
		return 0;
	snprintf(why, why_size, "this kernel has no SMMUv3 driver with %s entry point; is arm_smmu_v3 loaded?",
		 any_wish ? "that" : "a known");
	return -EOPNOTSUPP;
}

static bool has(const struct split *s, enum mark mark)
{
	return s->marks[mark].target.symbol[0];
}

static int find_mark(enum mark mark, struct target *target)
{
	const char *const *name;

	if (mark == MARK_SUBMIT)
		return target_find_submit(target);
	for (name = marks[mark].functions; *name; name++)
		if (!target_find(*name, marks[mark].family, target))
			return 0;
	return -ENOENT;
}

static void choose_marks(struct split *s)
{
	const char *enter;
	int i;

	for (i = 0; i < MARKS; i++) {
		if (find_mark(i, &s->marks[i].target))
			continue;
		enter = marks[i].enter;
		if (i == MARK_SUBMIT && (detailed || !submit_has_usual_args(&s->marks[i].target)))
			enter = "enter_submit_any";
		hook_point_choose(&s->marks[i], s->skel->obj, enter, marks[i].leave);
	}
}

/* What of the submit function's arguments is needed, and where an SMMU has its name. */
static int choose_args(struct split *s, char *why, size_t why_size)
{
	const struct target *target = &s->marks[MARK_SUBMIT].target;
	int sync = target_argument(target, "sync"), dev = target_member(target, "smmu", "dev"),
	    name = target_member(target, "smmu", "dev->kobj.name");

	if (target_argument(target, "smmu") || sync < 0 || sync > 7 || dev < 0 || name < 0) {
		snprintf(why, why_size, "the BTF of %s does not say what the arguments `smmu` and `sync` of %s are",
			 target->module[0] ? target->module : "this kernel", target->symbol);
		return -EOPNOTSUPP;
	}
	s->skel->rodata->sync_arg = sync;
	s->skel->rodata->layout.dev = dev;
	s->skel->rodata->layout.dev_name = name;
	return 0;
}

/* What is sent can be told of a kernel whose BTF says where it is. */
static void choose_detail(struct split *s)
{
	const struct target *target = &s->marks[MARK_SUBMIT].target;
	int n = target_argument(target, "n"), list = target_argument(target, "cmds");

	if (n < 0 || n > 7 || list < 0 || list > 7)
		s->missing.sent = "this kernel's BTF does not say where the submit function has its commands";
	/* No function has an argument of that number, and reading it gives 0. */
	s->skel->rodata->n_arg = s->missing.sent ? ~0U : (unsigned int)n;
	s->skel->rodata->list_arg = s->missing.sent ? ~0U : (unsigned int)list;
	s->skel->rodata->detailed = detailed;
}

/* Each kernel tells its parts by other functions. What it does not tell is in the part before. */
static void choose_parts(struct split *s)
{
	s->skel->rodata->first = has(s, MARK_ROOM) || !has(s, MARK_WRITE) ? SPLIT_ISSUE : SPLIT_ROOM;
	if (!has(s, MARK_ROOM) && !has(s, MARK_WRITE))
		s->missing.part[SPLIT_ROOM] =
			"arm_smmu_cmdq_poll_until_not_full() and arm_smmu_cmdq_write_entries() are "
			"inlined: it is in `issue`";
	if (!has(s, MARK_VALID) && !has(s, MARK_SYNC) && !has(s, MARK_MSI))
		s->missing.part[SPLIT_SYNC] = "__arm_smmu_cmdq_poll_set_valid_map() and what waits for a CMD_SYNC are "
					      "inlined: it is in `issue`";
	if (!has(s, MARK_DELAY))
		s->missing.late = "this kernel has no __udelay()";
}

static int choose_all(struct split *s, char *why, size_t why_size)
{
	int err = choose_entries(s, why, why_size);

	if (err)
		return err;
	choose_marks(s);
	if (!has(s, MARK_SUBMIT)) {
		snprintf(why, why_size, "this kernel's SMMUv3 driver has no function that submits commands");
		return -EOPNOTSUPP;
	}
	choose_parts(s);
	choose_detail(s);
	hook_locks_choose(&s->lock_begin, &s->lock_end, s->skel->obj);
	return choose_args(s, why, why_size);
}

/* ---- attaching ---- */

static int load(struct split *s)
{
	struct bpf_map *map = s->skel->maps.bss_cpus, *more = s->skel->maps.bss_more;
	size_t size;
	int err;

	s->nr_cpus = probe_cpu_numbers();
	s->skel->rodata->nr_cpus = s->nr_cpus;
	err = bpf_map__set_value_size(map, s->nr_cpus * sizeof(struct split_cpu));
	if (!err && detailed)
		err = bpf_map__set_value_size(more, s->nr_cpus * sizeof(struct split_cpu_more));
	if (!err)
		err = split_bpf__load(s->skel);
	if (err) {
		say("split: could not load: %s (%s)", strerror(-err), probe_complaint());
		return err;
	}
	s->cpus = bpf_map__initial_value(map, &size);
	s->more = detailed ? bpf_map__initial_value(more, &size) : NULL;
	return 0;
}

static void attach_locks(struct split *s)
{
	if (hook_locks_attach(&s->lock_begin, &s->lock_end))
		return;
	s->missing.part[SPLIT_LOCK] =
		"this kernel has no tracepoints lock:contention_begin and lock:contention_end: it is in "
		"`rest`";
}

static int attach_all(struct split *s)
{
	int i, err = 0;

	attach_locks(s);
	for (i = 0; i < MARKS && !err; i++)
		err = hook_point_attach(&s->marks[i], "split");
	for (i = 0; i < SPLIT_ENTRY_COUNT && !err; i++)
		err = hook_point_attach(&s->entries[i], "split");
	return err;
}

static void split_reset(void *state);

static int split_attach(void **state, char *why, size_t why_size)
{
	struct split *s;
	int err = probe_prepare(why, why_size);

	*state = NULL;
	if (err)
		return err;
	*state = s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->skel = split_bpf__open();
	if (!s->skel)
		return -errno;
	err = choose_all(s, why, why_size);
	if (!err)
		err = load(s);
	if (!err)
		err = attach_all(s);
	if (!err)
		split_reset(s); /* returns of calls that began before that were counted as lost */
	return err;
}

static void split_detach(void *state)
{
	struct split *s = state;
	int i;

	if (!s)
		return;
	for (i = 0; i < SPLIT_ENTRY_COUNT; i++)
		hook_point_detach(&s->entries[i]);
	for (i = 0; i < MARKS; i++)
		hook_point_detach(&s->marks[i]);
	hook_detach(&s->lock_begin);
	hook_detach(&s->lock_end);
	split_bpf__destroy(s->skel);
	free(s);
}

/* ---- what was booked ---- */

/* Since the probe was attached. */
static unsigned long long read_lost(const struct split *s)
{
	unsigned long long lost = hook_missed(&s->lock_begin) + hook_missed(&s->lock_end);
	unsigned int i;

	for (i = 0; i < SPLIT_ENTRY_COUNT; i++)
		lost += hook_point_missed(&s->entries[i]);
	for (i = 0; i < MARKS; i++)
		lost += hook_point_missed(&s->marks[i]);
	for (i = 0; i < s->nr_cpus; i++)
		lost += s->cpus[i].lost;
	return lost;
}

static json_t *to_json(const struct split *s, unsigned int bank, unsigned long long lost)
{
	const struct split_view view = {
		.cpus = s->cpus,
		.more = s->more,
		.nr_cpus = s->nr_cpus,
		.bank = bank,
		.names = bpf_map__fd(s->skel->maps.names),
		.missing = &s->missing,
	};
	json_t *symbols = json_object(), *modes = json_object(), *probe;
	int i;

	for (i = 0; i < SPLIT_ENTRY_COUNT; i++)
		hook_point_tell(&s->entries[i], split_entry_names[i], symbols, modes);
	for (i = 0; i < MARKS; i++)
		hook_point_tell(&s->marks[i], mark_names[i], symbols, modes);
	probe = json_pack("{s:I, s:b, s:o, s:o}", "lost", (json_int_t)lost, "valid", lost == 0, "symbols", symbols,
			  "attach_modes", modes);
	json_object_update_new(probe, split_figures(&view));
	return probe;
}

static json_t *split_read(void *state)
{
	struct split *s = state;

	return to_json(s, s->bank, read_lost(s) - s->lost);
}

/* ---- from now on ---- */

/* Makes calls go to the other bank, which is emptied before; returns the one that was left. */
static unsigned int flip(struct split *s)
{
	const unsigned int old = s->bank;
	size_t cpu;

	s->bank = !old;
	for (cpu = 0; cpu < s->nr_cpus; cpu++) {
		memset(s->cpus[cpu].sums[s->bank], 0, sizeof(s->cpus[cpu].sums[s->bank]));
		if (s->more)
			memset(s->more[cpu].more[s->bank], 0, sizeof(s->more[cpu].more[s->bank]));
		__atomic_store_n(&s->cpus[cpu].bank, s->bank, __ATOMIC_RELEASE);
	}
	probe_wait_for_programs(); /* none writes to the bank that was left */
	return old;
}

static void split_reset(void *state)
{
	struct split *s = state;

	flip(s);
	s->lost = read_lost(s);
}

static json_t *split_take(void *state)
{
	struct split *s = state;
	const unsigned int old = flip(s);
	const unsigned long long lost = read_lost(s), before = s->lost;

	s->lost = lost;
	return to_json(s, old, lost - before);
}

PROBE(split) = {
	.name = "split",
	.summary = "what an invalidation's time goes into: the queue, CMD_SYNCs, locks; by process and by SMMU",
	.entries = split_entry_names,
	.select = split_select,
	.detail = split_detail,
	.attach = split_attach,
	.reset = split_reset,
	.read = split_read,
	.take = split_take,
	.print = split_print,
	.detach = split_detach,
};
