// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach.c - the user side of the probe `attach`: finds what this kernel's driver has of
 * functions and structures, attaches to them, and turns what was counted into the result format.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach_counts.h"
#include "attach.skel.h"
#include "attach_figures.h"
#include "common.h"
#include "hook.h"
#include "json_text.h"
#include "status.h"
#include "target.h"

static const char *const point_names[] = {
#define X(ident) #ident,
	ATTACH_POINTS(X)
#undef X
};

/* The argument that is looked at. */
static const char *const arguments[ATTACH_POINT_COUNT] = {
	[0 ... ATTACH_CORE_FIRST - 1] = "dev",
	[AT_iommu_attach_device] = "dev",
	[AT_iommu_detach_device] = "dev",
	[AT_iommu_sva_bind_device] = "dev",
	[AT_iommu_sva_unbind_device] = "handle",
	[AT_arm_smmu_invs_merge] = "invs",
	[AT_arm_smmu_invs_unref] = "invs",
	[AT_arm_smmu_invs_purge] = "invs",
	[AT_arm_smmu_attach_prepare] = "new_domain",
	[AT_arm_smmu_remove_master_domain] = "domain",
};

struct point {
	struct target target; /* without symbol: not in this kernel, not wished for, or of no use */
	struct hook enter, leave;
};

struct attach {
	struct attach_bpf *skel;
	struct point points[ATTACH_POINT_COUNT];
	struct attach_layout layout;
	struct attach_missing missing;
	unsigned long long lost; /* before the last reset */
	unsigned int bank;
};

static bool wished[ATTACH_ENTRY_COUNT], any_wish;

static int attach_select(const char *entry)
{
	int i;

	for (i = 0; i < ATTACH_ENTRY_COUNT; i++) {
		if (strcmp(entry, attach_entry_names[i]))
			continue;
		wished[i] = any_wish = true;
		return 0;
	}
	return -ENOENT;
}

/* ---- what this kernel has ---- */

static bool has(const struct attach *s, enum attach_point point)
{
	return s->points[point].target.symbol[0];
}

/* Functions of the core have names that nothing else has. */
static int find(enum attach_point point, struct target *target)
{
	const char *const itself[] = { point_names[point], NULL };

	return target_find(point_names[point], strncmp(point_names[point], "arm_smmu_", 9) ? itself : smmu_family,
			   target);
}

static void find_points(struct attach *s)
{
	int i, arg;

	for (i = 0; i < ATTACH_POINT_COUNT; i++) {
		s->layout.arg[i] = ATTACH_ABSENT;
		if ((any_wish && i < ATTACH_ENTRY_COUNT && !wished[i]) || find(i, &s->points[i].target) ||
		    !arguments[i])
			continue;
		arg = target_argument(&s->points[i].target, arguments[i]);
		if (arg >= 0 && arg <= 7)
			s->layout.arg[i] = arg;
	}
}

/* Where a member is; from the first of @functions, ended by NULL, whose parameter @name tells. */
static int member_of(const char *const *functions, const char *name, const char *path)
{
	struct target target;
	int at = -ENOENT;

	for (; *functions && at < 0; functions++)
		if (!target_locate(*functions, smmu_family, &target))
			at = target_member(&target, name, path);
	return at;
}

/* From a device to its SMMU's name. */
static void find_smmu(struct attach *s)
{
	static const char *const masters[] = { "arm_smmu_install_ste_for_dev", "arm_smmu_clear_cd",
					       "arm_smmu_make_cdtable_ste", "arm_smmu_set_pasid", NULL };
	static const char *const devices[] = { "arm_smmu_attach_dev_blocked", "arm_smmu_attach_dev_identity",
					       "arm_smmu_attach_dev", NULL };
	struct attach_layout *l = &s->layout;
	const int at[] = { member_of(devices, "dev", "iommu"), member_of(devices, "dev", "iommu->priv"),
			   member_of(devices, "dev", "kobj.name"), member_of(masters, "master", "smmu"),
			   member_of(masters, "master", "smmu->dev") };
	const int handle = target_member(&s->points[AT_iommu_sva_unbind_device].target, "handle", "dev");
	size_t i;

	if (handle >= 0)
		l->handle_dev = handle;
	else
		l->arg[AT_iommu_sva_unbind_device] = ATTACH_ABSENT;
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		if (at[i] < 0)
			break;
	l->smmu_known = i == sizeof(at) / sizeof(at[0]);
	if (!l->smmu_known)
		snprintf(s->missing.smmu, sizeof(s->missing.smmu),
			 "this kernel's BTF does not say how a device leads to its SMMU");
	l->dev_iommu = at[0];
	l->iommu_priv = at[1];
	l->dev_name = at[2];
	l->master_smmu = at[3];
	l->smmu_dev = at[4];
}

