// SPDX-License-Identifier: GPL-2.0-only
/*
 * model.c - what the harness tells the SMMU model.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "model.h"

/* A descriptor of its own, as a case's may be closed, or never opened; -1: no model. Opened once. */
static int model(void)
{
	static bool known;
	static int fd = -1;
	struct invbench_info info;
	char why[256];

	if (known)
		return fd;
	known = true;
	fd = half_open(why, sizeof(why));
	if (fd < 0)
		return fd = -1;
	if (ioctl(fd, INVBENCH_INFO, &info) || !(info.flags & INVBENCH_INFO_MODEL)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool model_present(void)
{
	return model() >= 0;
}

static const char *answer(int err)
{
	return err == ETIMEDOUT ? "it does not answer" : err == EINVAL ? "it does not understand" : strerror(err);
}

static bool control(struct run_case *c, const char *text)
{
	struct invbench_control in = {};

	snprintf(in.text, sizeof(in.text), "%s", text);
	if (!ioctl(model(), INVBENCH_CONTROL, &in))
		return true;
	case_fail(c, "the SMMU model was told '%s': %s", text, answer(errno));
	return false;
}

/* The @n-th parameter, if it is a time that the case sets; @seen is false past the last. */
static const struct param *set_time(const struct run_case *c, size_t n, bool *seen)
{
	const struct param *p = workload_param(c->spec->workload, n);

	*seen = p;
	return p && p->model_time && c->spec->values[n] != PARAM_PRESET ? p : NULL;
}

bool model_can(struct run_case *c)
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

bool model_set(struct run_case *c)
{
	bool more = true;

	for (size_t n = 0; more; n++) {
		const struct param *p = set_time(c, n, &more);
		char text[RING_TEXT];

		if (!p)
			continue;
		snprintf(text, sizeof(text), "%s=%" PRIu64 "ns", p->name, c->spec->values[n]);
		if (!control(c, text))
			return false;
	}
	return true;
}

void model_restore(struct run_case *c)
{
	bool more = true;

	for (size_t n = 0; more; n++) {
		if (!set_time(c, n, &more))
			continue;
		control(c, "preset");
		return;
	}
}

void model_mark(struct run_case *c, const struct pass *pass, bool begin)
{
	struct invbench_mark in = { .number = pass->number, .pass = pass->kind, .begin = begin };

	if (pass->unmarked || !model_present() || !ioctl(model(), INVBENCH_MARK, &in))
		return;
	if (errno != EAGAIN) {
		case_fail(c, "the SMMU model was told of a pass: %s", answer(errno));
		return;
	}
	c->late = true;
	case_skip(c, "the SMMU model was late too often, as other work keeps this machine's CPUs busy");
}
