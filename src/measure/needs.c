// SPDX-License-Identifier: GPL-2.0-only
/*
 * needs.c - is there on this machine what a workload needs of it?
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "domain.h"
#include "model.h"
#include "needs.h"

bool needs_half(const struct case_spec *spec)
{
	const struct needs *needs = &spec->workload->needs;

	return needs->half && !(needs->half_unless && case_has_choice(spec, needs->half_unless));
}

static bool in_path(const char *program)
{
	const char *at = getenv("PATH") ?: "";
	char file[4096];

	while (*at) {
		size_t length = strcspn(at, ":");

		snprintf(file, sizeof(file), "%.*s/%s", (int)length, at, program);
		if (!access(file, X_OK))
			return true;
		at += length + (at[length] == ':');
	}
	return false;
}

/* Not left open: what case_take() starts for the time of the case would have it open as well. */
static int half_there(struct run_case *c)
{
	int ret = domain_open(c);

	domain_leave(c);
	return ret;
}

int needs_met(struct run_case *c)
{
	const struct needs *needs = &c->spec->workload->needs;
	const long page = sysconf(_SC_PAGESIZE);
	int ret = needs_half(c->spec) ? half_there(c) : 0;

	if (ret)
		return ret;
	if (needs->pages && case_param(c, "size") % (uint64_t)page)
		return case_skip(c, "size is no multiple of this kernel's pages (%ld)", page);
	if (needs->real_dma && model_present())
		return case_skip(c, "the SMMU model serves no DMA of real devices; use bed icount or a machine");
	if (needs->program && !in_path(needs->program))
		return case_skip(c, "cannot run %s: %s; install it (scripts/boot -T in the lab)", needs->program,
				 strerror(ENOENT));
	return 0;
}
