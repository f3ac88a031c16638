// SPDX-License-Identifier: GPL-2.0-only
/*
 * model.c - talks to the SMMU model of bed `model`.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "half.h"
#include "model.h"

/* A descriptor of its own, as a case's may be closed, or never opened; -1: no model. Opened once. */
static int model(void)
{
	static bool known;
	static int fd = -1;
	struct invbench_info info;
	struct sentence unused;

	if (known)
		return fd;
	known = true;
	fd = half_open(&unused);
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
	switch (err) {
	case ETIMEDOUT:
		return "it does not answer";
	case EINVAL:
		return "it does not understand";
	case ENOSPC:
		return "it has been told too much already, and keeps no more; boot again";
	default:
		return strerror(err);
	}
}

int model_set(const char *setting, struct sentence *why)
{
	struct invbench_control in = {};

	snprintf(in.text, sizeof(in.text), "%s", setting);
	if (!ioctl(model(), INVBENCH_CONTROL, &in))
		return 0;
	return sentence(why, -errno, "the SMMU model was told '%s': %s", setting, answer(errno));
}

int model_mark(const struct invbench_mark *mark, struct sentence *why)
{
	struct invbench_mark in = *mark;

	if (!model_present() || !ioctl(model(), INVBENCH_MARK, &in))
		return 0;
	if (errno == EAGAIN)
		return sentence(
			why, -EAGAIN,
			"the SMMU model was late too often, or stood still, as other work keeps this machine's CPUs busy");
	return sentence(why, -errno, "the SMMU model was told of a pass: %s", answer(errno));
}
