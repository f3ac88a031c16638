// SPDX-License-Identifier: GPL-2.0-only
/*
 * udev.c - waits for udev.
 */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "spawn.h"
#include "status.h"
#include "sysfs.h"
#include "udev.h"

#define SETTLE_S     "30"
#define SETTLE_S_MAX 40 /* udevadm ends by itself before */

static bool has(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/udev/%s", run_root, name);
	return !access(path, F_OK);
}

bool udev_runs(void)
{
	return has("control");
}

bool udev_is_busy(void)
{
	return udev_runs() && has("queue");
}

/* udevadm asks udevd itself: of an event that udevd has not read yet nothing is to be seen. */
void udev_settle(void)
{
	const char *const argv[] = { "udevadm", "settle", "--timeout=" SETTLE_S, NULL };
	struct spawn s = { .argv = argv, .seconds = SETTLE_S_MAX };
	struct sentence why;

	if (!udev_runs())
		return;
	if (spawn_start(&s, &why) || spawn_wait(&s, &why))
		say("udev may still be at work: %s", why.text);
	spawn_free(&s);
}