/* One whose argument or structure is not known is not attached to. */
static void leave_out(struct attach *s, enum attach_point point)
{
	char *why = s->missing.tally[point - ATTACH_TALLY_FIRST];
	const size_t size = sizeof(s->missing.tally[0]);

	if (has(s, point))
		snprintf(why, size, "this kernel's BTF does not say what the argument `%s` of %s() is",
			 arguments[point], point_names[point]);
	else
		snprintf(why, size, "this kernel has no function %s(), or its compiler has inlined it",
			 point_names[point]);
	s->points[point].target.symbol[0] = '\0';
}

static int array_member(const struct attach *s, const char *name)
{
	int i, at = -ENOENT;

	for (i = AT_arm_smmu_invs_merge; i < ATTACH_LIST_FIRST && at < 0; i++)
		at = target_member(&s->points[i].target, "invs", name);
	return at;
}

static void find_array(struct attach *s)
{
	const int max = array_member(s, "max_invs"), num = array_member(s, "num_invs"),
		  ours = array_member(s, "num_trash"), theirs = array_member(s, "num_trashes");
	const int trash = ours >= 0 ? ours : theirs;
	int i, found = 0;

	for (i = AT_arm_smmu_invs_merge; i < ATTACH_LIST_FIRST; i++) {
		found += has(s, i);
		if (!has(s, i) || s->layout.arg[i] == ATTACH_ABSENT || max < 0 || num < 0 || trash < 0)
			leave_out(s, i);
	}
	s->layout.max_invs = max;
	s->layout.num_invs = num;
	s->layout.trash = trash;
	if (!found)
		snprintf(s->missing.array, sizeof(s->missing.array),
			 "this kernel's driver has no arrays, or its compiler has inlined arm_smmu_invs_merge(), "
			 "arm_smmu_invs_unref() and arm_smmu_invs_purge()");
}

static void find_list(struct attach *s)
{
	static const char *const domains[] = { "arm_smmu_set_pasid", "arm_smmu_atc_inv_domain",
					       "arm_smmu_domain_inv_range", "arm_smmu_domain_finalise_s1", NULL };
	const int domain = member_of(domains, "smmu_domain", "domain"),
		  type = member_of(domains, "smmu_domain", "domain.type"),
		  devices = member_of(domains, "smmu_domain", "devices");
	int i;

	for (i = ATTACH_LIST_FIRST; i < AT_synchronize_rcu; i++)
		if (!has(s, i) || s->layout.arg[i] == ATTACH_ABSENT || domain < 0 || type < 0 || devices < 0)
			leave_out(s, i);
	s->layout.domain_type = type - domain;
	s->layout.domain_devices = devices - domain;
}

/* How long a fence took is known of one that is a function of its own; that it was passed, also where it is inlined. */
static void find_fence(struct attach *s)
{
	const struct target *unref = &s->points[AT_arm_smmu_invs_unref].target;
	const int first = array_member(s, "first_ats"), flag = array_member(s, "has_ats");
	const int to_unref = has(s, AT_arm_smmu_invs_unref) ? target_argument(unref, "to_unref") : -ENOENT;
	struct attach_missing *missing = &s->missing;

	s->layout.to_unref = to_unref >= 0 && to_unref <= 7 ? to_unref : ATTACH_ABSENT;
	if (has(s, AT_arm_smmu_domain_atc_fence)) {
		s->layout.fence = ATTACH_FENCE_CALLED;
		return;
	}
	snprintf(missing->fence_wait, sizeof(missing->fence_wait),
		 "this kernel's compiler has inlined arm_smmu_domain_atc_fence()");
	if (to_unref >= 0 && first >= 0 && target_has_per_cpu(unref, "arm_smmu_atc_sections")) {
		s->layout.fence = ATTACH_FENCE_FIRST_ATS;
		s->layout.ats = first;
	} else if (has(s, AT_arm_smmu_invs_unref) && flag >= 0 && array_member(s, "rwlock") >= 0) {
		s->layout.fence = ATTACH_FENCE_HAS_ATS;
		s->layout.ats = flag;
		snprintf(missing->fence_wait, sizeof(missing->fence_wait),
			 "it is a lock that arm_smmu_invs_unref() takes");
	} else {
		snprintf(missing->fences, sizeof(missing->fences),
			 "no fence is known in this kernel's driver; with a list it is the list's lock");
	}
}

