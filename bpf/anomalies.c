// SPDX-License-Identifier: GPL-2.0-only
/*
 * anomalies.c - the user side of the probe `anomalies`: finds the functions that ask, send and block,
 * and reads what was out of the ordinary.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anomalies_kinds.h"
#include "anomalies.skel.h"
#include "anomalies_figures.h"
#include "common.h"
#include "hook.h"
#include "json_text.h"
#include "status.h"
#include "submit.h"
#include "target.h"

/* What is attached to beside the entry points. */
enum place { PLACE_SUBMIT, PLACE_BLOCKED, PLACE_ATTACH, PLACE_IDENTITY, PLACE_SKIP, PLACES };

static const struct {
	const char *name, *function;
	const char *enter, *leave; /* programs, or NULL */
} places[PLACES] = {
	[PLACE_SUBMIT] = { "submit", NULL, "enter_submit", "leave_submit" },
	[PLACE_BLOCKED] = { "blocked", "arm_smmu_attach_dev_blocked", NULL, "leave_blocked" },
	[PLACE_ATTACH] = { "attach", "arm_smmu_attach_dev", "enter_attach", NULL },
	[PLACE_IDENTITY] = { "identity", "arm_smmu_attach_dev_identity", "enter_identity", NULL },
	[PLACE_SKIP] = { "skip", "__arm_smmu_cmdq_skip_err", "enter_skip", NULL },
};

struct anomalies {
	struct anomalies_bpf *skel;
	struct hook_point entries[ANOMALIES_ENTRY_COUNT], places[PLACES];
	const char *missing[ANOMALIES];
	struct anomalies_cpu *cpus; /* the kernel's own memory */
	unsigned int nr_cpus;
	unsigned long long keys[ANOMALIES_SMMUS]; /* of the SMMUs that were seen, in that order */
	size_t nr_keys;
	struct anomalies_totals base; /* before the last reset */
};

/* ---- what this kernel has ---- */

static bool has(const struct anomalies *s, enum place place)
{
	return s->places[place].target.symbol[0];
}

static void choose_entries(struct anomalies *s)
{
	char enter[64], leave[64];
	int i;

	for (i = 0; i < ANOMALIES_ENTRY_COUNT; i++) {
		const char *ident = anomalies_entry_names[i] + strlen("arm_smmu_");

		if (target_find(anomalies_entry_names[i], smmu_family, &s->entries[i].target))
			continue;
		snprintf(enter, sizeof(enter), "enter_%s", ident);
		snprintf(leave, sizeof(leave), "leave_%s", ident);
		hook_point_choose(&s->entries[i], s->skel->obj, enter, leave);
	}
}

/* A kretprobe has no arguments left, and what a device was blocked for is one. */
static void choose_places(struct anomalies *s)
{
	int i;

	for (i = 0; i < PLACES; i++) {
		struct target *target = &s->places[i].target;

		if (i == PLACE_SUBMIT ? target_find_submit(target) :
					target_find(places[i].function, smmu_family, target))
			continue;
		if (i == PLACE_BLOCKED && !target->fentry)
			target->symbol[0] = '\0';
		else
			hook_point_choose(&s->places[i], s->skel->obj, places[i].enter, places[i].leave);
	}
	if (!has(s, PLACE_BLOCKED) || !has(s, PLACE_ATTACH))
		s->missing[ANOMALY_ATC_BLOCKED] =
			"fentry cannot attach to arm_smmu_attach_dev_blocked(), or there is none, or no "
			"arm_smmu_attach_dev()";
	if (!has(s, PLACE_SKIP))
		s->missing[ANOMALY_CMDQ_ERROR] = "this kernel has no __arm_smmu_cmdq_skip_err()";
}

static int choose_layout(struct anomalies *s, char *why, size_t why_size)
{
	const struct target *target = &s->places[PLACE_SUBMIT].target;
	const int dev = target_member(target, "smmu", "dev"), name = target_member(target, "smmu", "dev->kobj.name"),
		  iommu = target_member(target, "smmu", "iommu");
	struct anomalies_layout layout;
	struct submit_args args;
	int err = submit_find_args(target, &args, why, why_size);

	if (err)
		return err;
	if (dev < 0 || name < 0 || iommu < 0) {
		snprintf(why, why_size, "the BTF of %s does not say where an SMMU has its device",
			 target->module[0] ? target->module : "this kernel");
		return -EOPNOTSUPP;
	}
	layout = (struct anomalies_layout){ args.smmu, args.list, args.n, args.sync,
					    dev,       name,	  iommu,  sysconf(_SC_PAGESIZE) };
	/* The skeleton's is const volatile, for the compiler of the other side. */
	memcpy((void *)&s->skel->rodata->layout, &layout, sizeof(layout));
	return 0;
}

static int choose_all(struct anomalies *s, char *why, size_t why_size)
{
	choose_entries(s);
	choose_places(s);
	if (has(s, PLACE_SUBMIT))
		return choose_layout(s, why, why_size);
	snprintf(why, why_size,
		 "this kernel has no SMMUv3 driver with a known submit function; is arm_smmu_v3 loaded?");
	return -EOPNOTSUPP;
}

