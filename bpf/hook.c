// SPDX-License-Identifier: GPL-2.0-only
/* hook.c - BPF programs and what they are attached to. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "hook.h"
#include "json_text.h"
#include "status.h"

void hook_choose(struct hook *hook, struct bpf_object *object, const char *name, const struct target *target)
{
	char program[64];

	snprintf(program, sizeof(program), "%s%s", target->fentry ? "" : "k", name);
	hook->program = bpf_object__find_program_by_name(object, program);
	target_choose(target, hook->program);
}

int hook_attach(struct hook *hook, const char *probe, const struct target *target, bool at_return)
{
	int err;

	hook->link = target_attach(target, hook->program, at_return);
	err = hook->link ? 0 : -errno;
	if (err)
		say("%s: could not attach to %s: %s (%s)", probe, target->symbol, strerror(-err), probe_complaint());
	return err;
}

unsigned long long hook_missed(const struct hook *hook)
{
	return hook->link ? probe_skipped(hook->program) + probe_missed(hook->link) : 0;
}

void hook_detach(struct hook *hook)
{
	bpf_link__destroy(hook->link);
	hook->link = NULL;
}

static void choose_tracepoint(struct hook *hook, struct bpf_object *object, const char *name)
{
	hook->program = bpf_object__find_program_by_name(object, name);
	bpf_program__set_autoload(hook->program, true);
}

void hook_locks_choose(struct hook *begin, struct hook *end, struct bpf_object *object)
{
	choose_tracepoint(begin, object, "lock_begin");
	choose_tracepoint(end, object, "lock_end");
}

bool hook_locks_attach(struct hook *begin, struct hook *end)
{
	end->link = bpf_program__attach(end->program);
	begin->link = end->link ? bpf_program__attach(begin->program) : NULL;
	if (!begin->link)
		hook_detach(end);
	return begin->link;
}

void hook_point_choose(struct hook_point *point, struct bpf_object *object, const char *enter, const char *leave)
{
	if (enter)
		hook_choose(&point->enter, object, enter, &point->target);
	if (leave)
		hook_choose(&point->leave, object, leave, &point->target);
}

/* Ends first: the other way round, what begins in between would wait for its end for ever. */
int hook_point_attach(struct hook_point *point, const char *probe)
{
	int err = 0;

	if (point->leave.program)
		err = hook_attach(&point->leave, probe, &point->target, true);
	if (!err && point->enter.program)
		err = hook_attach(&point->enter, probe, &point->target, false);
	return err;
}

unsigned long long hook_point_missed(const struct hook_point *point)
{
	return hook_missed(&point->enter) + hook_missed(&point->leave);
}

void hook_point_detach(struct hook_point *point)
{
	hook_detach(&point->enter);
	hook_detach(&point->leave);
}

void hook_point_tell(const struct hook_point *point, const char *name, json_t *symbols, json_t *modes)
{
	json_object_set_new(symbols, name, json_text(point->target.symbol));
	if (point->target.symbol[0])
		json_object_set_new(modes, name, json_string(point->target.fentry ? "fentry" : "kprobe"));
}
