// SPDX-License-Identifier: GPL-2.0-only
/* window.c - for how long a subcommand looks at the kernel. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "status.h"
#include "window.h"

double window_seconds(const char *option, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value) || value < 0.001 || value > WINDOW_SECONDS_MAX)
		die("--%s: '%s' is not a number of seconds from 0.001 to %.0f", option, text, WINDOW_SECONDS_MAX);
	return value;
}

double window_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}