/* ---- attaching ---- */

static int load(struct anomalies *s)
{
	struct bpf_map *map = s->skel->maps.bss_cpus;
	size_t size;
	int err;

	s->nr_cpus = probe_cpu_numbers();
	err = bpf_map__set_value_size(map, s->nr_cpus * sizeof(struct anomalies_cpu));
	if (!err)
		err = anomalies_bpf__load(s->skel);
	if (err)
		say("anomalies: could not load: %s (%s)", strerror(-err), probe_complaint());
	else
		s->cpus = bpf_map__initial_value(map, &size);
	return err;
}

/* What sends comes last: a call that began before its entry point was attached to is no call. */
static int attach_all(struct anomalies *s)
{
	int i, err = 0;

	for (i = 0; i < ANOMALIES_ENTRY_COUNT && !err; i++)
		err = hook_point_attach(&s->entries[i], "anomalies");
	for (i = PLACES - 1; i >= 0 && !err; i--)
		err = hook_point_attach(&s->places[i], "anomalies");
	return err;
}

static int anomalies_attach(void **state, char *why, size_t why_size)
{
	struct anomalies *s;
	int err = probe_prepare(why, why_size);

	*state = NULL;
	if (err)
		return err;
	*state = s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->skel = anomalies_bpf__open();
	if (!s->skel)
		return -errno;
	err = choose_all(s, why, why_size);
	if (!err)
		err = load(s);
	return err ?: attach_all(s);
}

static void anomalies_detach(void *state)
{
	struct anomalies *s = state;
	int i;

	if (!s)
		return;
	for (i = 0; i < ANOMALIES_ENTRY_COUNT; i++)
		hook_point_detach(&s->entries[i]);
	for (i = 0; i < PLACES; i++)
		hook_point_detach(&s->places[i]);
	anomalies_bpf__destroy(s->skel);
	free(s);
}

/* ---- what was seen ---- */

/* A new one comes after those that are known, which keep their places. */
static void find_smmus(struct anomalies *s)
{
	const int fd = bpf_map__fd(s->skel->maps.smmus);
	unsigned long long key, *before = NULL;
	size_t i;

	while (s->nr_keys < ANOMALIES_SMMUS && !bpf_map_get_next_key(fd, before, &key)) {
		before = &key;
		for (i = 0; i < s->nr_keys && s->keys[i] != key; i++)
			;
		if (i == s->nr_keys)
			s->keys[s->nr_keys++] = key;
	}
}

/* Since the probe was attached. */
static void read_totals(struct anomalies *s, struct anomalies_totals *t)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < s->nr_cpus; i++)
		anomalies_add(t, &s->cpus[i]);
	for (i = 0; i < ANOMALIES_ENTRY_COUNT; i++)
		t->lost += hook_point_missed(&s->entries[i]);
	for (i = 0; i < PLACES; i++)
		t->lost += hook_point_missed(&s->places[i]);
	find_smmus(s);
	for (i = 0; i < s->nr_keys; i++)
		bpf_map_lookup_elem(bpf_map__fd(s->skel->maps.smmus), &s->keys[i], &t->smmus[i]);
	t->nr_smmus = s->nr_keys;
}

static json_t *to_json(const struct anomalies *s, const struct anomalies_totals *t)
{
	json_t *symbols = json_object(), *modes = json_object(), *json;
	int i;

	for (i = 0; i < ANOMALIES_ENTRY_COUNT; i++)
		hook_point_tell(&s->entries[i], anomalies_entry_names[i], symbols, modes);
	for (i = 0; i < PLACES; i++)
		hook_point_tell(&s->places[i], places[i].name, symbols, modes);
	json = json_pack("{s:I, s:b, s:o, s:o}", "lost", (json_int_t)t->lost, "valid", !t->lost && !t->refused,
			 "symbols", symbols, "attach_modes", modes);
	if (t->refused)
		json_object_set_new(json, "refused", json_integer((json_int_t)t->refused));
	json_object_update_new(json, anomalies_json(t, s->missing));
	return json;
}

/* As of now, and from the last reset on; from now on if @reset. */
static json_t *read_since(struct anomalies *s, bool reset)
{
	struct anomalies_totals *now = malloc(sizeof(*now)), *since = malloc(sizeof(*since));
	json_t *json = NULL;

	if (now && since) {
		read_totals(s, now);
		*since = *now;
		anomalies_take_off(since, &s->base);
		json = to_json(s, since);
		if (reset)
			s->base = *now;
	}
	free(now);
	free(since);
	return json;
}

static json_t *anomalies_read(void *state)
{
	return read_since(state, false);
}

static json_t *anomalies_take(void *state)
{
	return read_since(state, true);
}

static void anomalies_reset(void *state)
{
	struct anomalies *s = state;

	read_totals(s, &s->base);
}

PROBE(anomalies) = {
	.name = "anomalies",
	.summary = "what an invalidation should not do: too much, too early, for whom it should not",
	.attach = anomalies_attach,
	.reset = anomalies_reset,
	.read = anomalies_read,
	.take = anomalies_take,
	.print = anomalies_print,
	.detach = anomalies_detach,
};
