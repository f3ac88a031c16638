/* SPDX-License-Identifier: GPL-2.0-only */
/* window.h - what subcommands that look at the kernel for a time have in common. */
#ifndef INVBENCH_WINDOW_H
#define INVBENCH_WINDOW_H

#define WINDOW_SECONDS_MAX 1e6

/* The value of --@option; ends the program if it is none. */
double window_seconds(const char *option, const char *text);
/* Of the monotonic clock. */
double window_now(void);

#endif
