// SPDX-License-Identifier: GPL-2.0-only
/*
 * unmap_cost.c - how much of what the probe `unmap` books is its own programs' time.
 *
 * The kernel has functions that do nothing, and calls them one after the other when a
 * BPF program of type fentry is given a trial run. With the probe's programs on these
 * all that is booked is the programs' own, but for a few instructions a function.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "hook.h"
#include "unmap_parts.h"
#include "unmap.skel.h"
#include "unmap_cost.h"

/*
 * bpf_fentry_test1() begins an unmap, and the others are in it, one after the other. A program is for one function
 * alone. Programs that leave a function are alike, so what is around one is known by the time from the function before.
 */
static const struct {
	const char *programs;
	enum unmap_class class;
} functions[] = {
	{ "dma_unmap_page_attrs", UNMAP_ENTRY }, /* its end is not seen */
	{ "iova", UNMAP_PLAIN },
	{ "ring", UNMAP_PLAIN },
	{ "flush", UNMAP_PLAIN },
	{ "sync_range", UNMAP_RANGE },
	{ "submit", UNMAP_SUBMIT },
	{ "valid", UNMAP_VALID },
	{ "dma_unmap_sg_attrs", UNMAP_ENTRY }, /* an unmap of its own, as in an interrupt */
};

#define FUNCTIONS (sizeof(functions) / sizeof(functions[0]))
#define RUNS	  15 /* the one in the middle is taken: an interrupt may be in one */
/*
 * What is not the probe's: instructions of a function, and of its call with the two that every traced function begins
 * with. One in so many, where times are not of instructions.
 */
#define NOT_OURS_WITHIN 4
#define NOT_OURS_AROUND 8
#define NOT_OURS_IN	60

struct trial {
	struct unmap_bpf *skel;
	struct hook_point points[FUNCTIONS];
	int runner, pidfd;
};

static int choose(struct trial *t, bool fentry)
{
	char name[32], enter[64], leave[64];
	const char *const itself[] = { name, NULL };
	size_t i;

	for (i = 0; i < FUNCTIONS; i++) {
		struct target *target = &t->points[i].target;

		snprintf(name, sizeof(name), "bpf_fentry_test%zu", i + 1);
		if (target_find(name, itself, target))
			return -ENOENT;
		if (fentry && !target->fentry)
			return -EOPNOTSUPP;
		target->fentry = fentry;
		snprintf(enter, sizeof(enter), "enter_%s", functions[i].programs);
		snprintf(leave, sizeof(leave), "leave_%s", functions[i].programs);
		hook_point_choose(&t->points[i], t->skel->obj, enter, i ? leave : NULL);
	}
	return 0;
}

/* Any program of type fentry will do to have them called. */
static int choose_runner(struct trial *t)
{
	struct bpf_program *program = t->skel->progs.enter_lookup;

	bpf_program__set_autoload(program, true);
	return bpf_program__set_attach_target(program, 0, "bpf_fentry_test1");
}

static int attach(struct trial *t)
{
	int err = bpf_map__set_value_size(t->skel->maps.bss_cpus, probe_cpu_numbers() * sizeof(struct unmap_cpu));
	size_t i;

	if (!err)
		err = unmap_bpf__load(t->skel);
	for (i = 0; i < FUNCTIONS && !err; i++)
		err = hook_point_attach(&t->points[i], "unmap");
	t->runner = err ? -1 : bpf_program__fd(t->skel->progs.enter_lookup);
	t->pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return err ?: t->pidfd < 0 ? -errno : 0;
}

/* The unmap never ends, and is read where the programs keep it: @spent is before each function, and in it. */
static int run(struct trial *t, unsigned long long *spent)
{
	const int map = bpf_map__fd(t->skel->maps.tasks);
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct unmap_task task = {};
	int err = bpf_prog_test_run_opts(t->runner, &opts);

	if (err || bpf_map_lookup_elem(map, &t->pidfd, &task) || bpf_map_delete_elem(map, &t->pidfd))
		return err ?: -errno;
	memcpy(spent, task.calls[0].spent, sizeof(task.calls[0].spent));
	spent[2 * FUNCTIONS - 3] = task.calls[1].part[UNMAP_OTHER];
	return task.depth == 1 && task.calls[0].booked == 2 * FUNCTIONS - 4 ? 0 : -ENODATA;
}

static int compare(const void *a, const void *b)
{
	const unsigned long long x = *(const unsigned long long *)a, y = *(const unsigned long long *)b;

	return x < y ? -1 : x > y;
}

static unsigned long long middle(unsigned long long runs[RUNS][UNMAP_SPENT], size_t nth, unsigned long long not_ours)
{
	unsigned long long values[RUNS], ns;
	size_t i;

	for (i = 0; i < RUNS; i++)
		values[i] = runs[i][nth];
	qsort(values, RUNS, sizeof(values[0]), compare);
	ns = values[RUNS / 2];
	return ns - (ns / NOT_OURS_IN < not_ours ? ns / NOT_OURS_IN : not_ours);
}

static int run_all(struct trial *t, struct unmap_cost *costs)
{
	unsigned long long runs[RUNS][UNMAP_SPENT];
	size_t i;
	int err;

	for (i = 0; i < RUNS; i++) {
		err = run(t, runs[i]);
		if (err)
			return err;
	}
	/* From the third on: before the second is a program that leaves nothing. */
	for (i = 2; i < FUNCTIONS; i++)
		costs[functions[i].class] = (struct unmap_cost){
			.around = functions[i].class == UNMAP_ENTRY ? 0 : middle(runs, 2 * (i - 1), NOT_OURS_AROUND),
			.within = middle(runs, 2 * (i - 1) + 1, NOT_OURS_WITHIN),
		};
	return 0;
}

int unmap_cost_measure(bool fentry, struct unmap_cost *costs, char *why, size_t why_size)
{
	struct trial t = { .skel = unmap_bpf__open(), .pidfd = -1 };
	const char *what = "are not there";
	size_t i;
	int err = t.skel ? choose(&t, fentry) : -errno;

	if (!err) {
		what = "take no program";
		err = choose_runner(&t) ?: attach(&t);
	}
	if (!err) {
		what = "cannot be called";
		err = run_all(&t, costs);
	}
	for (i = 0; i < FUNCTIONS; i++)
		hook_point_detach(&t.points[i]);
	if (t.pidfd >= 0)
		close(t.pidfd);
	unmap_bpf__destroy(t.skel);
	if (err)
		snprintf(why, why_size, "bpf_fentry_test1() and its like, which do nothing, %s (%s)", what,
			 strerror(-err));
	return err;
}
