/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_screen.h - `invbench top` on a terminal.
 */
#ifndef INVBENCH_TOP_SCREEN_H
#define INVBENCH_TOP_SCREEN_H

#include "top_live.h"

/*
 * Until the user ends it, or @live->duration is over. 0; or a negative errno with a sentence, after the terminal has been
 * given back. *@lost: how many events were lost in all. A program that is reduced, as invbench-guest is, has it not: it is NULL.
 */
int top_screen(struct top_live *live, long long *lost, struct sentence *why) __attribute__((weak));

#endif
