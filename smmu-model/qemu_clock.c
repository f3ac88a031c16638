// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu_clock.c - gettimeofday(), the same at each call.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <sys/time.h>

#include "qemu_clock.h"

/* 2026-01-01, as the guest's clock begins. */
#define TIME_OF_DAY 1767225600

__attribute__((visibility("default"))) int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	*time = (struct timeval){ .tv_sec = TIME_OF_DAY };
	return 0;
}

int qemu_clock_stands_still(struct sentence *why)
{
	if (dlsym(RTLD_DEFAULT, "gettimeofday") == (void *)gettimeofday)
		return 0;
	return sentence(
		why, -EINVAL,
		"QEMU has this host's time, and no two boots would be the same: LD_PRELOAD is to name the plugin");
}