static int find_entries(const struct attach *s, char *why, size_t why_size)
{
	int i;

	for (i = 0; i < ATTACH_CORE_FIRST; i++)
		if (has(s, i))
			return 0;
	for (; any_wish && i < ATTACH_ENTRY_COUNT; i++)
		if (has(s, i))
			return 0;
	snprintf(why, why_size, "this kernel has no SMMUv3 driver with %s entry point; is arm_smmu_v3 loaded?",
		 any_wish ? "that" : "a known");
	return -EOPNOTSUPP;
}

static void find_rcu(struct attach *s)
{
	if (!has(s, AT_synchronize_rcu))
		snprintf(s->missing.rcu, sizeof(s->missing.rcu),
			 "this kernel's function synchronize_rcu() cannot be found");
}

/* ---- attaching ---- */

static void choose(struct attach *s, enum attach_point point)
{
	struct point *p = &s->points[point];
	char name[64];

	snprintf(name, sizeof(name), "enter_%s", point_names[point]);
	hook_choose(&p->enter, s->skel->obj, name, &p->target);
	snprintf(name, sizeof(name), "leave_%s", point_names[point]);
	hook_choose(&p->leave, s->skel->obj, name, &p->target);
}

static int open_for_this_kernel(struct attach *s, char *why, size_t why_size)
{
	int i, err;

	find_points(s);
	err = find_entries(s, why, why_size);
	if (err)
		return err;
	find_smmu(s);
	find_array(s);
	find_list(s);
	find_fence(s);
	find_rcu(s);
	s->skel = attach_bpf__open();
	if (!s->skel)
		return -errno;
	/* The skeleton's is const volatile, for the compiler of the other side. */
	memcpy((void *)&s->skel->rodata->layout, &s->layout, sizeof(s->layout));
	for (i = 0; i < ATTACH_POINT_COUNT; i++)
		if (has(s, i))
			choose(s, i);
	err = attach_bpf__load(s->skel);
	if (err)
		say("attach: could not load: %s (%s)", strerror(-err), probe_complaint());
	return err;
}

/* Returns first: the other way round, calls in between would wait for their return for ever. */
static int attach_all(struct attach *s)
{
	int i, err = 0;

	for (i = 0; i < ATTACH_POINT_COUNT && !err; i++) {
		struct point *p = &s->points[i];

		if (!has(s, i))
			continue;
		err = hook_attach(&p->leave, "attach", &p->target, true);
		if (!err)
			err = hook_attach(&p->enter, "attach", &p->target, false);
	}
	return err;
}

static void attach_reset(void *state);

static int attach_attach(void **state, char *why, size_t why_size)
{
	struct attach *s;
	int err = probe_prepare(why, why_size);

	*state = NULL;
	if (err)
		return err;
	*state = s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	err = open_for_this_kernel(s, why, why_size);
	if (!err)
		err = attach_all(s);
	if (!err)
		attach_reset(s); /* returns of calls that began before that were counted as lost */
	return err;
}

static void attach_detach(void *state)
{
	struct attach *s = state;
	int i;

	if (!s)
		return;
	for (i = 0; i < ATTACH_POINT_COUNT; i++) {
		hook_detach(&s->points[i].enter);
		hook_detach(&s->points[i].leave);
	}
	attach_bpf__destroy(s->skel);
	free(s);
}

/* ---- what was counted ---- */

/* Since the probe was attached. */
static unsigned long long read_lost(const struct attach *s)
{
	unsigned long long lost = s->skel->bss->lost;
	int i;

	for (i = 0; i < ATTACH_POINT_COUNT; i++)
		lost += hook_missed(&s->points[i].enter) + hook_missed(&s->points[i].leave);
	return lost;
}

