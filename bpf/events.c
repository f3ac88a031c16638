// SPDX-License-Identifier: GPL-2.0-only
/* events.c - the user side of single events: which functions this kernel has for the points, and the ring buffer. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "event_trace.h"
#include "events.skel.h"
#include "hook.h"
#include "sentence.h"
#include "status.h"
#include "target.h"
#include "text.h"

static const struct point_kind {
	const char *name, *ident;
	const char *const *functions; /* the first that there is */
	bool kernels;		      /* its own, and none of the driver's */
} kinds[EVENT_POINTS] = {
	[EVENT_munmap] = { "munmap", "munmap", NAMES("__arm64_sys_munmap"), true },
	[EVENT_notify] = { "notify", "notify", NAMES("__mmu_notifier_arch_invalidate_secondary_tlbs"), true },
	[EVENT_iommu_unmap] = { "iommu_unmap", "iommu_unmap", NAMES("iommu_unmap"), true },
#define X(ident) [EVENT_##ident] = { "arm_smmu_" #ident, #ident, NAMES("arm_smmu_" #ident), false },
	SPLIT_ENTRIES(X)
#undef X
		[EVENT_room] = { "room", "room", submit_room_functions, false },
	[EVENT_sync] = { "sync", "sync", submit_sync_functions, false },
	[EVENT_msi] = { "msi", "msi", submit_msi_functions, false },
	[EVENT_submit] = { "submit", "submit", NULL, false },
	[EVENT_lock] = { "lock", NULL, NULL, false },
};

struct point {
	struct target target;
	struct hook enter, leave;
	struct sentence missing;
};

struct events {
	struct events_bpf *skel;
	struct point points[EVENT_POINTS];
	struct ring_buffer *ring;
	size_t capacity; /* events that the ring has room for */
	/* When the last events ended that were told before the ring was full, as many as it has room for. */
	unsigned long long *ends, nr_ends;
	unsigned long long base; /* what was missed before the start */
	void (*seen)(void *context, const struct event *event);
	void *context;
	struct {
		unsigned long long address;
		char name[SPLIT_NAME_LEN];
	} smmus[256];
	size_t nr_smmus;
};

/* ---- names ---- */

const char *event_point_name(unsigned int point)
{
	return point < EVENT_POINTS ? kinds[point].name : NULL;
}

int event_parse_point(const char *text, unsigned int *point)
{
	for (*point = 0; *point < EVENT_POINTS; ++*point)
		if (!strcmp(text, kinds[*point].name))
			return 0;
	return -ENOENT;
}

int event_parse_edge(const char *text, bool at_end, unsigned int *edge)
{
	const char *dot = strchr(text, '.');
	char name[64];
	unsigned int point;

	if (dot && strcmp(dot, ".begin") && strcmp(dot, ".end"))
		return -ENOENT;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "."), text);
	if (event_parse_point(name, &point))
		return -ENOENT;
	*edge = EVENT_EDGE(point, dot ? !strcmp(dot, ".end") : at_end);
	return 0;
}

/* ---- what this kernel has ---- */

static int find_target(unsigned int at, struct target *target)
{
	const struct point_kind *kind = &kinds[at];
	const char *const *name;

	if (at == EVENT_submit)
		return target_find_submit(target);
	for (name = kind->functions; name && *name; name++)
		if (!target_find(*name, kind->kernels ? kind->functions : smmu_family, target))
			return 0;
	return -ENOENT;
}

static void say_inlined(struct sentence *missing, const char *const *functions)
{
	const char *text =
		functions ? "this kernel has no function" : "this kernel has no function that submits commands";

	text_append(missing->text, sizeof(missing->text), "%s", text);
	for (; functions && *functions; functions++)
		text_append(missing->text, sizeof(missing->text), " %s%s", *functions, functions[1] ? " or" : "");
	text_append(missing->text, sizeof(missing->text), ": its compiler may have inlined it");
}

static void choose_point(struct events *e, unsigned int at)
{
	struct point *point = &e->points[at];
	char enter[64], leave[64];

	if (at == EVENT_lock) {
		hook_locks_choose(&point->enter, &point->leave, e->skel->obj);
		return;
	}
	if (find_target(at, &point->target)) {
		say_inlined(&point->missing, kinds[at].functions);
		return;
	}
	snprintf(enter, sizeof(enter), "enter_%s", kinds[at].ident);
	snprintf(leave, sizeof(leave), "leave_%s", kinds[at].ident);
	hook_choose(&point->enter, e->skel->obj, enter, &point->target);
	hook_choose(&point->leave, e->skel->obj, leave, &point->target);
}

