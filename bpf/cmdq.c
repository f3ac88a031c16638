// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdq.c - the user side of the probe `cmdq`: finds the submit function and its
 * arguments in this kernel, attaches, and turns the counters into the result format.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmdq_counts.h"
#include "cmdq.skel.h"
#include "cmdq_figures.h"
#include "common.h"
#include "hook.h"
#include "instances.h"
#include "json_text.h"
#include "status.h"
#include "target.h"

/* What is counted of each SMMU, and the losses of all. */
struct totals {
	struct cmdq_slot slots[CMDQ_INSTANCES];
	unsigned long long lost;
};

struct cmdq {
	struct cmdq_bpf *skel;
	struct target target;
	bool wraps; /* the function is one that another may call twice */
	struct hook hook;
	struct cmdq_place *places; /* the kernel's own memory: nr_places for each CPU */
	unsigned int nr_cpus, nr_places;
	struct totals base; /* what was counted before the last reset */
};

static int find_submit(struct cmdq *s, char *why, size_t why_size)
{
	if (!target_find_submit(&s->target)) {
		s->wraps = !strncmp(s->target.symbol, "__", 2);
		return 0;
	}
	snprintf(why, why_size,
		 "this kernel has no SMMUv3 driver with a known submit function; is arm_smmu_v3 loaded?");
	return -EOPNOTSUPP;
}

/* What is not found is left out, and said to be. */
static void find_layout(const struct target *target, struct cmdq_layout *layout)
{
	const int prod = target_member(target, "cmdq", "q.llq.prod"),
		  cons = target_member(target, "cmdq", "q.llq.cons");
	const int shift = target_member(target, "cmdq", "q.llq.max_n_shift");
	const int dev = target_member(target, "smmu", "dev"), name = target_member(target, "smmu", "dev->kobj.name");

	layout->val = prod >= 0 && cons == prod + 4 && shift >= 0 ? (unsigned int)prod : CMDQ_UNKNOWN;
	layout->shift = shift;
	layout->name_known = dev >= 0 && name >= 0;
	layout->dev = dev;
	layout->dev_name = name;
}

/* As many as there are SMMUs, which takes less memory and time than as many as there may be. */
static unsigned int places_wanted(void)
{
	const int smmus = instances_at_most();
	unsigned int places = 1;

	while (places < CMDQ_INSTANCES && (smmus < 0 || places < (unsigned int)smmus))
		places *= 2;
	return places;
}

static int load(struct cmdq *s)
{
	struct bpf_map *map = s->skel->maps.bss_places;
	size_t size;
	int err;

	hook_choose(&s->hook, s->skel->obj,
		    submit_has_usual_args(&s->target) ? "count_submit" : "count_submit_elsewhere", &s->target);
	s->nr_cpus = probe_cpu_numbers();
	err = bpf_map__set_value_size(map, s->nr_cpus * s->nr_places * sizeof(struct cmdq_place));
	if (!err)
		err = cmdq_bpf__load(s->skel);
	if (err)
		say("cmdq: could not load: %s (%s)", strerror(-err), probe_complaint());
	else
		s->places = bpf_map__initial_value(map, &size);
	return err;
}

static int open_for_this_kernel(struct cmdq *s, char *why, size_t why_size)
{
	struct cmdq_layout layout;
	struct submit_args args;
	int err = find_submit(s, why, why_size);

	if (!err)
		err = submit_find_args(&s->target, &args, why, why_size);
	if (err)
		return err;
	s->skel = cmdq_bpf__open();
	if (!s->skel)
		return -errno;
	find_layout(&s->target, &layout);
	s->nr_places = places_wanted();
	layout.last = s->nr_places - 1;
	/* The skeleton's are const volatile, for the compiler of the other side. */
	memcpy((void *)&s->skel->rodata->layout, &layout, sizeof(layout));
	memcpy((void *)&s->skel->rodata->args, &args, sizeof(args));
	return 0;
}

static int cmdq_attach(void **state, char *why, size_t why_size)
{
	struct cmdq *s;
	int err = probe_prepare(why, why_size);

	*state = NULL;
	if (err)
		return err;
	*state = s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	err = open_for_this_kernel(s, why, why_size);
	if (!err)
		err = load(s);
	return err ?: hook_attach(&s->hook, "cmdq", &s->target, false);
}

static void cmdq_detach(void *state)
{
	struct cmdq *s = state;

	if (!s)
		return;
	hook_detach(&s->hook);
	cmdq_bpf__destroy(s->skel);
	free(s);
}

/* Since the probe was attached. A call that the kernel skipped is counted nowhere. */
static void read_totals(const struct cmdq *s, struct totals *totals)
{
	memset(totals, 0, sizeof(*totals));
	totals->lost = hook_missed(&s->hook) + s->skel->bss->homeless;
	for (unsigned int i = 0; i < s->nr_cpus * s->nr_places; i++) {
		cmdq_add(&totals->slots[i % s->nr_places], &s->places[i].slot);
		cmdq_add_near(&totals->slots[i % s->nr_places], &s->places[i].near);
	}
}

static void since(struct totals *totals, const struct totals *base)
{
	totals->lost -= base->lost;
	for (unsigned int i = 0; i < CMDQ_INSTANCES; i++)
		cmdq_take_off(&totals->slots[i], &base->slots[i]);
}