/* Arguments that are not where BTF says lead to lengths that cannot be true; it takes one to doubt all. */
static void doubt(const struct attach *s, unsigned int bank, struct attach_missing *missing)
{
	const unsigned long long *refused = s->skel->bss->results[bank].refused;
	int i;

	for (i = 0; i < ATTACH_TALLY_COUNT; i++)
		if (refused[i] && !missing->tally[i][0])
			snprintf(missing->tally[i], sizeof(missing->tally[i]),
				 "%llu times the lengths that %s() had could not be true: they are not where this "
				 "kernel's BTF says",
				 refused[i], point_names[ATTACH_TALLY_FIRST + i]);
}

static json_t *to_json(const struct attach *s, unsigned int bank, unsigned long long lost)
{
	struct attach_missing missing = s->missing;
	const struct attach_view view = {
		.results = &s->skel->bss->results[bank],
		.bank = bank,
		.sums = bpf_map__fd(s->skel->maps.sums),
		.names = bpf_map__fd(s->skel->maps.names),
		.missing = &missing,
	};
	json_t *symbols = json_object(), *modes = json_object(), *probe;
	int i;

	doubt(s, bank, &missing);
	for (i = 0; i < ATTACH_POINT_COUNT; i++) {
		json_object_set_new(symbols, point_names[i], json_text(s->points[i].target.symbol));
		if (has(s, i))
			json_object_set_new(modes, point_names[i],
					    json_string(s->points[i].target.fentry ? "fentry" : "kprobe"));
	}
	probe = json_pack("{s:I, s:b, s:o, s:o}", "lost", (json_int_t)lost, "valid", lost == 0, "symbols", symbols,
			  "attach_modes", modes);
	json_object_update_new(probe, attach_figures(&view));
	return probe;
}

static json_t *attach_read(void *state)
{
	struct attach *s = state;

	return to_json(s, s->bank, read_lost(s) - s->lost);
}

/* ---- from now on ---- */

static void clear_hist(struct attach_hist *hist)
{
	memset(hist, 0, sizeof(*hist));
	hist->min = ~0ULL;
}

static void clear_results(struct attach_results *results)
{
	size_t i;

	memset(results, 0, sizeof(*results));
	for (i = 0; i < ATTACH_ENTRY_COUNT; i++)
		clear_hist(&results->latency[i]);
	for (i = 0; i < ATTACH_TALLY_COUNT; i++) {
		clear_hist(&results->tallies[i].length);
		clear_hist(&results->tallies[i].trash);
	}
	clear_hist(&results->rcu_wait);
	clear_hist(&results->fence_wait);
}

static void clear_sums(int map, unsigned int bank)
{
	struct attach_sum_key key, next;
	void *from = NULL;

	/* The next one is asked for before its predecessor goes. */
	while (!bpf_map_get_next_key(map, from, &next)) {
		if (from && key.bank == bank)
			bpf_map_delete_elem(map, &key);
		key = next;
		from = &key;
	}
	if (from && key.bank == bank)
		bpf_map_delete_elem(map, &key);
}

/* Makes calls go to the other bank, which is emptied before; returns the one that was left. */
static unsigned int flip(struct attach *s)
{
	const unsigned int old = s->bank;

	s->bank = !old;
	clear_results(&s->skel->bss->results[s->bank]);
	clear_sums(bpf_map__fd(s->skel->maps.sums), s->bank);
	__atomic_store_n(&s->skel->bss->bank, s->bank, __ATOMIC_RELEASE);
	probe_wait_for_programs(); /* none writes to the bank that was left */
	return old;
}

static void attach_reset(void *state)
{
	struct attach *s = state;

	flip(s);
	s->lost = read_lost(s);
}

static json_t *attach_take(void *state)
{
	struct attach *s = state;
	const unsigned int old = flip(s);
	const unsigned long long lost = read_lost(s), before = s->lost;

	s->lost = lost;
	return to_json(s, old, lost - before);
}

PROBE(attach) = {
	.name = "attach",
	.summary = "attach, detach, SVA bind and unbind: latency, length of the array or list, what is waited for",
	.entries = attach_entry_names,
	.select = attach_select,
	.attach = attach_attach,
	.reset = attach_reset,
	.read = attach_read,
	.take = attach_take,
	.print = attach_print,
	.detach = attach_detach,
};
