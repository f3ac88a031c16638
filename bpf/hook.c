// SPDX-License-Identifier: GPL-2.0-only
/* hook.c - BPF programs and what they are attached to. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "hook.h"
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