/* Why counts cannot be believed; "" if they can. */
static void doubt(const struct cmdq *s, const struct cmdq_slot *sum, char *why, size_t size)
{
	const struct cmdq_refused *r = &s->skel->bss->refused;

	why[0] = '\0';
	if (sum->refused)
		snprintf(why, size,
			 "%llu calls of %s had arguments that cannot be true (the last n = %u of a queue of %u, sync = "
			 "%u): its compiler has them elsewhere than BTF says",
			 sum->refused, s->target.symbol, r->n, r->entries, r->sync);
}

/* The driver of Linux 7.3 submits some lists twice, for an erratum of Tegra264: both are counted, as both are sent. */
static json_t *repeats(const struct cmdq *s, const struct cmdq_slot *sum)
{
	switch (s->wraps ? s->skel->bss->repeats : CMDQ_REPEATS_OFF) {
	case CMDQ_REPEATS_OFF:
		return json_integer(0);
	case CMDQ_REPEATS_ON:
		return json_integer((json_int_t)(sum->repeatable / 2));
	case CMDQ_REPEATS_UNSEEN:
		return probe_not_available("no command was seen yet");
	}
	return probe_not_available("/proc/kallsyms has no arm_smmu_erratum_repeat_tlbi_cfgi_key (CONFIG_KALLSYMS_ALL)");
}

static int compare_names(const void *a, const void *b)
{
	const struct cmdq_instance *x = *(const struct cmdq_instance *const *)a;
	const struct cmdq_instance *y = *(const struct cmdq_instance *const *)b;

	return strcmp(x->name, y->name);
}

static json_t *instance_json(const struct cmdq *s, const struct cmdq_instance *instance, const struct totals *totals,
			     const char *no_queue)
{
	const unsigned int place = instance - s->skel->bss->instances;
	const struct cmdq_slot *slot = &totals->slots[place];
	char why[384], name[32];

	doubt(s, slot, why, sizeof(why));
	/* Without BTF the address would tell them apart, which is not for files. */
	snprintf(name, sizeof(name), "smmu-%u", place);
	return json_pack("{s:o, s:i, s:o}", "name", json_text(instance->name[0] ? instance->name : name), "entries",
			 (int)instance->entries, "figures", cmdq_figures(slot, why[0] ? why : NULL, no_queue));
}

static json_t *instances_json(const struct cmdq *s, const struct totals *totals, const char *no_queue)
{
	const struct cmdq_instance *sorted[CMDQ_INSTANCES];
	json_t *all = json_array();
	unsigned int count = 0, i;

	for (i = 0; i < CMDQ_INSTANCES; i++)
		if (s->skel->bss->keys[i])
			sorted[count++] = &s->skel->bss->instances[i];
	qsort(sorted, count, sizeof(sorted[0]), compare_names);
	for (i = 0; i < count; i++)
		json_array_append_new(all, instance_json(s, sorted[i], totals, no_queue));
	return all;
}

static json_t *to_json(const struct cmdq *s, const struct totals *totals)
{
	const char *no_queue = s->skel->rodata->layout.val == CMDQ_UNKNOWN ?
				       "this kernel's BTF does not say where the queue has prod and cons" :
				       NULL;
	struct cmdq_slot sum = {};
	char why[384];
	json_t *json;

	for (unsigned int i = 0; i < CMDQ_INSTANCES; i++)
		cmdq_add(&sum, &totals->slots[i]);
	doubt(s, &sum, why, sizeof(why));
	json = json_pack("{s:s, s:o, s:I, s:b, s:o, s:o}", "attach", s->target.fentry ? "fentry" : "kprobe", "symbol",
			 json_text(s->target.symbol), "lost", (json_int_t)totals->lost, "valid",
			 !totals->lost && !why[0], "all", cmdq_figures(&sum, why[0] ? why : NULL, no_queue),
			 "instances", instances_json(s, totals, no_queue));
	json_object_set_new(json, "repeats", why[0] ? probe_not_available(why) : repeats(s, &sum));
	json_object_set_new(json, "cmpxchg_retries",
			    probe_not_available("the loop is inside of the submit function, and counts nothing"));
	return json;
}

static json_t *cmdq_read(void *state)
{
	struct cmdq *s = state;
	struct totals *totals = malloc(sizeof(*totals));
	json_t *json;

	if (!totals)
		return NULL;
	read_totals(s, totals);
	since(totals, &s->base);
	json = to_json(s, totals);
	free(totals);
	return json;
}

static void cmdq_reset(void *state)
{
	struct cmdq *s = state;

	read_totals(s, &s->base);
}

/* An event is before the one reading or after it. */
static json_t *cmdq_take(void *state)
{
	struct cmdq *s = state;
	struct totals *totals = malloc(sizeof(*totals)), *now = malloc(sizeof(*now));
	json_t *json = NULL;

	if (totals && now) {
		read_totals(s, totals);
		*now = *totals;
		since(totals, &s->base);
		s->base = *now;
		json = to_json(s, totals);
	}
	free(totals);
	free(now);
	return json;
}

PROBE(cmdq) = {
	.name = "cmdq",
	.summary = "commands given to each SMMU: by opcode, range, batch, and how full its queue was",
	.attach = cmdq_attach,
	.reset = cmdq_reset,
	.read = cmdq_read,
	.take = cmdq_take,
	.print = cmdq_print,
	.detach = cmdq_detach,
};
