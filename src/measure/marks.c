// SPDX-License-Identifier: GPL-2.0-only
/*
 * marks.c - what the SMMU model is told of a case.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "marks.h"
#include "model.h"

/* The @n-th parameter, if it is a time that the case sets; @seen is false past the last. */
static const struct param *set_time(const struct run_case *c, size_t n, bool *seen)
{
	const struct param *p = workload_param(c->spec->workload, n);

	*seen = p;
	return p && p->model_time && c->spec->values[n] != PARAM_PRESET ? p : NULL;
}

static bool set(struct run_case *c, const char *setting)
{
	struct sentence why;
	int err = model_set(setting, &why);

	if (err)
		case_end(c, STATUS_FAIL, REASON_MODEL, "%s", why.text);
	return !err;
}

bool marks_possible(struct run_case *c)
{
	bool more = true;

	for (size_t n = 0; more; n++) {
		const struct param *p = set_time(c, n, &more);

		if (!p || model_present())
			continue;
		case_skip(c, "%s=... needs bed model: only there can the time of a command be set", p->name);
		return false;
	}
	return true;
}

bool marks_set_times(struct run_case *c)
{
	bool more = true;

	for (size_t n = 0; more; n++) {
		const struct param *p = set_time(c, n, &more);
		char setting[RING_TEXT];

		if (!p)
			continue;
		snprintf(setting, sizeof(setting), "%s=%" PRIu64 "ns", p->name, c->spec->values[n]);
		if (!set(c, setting))
			return false;
	}
	return true;
}

void marks_restore_times(struct run_case *c)
{
	bool more = true;

	for (size_t n = 0; more; n++) {
		if (!set_time(c, n, &more))
			continue;
		set(c, "preset");
		return;
	}
}

void marks_pass(struct run_case *c, const struct pass *pass, bool begin)
{
	const struct invbench_mark mark = { .number = pass->number, .pass = pass->kind, .begin = begin };
	struct sentence why;
	int err = pass->unmarked ? 0 : model_mark(&mark, &why);

	if (err == -EAGAIN) {
		c->late = true;
		case_end(c, STATUS_SKIP, REASON_LATE, "%s", why.text);
	} else if (err) {
		case_end(c, STATUS_FAIL, REASON_MODEL, "%s", why.text);
	}
}

/* The SMMU driver invalidates an address space by its smallest pages. */
uint64_t case_report_begin(struct run_case *c, const void *start, uint64_t size)
{
	struct invbench_report in = { .iova = (uintptr_t)start, .size = size };

	if (!c->report || !c->nr_bound)
		return 0;
	in.grain = sysconf(_SC_PAGESIZE);
	if (ioctl(c->half, INVBENCH_REPORT_BEGIN, &in))
		case_error(c, "cannot report a removal: %s", strerror(errno));
	return in.id;
}

void case_report_return(struct run_case *c, uint64_t id)
{
	struct invbench_report in = { .id = id };

	if (id && ioctl(c->half, INVBENCH_REPORT_RETURN, &in))
		case_error(c, "cannot report the end of a removal: %s", strerror(errno));
}