static unsigned int bit(unsigned int point)
{
	return 1U << point;
}

static unsigned int wished_points(const struct event_wish *wish)
{
	if (wish->from != EVENT_NO_EDGE)
		return bit(wish->from / 2) | bit(wish->to / 2);
	return wish->points;
}

/* A list says whom it is for, and what waits for a lock is known by what it is in. */
static unsigned int needed_points(const struct event_wish *wish)
{
	unsigned int points = wished_points(wish) ?: bit(EVENT_POINTS) - 1;

	if (points & bit(EVENT_lock)) {
#define X(ident) points |= bit(EVENT_##ident);
		SPLIT_ENTRIES(X)
#undef X
	}
	return points | bit(EVENT_submit);
}

static int choose_points(struct events *e, const struct event_wish *wish, char *why, size_t why_size)
{
	const unsigned int needed = needed_points(wish), wished = wished_points(wish) | bit(EVENT_submit);
	unsigned int at;

	for (at = 0; at < EVENT_POINTS; at++) {
		if (!(needed & bit(at)))
			continue;
		choose_point(e, at);
		if (!e->points[at].missing.text[0] || !(wished & bit(at)))
			continue;
		snprintf(why, why_size, "there is no point %s here: %s", kinds[at].name, e->points[at].missing.text);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int choose_arguments(struct events *e, struct event_config *config, char *why, size_t why_size)
{
	const struct target *submit = &e->points[EVENT_submit].target;
	const int dev = target_member(submit, "smmu", "dev"), name = target_member(submit, "smmu", "dev->kobj.name");
	struct submit_args args;
	int err = submit_find_args(submit, &args, why, why_size);

	if (err)
		return err;
	if (dev < 0 || name < 0) {
		snprintf(why, why_size, "the BTF of %s does not say where an SMMU has its name",
			 submit->module[0] ? submit->module : "this kernel");
		return -EOPNOTSUPP;
	}
	config->layout.dev = dev;
	config->layout.dev_name = name;
	/* The skeleton's are const volatile, for the compiler of the other side. */
	memcpy((void *)&e->skel->rodata->config, config, sizeof(*config));
	memcpy((void *)&e->skel->rodata->args, &args, sizeof(args));
	return 0;
}

/* ---- attaching ---- */

static void note_end(struct events *e, unsigned long long end_ns)
{
	const unsigned long long first = __atomic_load_n(&e->skel->bss->first_full_ns, __ATOMIC_RELAXED);

	if (!first || end_ns < first)
		e->ends[e->nr_ends++ % e->capacity] = end_ns;
}

static int ring_event(void *context, void *data, size_t size)
{
	struct events *e = context;
	const struct event *event = data;

	if (size < sizeof(*event))
		return 0;
	note_end(e, event->end_ns);
	e->seen(e->context, event);
	return 0;
}

static int load(struct events *e, const struct event_wish *wish)
{
	int err = bpf_map__set_max_entries(e->skel->maps.ring, wish->buffer);

	if (!err)
		err = events_bpf__load(e->skel);
	if (err) {
		say("events: could not load: %s (%s)", strerror(-err), probe_complaint());
		return err;
	}
	e->capacity = wish->buffer / (sizeof(struct event) + EVENT_RING_HEADER);
	e->ends = calloc(e->capacity, sizeof(*e->ends));
	if (!e->ends)
		return -ENOMEM;
	e->ring = ring_buffer__new(bpf_map__fd(e->skel->maps.ring), ring_event, e, NULL);
	return e->ring ? 0 : -errno;
}

static void attach_locks(struct point *point)
{
	if (hook_locks_attach(&point->enter, &point->leave))
		return;
	text_format(point->missing.text, sizeof(point->missing.text),
		    "this kernel has no tracepoints lock:contention_begin and lock:contention_end");
}

static int attach_point(struct events *e, unsigned int at)
{
	struct point *point = &e->points[at];
	int err;

	if (!point->enter.program)
		return 0;
	if (at == EVENT_lock) {
		attach_locks(point);
		return 0;
	}
	err = hook_attach(&point->leave, "events", &point->target, true);
	return err ?: hook_attach(&point->enter, "events", &point->target, false);
}

static int attach_points(struct events *e, const struct event_wish *wish, char *why, size_t why_size)
{
	const struct sentence *no_lock = &e->points[EVENT_lock].missing;
	unsigned int at;
	int err = 0;

	for (at = 0; at < EVENT_POINTS && !err; at++)
		err = attach_point(e, at);
	if (err || !no_lock->text[0] || !(wished_points(wish) & bit(EVENT_lock)))
		return err;
	snprintf(why, why_size, "there is no point lock here: %s", no_lock->text);
	return -EOPNOTSUPP;
}

int events_attach(struct events **events, const struct event_wish *wish, char *why, size_t why_size)
{
	struct event_config config = {
		.shown = wish->from == EVENT_NO_EDGE ? wish->points ?: bit(EVENT_POINTS) - 1 : 0,
		.from = wish->from,
		.to = wish->to,
		.slower_ns = wish->slower_ns,
	};
	struct events *e;
	int err = probe_prepare(why, why_size);

	*events = NULL;
	if (err)
		return err;
	*events = e = calloc(1, sizeof(*e));
	if (!e)
		return -ENOMEM;
	e->skel = events_bpf__open();
	if (!e->skel)
		return -errno;
	err = choose_points(e, wish, why, why_size);
	if (!err)
		err = choose_arguments(e, &config, why, why_size);
	if (!err)
		err = load(e, wish);
	return err ?: attach_points(e, wish, why, why_size);
}

void events_detach(struct events *e)
{
	unsigned int at;

	if (!e)
		return;
	for (at = 0; at < EVENT_POINTS; at++) {
		hook_detach(&e->points[at].enter);
		hook_detach(&e->points[at].leave);
	}
	ring_buffer__free(e->ring);
	events_bpf__destroy(e->skel);
	free(e->ends);
	free(e);
}

/* ---- what happened ---- */

static unsigned long long missed(const struct events *e)
{
	unsigned long long sum = e->skel->bss->untold;
	unsigned int at;

	for (at = 0; at < EVENT_POINTS; at++)
		sum += hook_missed(&e->points[at].enter) + hook_missed(&e->points[at].leave);
	return sum;
}

void events_start(struct events *e)
{
	e->base = missed(e);
	__atomic_store_n(&e->skel->bss->on, 1, __ATOMIC_RELEASE);
}

/* What begins now is not followed; what is in the middle of a program has told it after this. */
void events_stop(struct events *e)
{
	__atomic_store_n(&e->skel->bss->on, 0, __ATOMIC_RELEASE);
	probe_wait_for_programs();
}

void events_read(struct events *e, void (*seen)(void *context, const struct event *event), void *context)
{
	e->seen = seen;
	e->context = context;
	/* No more than there can be now: where they come as fast as they are read there would be no end. */
	ring_buffer__consume_n(e->ring, e->capacity);
}

/* How fast the events came that the ring had in it when there was no room for the first one. */
static double rate_of_loss(const struct events *e)
{
	const unsigned long long first = e->skel->bss->first_full_ns;
	const unsigned long long count = e->nr_ends < e->capacity ? e->nr_ends : e->capacity;
	const unsigned long long oldest = count ? e->ends[(e->nr_ends - count) % e->capacity] : 0;

	return oldest && first > oldest ? count * 1e9 / (first - oldest) : 0;
}

struct event_losses events_losses(const struct events *e)
{
	struct event_losses losses = { .full = e->skel->bss->full, .missed = missed(e) - e->base };

	if (losses.full)
		losses.rate = rate_of_loss(e);
	return losses;
}

unsigned long long events_refused(const struct events *e)
{
	return e->skel->bss->refused;
}

const char *events_smmu(struct events *e, unsigned long long smmu)
{
	struct event_smmu found = { "" };
	size_t i;

	for (i = 0; i < e->nr_smmus; i++)
		if (e->smmus[i].address == smmu)
			return e->smmus[i].name;
	if (!smmu || e->nr_smmus == sizeof(e->smmus) / sizeof(e->smmus[0]))
		return "";
	if (bpf_map_lookup_elem(bpf_map__fd(e->skel->maps.smmus), &smmu, &found) || !found.name[0])
		snprintf(found.name, sizeof(found.name), "smmu-%zu", i); /* the address is not for files */
	found.name[sizeof(found.name) - 1] = '\0';
	text_make_line(found.name);
	e->smmus[i].address = smmu;
	memcpy(e->smmus[i].name, found.name, sizeof(found.name));
	e->nr_smmus++;
	return e->smmus[i].name;
}

const char *events_symbol(const struct events *e, unsigned int point)
{
	return e->points[point].target.symbol;
}

bool events_by_fentry(const struct events *e, unsigned int point)
{
	return e->points[point].target.fentry;
}

const char *events_missing(const struct events *e, unsigned int point)
{
	return e->points[point].missing.text[0] ? e->points[point].missing.text : NULL;
}
